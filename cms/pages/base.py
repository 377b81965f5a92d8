"""What all our pages share."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Length, Substr
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, PageViewRestriction
from wagtail_localize.fields import SynchronizedField

from catalog.preview import PREVIEW_SIZES

#: What an editor may do in a text: few things, so that pages stay calm.
TEXT_FEATURES = ["h2", "h3", "bold", "italic", "ul", "ol", "link", "document-link"]

#: An alias of a page in another language has no words of its own: it is neither offered nor shown.
OWN_WORDS = Q(alias_of=None) | Q(alias_of__locale=F("locale"))


def pages_in(locale, model: type[Page]) -> QuerySet:
    """The pages of a type that everybody may read and that have words of their own in a language."""
    return open_pages(model).filter(locale=locale)


def open_pages(model: type[Page]) -> QuerySet:
    """The live pages that everybody may read, with words of their own."""
    return model.objects.live().filter(OWN_WORDS, ~is_restricted())


def is_restricted() -> Exists:
    """Whether a page, or one above it, is for some people alone: a part of the query, where Wagtail's `public` asks one more
    for each list."""
    above = Substr(OuterRef("path"), 1, Length("page__path"))
    return Exists(PageViewRestriction.objects.filter(page__path=above))


def the_same(*fields: str) -> list[SynchronizedField]:
    """These fields, and the slug, are the same in every language and copied from the source.

    The shop links to some pages by their slug, and who changes the language changes the first word of an address only.
    """
    return [SynchronizedField(name, overridable=False) for name in ("slug", *fields)]


class ShopPage(Page):
    """An address that cannot hide one of the shop's own."""

    override_translatable_fields = the_same()

    #: Without `show_in_menus`, which nothing here reads.
    promote_panels = Page.promote_panels[:1]
    preview_sizes = PREVIEW_SIZES
    #: The field that tells search engines and messengers what the page is about, when nobody wrote it for them.
    described_by = "introduction"
    #: Rows that the page shows of its own, fetched with it.
    shown_with: tuple[str, ...] = ()
    #: Whether it is known to be for everybody (serving.py).
    is_open = False

    class Meta:
        abstract = True

    def clean(self):
        super().clean()
        if self.slug in settings.RESERVED_SLUGS:
            raise ValidationError({"slug": _("The shop uses this address itself. Choose another one.")})
        if slugify(self.slug) != self.slug:
            raise ValidationError({"slug": _("Only small letters without accents, numbers and hyphens, please.")})

    @property
    def head_title(self) -> str:
        """What the browser's tab and search engines show."""
        return self.seo_title or self.title

    @property
    def head_description(self) -> str:
        """What search engines and messengers say of it, in one line."""
        return " ".join((self.search_description or getattr(self, self.described_by)).split())

    def get_view_restrictions(self):
        return PageViewRestriction.objects.none() if self.is_open else super().get_view_restrictions()

    def serve(self, request, *args, **kwargs):
        """The page under its own language. Where there is no translation, Wagtail would answer with this page: the reader
        is sent to it instead."""
        return self.elsewhere(request) or super().serve(request, *args, **kwargs)

    def elsewhere(self, request) -> HttpResponse | None:
        """The way to its words, when they are in another language than the reader asked for."""
        if self.own_locale.language_code != translation.get_language():
            return redirect(self.get_url(request))
        if self.alias_of_id and self.alias_of.locale_id != self.locale_id:
            return redirect(self.alias_of.get_url(request))
        return None

    @property
    def preview_modes(self):
        """This page as it is being written, then each of its translations as far as it is."""
        own = dict(settings.LANGUAGES)[self.locale.language_code]
        others = self.get_translations().filter(OWN_WORDS).values_list("locale__language_code", flat=True)
        there = set(others) if self.pk else set()
        return [("", own), *[(code, name) for code, name in settings.LANGUAGES if code in there]]

    def is_previewable(self):
        return True  # asked for each row of a list, which `preview_modes` must not be

    def serve_preview(self, request, mode_name):
        other = self.get_translations().filter(locale__language_code=mode_name).first() if mode_name else None
        page = other.specific.get_latest_revision_as_object() if other else self
        if page is not self:
            return page.serve_preview(request, "")
        with translation.override(self.locale.language_code):
            return super().serve_preview(request, mode_name).render()

    def get_context(self, request, *args, **kwargs):
        return {**super().get_context(request, *args, **kwargs), "languages": self.languages(request)}

    @cached_property
    def live_translations(self) -> list[Page]:
        """The live pages that say the same, this one among them, each with its locale."""
        return list(self.get_translations(inclusive=True).live().filter(OWN_WORDS).select_related("locale"))

    @property
    def own_locale(self):
        """This page's locale, from the query that every page asks anyway."""
        return next((page.locale for page in self.live_translations if page.pk == self.pk), None) or self.locale

    def languages(self, request) -> list[tuple[str, str, str]]:
        """(code, name, address) of this page in each language that it was written in; others are not offered."""
        urls = {page.locale.language_code: page.get_url(request) for page in self.live_translations}
        return [(code, name, urls[code]) for code, name in settings.LANGUAGES if urls.get(code)]
