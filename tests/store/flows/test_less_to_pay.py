"""Too little came for an order, and then the buyer wants less of it."""

from decimal import Decimal

import pytest

from catalog.stock import actions as stock
from store.flows.cancel_by_hand import cancel_by_hand
from store.flows.invariants import check_invariants
from store.flows.reconcile import reconcile
from store.flows.tick import tick
from store.flows.transfer import transfer_of
from store.models import MoneyTask, OutboxMessage
from store.orders.reasons import CancelReason
from store.payments.bank import TaskKind
from store.statuses import Actor, PartStatus, PaymentStatus
from tests.factories import LotFactory, a_part, a_person, a_transfer, money_comes

from .banking import accounts, in_a_week, statuses, the_task

pytestmark = pytest.mark.django_db

D = Decimal


def wanted_less(*amounts: str, by=None):
    """Two parts of 205 dirhams, for which so much came; then the second is canceled."""
    order = a_transfer(LotFactory(), LotFactory())
    for amount in amounts:
        money_comes(order.number, amount, by=by)
    cancel_by_hand(order.parts.order_by("pk").last(), reason=CancelReason.CHANGED_MIND, actor=Actor.BUYER)
    order.refresh_from_db()
    return order


def test_what_came_pays_the_part_that_is_left_and_the_rest_is_owed_back():
    order = wanted_less("300,00", by=a_person("amal"))

    assert statuses(order) == [PartStatus.CONFIRMED, PartStatus.CANCELED]
    assert (order.payments.get().status, order.payments.get().amount) == (PaymentStatus.PAID, D(205))
    assert accounts() == {"bank": D(300), "due": D(-205), "refund": D(-95)}
    assert the_task() == (TaskKind.CANCELED_PART, D(95))
    assert MoneyTask.objects.get(done_at=None).owner == a_person("amal")
    assert check_invariants() == [] and reconcile() == []


def test_what_came_in_two_transfers_pays_it_too():
    order = wanted_less("100,00", "105,00")

    assert statuses(order) == [PartStatus.CONFIRMED, PartStatus.CANCELED]
    assert accounts() == {"bank": D(205), "due": D(-205), "refund": D(0)}
    assert not MoneyTask.objects.filter(done_at=None).exists()
    assert check_invariants() == [] and reconcile() == []


def test_the_buyer_and_the_cooperative_hear_of_it():
    order = wanted_less("300,00")

    part = order.parts.order_by("pk").first()
    assert OutboxMessage.objects.filter(kind="part_to_prepare", about_id=part.pk).count() == 1
    assert OutboxMessage.objects.filter(kind="transfer_received", recipient=order.email).count() == 2


def test_what_is_not_enough_still_waits_for_the_rest():
    order = wanted_less("200,00")

    assert statuses(order) == [PartStatus.PLACED, PartStatus.CANCELED]
    assert transfer_of(order).rest == D(5)

    money_comes(order.number, "5,00")

    assert statuses(order) == [PartStatus.CONFIRMED, PartStatus.CANCELED]
    assert check_invariants() == []


def test_what_is_paid_so_does_not_lapse():
    order = wanted_less("205,00")

    tick(in_a_week())

    assert statuses(order) == [PartStatus.CONFIRMED, PartStatus.CANCELED]
    assert check_invariants(in_a_week()) == []


def test_the_clock_cancels_the_parts_of_an_order_one_after_the_other_and_pays_none_of_them():
    order = a_transfer(LotFactory(), LotFactory())
    money_comes(order.number, "300,00")

    tick(in_a_week())

    assert statuses(order) == [PartStatus.CANCELED] * 2
    assert accounts() == {"bank": D(300), "due": D(0), "refund": D(-300)}
    assert check_invariants(in_a_week()) == []


def test_without_stock_for_what_is_left_it_is_canceled_and_the_money_stays_owed_back():
    gone = LotFactory(quantity=2)
    order = a_transfer(gone, LotFactory())
    money_comes(order.number, "300,00")
    stock.end_expired(now=in_a_week())  # the tick has ended the reservations and not yet the parts
    a_part(PartStatus.CONFIRMED, lot=gone)

    cancel_by_hand(order.parts.order_by("pk").last(), reason=CancelReason.CHANGED_MIND, actor=Actor.BUYER)

    assert statuses(order) == [PartStatus.CANCELED] * 2
    assert the_task() == (TaskKind.TOO_LITTLE, D(300))
    assert accounts()["refund"] == D(-300)
    assert check_invariants() == []


def test_the_last_part_that_is_canceled_leaves_all_that_came_owed_back():
    order = wanted_less("100,00")

    cancel_by_hand(order.parts.order_by("pk").first(), reason=CancelReason.CHANGED_MIND, actor=Actor.BUYER)

    assert statuses(order) == [PartStatus.CANCELED] * 2
    assert order.payments.get().status == PaymentStatus.EXPIRED
    assert accounts() == {"bank": D(100), "due": D(0), "refund": D(-100)}
    assert check_invariants() == []
