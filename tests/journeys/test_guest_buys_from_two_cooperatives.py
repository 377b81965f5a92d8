"""A stranger with a telephone buys lavender oil from Qatr Nada and thyme honey from Tinas Cop, and pays on delivery."""

import itertools
import re

import pytest

_phones = itertools.count(10)
WAYS = [
    ("fr", "phone", True), ("fr", "desk", True), ("ar", "phone", True), ("ar", "desk", False), ("fr", "phone", False),
    ("en", "phone", True),
]  # fmt: skip
THANKS = {"fr": "Merci", "ar": "شكر", "en": "Thank you"}


def reserved(shop) -> dict[str, int]:
    return dict(shop.ask("SELECT code, reserved FROM catalog_lot"))


def put_in_cart(page) -> None:
    """Press the button and look at the cart: the way there is in what appears, or the answer is the cart itself."""
    page.locator(".buy .button").click()
    page.locator(".toast .button, #cart").first.wait_for()
    if page.locator(".toast .button").count():
        page.locator(".toast .button").click()
    page.wait_for_url("**/panier/**")


def fits(page) -> bool:
    """Nothing is wider than the screen, once the page has its styles."""
    page.wait_for_load_state("load")
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.journey
@pytest.mark.parametrize(("language", "size", "scripts"), WAYS)
def test_a_guest_buys_from_both_cooperatives(shop, open_browser, language, size, scripts):
    before = reserved(shop)
    page = open_browser(size, java_script_enabled=scripts)
    for product in ("huile-lavande", "miel-thym"):
        page.goto(f"/{language}/boutique/{product}/")
        put_in_cart(page)
    assert page.locator(".part").count() == 2
    page.locator("[name=commune_text]").fill("ويسلان" if language == "ar" else "Ouislane")
    if scripts:
        page.locator(".commune-choices [type=radio]").first.check()
    page.locator(".cart__commune button").click()
    page.locator(".totals__sum", has_text=re.compile(r"285[.,]00")).wait_for()
    page.locator("a.button--wide").click()

    page.locator("[name=name]").fill("Salma Berrada")
    page.locator("[name=phone]").fill(f"06 00 99 00 {next(_phones)}")
    page.locator("[name=email]").fill("salma@example.com")
    page.locator("[name=street]").fill("12, rue des Oliviers")
    page.locator("[name=terms]").check()
    page.locator("button.button--wide").click()
    page.wait_for_url("**/merci/")

    heading = page.locator("h1").inner_text()
    assert THANKS[language] in heading and "Salma Berrada" in heading
    assert page.evaluate("getComputedStyle(document.documentElement).direction") == (
        "rtl" if language == "ar" else "ltr"
    )
    assert fits(page)
    number = re.search(r"TW-\d{7}", page.content())[0]
    parts = shop.ask(
        "SELECT c.slug, p.status, p.total FROM store_cooperativeorder p JOIN store_order o ON o.id = p.order_id "
        "JOIN catalog_cooperative c ON c.id = p.cooperative_id WHERE o.number = ? ORDER BY c.slug",
        number,
    )
    assert parts == [("qatr-nada", "placed", 12000), ("tinas-cop", "placed", 16500)]
    now = reserved(shop)
    held = {code: units - before[code] for code, units in now.items() if units != before[code]}
    first_to_expire = [
        shop.ask(
            "SELECT l.code FROM catalog_lot l JOIN catalog_variant v ON v.id = l.variant_id WHERE v.sku = ? ORDER BY l.best_before",
            sku,
        )[0][0]
        for sku in ("QN-LAV-10", "TC-THY-250")
    ]
    assert held == dict.fromkeys(first_to_expire, 1)

    mails = {mail["to"]: mail for mail in shop.mails_about(number, count=4)}
    assert sorted(mails) == [
        "commandes@qatr-nada.example", "commandes@tinas-cop.example", "equipe@twiza.example", "salma@example.com",
    ]  # fmt: skip
    for mail in mails.values():
        assert {part.get_content_type() for part in mail.iter_parts()} == {"text/plain", "text/html"}
    buyers = mails["salma@example.com"].get_body(("html",)).get_content()
    assert f'lang="{language}"' in buyers and f'dir="{"rtl" if language == "ar" else "ltr"}"' in buyers
    theirs = mails["commandes@tinas-cop.example"].get_body(("plain",)).get_content()
    assert "الزعتر" in theirs and "الخزامى" not in theirs


@pytest.mark.journey
@pytest.mark.parametrize("scripts", [True, False])
def test_a_buyer_who_forgets_something_loses_nothing(open_browser, scripts):
    page = open_browser("phone", java_script_enabled=scripts)
    page.goto("/fr/boutique/miel-oranger/")
    put_in_cart(page)
    page.locator("a.button--wide").click()
    page.locator("[name=name]").fill("Salma Berrada")
    page.locator("[name=note]").fill("Appeler après 16 h")
    page.locator("button.button--wide").click()
    page.locator("[role=alert]").wait_for()
    assert page.locator("[name=name]").input_value() == "Salma Berrada"
    assert page.locator("[name=note]").input_value() == "Appeler après 16 h"
    assert page.locator("[name=phone]").get_attribute("aria-invalid") == "true"
    assert page.locator(".errorlist").count() >= 4


@pytest.mark.journey
def test_a_buyer_cancels_one_part_from_the_orders_page(shop, open_browser):
    page = open_browser("phone")
    page.goto("/fr/boutique/verveine/")
    put_in_cart(page)
    page.locator("a.button--wide").click()
    page.locator("[name=name]").fill("Salma Berrada")
    page.locator("[name=phone]").fill("0600 98 00 01")
    page.locator("[value=pickup]").check()
    page.locator("[name=terms]").check()
    page.locator("#order-label", has_text="35,00").wait_for()
    page.locator("button.button--wide").click()
    page.wait_for_url("**/merci/")
    page.locator("a[href*='/annuler/']").click()
    page.locator("form.prose button").click()
    page.locator(".badge--canceled").wait_for()
    assert shop.ask("SELECT status FROM store_cooperativeorder ORDER BY id DESC LIMIT 1") == [("canceled",)]


@pytest.mark.journey
def test_what_is_chosen_while_the_total_is_counted_on_a_slow_line_stays_chosen(open_browser):
    page = open_browser("phone")
    for product in ("verveine", "miel-thym"):
        page.goto(f"/fr/boutique/{product}/")
        put_in_cart(page)
    page.locator("a.button--wide").click()
    waiting = []
    page.route("**/commande/", lambda route: waiting.append(route))
    first, second = page.locator("[value=pickup]").all()
    first.check()
    second.check()
    page.locator("[name=terms]").check()
    page.wait_for_timeout(200)
    for route in waiting:
        route.continue_()
    page.locator("#order-label", has_text="Commander et payer").wait_for()
    assert first.is_checked() and second.is_checked()
    assert page.locator("[name=terms]").is_checked()


@pytest.mark.journey
@pytest.mark.parametrize("size", ["phone", "desk"])
@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_a_set_and_an_empty_cart_are_no_wider_than_their_screen(open_browser, language, size):
    """All kinds of pages are looked at together with what axe looks for."""
    page = open_browser(size)
    for path in ("boutique/coffret-huiles/", "panier/"):
        page.goto(f"/{language}/{path}")
        assert fits(page), path


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_changed_quantity_counts_as_soon_as_the_field_is_left(open_browser, buyer, language):
    page = open_browser("phone", cookies=buyer.cookies)
    page.goto(f"/{language}/panier/")
    quantity = page.locator(".line [name=quantity]").first
    quantity.fill("3")
    quantity.blur()
    page.locator(".line__amount", has_text="105,00").wait_for()
    quantity.focus()
    quantity.press("ArrowDown")
    page.keyboard.press("Tab")  # counts, and the focus stays where it went
    page.locator(".line__amount", has_text="70,00").wait_for()
    page.wait_for_timeout(200)
    assert page.evaluate("document.activeElement.id").startswith("remove-")
    page.reload()
    assert page.locator(".line [name=quantity]").first.input_value() == "2"
    page.locator(".line [name=quantity]").first.fill("1")
    page.locator(".line [name=quantity]").first.press("Enter")
    page.locator(".line__amount", has_text="35,00").first.wait_for()
