"""What was paid in advance goes back like what was paid at the door, and a voucher goes with its order."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from store.flows.cancel_part import cancel_part
from store.flows.fulfil_part import VERBS
from store.flows.give_back import money_of, return_lines
from store.flows.invariants import check_invariants
from store.flows.refunds import TooMuch, approve_refund, ask_refund, give_rib, pay_refund, seal
from store.flows.tick import tick
from store.ledger.models import Holder, Kind
from store.ledger.queries import balance, lines_of
from store.models import MoneyTask, Voucher
from store.orders.reasons import CancelReason
from store.payments.methods import TRANSFER
from store.refunds.models import RefundWay
from store.statuses import Actor, PartStatus
from tests.factories import CartFactory, LotFactory, a_person, a_rib, a_transfer, a_voucher, money_comes, place

from .banking import statuses

pytestmark = pytest.mark.django_db

D = Decimal


def pay_back(refund) -> None:
    approve_refund(refund, seen=seal(refund), by=a_person("amal"))
    pay_refund(refund, reference="VIR 7", by=a_person("badr"))


def owed_to_buyers() -> Decimal:
    return balance(lines_of(Holder.BUYER, Kind.REFUND_DUE))


def test_a_canceled_part_that_was_paid_in_advance_is_paid_back_to_a_rib_and_its_task_is_done():
    order = a_transfer(LotFactory(), LotFactory())
    money_comes(order.number, "410,00")
    part = order.parts.first()
    cancel_part(part, reason=CancelReason.CHANGED_MIND, actor=Actor.STAFF)
    assert money_of(part).refundable == D(205) and MoneyTask.objects.filter(done_at=None).count() == 1

    [refund] = give_rib(order, a_rib())
    pay_back(refund)

    assert owed_to_buyers() == 0
    assert not MoneyTask.objects.filter(done_at=None).exists()
    assert check_invariants() == []


def test_what_is_paid_back_in_two_refunds_ends_its_task_with_the_second():
    order = a_transfer()
    money_comes(order.number, "205,00")
    part = order.parts.get()
    cancel_part(part, reason=CancelReason.CHANGED_MIND, actor=Actor.STAFF)

    for amount, still_open in ((D(100), 1), (D(105), 0)):
        refund = ask_refund(part, amount, way=RefundWay.CASH, key=f"of {amount}", actor=Actor.STAFF)
        pay_back(refund)
        assert MoneyTask.objects.filter(done_at=None).count() == still_open

    assert check_invariants() == []


def test_of_two_parts_that_one_transfer_paid_each_refund_gives_back_its_own():
    order = a_transfer(LotFactory(), LotFactory())
    money_comes(order.number, "410,00")
    for part in order.parts.all():
        cancel_part(part, reason=CancelReason.CHANGED_MIND, actor=Actor.STAFF)

    first, second = give_rib(order, a_rib())
    pay_back(first)

    assert (owed_to_buyers(), balance(lines_of(Holder.BANK))) == (D(-205), D(205))
    assert money_of(second.part).refundable == D(205)
    pay_back(second)
    assert (owed_to_buyers(), balance(lines_of(Holder.BANK))) == (0, 0)
    assert check_invariants() == []


def test_units_of_a_delivered_transfer_come_back_and_no_more_than_their_price_goes_back():
    order = a_transfer()
    money_comes(order.number, "205,00")
    part = order.parts.get()
    part.refresh_from_db()
    for status in (PartStatus.PACKED, PartStatus.SHIPPED, PartStatus.DELIVERED):
        VERBS[status](part, actor=Actor.STAFF)
    return_lines(part, {part.lines.get().pk: 1}, key="k", actor=Actor.STAFF, restocked={})

    with pytest.raises(TooMuch):
        ask_refund(part, D("85.01"), way=RefundWay.CASH, key="too-much", actor=Actor.STAFF)
    pay_back(ask_refund(part, D("85.00"), way=RefundWay.CASH, key="right", actor=Actor.STAFF, by=a_person("amal")))

    assert owed_to_buyers() == 0
    assert check_invariants() == []


def a_cheaper_transfer_that_lapsed():
    """Ten percent off 170 dirhams, not paid in time: its voucher went back."""
    lot = LotFactory()
    cart = CartFactory(lines=[(lot.variant, 2)], voucher=a_voucher(limit=1))
    order = place(cart, method=TRANSFER, now=timezone.now() - timedelta(days=20))
    tick()
    assert statuses(order) == [PartStatus.CANCELED]
    assert Voucher.objects.get().used == 0
    return order


def test_an_order_that_is_paid_late_takes_its_voucher_again():
    order = a_cheaper_transfer_that_lapsed()

    money_comes(order.number, str(order.total))

    assert statuses(order) == [PartStatus.CONFIRMED] and Voucher.objects.get().used == 1
    assert check_invariants() == []


def test_an_order_that_is_paid_late_is_owed_back_where_somebody_else_used_the_voucher():
    order = a_cheaper_transfer_that_lapsed()
    place(CartFactory(lines=[(LotFactory().variant, 2)], voucher=Voucher.objects.get()))

    money_comes(order.number, str(order.total))

    assert statuses(order) == [PartStatus.CANCELED] and Voucher.objects.get().used == 1
    assert owed_to_buyers() == -order.total and MoneyTask.objects.filter(done_at=None).count() == 1
