"""Moroccan bank account numbers (RIB): 24 digits, the last two of which are a key over the others."""

import re

from catalog.text_folding import western_digits

_SEPARATORS = re.compile(r"[\s.\-]+")


def clean(text: str) -> str:
    """What somebody typed, without spaces, dots and dashes, in Western digits."""
    return _SEPARATORS.sub("", western_digits(text))


def is_valid(rib: str) -> bool:
    """Whether these are 24 digits whose key fits: 97 − (first 22 digits × 100 mod 97)."""
    return bool(re.fullmatch(r"[0-9]{24}", rib)) and int(rib[22:]) == 97 - int(rib[:22]) * 100 % 97


def grouped(rib: str) -> str:
    """As it stands on a bank's paper: bank 3, town 3, account 16, key 2."""
    return " ".join([rib[:3], rib[3:6], rib[6:22], rib[22:]]).strip()
