"""The RIB, by which Moroccan banks name an account: 24 digits, the last two of them a key to the others."""

import re

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from .text_folding import western_digits

#: Bank, town, account, key.
GROUPS = (3, 3, 16, 2)
LENGTH = sum(GROUPS)
_BETWEEN = re.compile(r"[\s\-.·_/:\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


def clean_rib(text: str) -> str:
    """The 24 digits of a RIB, however it was written: in groups, with `RIB` before it, in Arabic digits.

    Raises:
        ValidationError: it has not 24 digits, or its key says that one of them is wrong.
    """
    digits = _BETWEEN.sub("", western_digits(text)).upper().removeprefix("RIB")
    if not (digits.isascii() and digits.isdigit() and len(digits) == LENGTH):
        raise ValidationError(_("A RIB has 24 digits."), code="length")
    if digits[-2:] != key_of(digits[:-2]):
        raise ValidationError(_("The key of this RIB is wrong: a digit must be mistyped."), code="key")
    return digits


def is_rib(digits: str) -> bool:
    """Whether these are the bare digits of a RIB."""
    try:
        return clean_rib(digits) == digits
    except ValidationError:
        return False


def key_of(digits: str) -> str:
    """The key to the first 22 digits."""
    return f"{97 - int(digits) * 100 % 97:02}"


def in_groups(digits: str) -> str:
    """`999 480 0000 2026 1126 0001 43`: the account itself in fours, as people read it out."""
    bank, town, account, key = _cut(digits)
    fours = " ".join(account[start : start + 4] for start in range(0, len(account), 4))
    return " ".join(filter(None, (bank, town, fours, key)))


def _cut(digits: str) -> list[str]:
    pieces, at = [], 0
    for length in GROUPS:
        pieces.append(digits[at : at + length])
        at += length
    return pieces


class RibField(models.CharField):
    """Stored as bare digits, or empty; typed however people write it."""

    def to_python(self, value):
        text = super().to_python(value)
        return clean_rib(text) if isinstance(text, str) and text.strip() else text

    def formfield(self, **kwargs):
        return super().formfield(**{"max_length": 2 * LENGTH, "help_text": self.help_text, **kwargs})
