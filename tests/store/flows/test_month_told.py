"""The month of a cooperative: its orders, units and lots, beside the statement of its books, to the centime."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import StockMovement
from catalog.stock import actions as stock
from store.flows.fulfil_part import return_part
from store.flows.month import Month
from store.flows.month_told import month_told
from store.statuses import Actor, DiscountBearer, PartStatus
from tests.factories import (
    CartFactory,
    CooperativeFactory,
    LotFactory,
    a_debt,
    a_part,
    a_rate,
    a_voucher,
    advance,
    book_in,
    last_month,
    place,
)

pytestmark = pytest.mark.django_db

D = Decimal


def this_month() -> Month:
    return Month.of(timezone.localdate())


def told(cooperative, month: Month | None = None):
    return month_told(cooperative, month or this_month())


def lots_of(it) -> list[tuple]:
    return [(row.lot.code, row.received, row.shipped, row.returned, row.adjusted, row.left) for row in it.lots]


def test_orders_count_in_the_month_in_which_they_were_placed_delivered_returned_or_canceled():
    lot = LotFactory(quantity=50)
    for status in (PartStatus.PLACED, PartStatus.DELIVERED, PartStatus.RETURNED, PartStatus.CANCELED):
        a_part(status, lot=lot)
    its = told(lot.cooperative).orders
    assert (its.placed, its.worth, its.delivered, its.returned, its.canceled) == (4, D("820.00"), 1, 1, 1)
    assert told(lot.cooperative, last_month()).orders.is_empty


@pytest.mark.parametrize("bearer", [None, DiscountBearer.PLATFORM, DiscountBearer.COOPERATIVE])
def test_what_was_sold_adds_up_to_the_goods_of_the_statement(bearer):
    a_rate(80)
    cooperative = CooperativeFactory()
    lots = [LotFactory(quantity=50, variant__product__sale__cooperative=cooperative) for _ in range(2)]
    voucher = a_voucher(percent=13, bearer=bearer) if bearer else None
    cart = CartFactory(lines=[(lots[0].variant, 3), (lots[1].variant, 2)], voucher=voucher)
    sold = advance(place(cart).parts.get(), PartStatus.DELIVERED)
    assert bool(sold.discount) == bool(bearer)
    a_debt(sold, 2)
    a_part(PartStatus.DELIVERED, lot=lots[0], quantity=4)
    a_part(PartStatus.RETURNED, lot=lots[0], quantity=1)  # refused at the door: never sold

    its = told(cooperative)

    assert sorted((row.sold, row.back) for row in its.products) == [(2, 0), (7, 2)]
    assert its.goods == its.statement.totals.goods > 0
    assert its.statement.closing == its.statement.opening + its.statement.totals.amount


def test_what_comes_back_in_a_later_month_is_taken_off_that_month():
    part = a_part(PartStatus.DELIVERED)
    book_in(last_month())
    a_debt(part, 1)
    before, now = told(part.cooperative, last_month()), told(part.cooperative)
    assert [(row.sold, row.back, row.goods) for row in before.products] == [(2, 0, D("170.00"))]
    assert [(row.sold, row.back, row.goods) for row in now.products] == [(0, 1, D("-85.00"))]
    for month in (before, now):
        assert month.goods == month.statement.totals.goods


def test_without_the_look_at_who_bears_a_discount_the_two_disagree(monkeypatch):
    """The control of the tests above."""
    a_rate(80)
    lot = LotFactory()
    voucher = a_voucher(percent=13, bearer=DiscountBearer.COOPERATIVE)
    advance(place(CartFactory(lines=[(lot.variant, 3)], voucher=voucher)).parts.get(), PartStatus.DELIVERED)
    assert (its := told(lot.cooperative)).goods == its.statement.totals.goods
    monkeypatch.setattr("store.flows.month_told._goods", lambda line, rows: sum(row.amount for row in rows))
    assert (its := told(lot.cooperative)).goods != its.statement.totals.goods


def test_each_lot_tells_what_came_in_left_came_back_was_corrected_and_is_left():
    lot = LotFactory(code="L1", quantity=20)
    stock.adjust(lot, -2, reason="Cassés")
    part = a_part(PartStatus.SHIPPED, lot=lot, quantity=5)
    line = part.lines.get()
    return_part(part, actor=Actor.STAFF, restocked={line.pk: 3})
    assert lots_of(told(lot.cooperative)) == [("L1", 20, 5, 3, -2, 16)]


def test_a_month_that_is_over_tells_the_stock_at_its_end():
    lot = LotFactory(code="L1", quantity=20)
    StockMovement.objects.update(at=this_month().begins - timedelta(days=3))
    a_part(PartStatus.SHIPPED, lot=lot, quantity=5)
    assert lots_of(told(lot.cooperative, last_month())) == [("L1", 20, 0, 0, 0, 20)]
    assert lots_of(told(lot.cooperative)) == [("L1", 0, 5, 0, 0, 15)]


def test_a_month_without_anything_says_so():
    assert told(CooperativeFactory()).is_empty


def test_a_month_asks_as_little_for_many_orders_as_for_one():
    lot = LotFactory(quantity=100)
    counts = []
    for _turn in range(2):
        for _number in range(3):
            a_debt(a_part(PartStatus.DELIVERED, lot=lot, quantity=1))
            LotFactory(variant__product__sale__cooperative=lot.cooperative)
        with CaptureQueriesContext(connection) as asked:
            told(lot.cooperative)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 20
