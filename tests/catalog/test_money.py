from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Sum
from django.utils import translation

from catalog.models import Variant
from catalog.money import MoneyField, dirhams, format_money, from_centimes, price_for, to_centimes, total
from tests.factories import VariantFactory


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [("1.005", "1.01"), ("1.004", "1.00"), ("2.675", "2.68"), ("-1.005", "-1.01"), (7, "7.00")],
)
def test_amounts_are_rounded_half_up_to_the_centime(amount, rounded):
    assert dirhams(amount) == Decimal(rounded)
    assert str(dirhams(amount)) == rounded


def test_a_float_is_refused():
    with pytest.raises(TypeError):
        dirhams(0.1)


@pytest.mark.parametrize("centimes", [0, 1, 99, 8500, 999_999_999])
def test_centimes_come_back_as_they_went(centimes):
    assert to_centimes(from_centimes(centimes)) == centimes


def test_a_total_of_nothing_is_zero_with_two_places():
    assert str(total([])) == "0.00"


def test_the_price_for_100_g_follows_from_the_price_of_the_jar():
    assert price_for(Decimal("85.00"), size=Decimal(250), reference=Decimal(100)) == Decimal("34.00")
    assert price_for(Decimal("10.00"), size=Decimal(30), reference=Decimal(100)) == Decimal("33.33")


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("fr", "1\u202f234,50\xa0MAD"),
        ("ar", "\u200f1.234,50\xa0د.م.\u200f"),
        ("en", "1,234.50\xa0MAD"),
    ],
)
def test_an_amount_is_written_as_its_language_writes_it_in_morocco(language, written):
    with translation.override(language):
        assert format_money(Decimal("1234.5")) == written


def test_the_minus_stays_before_its_number_in_arabic():
    with translation.override("ar"):
        assert format_money(Decimal("-80")) == "\u200f\u200e-80,00\xa0د.م.\u200f"


def test_an_amount_without_its_currency_has_two_places():
    with translation.override("ar"):
        assert format_money(Decimal("1234.5"), currency=False) == "1.234,50"


@pytest.mark.django_db
def test_a_price_is_stored_in_centimes_and_read_in_dirhams():
    variant = VariantFactory(price=Decimal("85.10"))

    assert Variant.objects.get(price=Decimal("85.10")) == variant
    assert str(Variant.objects.get().price) == "85.10"
    assert Variant.objects.aggregate(Sum("price")) == {"price__sum": Decimal("85.10")}
    assert list(Variant.objects.filter(price__lt=Decimal("85.10"))) == []
    assert list(Variant.objects.filter(price__gte=Decimal("85.10"))) == [variant]


@pytest.mark.parametrize("nonsense", ["many", "1e9", "NaN", "Infinity", 0.5, [1]])
def test_what_is_no_amount_is_refused_with_a_message(nonsense):
    with pytest.raises(ValidationError):
        MoneyField().to_python(nonsense)


def test_a_form_refuses_a_negative_price_and_a_third_place():
    field = MoneyField().formfield()

    assert field.clean("85.10") == Decimal("85.10")
    for refused in ("-1", "1.005"):
        with pytest.raises(ValidationError):
            field.clean(refused)
