"""What we believe of Stripe, asked of Stripe: only with the key of a test account (CONTRIBUTING.md), never in `make test`."""

import os
import secrets
from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.utils import timezone

from store.payments.providers import stripe_checkout
from store.payments.providers.base import Bill, Item, ProviderDown, ProviderRefused, RefundTold, Told
from store.payments.providers.stripe_checkout import StripeCheckout

pytestmark = pytest.mark.stripe


@pytest.fixture(autouse=True)
def provider(settings) -> StripeCheckout:
    key = os.environ.get("STRIPE_TEST_KEY", "")
    assert key.startswith(("sk_test_", "rk_test_")), "STRIPE_TEST_KEY has to be the key of a test account"
    settings.STRIPE_SECRET_KEY = key
    return StripeCheckout()


def a_bill() -> Bill:
    """Of 225 dirhams in two lines, for the buyer of a shop that is nowhere."""
    return Bill(
        key=f"test-{secrets.token_hex(8)}", order_number="TW-1042", language="fr", name="Zahra", email="zahra@example.org",
        phone="+212600000201", amount=D(225), currency="MAD", items=(Item("2 × Huile", D(180)), Item("Livraison", D(45))),
        expires_at=timezone.now() + timedelta(minutes=35),
        return_url="https://shop.example.org/merci/", cancel_url="https://shop.example.org/panier/",
    )  # fmt: skip


def test_a_page_is_opened_once_looked_at_and_closed(provider, settings):
    began, bill = timezone.now() - timedelta(minutes=1), a_bill()
    opened = provider.start(bill)

    assert opened.url.startswith(f"{settings.STRIPE_PAY_ORIGIN}/")
    assert provider.start(bill) == opened
    assert provider.look(opened.reference).status == Told.OPEN
    ended = provider.end(opened.reference)
    assert (ended.status, ended.because) == (Told.FAILED, "expired")
    assert provider.end(opened.reference).status == Told.FAILED
    told = [event for event in provider.events_since(began) if event.reference == opened.reference]
    assert [(event.type, event.key) for event in told] == [("checkout.session.expired", bill.key)]


def test_a_key_asks_for_one_thing_and_what_is_not_there_is_refused(provider):
    bill = a_bill()
    provider.start(bill)

    with pytest.raises(ProviderRefused):
        provider.start(Bill(**{**vars(bill), "amount": D(45), "items": bill.items[1:]}))
    assert provider.look(f"cs_test_{secrets.token_hex(20)}").status == Told.FAILED
    assert provider.key_of(f"pi_{secrets.token_hex(12)}") == ""


def test_money_goes_back_to_a_card_once_and_never_more_than_came(provider):
    """The page takes no card from a program: the payment is made by the API, with one of Stripe's own test cards."""
    key = f"test-{secrets.token_hex(8)}"
    payment = paid(22_500, key)

    assert provider.key_of(payment) == key
    first = provider.refund(payment, D(100), "MAD", key=f"{key}:1")
    assert (first.amount, first.currency, first.key) == (D(100), "MAD", f"{key}:1")
    assert first.status in (RefundTold.SUCCEEDED, RefundTold.PENDING)
    assert provider.refund(payment, D(100), "MAD", key=f"{key}:1").reference == first.reference
    with pytest.raises(ProviderRefused):
        provider.refund(payment, D(200), "MAD", key=f"{key}:2")


def test_a_wrong_key_is_no_answer(provider, settings):
    settings.STRIPE_SECRET_KEY = f"sk_test_{secrets.token_hex(12)}"
    with pytest.raises(ProviderDown):
        provider.look("cs_test_of_nobody")


def paid(cents: int, key: str) -> str:
    asked = {
        "amount": cents, "currency": "mad", "payment_method": "pm_card_visa", "payment_method_types": ["card"],
        "confirm": True, "metadata": {"attempt": key},
    }  # fmt: skip
    return stripe_checkout._ask(lambda v1: v1.payment_intents.create(asked))["id"]
