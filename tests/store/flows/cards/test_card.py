"""An order paid by card: once, whatever the network does."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.utils import timezone

from store.flows.cancel_part import cancel_part
from store.flows.cards.apply import apply
from store.flows.cards.contested import Bearer, StillDisputed, bear
from store.flows.cards.events import apply_due, keep_event
from store.flows.cards.look import look_at
from store.flows.cards.start import MoneyUnderWay, NothingToPay, start_card
from store.flows.cards.watch import catch_up, watch
from store.flows.change_method import NoLongerOpen, change_method
from store.flows.give_back import money_of
from store.flows.tick import lapse_unconfirmed, tick
from store.models import (
    CardRefund,
    Dispute,
    LedgerEntry,
    MoneyTask,
    Order,
    OutboxMessage,
    PaymentAttempt,
    PaymentEvent,
    PaymentOption,
    Refund,
)
from store.orders.reasons import CancelReason
from store.payments.bank import TaskKind
from store.payments.methods import CASH, STRIPE, TRANSFER
from store.payments.providers.base import DisputeTold, ProviderDown, RefundTold
from store.statuses import Actor, AttemptStatus, PartStatus, PaymentStatus, RefundStatus
from tests.factories import CartFactory, LotFactory, place
from tests.factories.cards import a_card_order, begun, long_after, sound

pytestmark = pytest.mark.django_db


def test_a_card_order_is_paid_and_its_parts_go_on_once(provider):
    order = a_card_order()
    attempt = begun(order)
    assert start_card(order).attempt == attempt  # the same page again
    provider.pay(attempt)
    for _again in range(3):
        look_at(attempt)
    attempt.refresh_from_db()
    assert attempt.status == AttemptStatus.PAID
    assert order.payments.get().status == PaymentStatus.PAID
    assert order.parts.get().status == PartStatus.CONFIRMED
    assert OutboxMessage.objects.filter(kind="card_paid").count() == 1
    with pytest.raises(NothingToPay):
        start_card(order)
    sound()


def test_the_same_event_thrice_is_kept_and_applied_once(provider):
    attempt = begun(a_card_order())
    provider.pay(attempt)
    [event] = provider.events
    assert [keep_event("stripe", event) for _again in range(3)] == [True, False, False]
    apply_due()
    assert PaymentEvent.objects.get().done_at
    attempt.refresh_from_db()
    assert attempt.status == AttemptStatus.PAID
    sound()


def test_money_that_comes_when_the_order_lapsed_pays_it_if_the_jars_are_there(provider):
    order = a_card_order()
    attempt = begun(order)
    assert lapse_unconfirmed(long_after(attempt)) == 1
    provider.pay(attempt)
    look_at(attempt)
    assert order.parts.get().status == PartStatus.CONFIRMED
    sound()


def test_money_that_comes_too_late_goes_back_to_the_card_by_itself(provider):
    lot = LotFactory(quantity=2)
    order = a_card_order(lot)
    attempt = begun(order)
    lapse_unconfirmed(long_after(attempt))
    place(CartFactory(lines=[(lot.variant, 2)]))
    provider.pay(attempt)
    look_at(attempt)
    watch()
    assert order.parts.get().status == PartStatus.CANCELED
    assert CardRefund.objects.get().amount == attempt.amount
    task = MoneyTask.objects.get()
    assert (task.kind, task.by_card, task.done_at is not None) == (TaskKind.LATE, True, True)
    sound()


def test_a_part_that_is_canceled_after_it_was_paid_goes_back_to_the_card(provider):
    order = a_card_order(LotFactory(), LotFactory())
    attempt = begun(order)
    provider.pay(attempt)
    look_at(attempt)
    part = order.parts.first()
    cancel_part(part, reason=CancelReason.OUT_OF_STOCK, actor=Actor.STAFF)
    watch()
    assert Refund.objects.get().status == RefundStatus.PAID
    assert CardRefund.objects.get().charged == part.due
    sound()


def test_a_refund_that_the_provider_does_not_answer_goes_once(provider):
    order = a_card_order(LotFactory(), LotFactory())
    attempt = begun(order)
    provider.pay(attempt)
    look_at(attempt)
    provider.down["refund"] = True  # it does it, and says nothing
    cancel_part(order.parts.first(), reason=CancelReason.OUT_OF_STOCK, actor=Actor.STAFF)
    watch()
    assert CardRefund.objects.get().status == "to_send"
    provider.down.clear()
    watch(timezone.now() + timedelta(hours=2))
    assert CardRefund.objects.get().status == "done"
    assert len(provider.refunds) == 1
    sound()


def test_a_refund_whose_answer_is_lost_goes_once_even_when_the_provider_has_forgotten_the_key(provider):
    order = a_card_order(LotFactory(), LotFactory())
    attempt = begun(order)
    provider.pay(attempt)
    look_at(attempt)
    provider.down["refund"] = True
    cancel_part(order.parts.first(), reason=CancelReason.OUT_OF_STOCK, actor=Actor.STAFF)
    watch()
    provider.down.clear()
    provider.refunds.clear()
    watch(timezone.now() + timedelta(days=2))
    assert CardRefund.objects.get().status == "done"
    assert len(provider.pages[PaymentAttempt.objects.get().reference].state.refunds) == 1
    sound()


def test_two_pages_that_are_both_paid_pay_once_and_give_once_back(provider):
    order = a_card_order()
    first = begun(order)
    provider.pay(first)
    first.refresh_from_db()
    PaymentAttempt.objects.filter(pk=first.pk).update(status=AttemptStatus.FAILED)
    first.status_changes.create(was="open", now="failed", actor="buyer")
    second = begun(order)
    provider.pay(second)
    look_at(second)
    look_at(first)
    watch()
    assert MoneyTask.objects.get().kind == TaskKind.PAID_TWICE
    assert CardRefund.objects.get(attempt=first).status == "done"
    sound()


def test_another_amount_than_was_asked_for_is_held(provider):
    order = a_card_order()
    attempt = begun(order)
    provider.pay(attempt, amount=D("2.05"))
    look_at(attempt)
    assert order.parts.get().status == PartStatus.PLACED
    assert MoneyTask.objects.get().kind == TaskKind.HELD
    with pytest.raises(MoneyUnderWay):  # nobody pays again while it is looked at
        start_card(order)
    sound()


def test_a_dispute_takes_the_money_and_a_lost_one_is_borne_by_somebody(provider, django_user_model):
    order = a_card_order()
    attempt = begun(order)
    provider.pay(attempt)
    look_at(attempt)
    provider.dispute(attempt, DisputeTold.OPEN, is_withdrawn=True)
    look_at(attempt)
    sound()
    with pytest.raises(StillDisputed):
        bear(MoneyTask.objects.get(), Bearer.PLATFORM, because="Perdu", by=None)
    provider.dispute(attempt, DisputeTold.LOST, is_withdrawn=True)
    look_at(attempt)
    bear(MoneyTask.objects.get(), Bearer.COOPERATIVE, part=order.parts.get(), because="Colis jamais parti", by=None)
    sound()


def test_a_dispute_that_is_won_ends_by_itself(provider):
    attempt = begun(a_card_order())
    provider.pay(attempt)
    for told, is_withdrawn in ((DisputeTold.INQUIRY, False), (DisputeTold.OPEN, True), (DisputeTold.WON, False)):
        provider.dispute(attempt, told, is_withdrawn=is_withdrawn)
        look_at(attempt)
    assert MoneyTask.objects.get().done_at
    assert LedgerEntry.objects.filter(act__in=("taken_back", "reinstated")).count() == 2
    sound()


def test_an_answer_about_a_dispute_that_was_overtaken_on_its_way_changes_nothing(provider):
    attempt = begun(a_card_order())
    provider.pay(attempt)
    said = []
    for told, is_withdrawn in ((DisputeTold.INQUIRY, False), (DisputeTold.OPEN, True), (DisputeTold.WON, False)):
        provider.dispute(attempt, told, is_withdrawn=is_withdrawn)
        said.append(provider.pages[PaymentAttempt.objects.get().reference].state)
    for state in (said[1], said[0], said[2], *said):
        apply(attempt, state)
    dispute = Dispute.objects.get()
    assert (dispute.status, dispute.is_withdrawn, dispute.moves) == ("won", False, 2)
    assert LedgerEntry.objects.filter(act__in=("taken_back", "reinstated")).count() == 2
    sound()


def test_what_somebody_gave_back_at_the_provider_is_asked_about(provider):
    order = a_card_order()
    attempt = begun(order)
    provider.pay(attempt)
    look_at(attempt)
    provider.give_back(attempt, 50)
    look_at(attempt)
    task = MoneyTask.objects.get()
    assert (task.kind, task.amount) == (TaskKind.TAKEN_BACK, D(50))
    sound()
    bear(task, Bearer.PLATFORM, because="Geste commercial", by=None)
    sound()


def test_a_refund_that_the_cards_bank_sends_back_is_owed_again(provider):
    order = a_card_order()
    attempt = begun(order)
    provider.pay(attempt)
    look_at(attempt)
    cancel_part(order.parts.get(), reason=CancelReason.OUT_OF_STOCK, actor=Actor.STAFF)
    watch()
    sound()
    provider.say_of_refund(CardRefund.objects.get().reference, RefundTold.FAILED)
    look_at(attempt)
    assert Refund.objects.get().status == RefundStatus.FAILED
    assert money_of(order.parts.get()).owed == attempt.amount
    assert MoneyTask.objects.get(done_at=None).kind == TaskKind.REFUND_FAILED
    sound()


def test_a_fee_is_shared_by_those_who_bear_it(provider):
    PaymentOption.objects.create(method="stripe", bearer="cooperative")
    provider.fee = D("10.01")
    order = a_card_order(LotFactory(), LotFactory())
    attempt = begun(order)
    provider.pay(attempt)
    look_at(attempt)
    attempt.refresh_from_db()
    assert attempt.fee == D("10.01")
    assert LedgerEntry.objects.filter(act="fee").count() == 2
    sound()


def test_in_euros_a_refund_of_everything_is_all_that_was_charged(provider):
    PaymentOption.objects.create(method="stripe", currency="EUR", rate=D("10.87"))
    order = a_card_order(LotFactory(), LotFactory(), LotFactory())
    attempt = begun(order)
    provider.pay(attempt)
    look_at(attempt)
    for part in order.parts.all():
        cancel_part(part, reason=CancelReason.OUT_OF_STOCK, actor=Actor.STAFF)
    watch()
    assert sum(its.charged for its in CardRefund.objects.all()) == attempt.charged
    sound()


def test_a_buyer_pays_in_cash_after_all_and_back_again(provider):
    order = a_card_order()
    first = begun(order)
    change_method(order, CASH)
    first.refresh_from_db()
    assert first.status == AttemptStatus.FAILED
    assert not LedgerEntry.objects.exists()
    sound()
    change_method(Order.objects.get(), TRANSFER)
    sound()
    change_method(Order.objects.get(), STRIPE)
    provider.pay(begun(order))
    watch(timezone.now() + timedelta(minutes=10))
    assert order.payments.get(part=None).status == PaymentStatus.PAID
    sound()


def test_who_pays_the_old_page_after_choosing_cash_has_paid(provider):
    order = a_card_order()
    attempt = begun(order)
    provider.down["end"] = False
    with pytest.raises(ProviderDown):
        change_method(order, CASH)
    provider.down.clear()
    provider.pay(attempt)
    with pytest.raises(NoLongerOpen):
        change_method(order, CASH)
    assert order.payments.get(part=None).status == PaymentStatus.PAID
    sound()


def test_after_days_without_webhooks_all_is_found(provider):
    attempts = [begun(a_card_order()) for _number in range(3)]
    provider.pay(attempts[0])
    provider.pay(attempts[1])
    provider.give_back(attempts[1], 30)
    catch_up()
    assert [attempt.status for attempt in PaymentAttempt.objects.order_by("pk")] == ["paid", "paid", "open"]
    sound()


def test_an_order_whose_provider_sleeps_lapses_only_after_a_grace(provider):
    order = a_card_order()
    attempt = begun(order)
    provider.down["look"] = False
    provider.pay(attempt)
    tick(attempt.expires_at + timedelta(minutes=30))
    assert order.parts.get().status == PartStatus.PLACED
    provider.down.clear()
    tick(attempt.expires_at + timedelta(minutes=40))
    assert order.parts.get().status == PartStatus.CONFIRMED
    sound()
