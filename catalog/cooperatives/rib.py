"""The RIB, by which Moroccan banks name an account: 24 digits, the last two of them a key."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..text_folding import western_digits

#: Bank 3, town 3, account 16, key 2.
LENGTH = 24


def is_rib(digits: str) -> bool:
    """Whether the key fits: it makes the whole number a multiple of 97 and is never 00."""
    return (
        len(digits) == LENGTH
        and digits.isascii()
        and digits.isdigit()
        and digits[-2:] != "00"
        and int(digits) % 97 == 0
    )


def check_rib(digits: str) -> None:
    if not is_rib(digits):
        raise ValidationError(_("This is not a RIB: it has 24 digits, and the last two must fit the others."))


def in_groups(digits: str) -> str:
    """As it is written on paper: bank, town, account, key."""
    return " ".join(filter(None, (digits[:3], digits[3:6], digits[6:22], digits[22:])))


class RibField(models.CharField):
    """Stored as bare digits; typed with spaces, too."""

    default_validators = [check_rib]

    def to_python(self, value):
        text = super().to_python(value)
        return western_digits("".join(text.split())) if isinstance(text, str) else text

    def formfield(self, **kwargs):
        return super().formfield(**{"max_length": 2 * LENGTH, "help_text": self.help_text, **kwargs})
