"""Ordering and paying by card: which way is chosen, what becomes of the order when the provider sleeps, what leaves the shop."""

import re
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.stock.errors import OutOfStock
from store import card_door
from store.flows.cards.start import NothingToPay, TooLate
from store.models import Order, PaymentAttempt, PaymentOption
from store.payments.methods import CMI
from store.payments.providers.base import ProviderDown, ProviderRefused, Told
from store.statuses import AttemptStatus, PartStatus
from tests.factories import LotFactory
from tests.factories.cards import a_card_order, a_provider, begun

from .admin_people import queries_of
from .test_checkout import CHECKOUT, answers, two_lots  # noqa: F401 (a fixture)

pytestmark = pytest.mark.django_db

ABROAD = "+33 6 12 34 56 78"


@pytest.fixture
def provider(settings):
    settings.STRIPE_PAY_ORIGIN = "https://pay.example"
    with a_provider() as provider:
        yield provider


@pytest.fixture
def cmi(settings):
    settings.CMI_CLIENT_ID, settings.CMI_STORE_KEY = "600000000", "a store key"
    settings.CMI_PAGE = "https://cmi.example/fim/est3Dgate"


def chosen_on(page: str) -> list[str]:
    return re.findall(r'name="payment" value="(\w+)" checked', page)


def recount(visitor, **changes) -> str:
    return visitor.post(CHECKOUT, {**answers(visitor), **changes, "action": "update"}).content.decode()


def test_the_card_is_chosen_for_who_lives_abroad_and_another_choice_stays(visitor, two_lots, provider):  # noqa: F811
    assert chosen_on(recount(visitor)) == ["cash"]
    untouched = {"payment": "cash", "suggested": "cash", "phone": ABROAD}
    assert chosen_on(recount(visitor, **untouched)) == ["stripe"]
    meant = {"payment": "cash", "suggested": "stripe", "phone": ABROAD}
    assert chosen_on(recount(visitor, **meant)) == ["cash"]


def test_an_order_by_card_leads_to_the_page_of_the_provider(visitor, two_lots, provider):  # noqa: F811
    answer = visitor.post(CHECKOUT, answers(visitor, payment="stripe"))
    assert (answer.status_code, answer["Location"]) == (303, PaymentAttempt.objects.get().url)
    assert visitor.get(CHECKOUT)["Location"] == reverse("order_pay", args=[Order.objects.get().token])


def test_a_provider_that_sleeps_leaves_the_order_in_place_and_offers_the_other_ways(visitor, two_lots, provider):  # noqa: F811
    provider.down["start"] = False
    page = visitor.post(CHECKOUT, answers(visitor, payment="stripe"), follow=True).content.decode()
    assert "ne répond pas" in page and 'value="cash"' in page
    assert {part.status for part in Order.objects.get().parts.all()} == {PartStatus.PLACED}


def test_a_provider_that_rests_is_shown_and_cannot_be_chosen_while_others_sell_on(visitor, two_lots, provider):  # noqa: F811
    provider.rests = True
    page = recount(visitor, phone=ABROAD)
    assert 'value="stripe" disabled' in page and chosen_on(page) == ["cash"]
    refused = visitor.post(CHECKOUT, answers(visitor, payment="stripe"))
    assert (refused.status_code, list(refused.context["form"].errors)) == (409, ["payment"])
    assert provider.calls == [] and not Order.objects.exists()
    assert visitor.post(CHECKOUT, answers(visitor, payment="cash")).status_code == 303


def test_what_is_charged_in_another_currency_is_told_before(visitor, two_lots, provider):  # noqa: F811
    PaymentOption.objects.create(method="stripe", currency="EUR", rate=Decimal("10.25"))
    assert "40,00\xa0EUR" in recount(visitor)
    order = a_card_order()
    assert "20,00\xa0EUR" in Client().get(reverse("order_pay", args=[order.token])).content.decode()


def test_the_page_of_cmi_is_reached_with_a_button_and_no_script(visitor, two_lots, cmi):  # noqa: F811
    answer = visitor.post(CHECKOUT, answers(visitor, payment="cmi"))
    page = answer.content.decode()
    form = page[page.index('action="https://cmi.example/fim/est3Dgate"') :]
    assert 'name="HASH"' in form and "<button" in form and "csrfmiddlewaretoken" not in form
    assert form_action(answer) == ["'self'", "https://cmi.example"]
    # So that CMI is told no more than our name: the address of the page opens the order.
    assert 'name="referrer" content="strict-origin"' in page
    assert not [
        source for source in re.findall(r'<script[^>]*src="([^"]+)"', page) if not source.startswith("/static/")
    ]


def form_action(answer) -> list[str]:
    [rule] = [rule for rule in answer.headers["Content-Security-Policy"].split("; ") if rule.startswith("form-action")]
    return rule.split()[1:]


def test_forms_leave_the_shop_from_the_pages_where_people_pay_alone(visitor, two_lots, provider, cmi):  # noqa: F811
    order = a_card_order()
    both = ["'self'", "https://pay.example", "https://cmi.example"]
    paying = [CHECKOUT, *(reverse(name, args=[order.token]) for name in ("order_pay", "order", "order_thanks"))]
    assert [form_action(visitor.get(address)) for address in paying] == [both] * 4
    part = order.parts.get()
    others = ["/fr/panier/", "/fr/boutique/", reverse("order_refund", args=[order.token])]
    others += [reverse("cancel_part", args=[order.token, part.pk])]
    assert [form_action(visitor.get(address)) for address in others] == [["'self'"]] * 4


@pytest.mark.parametrize("name", ["order", "order_thanks", "order_pay"])
def test_browsers_say_where_the_card_button_was_pressed(client, provider, name):
    """With `no-referrer` they say "null", and Django refuses what has no origin."""
    address = reverse(name, args=[a_card_order().token])
    assert 'name="referrer" content="same-origin"' in client.get(address).content.decode()
    strict = Client(enforce_csrf_checks=True, headers={"origin": "null"})
    assert strict.post(address, {"payment": "stripe"}).status_code == 403


# -- Going to pay an order that is there --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ProviderDown("start"), "ne répond pas"),
        (ProviderRefused("amount_too_large"), "ne peut pas être payée par carte"),
        (OutOfStock([]), "Commandez à nouveau"),
        (TooLate(), "trop ancienne"),
    ],
)
def test_whatever_keeps_a_buyer_from_paying_is_said_beside_the_other_ways(client, provider, monkeypatch, error, words):
    def start_card(order):
        raise error

    monkeypatch.setattr(card_door, "start_card", start_card)
    order = a_card_order()
    page = client.post(reverse("order_pay", args=[order.token]), {"payment": "stripe"}, follow=True).content.decode()
    assert words in page and 'value="transfer"' in page


def test_where_nothing_is_left_to_pay_the_order_is_shown(client, provider, monkeypatch):
    def start_card(order):
        raise NothingToPay

    monkeypatch.setattr(card_door, "start_card", start_card)
    order = a_card_order()
    answer = client.post(reverse("order_pay", args=[order.token]), {"payment": "stripe"})
    assert answer["Location"] == reverse("order", args=[order.token])


def test_one_network_goes_to_pay_so_often_an_hour_and_looks_on(client, provider, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "pay": (1, 3600)}
    address = reverse("order_pay", args=[a_card_order().token])
    assert client.post(address, {"payment": "stripe"}).status_code == 303
    assert client.post(address, {"payment": "stripe"}).status_code == 429
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("told", [Told.WAITING, Told.PAID])
def test_nothing_is_paid_again_while_the_bank_or_the_staff_look_at_it(client, provider, told):
    """Paid is another amount here than was asked for."""
    order = a_card_order()
    attempt = begun(order)
    if told == Told.PAID:
        provider.pay(attempt, amount=Decimal("2.05"))
    else:
        page = provider.pages[f"cs_{attempt.key}"]
        page.state = type(page.state)(Told.WAITING)
    client.get(reverse("order_card_return", args=[order.token]))
    pay, shown = (reverse(name, args=[order.token]) for name in ("order_pay", "order"))
    assert client.get(pay)["Location"] == client.post(pay, {"payment": "cash"})["Location"] == shown
    assert PaymentAttempt.objects.get().status in (AttemptStatus.WAITING, AttemptStatus.HELD)
    assert order.payments.get().method == "stripe"
    page = client.get(shown).content.decode()
    assert "à payer de nouveau" in page and pay not in page


def test_a_page_that_was_open_too_long_is_told_apart_from_a_refused_card(client, provider):
    order = a_card_order()
    provider.end(begun(order).reference)
    page = client.get(f"/en/commande/{order.token}/carte/", follow=True).content.decode()
    assert "open too long" in page


def test_who_pays_at_the_door_after_all_is_not_told_to_pay_again(client, provider):
    order = a_card_order()
    begun(order)
    client.post(reverse("order_pay", args=[order.token]), {"payment": "cash"})
    answer = client.get(reverse("order_card_return", args=[order.token]))
    assert answer["Location"] == reverse("order", args=[order.token])


def test_who_gave_up_at_cmi_finds_after_the_last_look_how_to_pay(client, cmi):
    order = a_card_order(method=CMI)
    client.post(reverse("order_pay", args=[order.token]), {"payment": "cmi"})
    address = reverse("order_card_return", args=[order.token])
    pay = reverse("order_pay", args=[order.token])
    assert f'href="{pay}"' not in client.get(address).content.decode()
    assert f'href="{pay}"' in client.get(address, {"n": "10"}).content.decode()


def test_a_part_that_was_canceled_does_not_shorten_the_time_to_pay(client, provider):
    order = a_card_order(LotFactory(), LotFactory())
    gone, open_ = order.parts.order_by("pk")
    order.parts.filter(pk=gone.pk).update(status=PartStatus.CANCELED, confirm_by=timezone.now())
    context = client.get(reverse("order_pay", args=[order.token])).context
    assert context["deadline"] == open_.confirm_by


def test_the_page_of_a_card_order_asks_as_much_with_many_parts_as_with_one(client, provider):
    one, many = a_card_order(), a_card_order(*(LotFactory() for _part in range(3)))
    for order in (one, many):
        begun(order)
    for name in ("order", "order_refund"):
        asked = [queries_of(client, reverse(name, args=[order.token])) for order in (one, many)]
        assert asked[0] == asked[1]
