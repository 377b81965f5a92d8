"""Units of a variant's size. A new unit is a new line in `Unit` and, if prices are compared by it, in `REFERENCE`."""

from decimal import Decimal

from django.db import models
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

NO_BREAK_SPACE = "\xa0"


class Unit(models.TextChoices):
    GRAM = "g", gettext_lazy("gram")
    MILLILITER = "ml", gettext_lazy("milliliter")
    PIECE = "piece", gettext_lazy("piece")


#: The quantity that prices are compared by (law 31-08 asks for the price per unit of measure); pieces are not compared.
REFERENCE = {Unit.GRAM: Decimal(100), Unit.MILLILITER: Decimal(100)}


def format_size(size, unit: str) -> str:
    """250 g, 10 ml, 2 pieces, in the active language; from 1,000 g or ml on in kg or l."""
    if unit == Unit.PIECE:
        return ngettext("%(count)s piece", "%(count)s pieces", size) % {"count": number_format(size)}
    if size >= 1000:
        size = (Decimal(size) / 1000).normalize()
        # Translators: kilograms and liters, as on a label.
        name = _("kg") if unit == Unit.GRAM else _("l")
    else:
        # Translators: grams and milliliters, as on a label.
        name = _("g") if unit == Unit.GRAM else _("ml")
    return f"{number_format(size)}{NO_BREAK_SPACE}{name}"
