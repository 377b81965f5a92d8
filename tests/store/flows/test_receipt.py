"""Of what the buyer pays, who gets how much: it adds up to the centime, before and after."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.flows.fulfil_part import return_part
from store.flows.receipt import WIDTH, Row, fill_bar, receipt_of
from store.ledger.models import LedgerEntry
from store.models import Order
from store.orders.queries import with_parts
from store.statuses import Actor, PartStatus
from tests.factories import CartFactory, CourierFactory, LotFactory, a_part, a_rate, advance, place

D = Decimal


def receipt(order: Order):
    order = with_parts(Order.objects).get(pk=order.pk)
    return receipt_of(order, order.parts.all())


def amounts(order: Order) -> list[Decimal]:
    return [row.amount for row in receipt(order).rows]


@pytest.mark.django_db
def test_an_order_of_two_cooperatives_says_what_each_will_get():
    a_rate(80)
    order = place(CartFactory(lines=[(LotFactory().variant, 1), (LotFactory().variant, 2)]))

    assert amounts(order) == [D("78.20"), D("156.40"), D("70.00"), D("20.40"), D(0)]
    assert receipt(order).total == order.total
    assert receipt(order).is_expected


@pytest.mark.django_db
def test_it_says_the_same_once_it_is_in_the_books():
    a_rate(80)
    order = place(CartFactory(lines=[(LotFactory().variant, 1), (LotFactory().variant, 2)]))
    before = amounts(order)

    for part in order.parts.all():
        advance(part, PartStatus.DELIVERED, courier=CourierFactory())

    assert LedgerEntry.objects.filter(act="sale").count() == 2
    assert amounts(order) == before
    assert not receipt(order).is_expected


@pytest.mark.django_db
def test_a_part_that_is_canceled_or_was_refused_costs_nothing():
    for status in (PartStatus.CANCELED, PartStatus.RETURNED):
        assert receipt(a_part(status).order).total == 0


@pytest.mark.django_db
def test_it_follows_what_came_back():
    part = a_part(PartStatus.DELIVERED)

    return_part(part, actor=Actor.STAFF)

    assert amounts(part.order) == [D(0), D("35.00"), D(0), D(0)]


@given(st.lists(st.integers(-500, 100_000), min_size=1, max_size=7))
def test_the_pieces_of_the_bar_fill_it(centimes):
    rows = [Row("", D(amount) / 100, "") for amount in centimes]

    fill_bar(rows)

    assert sum(row.width for row in rows) == (WIDTH if any(amount > 0 for amount in centimes) else 0)
    assert all(row.width >= 0 for row in rows)
