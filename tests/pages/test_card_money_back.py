"""What the buyer of an order that was paid by card is told of money that goes back, on pages and in mails."""

from decimal import Decimal

import pytest
from django.conf import settings
from django.urls import reverse

from store.flows import mails
from store.flows.cancel_part import cancel_part
from store.flows.cards.look import look_at
from store.flows.cards.watch import watch
from store.flows.returns import receive_return
from store.flows.tick import lapse_unconfirmed
from store.models import CardRefund, Order, OutboxMessage, PaymentAttempt, PaymentOption, Refund
from store.orders.reasons import CancelReason
from store.payments.providers.base import RefundTold
from store.statuses import Actor, PartStatus, RefundStatus
from tests.factories import CartFactory, LotFactory, a_return, a_rib, advance, money_comes, place
from tests.factories.cards import a_card_order, a_provider, begun, long_after, paid_by_card

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider():
    with a_provider() as provider:
        yield provider


def shown(client, order: Order, name: str = "order") -> str:
    """In English."""
    address = reverse(name, args=[order.token]).replace("/fr/", "/en/")
    return client.get(address).content.decode().replace("\xa0", " ")


def canceled_by_staff(provider) -> Order:
    order = paid_by_card(provider, LotFactory(), LotFactory())
    cancel_part(order.parts.first(), reason=CancelReason.OUT_OF_STOCK, actor=Actor.STAFF)
    return order


def sent_back_by_the_bank(provider) -> Order:
    order = canceled_by_staff(provider)
    watch()
    back = CardRefund.objects.latest("pk")
    provider.say_of_refund(back.reference, RefundTold.FAILED)
    look_at(back.attempt)
    return order


def test_the_buyer_of_a_canceled_part_is_asked_for_no_account(client, provider):
    order = paid_by_card(provider, LotFactory(), LotFactory())
    part = order.parts.first()
    address = f"/en/commande/{order.token}/annuler/{part.pk}/"
    assert "go back to the card by themselves" in client.get(address).content.decode()
    assert "goes back to the card" in client.post(address, {"reason": "changed_mind"}, follow=True).content.decode()
    page = shown(client, order)
    assert "on their way back to your card" in page and "owed to you" not in page and "bank account" not in page
    assert 'name="rib"' not in shown(client, order, "order_refund")
    watch()
    assert "went back to your card" in shown(client, order)


def test_who_types_the_address_of_refunds_sends_no_card_money_to_a_bank_account(client, provider):
    order = canceled_by_staff(provider)
    client.post(reverse("order_refund", args=[order.token]), {"rib": a_rib()})
    assert [refund.way for refund in Refund.objects.all()] == ["original"]


def test_where_the_bank_of_the_card_did_not_take_it_an_account_is_asked_for_with_the_reason(client, provider):
    order = sent_back_by_the_bank(provider)
    for name in ("order", "order_refund"):
        assert "did not take the money back" in shown(client, order, name)
    client.post(reverse("order_refund", args=[order.token]), {"rib": a_rib()})
    asked = Refund.objects.latest("pk")
    assert (asked.way, asked.status, asked.amount) == ("transfer", RefundStatus.ASKED, Decimal(205))
    assert "did not take the money back" not in shown(client, order)


def test_what_was_paid_twice_goes_back_to_the_card_though_the_transfer_paid_the_order(client, provider):
    order = a_card_order()
    attempt = begun(order)
    client.post(reverse("order_pay", args=[order.token]), {"payment": "transfer"})
    money_comes(order.number, "205,00")
    provider.pay(attempt)
    PaymentAttempt.objects.filter(pk=attempt.pk).update(status="open")
    look_at(PaymentAttempt.objects.get())
    page = shown(client, order)
    assert "Paid by bank transfer" in page and "on their way back to your card" in page
    assert "more than this order needs" not in page and 'name="rib"' not in shown(client, order, "order_refund")


# -- Mails --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def written(provider) -> dict[str, OutboxMessage]:
    """Each kind, by all that can happen to orders that are paid by card."""
    PaymentOption.objects.create(method="stripe", currency="EUR", rate=Decimal("10.25"))
    lot = LotFactory(quantity=2)
    late = begun(a_card_order(lot))
    lapse_unconfirmed(long_after(late))
    place(CartFactory(lines=[(lot.variant, 2)]))
    provider.pay(late)
    look_at(late)
    watch()
    sent_back_by_the_bank(provider)
    part = advance(paid_by_card(provider).parts.get(), PartStatus.DELIVERED)
    request = a_return(part)
    request.status = "accepted"
    request.save()
    receive_return(request, good={part.lines.get().pk: 1}, lost={}, actor=Actor.STAFF)
    a_card_order()
    return {message.kind: message for message in OutboxMessage.objects.order_by("pk")}


ABOUT_MONEY = {
    mails.ORDER_RECEIVED: "/payer/",
    mails.CARD_PAID: "20.00 EUR",
    mails.PART_CANCELED: "",
    mails.CARD_REFUNDED: "go back to your card",
    mails.CARD_REFUND_FAILED: "/remboursement/",
    mails.REFUND_PAID: "To the card that you paid with",
    mails.RETURN_RECEIVED: "go back to the card that you paid with",
}


def said(message: OutboxMessage, language: str) -> mails.Mail:
    message.language = language
    return mails.compose(message)


@pytest.mark.parametrize("language", dict(settings.LANGUAGES))
def test_each_mail_can_be_written_in_each_language(written, language):
    for kind in ABOUT_MONEY:
        mail = said(written[kind], language)
        assert "TW-" in mail.subject + mail.text and "\n" not in mail.subject
        assert "<h1" in mail.html


def test_mails_say_what_is_to_be_done_and_ask_for_an_account_only_where_the_card_took_nothing(written):
    for kind, words in ABOUT_MONEY.items():
        text = said(written[kind], "en").text.replace("\xa0", " ")
        assert words in text, kind
        assert ("bank account" in text) == (kind == mails.CARD_REFUND_FAILED), kind
