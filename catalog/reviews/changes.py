"""What a draft changes: the same list for who wrote it and for who reviews it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.admin.compare import diff_text

from ..products.drafts import photos_of
from ..products.models import Product, ProductPhoto
from .previews import AFTER, BEFORE

TEXTS = ("name", "summary", "description", "composition", "advice")


@dataclass(frozen=True)
class TextChange:
    """A text that reads otherwise, in one language."""

    place: str
    label: str
    before: str
    after: str

    @property
    def marked(self) -> str:
        """Both texts as HTML: what goes within `<del>`, what comes within `<ins>`."""
        pieces = diff_text(self.before, self.after).changes
        return format_html_join("", "{}", ((_marked(kind, text),) for kind, text in pieces))


_TAGS = {"addition": ("ins", "comes"), "deletion": ("del", "goes")}


def _marked(kind: str, text: str) -> str:
    return format_html('<{0} class="{1}">{2}</{0}>', *_TAGS[kind], text) if kind in _TAGS else text


@dataclass(frozen=True)
class LanguageChanges:
    """All that changes in one language."""

    code: str
    name: str
    texts: list[TextChange]
    #: Addresses of the real page before (empty for what was never published) and after; none in a language without pages.
    before_url: str = ""
    after_url: str = ""


@dataclass(frozen=True)
class PhotoChanges:
    before: list[ProductPhoto]
    after: list[ProductPhoto]

    @property
    def is_any(self) -> bool:
        """Other photos, in another order, or with other words on what is seen."""
        return _seen(self.before) != _seen(self.after)


def _seen(photos: list[ProductPhoto]) -> list[tuple]:
    return [(photo.image_id, photo.alt_fr or "", photo.alt_ar or "", photo.alt_en or "") for photo in photos]


def changes_in(published: Product, draft: Product, *, page: Callable[[str, str], str]) -> list[LanguageChanges]:
    """By language, those without a change too; a product that was never published changes in all that it says.

    `page` gives the address of a preview, from `before` or `after` and a language.
    """
    changes = [
        LanguageChanges(
            code,
            name,
            _texts(published, draft, code),
            before_url=page(BEFORE, code) if published.live else "",
            after_url=page(AFTER, code),
        )
        for code, name in settings.LANGUAGES
    ]
    tamazight = _texts(published, draft, "zgh")
    return [*changes, LanguageChanges("zgh", _("Tamazight"), tamazight)] if tamazight else changes


def _texts(published: Product, draft: Product, code: str) -> list[TextChange]:
    fields = {text: f"{text}_{code}" for text in (TEXTS if code != "zgh" else TEXTS[:1])}
    if code == "fr":
        fields["latin_name"] = "latin_name"
    changes = []
    for place, field in fields.items():
        before = (getattr(published, field) or "") if published.live else ""
        after = getattr(draft, field) or ""
        if before != after:
            label = capfirst(str(Product._meta.get_field(place).verbose_name))
            changes.append(TextChange(place, label, before, after))
    return changes


def photos_in(published: Product, draft: Product) -> PhotoChanges:
    return PhotoChanges(photos_of(published) if published.live else [], photos_of(draft))
