"""Buyers pay by card on the provider's page, without JavaScript, in French and in Arabic; whatever happens, they are told so."""

import re

import pytest
from playwright.sync_api import Page

from store.flows.fulfil_part import deliver_part, pack_part, ship_part
from store.flows.give_back import return_lines
from store.flows.month import Month
from store.flows.settle import approve_all, pay_all, propose_all, to_pay
from store.models import Order, PaymentAttempt, User
from store.statuses import Actor, PartStatus
from tests.factories import a_part

from .card_shop import CardShop, a_card_shop
from .conftest import browsers_at
from .people import enter, follow, press, says

MARCH, APRIL = Month(2030, 3), Month(2030, 4)
GOOD, DECLINED, SECURE = "4242424242424242", "4000000000000002", "4000002760003184"
PLAIN = {"java_script_enabled": False}
SALMA = {
    "name": "Salma Berrada",
    "phone": "06 00 97 20 01",
    "email": "salma@example.org",
    "street": "12, rue des Oliviers",
}


@pytest.fixture
def card_shop(small_shop, settings, monkeypatch):
    monkeypatch.setattr("store.account.pay.PAUSE", 0)  # the shop's clock stands still, and no pause would ever end
    with a_card_shop(small_shop, settings) as shop:
        yield shop


@pytest.fixture
def open_here(browser, card_shop):
    """In the shop, and on the pages of its provider."""
    with browsers_at(browser, card_shop.shop.url, card_shop.provider.url) as open_:
        yield open_


def order_by_card(page: Page, language: str, *products: str, pay: str = "stripe") -> Order:
    """From the shelf to the provider's page, or to the last page before it."""
    for product in products:
        page.goto(f"/{language}/boutique/{product}/")
        page.locator("form[action*='ajouter'] button").first.click()
    page.goto(f"/{language}/commande/")
    for field, text in SALMA.items():
        page.locator(f"[name={field}]").fill(text)
    page.locator("[name=commune_text]").fill({"fr": "Ouislane", "ar": "ويسلان"}[language])
    page.locator("[name=action][value=update]").last.click()
    page.locator(".commune-choices [type=radio]").first.check()
    page.locator("[name=action][value=update]").last.click()
    page.locator(f"[name=payment][value={pay}]").check()
    page.locator("[name=terms]").check()
    page.locator("button.button--wide").click()
    return Order.objects.latest("pk")


def pay(page: Page, card: str) -> None:
    page.locator(f"input[name=card][value='{card}']").check()
    page.locator("button[value=pay]").click()


def is_thanked(page: Page) -> bool:
    """At once, or after the page that waits for the bank has looked again."""
    page.wait_for_url(re.compile("/merci/$"))
    return True


def test_a_card_with_3d_secure_pays_once(card_shop: CardShop, open_here):
    page = open_here("phone", **PLAIN)
    order = order_by_card(page, "fr", "miel-thym", "huile-lavande")
    assert page.url.startswith(card_shop.provider.url) and says_of(page, order.number)
    pay(page, SECURE)
    page.locator("button[value=accept]").click()
    assert is_thanked(page) and says(page, "Payé par carte", "285,00")
    card_shop.told()
    assert {part.status for part in order.parts.all()} == {PartStatus.CONFIRMED}
    assert card_shop.shop.books_agree()


def test_a_declined_card_is_told_and_another_pays(card_shop: CardShop, open_here):
    page = open_here("phone", **PLAIN)
    order = order_by_card(page, "ar", "miel-thym")
    pay(page, DECLINED)
    assert page.url.startswith(card_shop.provider.url)
    page.goto(f"/ar/commande/{order.token}/carte/")
    page.get_by_text("لم تؤدوا بعد").wait_for()
    page.locator("main button.button--buy").click()
    pay(page, GOOD)
    assert is_thanked(page) and says(page, "مؤدى بالبطاقة")
    assert PaymentAttempt.objects.count() == 1
    card_shop.told()
    assert card_shop.shop.books_agree()


def test_who_closes_the_page_before_coming_back_has_paid(card_shop: CardShop, open_here):
    page = open_here("phone", **PLAIN)
    order = order_by_card(page, "fr", "miel-thym")
    page.route("**/carte/", lambda route: route.abort())
    pay(page, GOOD)
    card_shop.told()
    later = open_here("desk", **PLAIN)
    later.goto(f"/fr/commande/{order.token}/")
    assert says(later, "Payé par carte", "165,00")
    assert card_shop.shop.books_agree()


def test_who_pays_after_the_order_lapsed_gets_it_or_the_money_back(card_shop: CardShop, open_here):
    in_luck, unlucky = open_here("phone", **PLAIN), open_here("phone", **PLAIN)
    honey = order_by_card(in_luck, "fr", "miel-thym")
    oil = order_by_card(unlucky, "ar", "huile-lavande")
    card_shop.let_pass(hours=4)
    assert {part.status for order in (honey, oil) for part in order.parts.all()} == {PartStatus.CANCELED}
    a_part(PartStatus.PACKED, lot=card_shop.shop.oil, quantity=10)  # somebody else takes all the oil
    pay(in_luck, GOOD)
    pay(unlucky, GOOD)
    assert is_thanked(in_luck) and says(in_luck, "Payé par carte")
    card_shop.told()
    unlucky.goto(f"/ar/commande/{oil.token}/")
    assert says(unlucky, "أُعيدت إلى بطاقتكم", "120,00")
    assert card_shop.provider.charge()["amount_refunded"] == 12000
    assert card_shop.shop.books_agree()


def test_one_cooperatives_line_goes_back_to_the_card_after_the_month_was_settled(card_shop: CardShop, open_here):
    page, amal, badr = open_here("phone", **PLAIN), open_here("desk"), open_here("desk")
    order = order_by_card(page, "fr", "miel-thym", "huile-lavande")
    pay(page, GOOD)
    assert is_thanked(page)
    card_shop.told()
    for part in order.parts.all():
        deliver(part)
    card_shop.let_pass(days=28)
    settle_march()
    honey = order.parts.get(cooperative__slug="tinas-cop")
    return_lines(honey, {honey.lines.get().pk: 1}, key="honey", actor=Actor.STAFF, restocked={})
    two_people_pay_it_back(amal, badr, order.number)
    card_shop.told()
    page.goto(f"/fr/commande/{order.token}/")
    assert says(page, "130,00", "retournés sur votre carte")
    assert card_shop.provider.charge()["amount_refunded"] == 13000
    assert card_shop.shop.books_agree()


def test_cmi_is_refused_and_then_paid(card_shop: CardShop, open_here):
    page = open_here("phone", **PLAIN)
    order = order_by_card(page, "fr", "miel-thym", pay="cmi")
    page.get_by_role("button", name="Payer sur la page du CMI").click()
    page.locator("button[value=refuse]").first.click()
    if page.locator("button[value=pay]").count() == 0:
        page.locator("button").first.click()
        page.get_by_text("La carte n’a pas été débitée").wait_for()
        page.locator("[name=payment][value=cmi]").check()
        page.locator("main button.button--buy").click()
        page.get_by_role("button", name="Payer sur la page du CMI").click()
    page.locator("button[value=pay]").click()
    page.locator("button").first.click()
    assert is_thanked(page) and says(page, "Payé par carte", "165,00")
    assert order.parts.get().status == PartStatus.CONFIRMED
    assert card_shop.shop.books_agree()


def deliver(part) -> None:
    """The parcel of a part that is paid reaches its buyer."""
    for verb in (pack_part, ship_part, deliver_part):
        verb(part, actor=Actor.STAFF)


def settle_march() -> None:
    amal, badr = User.objects.get(username="amal"), User.objects.get(username="badr")
    propose_all(MARCH, by=amal)
    approve_all(MARCH, by=badr)
    pay_all([(its, "VIR 2030-03") for its in to_pay(MARCH)], paid_on=APRIL.first, by=badr)


def two_people_pay_it_back(amal: Page, badr: Page, number: str) -> None:
    """One asks for it, another approves it, and the provider sends it to the card."""
    enter(amal, "amal")
    amal.goto("/admin/refunds/")
    amal.get_by_role("link", name=number).first.click()
    press(amal, "Rembourser 130,00 MAD sur la carte", told="Le remboursement est noté")
    enter(badr, "badr")
    badr.goto("/admin/refunds/")
    badr.get_by_role("link", name=number).first.click()
    follow(badr, "Approuver…")
    badr.get_by_role("button", name="Approuver").click()


def says_of(page: Page, number: str) -> bool:
    return number in page.content()
