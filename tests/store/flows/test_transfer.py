"""Orders paid by bank transfer, whose money comes as it should; and who may pay so."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from store.flows.cancel_part import cancel_part
from store.flows.fulfil_part import VERBS, NotPaid, confirm_part
from store.flows.invariants import check_invariants
from store.flows.place_order import NotPayableSo
from store.flows.tick import tick
from store.ledger.models import Holder
from store.ledger.queries import balance, lines_of
from store.models import CooperativeOrder, MoneyTask
from store.orders.reasons import CancelReason
from store.payments.bank import LineStatus
from store.payments.methods import CASH, TRANSFER
from store.statuses import Actor, PartStatus, PaymentStatus
from tests.factories import (
    CartFactory,
    LotFactory,
    a_part,
    a_transfer,
    a_zone,
    money_comes,
    place,
)

from .banking import accounts, in_a_week, statuses

pytestmark = pytest.mark.django_db

D = Decimal


def test_the_money_for_a_whole_order_confirms_every_part_and_keeps_its_stock():
    order = a_transfer(LotFactory(), LotFactory())

    line = money_comes(f"VIR RECU {order.number.replace('-', ' ').lower()}", "410,00")

    assert statuses(order) == [PartStatus.CONFIRMED] * 2
    payment = order.payments.get()
    assert (payment.status, payment.amount, payment.part) == (PaymentStatus.PAID, D(410), None)
    assert (line.status, line.payment) == (LineStatus.MATCHED, payment)
    assert accounts() == {"bank": D(410), "due": D(-410), "refund": D(0)}
    assert not MoneyTask.objects.exists()
    tick(in_a_week())
    assert statuses(order) == [PartStatus.CONFIRMED] * 2
    assert check_invariants(in_a_week()) == []


def test_the_sale_brings_what_came_in_advance_to_nothing_and_no_cash_is_collected():
    order = a_transfer()
    money_comes(order.number, "205,00")
    part = order.parts.get()

    for status in (PartStatus.PACKED, PartStatus.SHIPPED, PartStatus.DELIVERED):
        VERBS[status](part, actor=Actor.STAFF)

    assert accounts() == {"bank": D(205), "due": D(0), "refund": D(0)}
    assert balance(lines_of(Holder.COURIER)) == 0
    assert check_invariants() == []


def test_a_cooperative_hears_of_an_order_once_it_is_paid_and_the_buyer_too(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        order = a_transfer()
    cooperative = order.parts.get().cooperative.email
    assert cooperative not in [message.to[0] for message in mail.outbox]
    [received] = [message for message in mail.outbox if message.to == [order.email]]
    assert order.number in received.body and "999 480 0000 2026 1126 0001 43" in received.body
    mail.outbox.clear()

    with django_capture_on_commit_callbacks(execute=True):
        money_comes(order.number, "205,00")

    assert sorted(message.to[0] for message in mail.outbox) == sorted([order.email, cooperative])
    [paid] = [message for message in mail.outbox if message.to == [order.email]]
    assert "205,00" in paid.body


def test_an_order_that_waits_for_its_money_cannot_be_confirmed_by_telephone():
    part = a_transfer().parts.get()

    with pytest.raises(NotPaid):
        confirm_part(part, actor=Actor.STAFF)

    assert statuses(part.order) == [PartStatus.PLACED]


def test_money_for_an_order_of_which_a_part_was_canceled_is_less():
    order = a_transfer(LotFactory(), LotFactory())
    cancel_part(order.parts.first(), reason=CancelReason.CHANGED_MIND, actor=Actor.BUYER)
    assert order.payments.get().amount == D(205)
    assert check_invariants() == []

    money_comes(order.number, "205,00")

    assert statuses(order) == [PartStatus.CANCELED, PartStatus.CONFIRMED]
    assert not MoneyTask.objects.exists() and check_invariants() == []


def test_an_order_whose_last_part_is_canceled_expects_no_money():
    order = a_transfer(LotFactory(), LotFactory())
    for part in order.parts.all():
        cancel_part(part, reason=CancelReason.CHANGED_MIND, actor=Actor.BUYER)

    assert order.payments.get().status == PaymentStatus.EXPIRED
    assert check_invariants() == []


def test_the_deadline_is_the_evening_of_the_last_working_day(settings):
    settings.TRANSFER_DAYS = 3
    thursday = datetime(2026, 11, 26, 21, 0, tzinfo=ZoneInfo("Africa/Casablanca"))

    assert TRANSFER.deadline(thursday).isoformat()[:16] == "2026-12-01T23:59"
    assert a_transfer(now=thursday).parts.get().confirm_by == TRANSFER.deadline(thursday)


# -- The choice -------------------------------------------------------------------------------------------------------


def test_above_the_ceiling_of_its_zone_an_order_cannot_be_paid_in_cash():
    a_zone(cash_ceiling=D("204.99"))
    lot = LotFactory()

    with pytest.raises(NotPayableSo):
        place(CartFactory(lines=[(lot.variant, 2)]), method=CASH)

    assert not CooperativeOrder.objects.exists()
    assert a_transfer(lot).payments.get().method == "transfer"


def test_at_the_ceiling_an_order_can_be_paid_in_cash():
    a_zone(cash_ceiling=D("205.00"))
    assert a_part().payments.get().method == "cash"


def test_a_shop_without_a_rib_or_with_a_wrong_one_offers_no_transfer(settings):
    for rib in ("", "999480000020261126000144"):
        settings.BANK_RIB = rib
        with pytest.raises(NotPayableSo):
            a_transfer()
