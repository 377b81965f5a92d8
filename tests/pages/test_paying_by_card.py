"""A buyer pays by card: to the provider's page, back from it, and in another way if that is better."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from store.flows.cards.watch import watch
from store.flows.tick import lapse_unconfirmed
from store.models import Order, PaymentAttempt
from store.payments.methods import CASH, STRIPE, TRANSFER
from store.payments.providers.base import State, Told
from store.statuses import AttemptStatus, PartStatus
from tests.factories import CartFactory, LotFactory, place
from tests.factories.cards import a_card_order, a_provider, begun, long_after

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(settings):
    settings.STRIPE_PAY_ORIGIN = "https://pay.example"
    with a_provider() as provider:
        yield provider


def page_of(order: Order, name: str = "order_pay") -> str:
    return reverse(name, args=[order.token])


def follow(client, address: str) -> str:
    return client.get(address, follow=True).content.decode()


def test_the_order_page_leads_to_the_card_page_and_says_until_when(client, provider):
    order = a_card_order()
    shown = client.get(page_of(order, "order")).content.decode()
    assert "Payer par carte" in shown
    answer = client.post(page_of(order), {"payment": "stripe"})
    assert (answer.status_code, answer["Location"]) == (303, PaymentAttempt.objects.get().url)


def test_who_comes_back_having_paid_is_thanked(client, provider):
    order = a_card_order()
    attempt = begun(order)
    provider.pay(attempt)
    answer = client.get(page_of(order, "order_card_return"))
    assert answer["Location"] == page_of(order, "order_thanks")
    assert "205,00" in follow(client, page_of(order, "order"))


def test_who_comes_back_by_hand_before_paying_is_told_so(client, provider):
    order = a_card_order()
    begun(order)
    shown = follow(client, page_of(order, "order_card_return"))
    assert "Vous n’avez pas encore payé" in shown
    assert PaymentAttempt.objects.get().status == AttemptStatus.OPEN


@pytest.mark.parametrize("name", ["order_card_return", "order_card_back"])
def test_return_addresses_tried_by_hand_change_nothing(client, provider, name):
    for order in (place(CartFactory(lines=[(LotFactory().variant, 1)])), a_card_order()):
        follow(client, page_of(order, name))
        client.post(page_of(order, name), {"ProcReturnCode": "00", "oid": order.number})
        assert order.parts.get().status == PartStatus.PLACED
    assert client.get(reverse(name, args=["x" * 22])).status_code == 404


def test_while_the_provider_sleeps_the_page_asks_again_by_itself_and_then_says_what_happens(client, provider):
    order = a_card_order()
    begun(order)
    provider.down["look"] = False
    first = client.get(page_of(order, "order_card_return")).content.decode()
    assert 'http-equiv="refresh"' in first and "?n=2" in first
    last = client.get(f"{page_of(order, 'order_card_return')}?n=10").content.decode()
    assert 'http-equiv="refresh"' not in last
    for odd in ("x", "-1", "99999", "٣"):
        assert client.get(page_of(order, "order_card_return"), {"n": odd}).status_code in (200, 303)


def test_a_declined_payment_is_said_and_another_may_be_begun(client, provider):
    order = a_card_order()
    attempt = begun(order)
    provider.pages[attempt.reference].state = State(Told.FAILED, because="card_declined")
    shown = follow(client, page_of(order, "order_card_return"))
    assert "La carte n’a pas été débitée" in shown
    client.post(page_of(order), {"payment": "stripe"})
    assert PaymentAttempt.objects.count() == 2


def test_when_the_card_page_does_not_answer_the_order_is_kept_and_other_ways_are_offered(client, provider):
    order = a_card_order()
    provider.down["start"] = False
    shown = client.post(page_of(order), {"payment": "stripe"}, follow=True).content.decode()
    assert "ne répond pas" in shown and "Virement bancaire" in shown
    client.post(page_of(order), {"payment": "cash"})
    assert order.payments.exclude(part=None).get().method == CASH.code


@pytest.mark.parametrize("method", [CASH, TRANSFER, STRIPE])
def test_an_unpaid_order_is_paid_in_any_other_way(client, provider, method):
    order = a_card_order()
    begun(order)
    client.post(page_of(order), {"payment": method.code})
    live = Order.objects.get().payments.exclude(status="expired").get()
    assert live.method == method.code
    assert client.get(page_of(order, "order")).status_code == 200


def test_what_is_paid_or_prepared_stays_as_it_is(client, provider):
    order = a_card_order()
    provider.pay(begun(order))
    watch(timezone.now() + timedelta(minutes=10))
    for _again in range(2):
        answer = client.post(page_of(order), {"payment": "cash"})
        assert answer["Location"] == page_of(order, "order")
    assert client.get(page_of(order))["Location"] == page_of(order, "order")


@pytest.mark.parametrize("odd", ["", "bitcoin", "x" * 500, "cmi"])
def test_a_way_that_is_none_is_told(client, provider, odd):
    order = a_card_order()
    shown = client.post(page_of(order), {"payment": odd}, follow=True).content.decode()
    assert "alert" in shown
    assert order.payments.get().method == "stripe"


def test_money_that_came_too_late_is_said_to_go_back(client, provider):
    lot = LotFactory(quantity=2)
    order = a_card_order(lot)
    attempt = begun(order)
    lapse_unconfirmed(long_after(attempt))
    place(CartFactory(lines=[(lot.variant, 2)]))
    provider.pay(attempt)
    shown = follow(client, page_of(order, "order_card_return"))
    assert "en route vers votre carte" in shown
    watch()
    assert "retournés sur votre carte" in follow(client, page_of(order, "order"))


def test_what_waits_for_the_bank_is_not_paid_again(client, provider):
    order = a_card_order()
    attempt = begun(order)
    page = provider.pages[f"cs_{attempt.key}"]
    page.state = type(page.state)(Told.WAITING)
    assert "Merci de ne pas payer une deuxième fois" in client.get(page_of(order, "order_card_return")).content.decode()
    shown = client.post(page_of(order), {"payment": "stripe"}, follow=True).content.decode()
    assert "Votre banque s’en occupe" in shown


def test_only_pages_from_which_people_pay_let_a_form_leave(client, provider):
    order = a_card_order()
    for name, leaves in (("order_pay", True), ("order", True), ("order_card_return", False)):
        policy = client.get(page_of(order, name), follow=name == "order_card_return").headers["Content-Security-Policy"]
        form_action = next(rule for rule in policy.split(";") if "form-action" in rule)
        assert ("https://pay.example" in form_action) == (leaves or name == "order_card_return")
    for address in ("/fr/panier/", "/fr/recherche/"):
        assert "pay.example" not in client.get(address).headers["Content-Security-Policy"]
