"""Codes as people write them, what a voucher takes off, and why it does not."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import Category
from store.models import Voucher
from store.vouchers.codes import fold_code
from store.vouchers.queries import refusal_of, voucher_called
from store.vouchers.refusals import Why
from tests.factories import CooperativeFactory, a_voucher, place
from tests.factories.catalog import LotFactory
from tests.factories.store import CartFactory, a_contact

D = Decimal
TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    "typed", ["MIEL20", "miel20", " Miel 20 ", "mi-el–20", "miel_20", "MIEL٢٠", "miel２０", "ｍｉｅｌ20"]
)
def test_a_code_is_the_same_however_it_is_written(typed):
    assert fold_code(typed) == "MIEL20"


@given(st.text(alphabet="aZé ـأ-_٣3٤.ç\0", max_size=80))
def test_a_folded_code_is_folded(typed):
    assert fold_code(fold_code(typed)) == fold_code(typed)


@pytest.mark.django_db
def test_a_voucher_is_found_by_its_code_and_nothing_else_is():
    voucher = a_voucher("Bien-venue 20")

    assert voucher_called("bienvenue ٢٠") == voucher
    for typed in ("", "  ", "\0", "bienvenue", "x" * 10_000, "%", "bienvenue20" * 20):
        assert voucher_called(typed) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        {"percent": None},
        {"percent": 0},
        {"percent": 101},
        {"amount": D("0.00")},
        {"code": " - "},
        {"minimum": D("-1.00")},
        {"bearer": "nobody"},
        {"limit": 2, "used": 3},
        {"begins_on": TODAY, "ends_on": TODAY - timedelta(days=1)},
    ],
)
def test_the_database_refuses_a_voucher_that_makes_no_sense(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        a_voucher(**fields)


@pytest.mark.django_db
def test_the_database_refuses_an_amount_and_a_percent_at_once():
    with pytest.raises(IntegrityError), transaction.atomic():
        Voucher.objects.create(code="A", percent=10, amount=D("10.00"))


@pytest.mark.parametrize(
    ("voucher", "goods", "off"),
    [
        (Voucher(percent=10), "85.00", "8.50"),
        (Voucher(percent=10), "0.05", "0.01"),
        (Voucher(percent=100), "85.00", "85.00"),
        (Voucher(amount=D("50.00")), "85.00", "50.00"),
        (Voucher(amount=D("50.00")), "40.00", "40.00"),
        (Voucher(amount=D("50.00")), "0.00", "0.00"),
    ],
)
def test_what_a_voucher_takes_off(voucher, goods, off):
    assert voucher.discount_on(D(goods)) == D(off)


@pytest.mark.django_db
def test_a_voucher_is_for_its_cooperative_and_for_its_shelf_with_those_inside():
    mine, other = CooperativeFactory(), CooperativeFactory()
    honeys = Category.objects.create(slug="miels", name_fr="Miels")
    rare = Category.objects.create(slug="miels-rares", name_fr="Miels rares", parent=honeys)
    oils = Category.objects.create(slug="huiles", name_fr="Huiles")

    def fits(voucher: Voucher) -> list[tuple]:
        return [
            (cooperative, category)
            for cooperative in (mine, other)
            for category in (honeys, rare, oils)
            if voucher.is_for(cooperative_id=cooperative.pk, category=category)
        ]

    assert len(fits(Voucher())) == 6
    assert fits(Voucher(cooperative=mine)) == [(mine, honeys), (mine, rare), (mine, oils)]
    assert fits(Voucher(category=honeys)) == [(mine, honeys), (mine, rare), (other, honeys), (other, rare)]
    assert fits(Voucher(category=rare, cooperative=other)) == [(other, rare)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "why", "said"),
    [
        ({"is_active": False}, Why.OVER, "This code is no longer valid."),
        ({"ends_on": TODAY - timedelta(days=1)}, Why.OVER, "This code is no longer valid."),
        ({"begins_on": date(2026, 11, 21)}, Why.NOT_YET, "This code can be used from 21 November 2026 on."),
        ({"limit": 2, "used": 2}, Why.USED_UP, "This code has been used as often as it may."),
        (
            {"minimum": D("100.00")},
            Why.MINIMUM,
            "This code needs 100.00\xa0MAD of goods: 15.50\xa0MAD are missing.",
        ),
    ],
)
def test_who_is_refused_is_told_why(fields, why, said):
    refused = refusal_of(a_voucher(**fields), goods=D("84.50"), on=TODAY)

    assert refused.why == why
    with translation.override("en"):
        assert str(refused) == said


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        {"ends_on": TODAY},
        {"begins_on": TODAY},
        {"limit": 2, "used": 1},
        {"minimum": D("84.50")},
        {"limit_per_phone": 1},
    ],
)
def test_the_last_day_the_last_use_and_the_very_minimum_are_enough(fields):
    assert refusal_of(a_voucher(**fields), goods=D("84.50"), on=TODAY) is None


@pytest.mark.django_db
def test_goods_that_it_is_not_for_are_told_with_those_that_it_is_for():
    mine = CooperativeFactory(name_fr="La ruche", name_en="The hive")
    refused = refusal_of(a_voucher(cooperative=mine), goods=D("0.00"), on=TODAY)

    with translation.override("en"):
        assert str(refused) == "This code is for other goods: The hive."


@pytest.mark.django_db
def test_one_telephone_uses_it_as_often_as_it_may_however_its_number_is_written():
    voucher, variant = a_voucher(limit_per_phone=1), LotFactory().variant
    place(CartFactory(lines=[(variant, 1)], voucher=voucher), contact=a_contact(phone="+212611111111"))

    def refused(phone):
        return refusal_of(voucher, goods=D("85.00"), on=timezone.localdate(), phone=phone)

    assert refused("+212611111111").why == Why.PHONE
    assert refused("+212611111112") is None
    assert refused(None) is None
