"""Stripe's own library against a server that behaves like Stripe, and one that does not."""

import json
import time
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.utils import timezone

from store.payments.providers.base import (
    Bill,
    ForeignMode,
    Forged,
    Item,
    ProviderDown,
    ProviderRefused,
    Told,
    Unreadable,
)
from store.payments.providers.breaker import REST, Guarded
from store.payments.providers.stripe_checkout import StripeCheckout
from tests.drills.own_certificate import a_server_that_proves_nothing
from tests.providers.running import running_provider

GOOD = "4242424242424242"


@pytest.fixture(scope="module")
def running():
    with running_provider() as provider:
        yield provider


@pytest.fixture
def stripe(running, settings):
    running.reset()
    settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE = running.key, running.url
    settings.STRIPE_WEBHOOK_SECRETS, settings.STRIPE_PAY_ORIGIN = [running.webhook_secret], running.url
    return running


def a_bill(key: str = "TW-1234567-1", **changes) -> Bill:
    bill = Bill(
        key=key, order_number="TW-1234567", language="fr", name="Amina", email="amina@example.org", phone="+212612345678",
        amount=D("205.00"), currency="MAD", items=(Item("2 × Miel", D("170.00")), Item("Livraison", D("35.00"))),
        expires_at=timezone.now() + timedelta(minutes=35), return_url="https://shop.example/fr/commande/x/carte/",
        cancel_url="https://shop.example/fr/commande/x/payer/",
    )  # fmt: skip
    return replace(bill, **changes)


def test_the_same_key_opens_one_page_and_other_words_with_it_are_refused(stripe):
    bill = a_bill()
    assert StripeCheckout().start(bill) == StripeCheckout().start(bill)
    with pytest.raises(ProviderRefused):
        StripeCheckout().start(replace(bill, items=(Item("Autre", D("205.00")),)))


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_every_language_of_the_shop_has_a_page(stripe, language):
    assert StripeCheckout().start(a_bill(f"TW-1-{language}", language=language)).url.startswith(stripe.url)


def test_an_email_that_stripe_takes_for_none_keeps_nobody_from_paying(stripe):
    stripe.fail_next("sessions.create", status=400, code="email_invalid")
    reference = StripeCheckout().start(a_bill()).reference
    assert StripeCheckout().start(a_bill("TW-1-2")).reference != reference
    assert [session["customer_email"] for session in stripe.objects("checkout.session")] == [None, "amina@example.org"]


def test_a_page_that_is_somewhere_else_is_not_gone_to(stripe, settings):
    settings.STRIPE_PAY_ORIGIN = "https://checkout.stripe.com"
    with pytest.raises(ProviderDown):
        StripeCheckout().start(a_bill())


def test_a_payment_is_read_with_its_fee_refunds_and_disputes(stripe):
    reference = StripeCheckout().start(a_bill()).reference
    assert StripeCheckout().look(reference).status == Told.OPEN
    stripe.pay(reference, GOOD)
    paid = StripeCheckout().look(reference)
    assert (paid.status, paid.amount, paid.currency) == (Told.PAID, D("205.00"), "MAD")
    assert paid.fee == D("8.95") and paid.fee_currency == "MAD"
    sent = StripeCheckout().refund(paid.payment, D("35.00"), "MAD", key="refund:1")
    assert StripeCheckout().refund(paid.payment, D("35.00"), "MAD", key="refund:1") == sent
    with pytest.raises(ProviderRefused):
        StripeCheckout().refund(paid.payment, D("205.00"), "MAD", key="refund:2")
    stripe.dispute(reference, 5000)
    later = StripeCheckout().look(reference)
    assert [(its.key, its.amount) for its in later.refunds] == [("refund:1", D("35.00"))]
    assert [(its.amount, its.is_withdrawn) for its in later.disputes] == [(D("50.00"), True)]
    assert StripeCheckout().key_of(paid.payment) == "TW-1234567-1"
    assert StripeCheckout().key_of("pi_of_nobody") == ""


def test_a_page_ends_once_and_one_that_was_paid_stays_paid(stripe):
    open_, paid = (StripeCheckout().start(a_bill(key)).reference for key in ("TW-1-1", "TW-2-1"))
    stripe.pay(paid, GOOD)
    assert [StripeCheckout().end(open_).status for _again in range(2)] == [Told.FAILED, Told.FAILED]
    assert StripeCheckout().end(paid).status == Told.PAID
    assert StripeCheckout().look("cs_test_of_nobody").status == Told.FAILED


TROUBLES = [{"status": 500}, {"status": 429}, {"garbage": True}, {"reset": True}, {"status": 503, "after": True}]


@pytest.mark.parametrize("trouble", TROUBLES, ids=str)
def test_a_server_that_fails_is_silent_and_the_same_key_finds_what_it_did(stripe, trouble, caplog):
    bill = a_bill()
    stripe.fail_next("sessions.create", **trouble)
    with pytest.raises(ProviderDown) as down:
        StripeCheckout().start(bill)
    StripeCheckout().start(bill)
    assert len(stripe.objects("checkout.session")) == 1
    assert stripe.key not in f"{down.value!r}{caplog.text}"


def test_a_server_that_stalls_is_given_up_within_its_seconds(stripe, monkeypatch):
    monkeypatch.setattr("store.payments.providers.stripe_checkout.TIMEOUT", (0.3, 0.3))
    from store.payments.providers import stripe_checkout

    stripe_checkout._client.cache_clear()
    stripe.fail_next("sessions.create", hang=5)
    began = time.monotonic()
    with pytest.raises(ProviderDown):
        StripeCheckout().start(a_bill())
    assert time.monotonic() - began < 4  # it would be five
    stripe_checkout._client.cache_clear()
    stripe.healthy()


def test_a_key_that_is_not_taken_is_in_no_word(stripe, settings, caplog):
    settings.STRIPE_SECRET_KEY = stripe.key + "x"
    with pytest.raises(ProviderDown) as down:
        StripeCheckout().look("cs_test_1")
    assert stripe.key[:16] not in f"{down.value!r}{caplog.text}"


def test_who_cannot_prove_who_it_is_reads_no_question(stripe, settings):
    with a_server_that_proves_nothing() as server:
        settings.STRIPE_API_BASE = server.url
        with pytest.raises(ProviderDown):
            StripeCheckout().look("cs_test_1")
        assert server.asked == 0


# -- Callbacks ---------------------------------------------------------------------------------------------------------


def an_event(**changes) -> dict:
    about = {"id": "cs_test_1", "object": "checkout.session", "client_reference_id": "TW-1-1", "payment_intent": "pi_1"}
    told = {"id": "evt_1", "object": "event", "type": "checkout.session.completed", "created": 1, "livemode": False}
    return {**told, "data": {"object": about}, **changes}


def signed(stripe, body: bytes, at: int | None = None) -> tuple[bytes, str]:
    return body, stripe.callbacks.sign(body, at)


def test_a_callback_says_what_it_is_about_and_nothing_of_people(stripe):
    session = an_event()["data"]["object"] | {
        "customer_email": "amina@example.org",
        "customer_details": {"name": "Amina"},
    }
    body = json.dumps(an_event(data={"object": session})).encode()
    event = StripeCheckout().read(*signed(stripe, body))
    assert (event.id, event.reference, event.payment, event.key) == ("evt_1", "cs_test_1", "pi_1", "TW-1-1")
    assert "amina" not in str(event.payload).lower()


def test_both_secrets_are_good_while_one_is_replaced(stripe, settings):
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_" + "new", stripe.webhook_secret]
    assert StripeCheckout().read(*signed(stripe, json.dumps(an_event()).encode())).id == "evt_1"
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_" + "new"]
    with pytest.raises(Forged):
        StripeCheckout().read(*signed(stripe, json.dumps(an_event()).encode()))


@pytest.mark.parametrize(
    "signature", ["", "t=", "t=1,v1=0", "v1=x", "t=x,v1=y", "\0", "t=99999999999999999999,v1=0", "é" * 9, "t=1,v1=é"]
)
def test_a_signature_that_is_none_is_forged(stripe, signature):
    with pytest.raises(Forged):
        StripeCheckout().read(json.dumps(an_event()).encode(), signature)


def test_a_signature_is_of_one_body_and_of_five_minutes(stripe):
    body = json.dumps(an_event()).encode()
    now = int(time.time())
    with pytest.raises(Forged):
        StripeCheckout().read(body.replace(b"evt_1", b"evt_2"), stripe.callbacks.sign(body))
    with pytest.raises(Forged):
        StripeCheckout().read(*signed(stripe, body, now - 301))
    assert StripeCheckout().read(*signed(stripe, body, now - 290))
    with pytest.raises(Forged):
        StripeCheckout().read(*signed(stripe, body, now + 310))
    assert StripeCheckout().read(*signed(stripe, body, now + 290))


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"1", b'"x"', b"{}", b"{", b"[" * 3000, b'{"data": {"object": 5}}',
     json.dumps(an_event(created="soon")).encode(), json.dumps(an_event(created=10**30)).encode(),
     json.dumps(an_event(created=10**17)).encode(), json.dumps(an_event(created=float("inf"))).encode(),
     json.dumps(an_event(id=None)).encode(), json.dumps(an_event(data={"object": []})).encode(),
     b'{"id": ' + b"9" * 5000 + b"}"],
)  # fmt: skip
def test_what_is_signed_and_no_event_cannot_be_read(stripe, body):
    with pytest.raises(Unreadable):
        StripeCheckout().read(*signed(stripe, body))


def test_odd_names_are_kept_short_and_plain(stripe):
    event = an_event(id="evt_" + "x" * 10_000, type="\0y" * 500)
    event["data"]["object"]["client_reference_id"] = "\ud800" + "z" * 500
    read = StripeCheckout().read(*signed(stripe, json.dumps(event).encode()))
    assert len(read.id) <= 120 and "\0" not in read.type and len(read.key) <= 40
    f"{read.id}{read.type}{read.key}{read.payload}".encode()


def test_a_callback_of_real_money_is_not_for_a_test_key(stripe):
    with pytest.raises(ForeignMode):
        StripeCheckout().read(*signed(stripe, json.dumps(an_event(livemode=True)).encode()))


# -- The rest after three silences -------------------------------------------------------------------------------------


@pytest.fixture
def guarded(stripe):
    from django.core.cache import cache

    cache.clear()
    now = [1_000_000.0]
    provider = Guarded(StripeCheckout(), clock=lambda: now[0])
    provider.pass_time = lambda seconds: now.__setitem__(0, now[0] + seconds)
    yield provider
    cache.clear()


def test_after_three_silences_it_is_asked_nothing_for_half_a_minute_and_then_once(stripe, guarded):
    stripe.fail_next("sessions.retrieve", times=4, status=500)
    for _again in range(3):
        with pytest.raises(ProviderDown):
            guarded.look("cs_test_1")
    asked = len(stripe.calls())
    with pytest.raises(ProviderDown):
        guarded.look("cs_test_1")
    assert guarded.rests and len(stripe.calls()) == asked
    guarded.pass_time(REST + 1)
    with pytest.raises(ProviderDown):  # the one question: still nothing
        guarded.look("cs_test_1")
    assert guarded.rests and len(stripe.calls()) == asked + 1
    guarded.pass_time(REST + 1)
    assert guarded.look("cs_test_1").status == Told.FAILED
    assert not guarded.rests
    assert guarded.look("cs_test_1").status == Told.FAILED


def test_a_refusal_is_an_answer_and_two_silences_are_forgotten(stripe, guarded):
    stripe.fail_next("sessions.retrieve", times=2, status=500)
    for _again in range(2):
        with pytest.raises(ProviderDown):
            guarded.look("cs_test_1")
    with pytest.raises(ProviderRefused):
        guarded.refund("pi_none", D(1), "MAD", key="x")
    stripe.fail_next("sessions.retrieve", times=2, status=500)
    for _again in range(2):
        with pytest.raises(ProviderDown):
            guarded.look("cs_test_1")
    assert not guarded.rests


def test_without_a_cache_every_question_goes_through(stripe, guarded, monkeypatch):
    for verb in ("get", "add", "incr", "set", "delete_many"):
        monkeypatch.setattr(f"django.core.cache.backends.locmem.LocMemCache.{verb}", _broken)
    stripe.fail_next("sessions.retrieve", times=5, status=500)
    for _again in range(5):
        with pytest.raises(ProviderDown):
            guarded.look("cs_test_1")
    assert guarded.look("cs_test_1").status == Told.FAILED


def _broken(*_args, **_options):
    raise ConnectionError("the cache is away")
