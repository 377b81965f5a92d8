"""A cooperative's month, line by line to the order: it reads the ledger and says the same, to the centime."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from catalog.models import TaxStatus
from store.flows.balances import balances, sum_of
from store.flows.fulfil_part import fail_part, return_part
from store.flows.month import Month
from store.flows.statement import act_label, rows_of, statement_of
from store.ledger.actions import Account, write
from store.ledger.models import Act, Holder, Kind
from store.ledger.queries import owed_to_cooperative
from store.statuses import Actor, DiscountBearer, PartStatus, ShipmentStatus
from tests.factories import (
    CartFactory,
    CooperativeFactory,
    CourierFactory,
    LotFactory,
    a_part,
    a_rate,
    advance,
    book_in,
    last_month,
    place,
)

pytestmark = pytest.mark.django_db

D = Decimal


def this_month() -> Month:
    return Month.of(timezone.localdate())


def told(statement) -> list[tuple]:
    return [
        (row.act, row.goods, row.commission, row.delivery, row.cash, row.other, row.amount) for row in statement.rows
    ]


# -- Months -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2026-11", Month(2026, 11)), ("2026-13", None), ("2026-1", None), ("", None), ("٢٠٢٦-١١", None), ("2026-11-01", None),
        ("9999-12", None),
    ],
)  # fmt: skip
def test_a_month_is_read_as_it_is_written_and_nothing_else_is(text, month):
    assert Month.named(text) == month
    assert month is None or str(month) == text


def test_a_year_turns_both_ways_and_a_month_ends_with_its_last_day():
    december = Month(2026, 12)

    assert december.next == Month(2027, 1) and december.next.previous == december
    assert (december.first, december.last) == (date(2026, 12, 1), date(2026, 12, 31))
    assert not december.is_over(date(2026, 12, 31)) and december.is_over(date(2027, 1, 1))


def test_a_month_has_its_name_in_each_language():
    names = []
    for language in ("fr", "ar", "en"):
        with translation.override(language):
            names.append(Month(2026, 8).label)

    assert names == ["août 2026", "غشت 2026", "August 2026"]


# -- Rows -------------------------------------------------------------------------------------------------------------


def test_a_sale_by_courier_is_one_row_with_its_order_and_its_goods():
    a_rate(80)
    lot = LotFactory(variant__product__name_fr="Miel de thym")
    part = a_part(PartStatus.DELIVERED, lot=lot, courier=CourierFactory())

    statement = statement_of(part.cooperative, this_month())

    [row] = statement.rows
    assert (row.on, row.number, row.what) == (timezone.localdate(), part.order.number, "2 × Miel de thym 250\xa0g")
    assert told(statement) == [("sale", D("170.00"), D("13.60"), D(0), D(0), D(0), D("156.40"))]
    assert (statement.opening, statement.closing, statement.cash_held) == (D(0), D("156.40"), D(0))


def test_what_a_cooperative_brings_itself_earns_it_the_delivery_and_its_cash_is_taken_off():
    a_rate(80)
    part = a_part(PartStatus.DELIVERED)

    statement = statement_of(part.cooperative, this_month())

    assert told(statement) == [
        ("sale", D("170.00"), D("13.60"), D("35.00"), D(0), D(0), D("191.40")),
        ("collected", D(0), D(0), D(0), D("205.00"), D(0), D("-205.00")),
    ]
    assert (statement.closing, statement.cash_held) == (D("-13.60"), D("205.00"))


def test_tax_is_told_within_the_goods_and_counted_once():
    lot = LotFactory()
    cooperative = lot.variant.product.sale.cooperative
    TaxStatus.objects.create(cooperative=cooperative, since="2026-01-01", is_taxable=True)
    a_part(PartStatus.DELIVERED, lot=lot, courier=CourierFactory())

    statement = statement_of(cooperative, this_month())

    assert (statement.totals.goods, statement.totals.tax, statement.closing) == (D("170.00"), D("28.33"), D("170.00"))


def test_what_came_back_takes_back_every_share_and_names_the_goods():
    a_rate(80)
    part = a_part(PartStatus.DELIVERED, lot=LotFactory(variant__product__name_fr="Huile"), courier=CourierFactory())
    return_part(part, actor=Actor.STAFF)

    sale, back = statement_of(part.cooperative, this_month()).rows

    assert (back.act, back.what, back.goods, back.commission) == (
        "return",
        "2 × Huile 250\xa0g",
        D("-170.00"),
        D("-13.60"),
    )
    assert sale.amount + back.amount == 0


def test_a_parcel_carried_in_vain_that_the_cooperative_bears_is_a_row_below_zero():
    part = a_part(PartStatus.SHIPPED, courier=CourierFactory())
    fail_part(
        part,
        ShipmentStatus.REFUSED,
        actor=Actor.STAFF,
        price=D(15),
        bearer=DiscountBearer.COOPERATIVE,
        because="Trop tard",
    )

    [row] = statement_of(part.cooperative, this_month()).rows

    assert (row.act, row.what, row.delivery, row.amount) == ("carried_in_vain", "Trop tard", D("-15.00"), D("-15.00"))


def test_an_act_that_nobody_foresaw_has_a_row_with_its_label_and_the_sum_stays_right():
    cooperative = CooperativeFactory()
    legs = [
        (Account(Holder.COOPERATIVE, Kind.REFUND_DUE, cooperative.pk), D(7)),
        (Account(Holder.BANK, Kind.CASH), D(-7)),
    ]
    write(Act.DIFFERENCE, "odd:1", legs, because="Une lampe cassée")

    statement = statement_of(cooperative, this_month())

    [row] = statement.rows
    assert (row.label, row.number, row.what, row.other) == ("écart", "", "Une lampe cassée", D("-7.00"))
    assert act_label("something_new") == "something_new"
    assert statement.closing == D("-7.00") == owed_to_cooperative(cooperative.pk)


def test_two_lines_that_came_back_on_one_day_are_one_row_of_their_order():
    lot = LotFactory()
    other = LotFactory(variant__product=lot.variant.product, variant__size=500)
    part = place(CartFactory(lines=[(lot.variant, 1), (other.variant, 2)])).parts.get()
    advance(part, PartStatus.DELIVERED, courier=CourierFactory())
    return_part(part, actor=Actor.STAFF)

    rows = statement_of(part.cooperative, this_month()).rows

    assert [row.act for row in rows] == ["sale", "return"]
    assert rows[0].what.count("×") == rows[1].what.count("×") == 2


# -- Months in a row --------------------------------------------------------------------------------------------------


def test_the_balance_is_carried_from_month_to_month():
    lot = LotFactory()
    a_part(PartStatus.DELIVERED, lot=lot, courier=CourierFactory())
    before = book_in(last_month())
    part = a_part(PartStatus.DELIVERED, lot=lot, courier=CourierFactory())

    first, second = statement_of(part.cooperative, before), statement_of(part.cooperative, this_month())

    assert (first.opening, first.closing) == (D(0), D("170.00"))
    assert (second.opening, second.closing) == (D("170.00"), D("340.00"))
    assert len(first.rows) == len(second.rows) == 1


def test_the_last_moment_of_a_month_is_in_it_and_the_first_of_the_next_is_not():
    part = a_part(PartStatus.DELIVERED, courier=CourierFactory())
    month = this_month()
    entry = part.ledger_entries.filter(act="sale")
    for moment, inside in ((month.begins, 1), (month.ends, 0)):
        entry.update(at=moment)
        assert len(statement_of(part.cooperative, month).rows) == inside


def test_another_cooperative_s_rows_are_not_told():
    a_part(PartStatus.DELIVERED)
    assert rows_of(CooperativeFactory()) == []


def test_a_statement_asks_as_much_for_many_orders_as_for_one():
    def queries(cooperative) -> int:
        with CaptureQueriesContext(connection) as asked:
            statement_of(cooperative, this_month())
        return len(asked)

    lot = LotFactory(quantity=50)
    part = a_part(PartStatus.DELIVERED, lot=lot)
    return_part(part, actor=Actor.STAFF)
    with_one = queries(part.cooperative)
    for _ in range(3):
        return_part(a_part(PartStatus.DELIVERED, lot=lot), actor=Actor.STAFF)

    assert queries(part.cooperative) == with_one


def test_the_list_of_all_says_what_each_statement_says_in_a_fixed_number_of_queries(django_assert_num_queries):
    a_part(PartStatus.DELIVERED, courier=CourierFactory())
    a_part(PartStatus.DELIVERED)
    before = book_in(last_month())
    a_part(PartStatus.DELIVERED)
    CooperativeFactory()

    for month in (before, this_month()):
        with django_assert_num_queries(3):
            rows = balances(month)
        statements = [statement_of(row.cooperative, month) for row in rows]
        assert [(row.opening, row.closing) for row in rows] == [(its.opening, its.closing) for its in statements]
        assert sum_of(rows).closing == sum(its.closing for its in statements)
