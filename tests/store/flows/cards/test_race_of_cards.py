"""Callbacks, return pages and staff hear of the same money at the same moment: it is taken once, and each guard is needed."""

import threading
from decimal import Decimal as D

import pytest
from django.utils import timezone

from store.flows import mails
from store.flows.cards import apply as applying
from store.flows.cards import queue
from store.flows.cards.events import apply_event, keep_event
from store.flows.cards.look import look_at
from store.flows.cards.send import send
from store.flows.cards.start import start_card
from store.flows.change_method import NoLongerOpen, change_method
from store.flows.refunds import approve_refund, ask_refund, seal
from store.models import CardRefund, LedgerEntry, Order, OutboxMessage, PaymentAttempt, PaymentEvent, Refund, User
from store.payments.methods import CASH
from store.payments.providers.base import Event
from store.refunds.models import RefundWay
from store.statuses import Actor
from tests.factories import a_debt
from tests.factories.cards import a_card_order, begun, sound
from tests.store.flows.test_race import at_once, race

HANDS = 8


@pytest.fixture(autouse=True)
def _nothing_in_the_background(monkeypatch):
    monkeypatch.setattr(mails, "deliver_soon", lambda: None)
    monkeypatch.setattr(queue, "send_soon", lambda: None)


def of(row):
    """The row as another hand reads it."""
    return type(row).objects.get(pk=row.pk)


def a_paid(provider) -> PaymentAttempt:
    attempt = begun(a_card_order())
    provider.pay(attempt)
    return attempt


@at_once
def test_a_callback_and_return_pages_at_once_take_the_money_once(provider):
    attempt = a_paid(provider)
    [told] = provider.events
    keep_event("stripe", told, is_applied_here=True)
    event = PaymentEvent.objects.get()

    race(*[lambda: look_at(of(attempt))] * (HANDS - 2), *[lambda: apply_event(of(event))] * 2)
    look_at(of(attempt))

    assert LedgerEntry.objects.filter(act="charged").count() == 1
    assert OutboxMessage.objects.filter(kind="card_paid").count() == 1
    sound()


@at_once
def test_the_same_callback_at_eight_doors_is_kept_and_applied_once(provider):
    attempt = a_paid(provider)
    told = Event("evt_same", "checkout.session.completed", timezone.now(), reference=of(attempt).reference)

    outcomes = race(*[lambda: keep_event("stripe", told, is_applied_here=True)] * HANDS)
    applied = race(*[lambda: apply_event(PaymentEvent.objects.get())] * HANDS)

    assert sorted(outcomes) == [False] * (HANDS - 1) + [True]
    assert sorted(applied) == [False] * (HANDS - 1) + [True]
    sound()


@at_once
def test_eight_presses_open_one_page(provider):
    order = a_card_order()

    outcomes = race(*[lambda: start_card(of(order)).to.url] * HANDS)

    assert len({url for url in outcomes if isinstance(url, str)}) == 1
    assert PaymentAttempt.objects.count() == 1 and len(provider.pages) == 1
    sound()


@at_once
def test_who_pays_while_choosing_cash_has_paid_or_pays_at_the_door_and_never_both(provider):
    attempt = a_paid(provider)
    order = Order.objects.get()

    outcomes = race(lambda: look_at(of(attempt)), lambda: change_method(of(order), CASH))

    assert not [error for error in outcomes if isinstance(error, Exception) and not isinstance(error, NoLongerOpen)]
    look_at(of(attempt))
    assert order.payments.get(part=None).status == "paid"
    assert set(order.payments.exclude(part=None).values_list("status", flat=True)) <= {"expired"}
    sound()


@at_once
def test_a_refund_by_a_double_click_and_eight_workers_goes_to_the_card_once(provider):
    attempt = a_paid(provider)
    look_at(of(attempt))
    part = Order.objects.get().parts.get()
    for status in ("packed", "shipped", "delivered"):
        advance_one(part, status)
    a_debt(part)
    amina = User.objects.create_user("amina")
    race(*[lambda: ask(part)] * HANDS)
    refund = Refund.objects.get()
    race(*[lambda: approve_refund(of(refund), seen=seal(refund), by=amina)] * HANDS)
    assert CardRefund.objects.count() == 1
    race(*[lambda: send(CardRefund.objects.select_related("attempt").get())] * HANDS)

    assert len(provider.refunds) == 1
    assert LedgerEntry.objects.filter(act="refunded").count() == 1
    sound()


def ask(part) -> Refund:
    return ask_refund(of(part), D(85), way=RefundWay.ORIGINAL, key="a form", actor=Actor.STAFF)


def advance_one(part, status: str) -> None:
    from store.flows.fulfil_part import VERBS
    from store.statuses import PartStatus

    VERBS[PartStatus(status)](of(part), actor=Actor.STAFF)


# -- The control: without the look at what has been taken, the money is taken by each hand ------------------------------


@pytest.mark.django_db(transaction=True)
def test_without_its_guard_a_second_hand_takes_the_money_again(provider, monkeypatch):
    """It takes it for a second payment, and would give it back."""
    attempt = a_paid(provider)
    taken: list[str] = []
    real = applying.take
    lock = threading.Lock()

    def take(its, state, parts):
        with lock:
            taken.append(its.key)
        return real(its, state, parts)

    monkeypatch.setattr(applying, "take", take)
    look_at(of(attempt))
    look_at(of(attempt))
    assert len(taken) == 1
    PaymentAttempt.objects.update(status="open")  # as if the first hand had not said so
    look_at(of(attempt))
    assert len(taken) == 2
    with pytest.raises(AssertionError):
        sound()
