"""What a provider kept of a payment is told to buyer and cooperatives alike, to the centime, whoever bears it."""

from decimal import Decimal as D

import pytest

from store.flows.cancel_part import cancel_part
from store.flows.cards.look import look_at
from store.flows.cards.watch import watch
from store.flows.fulfil_part import deliver_part, pack_part, ship_part
from store.flows.receipt import receipt_of
from store.flows.statement import rows_of
from store.models import Order, PaymentOption
from store.orders.reasons import CancelReason
from store.statuses import Actor
from tests.factories import CourierFactory, LotFactory, a_rate
from tests.factories.cards import a_card_order, begun, sound

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(provider) -> Order:
    """Of two cooperatives, 170 and 35 dirhams each, of which the provider kept 10.01."""
    a_rate(80)
    provider.fee = D("10.01")
    return a_card_order(LotFactory(), LotFactory())


def paid(order: Order, provider) -> Order:
    attempt = begun(order)
    provider.pay(attempt)
    look_at(attempt)
    return Order.objects.get(pk=order.pk)


def told(order: Order) -> list[tuple[str, D]]:
    """The receipt: where the money goes, beside the names of the cooperatives."""
    receipt = receipt_of(order, order.parts.order_by("pk"))
    assert sum(row.amount for row in receipt.rows) == receipt.total
    assert sum(row.width for row in receipt.rows) == 1000
    return [(row.accent, row.amount) for row in receipt.rows]


def fees_of(order: Order) -> list[list[tuple[D, D]]]:
    """By part, what its cooperative's statement says of fees: the column, and what it is owed by it."""
    parts = order.parts.order_by("pk")
    return [[(row.other, row.amount) for row in rows_of(part.cooperative) if row.act == "fee"] for part in parts]


def shares(order: Order, first: str, second: str, platform: str) -> list[tuple[str, D]]:
    one, other = (f"accent-{part.cooperative.accent}" for part in order.parts.order_by("pk"))
    return [
        (one, D(first)), (other, D(second)), ("receipt__delivery", D(70)), ("receipt__platform", D(platform)),
        ("receipt__tax", D(0)), ("receipt__fee", D("10.01")),
    ]  # fmt: skip


def test_a_fee_that_the_platform_bears_is_less_for_the_running_of_the_shop(order, provider):
    order = paid(order, provider)

    assert told(order) == shares(order, "156.40", "156.40", "17.19")
    for part in order.parts.all():
        to_the_door(part)
    assert told(order) == shares(order, "156.40", "156.40", "17.19")
    assert fees_of(order) == [[], []]
    sound()


def test_a_fee_that_cooperatives_bear_is_less_for_each_and_a_line_of_its_statement(order, provider):
    PaymentOption.objects.create(method="stripe", bearer="cooperative")
    order = paid(order, provider)

    assert told(order) == shares(order, "151.40", "151.39", "27.20")
    for part in order.parts.all():
        to_the_door(part)
    assert told(order) == shares(order, "151.40", "151.39", "27.20")
    assert fees_of(order) == [[(D("-5.00"), D("-5.00"))], [(D("-5.01"), D("-5.01"))]]
    assert [sum(row.amount for row in rows_of(part.cooperative)) for part in order.parts.order_by("pk")] == [
        D("151.40"), D("151.39"),
    ]  # fmt: skip
    sound()


def test_what_goes_back_leaves_the_fee_where_it_was(order, provider):
    """Providers keep it of what they give back."""
    order = paid(order, provider)
    cancel_part(order.parts.order_by("pk")[1], reason=CancelReason.OUT_OF_STOCK, actor=Actor.STAFF)
    watch()
    order = Order.objects.get(pk=order.pk)

    assert dict(told(order))["receipt__fee"] == D("10.01")
    assert receipt_of(order, order.parts.order_by("pk")).total == D(205)
    sound()


def to_the_door(part) -> None:
    """What was paid is confirmed; it goes on from there."""
    pack_part(part, actor=Actor.STAFF)
    ship_part(part, actor=Actor.STAFF, courier=CourierFactory())
    deliver_part(part, actor=Actor.STAFF)
