"""What may happen between a shop and a provider, case by case; the others are told by their names in the modules beside this one.

1 callback before the return, 2 return without a callback, 3 neither: tests/pages/test_paying_by_card.py, here, test_card.py ·
4, 5 at once: test_race_of_cards.py, test_cmi_callbacks.py · 6 several events of one payment: test_with_the_local_provider.py ·
7 out of order: here · 8 late, 9 twice, 10 another amount: test_card.py · 11, 12, 13 foreign, forged, nonsense:
tests/pages/test_webhooks.py, test_cmi_callbacks.py, tests/store/payments · 14 money that takes its time: here · 15, 16 refunds
and disputes at the provider: here, test_card.py · 17 a crash between keeping and applying, 18 an error while applying: here ·
19, 20 no answer: here, tests/store/payments/test_stripe_*.py · 21 no money goes from a provider to a cooperative, our books pay
them: test_paid_to_cooperatives.py · 22 the way back after paying, 23 prices and stock that move meanwhile: here, test_card.py ·
24 days without callbacks: here, and the drill `cards_silence`.
"""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.db import transaction
from django.utils import timezone

from store.flows.cancel_part import cancel_part
from store.flows.cards import events as keeping
from store.flows.cards.apply import apply
from store.flows.cards.events import apply_due, keep_event
from store.flows.cards.look import look_at
from store.flows.cards.start import NothingToPay, start_card
from store.flows.cards.watch import catch_up, end_unwanted, watch
from store.flows.change_method import change_method
from store.ledger.models import Holder
from store.ledger.queries import balance, lines_of
from store.models import (
    CardRefund,
    LedgerEntry,
    MoneyTask,
    Order,
    OutboxMessage,
    PaymentAttempt,
    PaymentEvent,
    Refund,
)
from store.orders.reasons import CancelReason
from store.payments.bank import TaskKind
from store.payments.methods import TRANSFER
from store.payments.providers.base import DisputeTold, ProviderDown, RefundTold, State, Told
from store.statuses import Actor, AttemptStatus, PartStatus
from tests.factories import LotFactory
from tests.factories.cards import a_card_order, begun, long_after, paid_by_card, sound

pytestmark = pytest.mark.django_db


def stands(provider, attempt: PaymentAttempt, **changes) -> State:
    """The provider says something else from now on."""
    attempt.refresh_from_db()
    page = provider.pages[attempt.reference]
    page.state = replace(page.state, **changes)
    return page.state


@pytest.mark.parametrize("late", [Told.OPEN, Told.WAITING, Told.FAILED])
def test_what_was_true_before_the_payment_and_is_told_after_it_changes_nothing(provider, late):
    attempt = begun(a_card_order())
    provider.pay(attempt)
    look_at(attempt)
    apply(attempt, State(late))
    attempt.refresh_from_db()
    assert attempt.status == AttemptStatus.PAID
    sound()


def test_a_refund_that_is_told_before_its_payment_is_applied_with_it(provider):
    attempt = begun(a_card_order())
    provider.pay(attempt)
    provider.give_back(attempt, 30)
    told = provider.tell("refund.created", attempt, payment=f"pi_{attempt.key}")
    keep_event("stripe", told)
    apply_due()
    attempt.refresh_from_db()
    assert attempt.status == AttemptStatus.PAID and attempt.given_back == D(30)
    assert MoneyTask.objects.get().kind == TaskKind.TAKEN_BACK
    sound()


@pytest.mark.parametrize(("then", "status"), [(Told.PAID, "paid"), (Told.FAILED, "failed")])
def test_money_that_takes_its_time_waits_and_comes_or_does_not(provider, then, status):
    order = a_card_order()
    attempt = begun(order)
    stands(provider, attempt, status=Told.WAITING)
    look_at(attempt)
    assert order.parts.get().status == PartStatus.PLACED
    if then == Told.PAID:
        provider.pay(attempt)
    else:
        stands(provider, attempt, status=Told.FAILED, because="bank_refused")
    look_at(attempt)
    attempt.refresh_from_db()
    assert attempt.status == status
    assert OutboxMessage.objects.filter(kind="card_paid").count() == (then == Told.PAID)
    sound()


def test_all_is_given_back_at_the_provider_in_pieces(provider):
    order = paid_by_card(provider, LotFactory(), LotFactory())
    attempt = order.payments.get().attempts.get()
    for amount in (100, 200, 110):
        provider.give_back(attempt, amount)
    look_at(attempt)
    look_at(attempt)
    attempt.refresh_from_db()
    assert attempt.given_back == attempt.amount == D(410)
    assert MoneyTask.objects.filter(kind=TaskKind.TAKEN_BACK).count() == 3
    sound()
    for part in order.parts.all():  # nothing is left on the card: a person sees to it
        cancel_part(part, reason=CancelReason.OUT_OF_STOCK, actor=Actor.STAFF)
    watch()
    assert not Refund.objects.exists()
    assert MoneyTask.objects.filter(kind=TaskKind.CANCELED_PART, done_at=None).count() == 2
    sound()


@pytest.mark.parametrize(("then", "status"), [(RefundTold.SUCCEEDED, "paid"), (RefundTold.FAILED, "failed")])
def test_a_refund_that_takes_its_time_is_told_when_it_is_there_or_has_failed(provider, then, status):
    provider.next_refund = RefundTold.PENDING
    order = paid_by_card(provider)
    cancel_part(order.parts.get(), reason=CancelReason.OUT_OF_STOCK, actor=Actor.STAFF)
    watch()
    sent = CardRefund.objects.get()
    assert sent.status == "pending" and Refund.objects.get().status == "approved"
    assert not LedgerEntry.objects.filter(act="refunded").exists()
    provider.say_of_refund(sent.reference, then)
    watch(timezone.now() + timedelta(hours=3))
    assert Refund.objects.get().status == status
    sound()


def test_after_an_outage_every_open_try_is_asked_about_and_not_the_first_alone(provider, monkeypatch):
    monkeypatch.setattr("store.flows.cards.watch.AT_ONCE", 2)
    attempts = [begun(a_card_order()) for _buyer in range(5)]
    for attempt in attempts:
        provider.pay(attempt)
    provider.events.clear()
    catch_up()
    assert [str(attempt.status) for attempt in PaymentAttempt.objects.all()] == ["paid"] * 5
    assert provider.calls.count("look") == 5
    provider.down["look"] = False
    waiting = begun(a_card_order())
    catch_up()  # and ends, where nobody answers
    assert waiting.pk in PaymentAttempt.objects.filter(status="open").values_list("pk", flat=True)
    sound()


def test_who_gives_back_by_hand_what_the_shop_was_about_to_send_gives_it_once(provider):
    order = paid_by_card(provider)
    provider.down["refund"] = False
    cancel_part(order.parts.get(), reason=CancelReason.OUT_OF_STOCK, actor=Actor.STAFF)
    watch()
    provider.down.clear()
    attempt = order.payments.get().attempts.get()
    provider.give_back(attempt, 205)
    catch_up(timezone.now() + timedelta(hours=2))
    assert [its.status for its in CardRefund.objects.all()] == ["done"]
    assert Refund.objects.get().status == "paid"
    assert not provider.refunds
    sound()


def test_a_disputed_payment_whose_refund_is_refused_is_somebodys_work(provider):
    order = paid_by_card(provider)
    attempt = order.payments.get().attempts.get()
    provider.dispute(attempt, DisputeTold.OPEN, is_withdrawn=True)
    look_at(attempt)
    provider.give_back(attempt, 205, RefundTold.PENDING)  # so that the provider refuses another
    stands(provider, attempt, refunds=())
    attempt.provider_payment = "pi_gone"
    cancel_part(order.parts.get(), reason=CancelReason.OUT_OF_STOCK, actor=Actor.STAFF)
    stands(provider, attempt, amount=D(1))
    watch()
    assert CardRefund.objects.get().status == "failed"
    kinds = set(MoneyTask.objects.filter(done_at=None).values_list("kind", flat=True))
    assert kinds == {TaskKind.DISPUTE, TaskKind.REFUND_FAILED}
    sound()


def test_a_callback_that_was_kept_and_not_applied_is_applied_by_the_clock(provider, monkeypatch):
    attempt = begun(a_card_order())
    provider.pay(attempt)
    keep_event("stripe", provider.events[0], is_applied_here=True)  # whoever kept it died
    watch()
    assert PaymentEvent.objects.get().done_at
    sound()


def test_an_error_while_applying_is_noted_and_tried_again_and_keeps_nobody_waiting(provider, monkeypatch):
    first, second = begun(a_card_order()), begun(a_card_order())
    provider.pay(first)
    provider.pay(second)
    real = keeping.look_at

    def broken(attempt, **options):
        if attempt.pk == first.pk:
            raise ZeroDivisionError("a fault of ours")
        return real(attempt, **options)

    monkeypatch.setattr(keeping, "look_at", broken)
    for event in provider.events:
        keep_event("stripe", event, is_applied_here=True)
    apply_due()
    waiting = PaymentEvent.objects.get(done_at=None)
    assert "ZeroDivisionError" in waiting.error and waiting.next_try_at > timezone.now()
    monkeypatch.setattr(keeping, "look_at", real)
    apply_due(timezone.now() + timedelta(hours=2))
    assert not PaymentEvent.objects.filter(done_at=None).exists()
    sound()


@pytest.mark.parametrize("verb", ["start", "look", "end", "refund", "key_of", "events_since"])
def test_who_asks_the_network_within_a_transaction_is_found_out(provider, verb):
    """The control of all tests with this provider."""
    with transaction.atomic(), pytest.raises(AssertionError, match="within a transaction"), provider._answering(verb):
        pass


@pytest.mark.parametrize("has_done_it", [True, False])
def test_a_page_that_the_provider_opened_or_not_before_it_fell_silent_is_opened_once(provider, has_done_it):
    order = a_card_order()
    provider.down["start"] = has_done_it
    with pytest.raises(ProviderDown):
        start_card(order)
    provider.down.clear()
    start_card(order)
    assert PaymentAttempt.objects.count() == len(provider.pages) == 1
    sound()


def test_who_paid_and_goes_back_finds_nothing_to_pay(provider):
    order = paid_by_card(provider)
    with pytest.raises(NothingToPay):
        start_card(order)


def test_prices_that_move_while_the_page_is_open_change_nothing(provider):
    lot = LotFactory()
    order = a_card_order(lot)
    attempt = begun(order)
    variant = lot.variant
    variant.price = D(999)
    variant.save()
    assert start_card(order).attempt == attempt
    provider.pay(attempt)
    look_at(attempt)
    assert order.parts.get().status == PartStatus.CONFIRMED and attempt.amount == D(205)
    sound()


def test_what_is_canceled_while_the_page_is_open_is_asked_for_no_more_and_goes_back_if_it_was_paid(provider):
    order = a_card_order(LotFactory(), LotFactory())
    attempt = begun(order)
    cancel_part(order.parts.first(), reason=CancelReason.CHANGED_MIND, actor=Actor.BUYER)
    provider.pay(attempt)
    assert end_unwanted(timezone.now()) == 1  # it was paid first: that counts
    watch()
    assert CardRefund.objects.get().amount == D(205)
    assert [part.status for part in order.parts.order_by("pk")] == [PartStatus.CANCELED, PartStatus.CONFIRMED]
    sound()


def test_the_new_amount_has_a_new_page_and_the_old_one_is_closed(provider):
    order = a_card_order(LotFactory(), LotFactory())
    first = begun(order)
    cancel_part(order.parts.first(), reason=CancelReason.CHANGED_MIND, actor=Actor.BUYER)
    second = begun(order)
    assert (first.amount, second.amount) == (D(410), D(205))
    assert provider.pages[first.reference].state.status == Told.FAILED
    sound()


def test_who_changes_to_a_transfer_and_pays_both_gets_one_back(provider):
    from tests.factories import money_comes

    order = a_card_order()
    attempt = begun(order)
    provider.pay(attempt)
    page = provider.pages[attempt.reference]
    paid, page.state = page.state, State(Told.FAILED)
    change_method(order, TRANSFER)
    money_comes(order.number, "205,00")
    page.state = paid
    look_at(attempt)
    watch()
    assert MoneyTask.objects.get(kind=TaskKind.PAID_TWICE).by_card
    assert order.parts.get().status == PartStatus.CONFIRMED
    sound()


def test_three_days_without_callbacks_end_where_callbacks_would_have_led(provider):
    """Paid, given back, disputed, closed, lapsed: `catch_up` brings all to the right state, and finds nothing the next time."""
    lapsed, closed, paid = (begun(a_card_order()) for _each in range(3))
    given = paid_by_card(provider).payments.get().attempts.get()
    disputed = paid_by_card(provider).payments.get().attempts.get()
    provider.pay(lapsed)
    provider.end(closed.reference)
    provider.pay(paid)
    provider.give_back(given, 30)
    provider.dispute(disputed, DisputeTold.LOST, is_withdrawn=True)
    from store.flows.tick import lapse_unconfirmed

    lapse_unconfirmed(long_after(lapsed) + timedelta(days=3))
    catch_up()
    states = list(PaymentAttempt.objects.order_by("pk").values_list("status", flat=True))
    assert states == ["paid", "failed", "paid", "paid", "paid"]
    assert Order.objects.filter(parts__status=PartStatus.CONFIRMED).count() == 4
    assert {task.kind for task in MoneyTask.objects.all()} == {TaskKind.TAKEN_BACK, TaskKind.DISPUTE}
    assert balance(lines_of(Holder.PROVIDER)) == D(205 * 4 - 30 - 205)
    sound()
    before = LedgerEntry.objects.count(), OutboxMessage.objects.count()
    assert catch_up() == 0
    assert (LedgerEntry.objects.count(), OutboxMessage.objects.count()) == before
