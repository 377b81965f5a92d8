"""Legal texts: one row of each kind, its French, Arabic and English in one revision."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import Q
from django.utils.html import strip_tags
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _
from wagtail.fields import RichTextField
from wagtail.models import DraftStateMixin, PreviewableMixin, RevisionMixin

#: A text is published when it is written in all of these.
MUST_SPEAK = ("fr", "ar")


class LegalKind(models.TextChoices):
    """In the order in which pages list them. The value is the address, the same in every language."""

    DELIVERY = "livraison", _("Delivery")
    PAYMENT = "paiement", _("Payment and security")
    RETURNS = "retours", _("Returns and withdrawal")
    TERMS = "conditions", _("Terms of sale")
    PRIVACY = "confidentialite", _("Personal data")
    COOKIES = "cookies", _("Cookies")
    NOTICE = "mentions-legales", _("Legal notice")
    CHARTER = "charte", _("Charter of cooperatives")


@dataclass(frozen=True)
class Words:
    """A legal text in one language."""

    language: str
    title: str
    body: str

    @property
    def direction(self) -> str:
        return "rtl" if get_language_info(self.language)["bidi"] else "ltr"


class LegalText(DraftStateMixin, RevisionMixin, PreviewableMixin, models.Model):
    """What the shop promises and asks. Orders keep the revision of the terms that their buyer accepted."""

    kind = models.CharField(_("kind"), max_length=20, choices=LegalKind, unique=True)
    title = models.CharField(_("title"), max_length=120)
    body = RichTextField(_("text"), features=["h2", "h3", "bold", "italic", "ul", "ol", "link"])
    confirmed_on = models.DateField(
        _("confirmed by a lawyer on"),
        null=True,
        blank=True,
        help_text=_(
            "As long as it is empty, the page says that the text is a template. Empty it when the text changes."
        ),
    )

    _revisions = GenericRelation(
        "wagtailcore.Revision", content_type_field="content_type", object_id_field="object_id", for_concrete_model=False
    )

    class Meta:
        verbose_name = _("legal text")
        verbose_name_plural = _("legal texts")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=LegalKind.values), name="legaltext_kind_known"),
            models.CheckConstraint(
                condition=Q(live=False)
                | (
                    Q(title_fr__isnull=False, body_fr__isnull=False, title_ar__isnull=False, body_ar__isnull=False)
                    & ~(Q(title_fr="") | Q(body_fr="") | Q(title_ar="") | Q(body_ar=""))
                ),
                name="legaltext_live_in_french_and_arabic",
            ),
        ]

    def __str__(self):
        return str(self.get_kind_display())

    @property
    def revisions(self):
        return self._revisions

    def save_revision(self, *args, overwrite_revision=None, **kwargs):
        """Wagtail's editor writes over its own drafts while somebody types; never over one that orders may have accepted."""
        if overwrite_revision and self._was_in_force(overwrite_revision):
            overwrite_revision = None
        return super().save_revision(*args, overwrite_revision=overwrite_revision, **kwargs)

    def _was_in_force(self, revision) -> bool:
        """Whether it is the last, and something was published since it was written; others Wagtail refuses."""
        published_at = self.last_published_at
        return revision == self.latest_revision and bool(published_at and revision.created_at <= published_at)

    def with_content_json(self, content):
        draft = super().with_content_json(content)
        draft.last_published_at = self.last_published_at  # of the text, not of its draft
        return draft

    @property
    def languages(self) -> list[str]:
        """Those that it is wholly written in."""
        return [code for code, _name in settings.LANGUAGES if self._is_written_in(code)]

    def words_in(self, language: str) -> Words:
        """The text in this language, in French if it is not written in it."""
        code = language if self._is_written_in(language) else settings.LANGUAGE_CODE
        return Words(code, getattr(self, f"title_{code}") or "", getattr(self, f"body_{code}") or "")

    def _is_written_in(self, code: str) -> bool:
        return bool(getattr(self, f"title_{code}")) and has_words(getattr(self, f"body_{code}"))

    def get_preview_template(self, request, mode_name):
        return "shopfront/legal_text.html"

    def get_preview_context(self, request, mode_name):
        from .queries import legal_context  # queries builds on the models

        return {"request": request, "is_preview": True, **legal_context(self)}


def has_words(html: str | None) -> bool:
    return bool(strip_tags(html or "").strip())
