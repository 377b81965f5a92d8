"""In which language a row's words are: a text that is not written in one is read in another."""

import unicodedata
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.db.models import Model
from django.utils.translation import get_language
from modeltranslation.utils import resolution_order


def language_of(row: Model, field: str) -> str:
    """The language in which this text is shown to a reader of the active one."""
    active = get_language() or settings.LANGUAGE_CODE
    written = (code for code in resolution_order(active) if getattr(row, f"{field}_{code}"))
    return next(written, active)


def unwritten(row: Model, fields: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """Each language in which these texts are not all written, with the names of those that are only written in others."""
    there = [field for field in fields if has_letters(getattr(row, field))]
    for code, language in settings.LANGUAGES:
        if missing := [field for field in there if not getattr(row, f"{field}_{code}")]:
            yield language, [str(row._meta.get_field(field).verbose_name) for field in missing]


def has_letters(text: str | None) -> bool:
    """A sign such as % is the same in every language."""
    return any(letter.isalpha() for letter in text or "")


def direction_of(text: str) -> str:
    """How a text runs that somebody typed: as its first letter does, for what knows no `dir="auto"`."""
    strong = (unicodedata.bidirectional(letter) for letter in text)
    return "rtl" if next((kind for kind in strong if kind in {"L", "R", "AL"}), "L") != "L" else "ltr"
