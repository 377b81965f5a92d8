"""Units of a variant's size. A new unit is a line in `Unit` and in `LABELS`, one in `REFERENCE` if prices are compared
by it, and the migrations that `makemigrations` writes."""

from decimal import Decimal

from django.db import models
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext

NO_BREAK_SPACE = "\xa0"


class Unit(models.TextChoices):
    GRAM = "g", gettext_lazy("gram")
    MILLILITER = "ml", gettext_lazy("milliliter")
    PIECE = "piece", gettext_lazy("piece")


#: The quantity that prices are compared by (law 31-08 asks for the price per unit of measure); pieces are not compared.
REFERENCE = {Unit.GRAM: Decimal(100), Unit.MILLILITER: Decimal(100)}


def _weight_or_volume(small: str, large: str):
    """250 g, and from 1,000 on 1 kg."""

    def label(size) -> str:
        if size < 1000:
            return f"{number_format(size)}{NO_BREAK_SPACE}{_(small)}"
        return f"{number_format((Decimal(size) / 1000).normalize())}{NO_BREAK_SPACE}{_(large)}"

    return label


def _pieces(size) -> str:
    return ngettext("%(count)s piece", "%(count)s pieces", size) % {"count": number_format(size)}


#: How each unit is written after its number.
LABELS = {
    Unit.GRAM: _weight_or_volume(gettext_noop("g"), gettext_noop("kg")),
    Unit.MILLILITER: _weight_or_volume(gettext_noop("ml"), gettext_noop("l")),
    Unit.PIECE: _pieces,
}


def format_size(size, unit: str) -> str:
    """250 g, 10 ml, 2 pieces, in the active language; from 1,000 g or ml on in kg or l."""
    return LABELS[Unit(unit)](size)
