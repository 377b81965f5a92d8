"""Amounts and days as banks write them."""

import re
from datetime import date, datetime
from decimal import Decimal

from catalog.money import LIMIT, dirhams
from catalog.text_folding import western_digits

_CURRENCY = re.compile(r"(?:MAD|DHS?|د\.?\s*م\.?)", re.IGNORECASE)
#: Spaces of any width, the apostrophe and the Arabic mark between thousands, and marks of direction.
_NOTHING = re.compile(r"[\s'’٬\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
_WHOLE = re.compile(r"\d{1,12}")
_IN_THOUSANDS = re.compile(r"\d{1,3}([.,])\d{3}(?:\1\d{3}){0,3}")
DAYS = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d", "%Y/%m/%d", "%d/%m/%y", "%d-%m-%y", "%d.%m.%y")


def read_amount(text: str) -> Decimal:
    """Dirhams: `1 234,50`, `1.234,50`, `1,234.50`, `١٢٣٤٫٥٠`; below zero with a minus on either side or in parentheses.

    Three digits after the only mark are thousands: there are no tenths of a centime.

    Raises:
        ValueError: it is no amount, or none that anybody pays.
    """
    bare = _NOTHING.sub("", _CURRENCY.sub("", western_digits(text).replace("٫", ",").replace("−", "-")))
    is_below_zero = bare.startswith("-") or bare.endswith("-") or (bare.startswith("(") and bare.endswith(")"))
    bare = bare.removeprefix("(").removesuffix(")") if bare.startswith("(") else bare
    bare = bare.removesuffix("-") if bare.endswith("-") else bare.removeprefix("-").removeprefix("+")
    whole, fraction = _split(bare)
    amount = dirhams(Decimal(f"{whole}.{fraction or 0}"))
    if amount >= LIMIT:
        raise ValueError("too large")
    return -amount if is_below_zero else amount


def _split(bare: str) -> tuple[str, str]:
    """The digits before and after the mark of the fraction."""
    head, mark, tail = max(bare.rpartition("."), bare.rpartition(","), key=lambda cut: len(cut[0] + cut[1]))
    if not mark or len(tail) == 3:
        head, tail = bare, ""
    if tail and not (tail.isascii() and tail.isdigit() and len(tail) <= 2):
        raise ValueError("no fraction")
    head = head or ("0" if tail else "")
    if not (_WHOLE.fullmatch(head) or (_IN_THOUSANDS.fullmatch(head) and (not tail or mark not in head))):
        raise ValueError("no amount")
    return re.sub(r"\D", "", head), tail


def read_day(text: str) -> date:
    """A day, the day of the month first unless the year is; a time after it is left out.

    Raises:
        ValueError: it is no day, or none that a bank would tell.
    """
    words = western_digits(text).replace("T", " ").split()
    for pattern in DAYS:
        try:
            day = datetime.strptime(words[0] if words else "", pattern).date()
        except ValueError:
            continue
        if 2000 <= day.year < 2100:
            return day
    raise ValueError("no day")
