"""Dirhams: the only arithmetic on prices.

An amount is a `Decimal` of dirhams (MAD), tax included, with two places, rounded half up. Columns hold whole centimes, so
that sums and CHECKs are exact on SQLite too.
"""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.expressions import Combinable
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
# What a column accepts: ten million dirhams, far above any order.
LIMIT = Decimal(10_000_000)


def dirhams(amount) -> Decimal:
    """An amount with two places, rounded half up. Floats are refused: they cannot hold centimes."""
    if isinstance(amount, float):
        raise TypeError("An amount of money must not be a float.")
    return Decimal(amount).quantize(CENT, rounding=ROUND_HALF_UP)


def to_centimes(amount: Decimal) -> int:
    return int(dirhams(amount) * 100)


def from_centimes(centimes: int) -> Decimal:
    return (Decimal(centimes) / 100).quantize(CENT)


def total(amounts) -> Decimal:
    return sum(amounts, ZERO)


def price_for(amount: Decimal, *, size: Decimal, reference: Decimal) -> Decimal:
    """What `reference` units cost when `size` of them cost `amount`: 250 g at 85 give 34 for 100 g."""
    return dirhams(amount * reference / size)


def format_money(amount: Decimal, *, currency: bool = True) -> str:
    """The amount in the active language: 1 234,50 DH, 1,234.50 DH, 1.234,50 درهم."""
    number = formats.number_format(dirhams(amount), decimal_pos=2, use_l10n=True, force_grouping=True)
    if not currency:
        return number
    # Translators: the abbreviation of dirhams, as in 1 234,50 DH.
    unit = pgettext("currency", "DH")
    return f"{number}\xa0{unit}"


class MoneyField(models.BigIntegerField):
    """An amount of dirhams, stored as whole centimes; Python sees a `Decimal` with two places."""

    description = gettext_lazy("Amount in dirhams")
    # For the type checker, which learns from these what may be set and what is read.
    _pyi_private_set_type: "Decimal | int | Combinable"  # type: ignore[assignment]
    _pyi_private_get_type: "Decimal"  # type: ignore[assignment]

    def from_db_value(self, value, expression, connection):
        return None if value is None else from_centimes(value)

    def to_python(self, value):
        if value is None or value == "":
            return None
        try:
            amount = dirhams(value)
        except (InvalidOperation, TypeError, ValueError) as error:
            raise ValidationError(_("Enter an amount in dirhams.")) from error
        if not amount.is_finite() or abs(amount) >= LIMIT:
            raise ValidationError(_("This amount is too large."))
        return amount

    def get_prep_value(self, value):
        if value is None or hasattr(value, "resolve_expression"):
            return value
        return to_centimes(value)

    def value_to_string(self, obj):
        return str(self.value_from_object(obj))

    @property
    def validators(self):
        return []  # those of BigIntegerField compare with the column's centimes; to_python keeps the bounds

    def formfield(self, **kwargs):
        return models.Field.formfield(
            self, form_class=forms.DecimalField, **{"max_digits": 9, "decimal_places": 2, "min_value": 0, **kwargs}
        )
