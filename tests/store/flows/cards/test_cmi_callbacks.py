"""What CMI tells, at once and in odd words: one payment is taken once, and what pays nothing is never taken."""

import pytest
from django.conf import settings as configured

from store.flows import mails
from store.flows.cards import apply as applying
from store.flows.cards.callbacks import Answer, take_callback
from store.flows.cards.queue import goes_back_to_card
from store.models import LedgerEntry, OutboxMessage, PaymentAttempt, PaymentEvent
from store.payments.methods import CMI
from store.payments.providers.cmi import Cmi, hash_ver3
from store.statuses import AttemptStatus
from tests.factories.cards import a_card_order, begun, sound
from tests.store.flows.test_race import at_once, race

HANDS = 8


@pytest.fixture(autouse=True)
def _contract(settings, monkeypatch):
    settings.CMI_CLIENT_ID, settings.CMI_STORE_KEY = "600", "a store key"
    monkeypatch.setattr(mails, "deliver_soon", lambda: None)


def told(attempt: PaymentAttempt, code: str = "00", **changes) -> Answer:
    fields = {
        "clientid": "600", "oid": attempt.key, "amount": f"{attempt.charged:.2f}", "currency": "504",
        "TransId": f"T-{attempt.key}", "ProcReturnCode": code, **changes,
    }  # fmt: skip
    return take_callback("cmi", *Cmi().read_callback({**fields, "HASH": hash_ver3(fields, configured.CMI_STORE_KEY)}))


@at_once
def test_an_acceptance_that_comes_at_eight_doors_is_captured_and_booked_once():
    attempt = begun(a_card_order(method=CMI))

    assert race(*[lambda: told(attempt)] * HANDS) == [Answer.TAKE] * HANDS

    assert LedgerEntry.objects.filter(act="charged").count() == 1
    assert OutboxMessage.objects.filter(kind="card_paid").count() == 1
    assert PaymentEvent.objects.count() == 1
    sound()


def two_pages() -> tuple[PaymentAttempt, PaymentAttempt]:
    """The first was refused, and stays open in another window."""
    order = a_card_order(method=CMI)
    first = begun(order)
    told(first, "51", TransId="no")
    return first, begun(order)


@at_once
def test_of_two_pages_that_are_accepted_at_once_one_is_captured_and_the_other_never_taken():
    first, second = two_pages()

    outcomes = race(lambda: told(first), lambda: told(second))

    assert sorted(outcomes) == [Answer.LEAVE, Answer.TAKE]
    assert LedgerEntry.objects.filter(act="charged").count() == 1
    assert PaymentAttempt.objects.filter(status=AttemptStatus.PAID).count() == 1
    sound()


@pytest.mark.django_db
def test_without_the_look_at_the_order_both_pages_are_captured(monkeypatch):
    """The control of the test above: nobody asks whether the money pays anything."""
    monkeypatch.setattr("store.flows.cards.callbacks._pays", lambda attempt: True)
    assert [told(attempt) for attempt in two_pages()] == [Answer.TAKE, Answer.TAKE]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes",
    [{"oid": "x" * 500}, {"oid": "\0" * 3 + "x"}, {"code": "\0" * 5 + "1"}, {"TransId": "y" * 5000}, {"Response": "\0\0"},
     {"mdStatus": "&#" + "9" * 5000 + ";"}],
    ids=lambda changes: next(iter(changes)),
)  # fmt: skip
def test_signed_words_that_no_column_holds_are_no_error(changes):
    attempt = begun(a_card_order(method=CMI))

    told(attempt, **{"code": "51", "TransId": "odd", **changes})

    assert not LedgerEntry.objects.exists() and PaymentEvent.objects.exists()
    assert not PaymentEvent.objects.filter(done_at=None).exists()
    sound()


@pytest.mark.django_db
def test_an_error_of_ours_leaves_nothing_half_done_and_the_next_callback_is_taken(monkeypatch):
    attempt = begun(a_card_order(method=CMI))
    real = applying.take
    monkeypatch.setattr(applying, "take", lambda *_args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        told(attempt)
    assert not LedgerEntry.objects.exists()

    monkeypatch.setattr(applying, "take", real)
    assert told(attempt) == Answer.TAKE
    sound()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["T-1", ""])
def test_money_goes_back_to_a_card_of_cmi_whether_it_named_its_payment_or_not(name):
    """A person gives it back there, and finds it under our own number."""
    attempt = begun(a_card_order(method=CMI))
    told(attempt, TransId=name)
    payment = PaymentAttempt.objects.get(status=AttemptStatus.PAID).payment

    assert goes_back_to_card(payment, [], owed=attempt.amount)
    assert not goes_back_to_card(payment, [], owed=attempt.amount + 1)
