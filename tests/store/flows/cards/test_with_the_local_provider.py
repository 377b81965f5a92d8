"""The same through Stripe's own library, a server that behaves like Stripe, and the shop's webhook."""

import pytest
from django.test import Client

from store.flows.cancel_part import cancel_part
from store.flows.cards.events import apply_due
from store.flows.cards.start import start_card
from store.flows.cards.watch import catch_up, watch
from store.models import CardRefund, Dispute, MoneyTask, PaymentEvent, Refund
from store.orders.reasons import CancelReason
from store.payments.bank import TaskKind
from store.payments.methods import STRIPE
from store.payments.providers.base import ProviderDown
from store.statuses import Actor, AttemptStatus, PartStatus, RefundStatus
from tests.factories import LotFactory
from tests.factories.cards import a_card_order, sound
from tests.providers.running import running_provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def stripe(settings):
    with running_provider() as provider:
        settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE = provider.key, provider.url
        settings.STRIPE_WEBHOOK_SECRETS, settings.STRIPE_PAY_ORIGIN = [provider.webhook_secret], provider.url
        yield provider


def deliver(provider) -> list[int]:
    """What the provider has to tell reaches the webhook."""
    client = Client()
    return [
        client.post(
            "/webhooks/stripe/", data=body, content_type="application/json", headers={"Stripe-Signature": signature}
        ).status_code
        for body, signature in provider.callbacks.take()
    ]


def test_from_the_page_to_the_books_and_back(stripe):
    order = a_card_order(LotFactory(), LotFactory())
    attempt = start_card(order).attempt
    assert start_card(order).to.url.startswith(stripe.url)
    assert stripe.pay(attempt.key, "4242424242424242") == "paid"
    assert set(deliver(stripe)) == {200}
    apply_due()
    attempt.refresh_from_db()
    assert attempt.status == AttemptStatus.PAID
    assert attempt.fee
    assert {part.status for part in order.parts.all()} == {PartStatus.CONFIRMED}
    sound()
    cancel_part(order.parts.first(), reason=CancelReason.OUT_OF_STOCK, actor=Actor.STAFF)
    watch()
    deliver(stripe)
    apply_due()
    assert Refund.objects.get().status == RefundStatus.PAID
    assert not PaymentEvent.objects.filter(done_at=None).exists()
    sound()


def test_a_declined_card_leaves_the_page_open(stripe):
    order = a_card_order()
    attempt = start_card(order).attempt
    stripe.decline(attempt.key)
    deliver(stripe)
    apply_due()
    attempt.refresh_from_db()
    assert attempt.status == AttemptStatus.OPEN
    stripe.pay(attempt.key, "4242424242424242")
    watch()
    deliver(stripe)
    apply_due()
    attempt.refresh_from_db()
    assert attempt.status == AttemptStatus.PAID
    sound()


def test_who_presses_again_while_the_provider_is_at_it_closes_the_way_for_nobody(stripe):
    order = a_card_order()
    stripe.fail_next("sessions.create", status=409, code="idempotency_key_in_use", times=4)
    for _again in range(4):
        with pytest.raises(ProviderDown):
            start_card(order)
    assert not STRIPE.rests
    assert start_card(order).to.url.startswith(stripe.url)


def test_disputes_and_refunds_of_the_dashboard_are_followed(stripe):
    order = a_card_order()
    attempt = start_card(order).attempt
    stripe.pay(attempt.key, "4242424242424242")
    stripe.refund(attempt.key, 5000)
    stripe.dispute(attempt.key, 10000, "fraudulent")
    catch_up()
    assert {task.kind for task in MoneyTask.objects.all()} == {TaskKind.TAKEN_BACK, TaskKind.DISPUTE}
    assert Dispute.objects.get().is_withdrawn
    sound()
    stripe.close_dispute(Dispute.objects.get().reference, won=True)
    catch_up()
    assert not Dispute.objects.get().is_withdrawn
    assert CardRefund.objects.get().key.startswith("seen:")
    sound()


def test_who_is_not_the_provider_is_refused(stripe):
    a_card_order()
    post = Client().post
    for body, signature in (("{}", ""), ("{}", "t=1,v1=00"), ("x" * 300_000, "t=1,v1=00")):
        answer = post(
            "/webhooks/stripe/", data=body, content_type="application/json", headers={"Stripe-Signature": signature}
        )
        assert answer.status_code in (400, 413)
    assert not PaymentEvent.objects.exists()
