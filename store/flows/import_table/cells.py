"""What a cell says, in whichever way people write amounts, days and sizes; or why it says nothing."""

import re
from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from catalog.products.units import Unit
from catalog.text_folding import fold, western_digits

from ...payments.amounts import read_amount, read_day

MOST_UNITS = 100_000
MOST_OF_A_SIZE = 1_000_000
#: Days of spreadsheets are counted from here; those of these numbers lie between 2009 and 2064.
_DAY_ZERO, _SERIAL = date(1899, 12, 30), re.compile(r"[4-5]\d{4}", re.ASCII)
_MONTH = (re.compile(r"(20\d\d)[-/.](\d\d?)", re.ASCII), re.compile(r"(\d\d?)[-/.](20\d\d)", re.ASCII))
#: How people write a unit → the unit, and how many of it they mean.
_UNITS = {
    "g": (Unit.GRAM, 1), "kg": (Unit.GRAM, 1000), "ml": (Unit.MILLILITER, 1), "cl": (Unit.MILLILITER, 10),
    "l": (Unit.MILLILITER, 1000), "piece": (Unit.PIECE, 1), "pieces": (Unit.PIECE, 1),
    "غ": (Unit.GRAM, 1), "كغ": (Unit.GRAM, 1000), "مل": (Unit.MILLILITER, 1), "ل": (Unit.MILLILITER, 1000),
}  # fmt: skip


class Unclear(Exception):
    """The cell cannot be read, in words for whoever wrote it."""

    def __init__(self, why: str):
        super().__init__(why)
        self.why = why


def price_in(text: str) -> Decimal:
    try:
        price = read_amount(text)
    except ValueError as error:
        raise Unclear(_("“%(cell)s” is no price. Write it like 85,00.") % {"cell": text[:40]}) from error
    if price <= 0:
        raise Unclear(_("A price is above zero."))
    return price


def count_in(text: str) -> int:
    try:
        count = read_amount(text)
    except ValueError:
        count = Decimal("0.5")
    if count != int(count) or count < 0:
        raise Unclear(_("“%(cell)s” is no number of units.") % {"cell": text[:40]})
    if count > MOST_UNITS:
        raise Unclear(_("More than %(most)s units are too many at once.") % {"most": MOST_UNITS})
    return int(count)


def day_in(text: str) -> date:
    """A day; of a month its last day. `46356` is how a spreadsheet counts days."""
    digits = western_digits(text).strip()
    if _SERIAL.fullmatch(digits):
        return _DAY_ZERO + timedelta(days=int(digits))
    for pattern, (year, month) in zip(_MONTH, ((1, 2), (2, 1)), strict=True):
        if (found := pattern.fullmatch(digits)) and 1 <= int(found[month]) <= 12:
            return date(int(found[year]), int(found[month]), monthrange(int(found[year]), int(found[month]))[1])
    try:
        return read_day(text)
    except ValueError as error:
        raise Unclear(_("“%(cell)s” is no day. Write it like 31/05/2027.") % {"cell": text[:40]}) from error


def unit_in(text: str) -> tuple[Unit, int]:
    """The unit, and how many of it are meant: of `kg`, 1,000 grams."""
    folded = fold(text)
    named = {fold(str(unit.label)): (unit, 1) for unit in Unit}
    if found := ({fold(word): unit for word, unit in _UNITS.items()} | named).get(folded):
        return found
    raise Unclear(_("“%(cell)s” is no unit. Write g, kg, ml, l or piece.") % {"cell": text[:40]})


def size_in(text: str, times: int) -> int:
    try:
        size = read_amount(text) * times
    except ValueError:
        size = Decimal(0)
    if not 1 <= size <= MOST_OF_A_SIZE or size != int(size):
        raise Unclear(_("“%(cell)s” is no size. Write a whole number, such as 250.") % {"cell": text[:40]})
    return int(size)
