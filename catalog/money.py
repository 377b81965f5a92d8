"""Dirhams: the only arithmetic on prices.

An amount is a `Decimal` of dirhams (MAD), tax included, with two places, rounded half up. Columns hold whole centimes, so
that sums and CHECKs are exact on SQLite too.
"""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from babel.numbers import format_currency, format_decimal
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

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


def summed(amounts: str, **options) -> Coalesce:
    """The sum of a column of amounts in a query, nothing where there is no row; `options` are those of `Sum`."""
    return Coalesce(Sum(amounts, **options), 0, output_field=MoneyField())


def price_for(amount: Decimal, *, size: Decimal, reference: Decimal) -> Decimal:
    """What `reference` units cost when `size` of them cost `amount`: 250 g at 85 give 34 for 100 g."""
    return dirhams(amount * reference / size)


#: Language → (its locale, its pattern or None for the locale's own). Babel has no English of Morocco, and other English
#: ones put the code first.
_WRITTEN = {"fr": ("fr_MA", None), "ar": ("ar_MA", None), "en": ("en", "#,##0.00\xa0¤")}


def format_money(amount: Decimal, *, currency: bool = True) -> str:
    """The amount in the active language: 1 234,50 MAD, 1,234.50 MAD, 1.234,50 د.م."""
    locale, pattern = _WRITTEN[(get_language() or settings.LANGUAGE_CODE)[:2]]
    if not currency:
        return format_decimal(dirhams(amount), "#,##0.00", locale=locale)
    return _signed(format_currency(dirhams(amount), "MAD", pattern, locale=locale))


def _signed(written: str) -> str:
    """The minus stays before its number from right to left too, where it would be drawn behind it."""
    return written.replace("-", "\u200e-") if written.startswith("\u200f") else written


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
