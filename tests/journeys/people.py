"""What people do in the journeys of money: a buyer in the shop, staff in the back office. All of it in their browsers."""

import re

from playwright.sync_api import Locator, Page, expect

from .small_shop import PASSWORD, Placed
from .test_guest_buys_from_two_cooperatives import fits, put_in_cart

COMMUNE = {"fr": "Ouislane", "ar": "ويسلان"}


def plain(text: str) -> str:
    """Without the marks that hold amounts together and say where they go."""
    return re.sub(r"[\u200e\u200f\u2066-\u2069]", "", re.sub(r"\s+", " ", text)).strip()


def says(seen: Page | Locator, *words: str) -> bool:
    """All of these can be read there, at the latest when the page that was asked for has come."""
    place = seen.locator("main") if isinstance(seen, Page) else seen
    for word in words:
        expect(place).to_contain_text(word, use_inner_text=True)
    return True


# -- The buyer --------------------------------------------------------------------------------------------------------


def fill_cart(page: Page, language: str, *products: str) -> None:
    """Each of these, delivered to Ouislane."""
    for product in products:
        page.goto(f"/{language}/boutique/{product}/")
        put_in_cart(page)
    page.locator("[name=commune_text]").fill(COMMUNE[language])
    page.locator(".commune-choices [type=radio]").first.check()
    page.locator(".cart__commune button").click()
    page.locator(".part__delivery", has_text="35,00").first.wait_for()


def check_out(page: Page, *, name: str, phone: str, email: str, pay: str = "cash") -> Placed:
    page.locator("a.button--wide").click()
    for field, text in {"name": name, "phone": phone, "email": email, "street": "12, rue des Oliviers"}.items():
        page.locator(f"[name={field}]").fill(text)
    page.locator(f"[name=payment][value={pay}]").check()
    page.locator("[name=terms]").check()
    assert fits(page)
    page.locator("button.button--wide").click()
    page.wait_for_url("**/merci/")
    return Placed(re.search(r"TW-\d{7}", page.content())[0], page.url.removesuffix("merci/"))


def rows_of(part: Locator) -> dict[str, str]:
    """Of a list of amounts: what each is for, and how much."""
    rows = [row.locator("> span").all_inner_texts() for row in part.locator(".brief > li").all()]
    return {plain(what): plain(amount) for what, amount in rows}


def receipt(page: Page) -> dict[str, str]:
    """The dirham receipt at the foot of the order."""
    return rows_of(page.locator(".receipt"))


# -- Staff ------------------------------------------------------------------------------------------------------------


def enter(page: Page, name: str) -> None:
    page.goto("/admin/login/?next=/admin/orders/")
    page.fill("[name=username]", name)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"^[^?]+/admin/orders/$"))


def open_order(page: Page, order: Placed) -> None:
    page.goto("/admin/orders/")
    page.get_by_role("link", name=order.number).first.click()
    page.locator("h2.page-heading", has_text=order.number).wait_for()


def part_of(page: Page, cooperative: str) -> Locator:
    return page.locator("section[id^=part-]").filter(has=page.get_by_role("heading", name=cooperative))


def press(page: Page, button: str, *, told: str, within: Locator | None = None) -> None:
    """Press a button of a form of the back office, and read what it answers."""
    (within or page).get_by_role("button", name=button, exact=True).first.click()
    expect(page.locator(".messages")).to_contain_text(told)


def follow(page: Page, link: str, *, within: Page | Locator | None = None) -> None:
    """Until the page behind it has come whole."""
    with page.expect_navigation():
        (within or page.locator("main")).get_by_role("link", name=link, exact=True).first.click()


def settle_the_month(one: Page, other: Page, *, reference: str) -> None:
    """One proposes what is owed to a cooperative, another approves it and notes the transfer. Both enter anew: weeks went by."""
    enter(one, "amal")
    one.goto("/admin/statements/")
    press(one, "Proposer tout le mois", told="1 règlement est proposé.")
    assert says(one, "attend l’approbation d’une deuxième personne")
    assert one.get_by_role("button", name="Approuver").count() == 0
    enter(other, "badr")
    other.goto("/admin/statements/")
    press(other, "Approuver tout ce qui est proposé", told="1 règlement est approuvé.")
    follow(other, "Les virements sont faits…")
    other.fill("[name=reference]", reference)
    press(other, "Noter les virements", told="1 virement est noté.")


def choose_file(page: Page, name: str, *lines: str) -> None:
    content = "\n".join(lines).encode()
    page.set_input_files("[name=file]", {"name": name, "mimeType": "text/csv", "buffer": content})
