"""Which legal texts are in force, and what their pages show."""

from django.conf import settings
from django.utils.translation import get_language
from wagtail.models import Revision

from .models import LegalKind, LegalText


def published_kinds() -> list[LegalKind]:
    """The kinds that have a page, in the order of lists."""
    live = set(LegalText.objects.filter(live=True).values_list("kind", flat=True))
    return [kind for kind in LegalKind if kind in live]


def revision_in_force(kind: LegalKind) -> Revision | None:
    """The revision of a text that somebody accepts today; None where none is published."""
    text = LegalText.objects.filter(live=True, kind=kind).select_related("live_revision").first()
    return text.live_revision if text else None


def terms_in_force() -> Revision | None:
    """The revision of the terms of sale that a buyer accepts today."""
    return revision_in_force(LegalKind.TERMS)


def legal_context(text: LegalText) -> dict:
    """What the page of a text needs: its words in the reader's language or in French, and its addresses."""
    names = dict(settings.LANGUAGES)
    words = text.words_in(get_language())
    return {
        "text": text,
        "words": words,
        "languages": [(code, names[code], f"/{code}/{text.kind}/") for code in text.languages],
    }
