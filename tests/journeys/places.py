"""The kinds of pages that people see, and a buyer who has something in the cart and an order."""

import os
from dataclasses import dataclass

LANGUAGES = ("fr", "ar", "en")
WIDTHS = ("phone", "desk")
#: Whether nothing is left out, as in `make drills`.
WHOLE = bool(os.environ.get("WHOLE"))
HERE = {"Sec-Fetch-Site": "same-origin"}
#: Milliseconds that a page may take: other tests share the machine.
PATIENCE = 90_000

#: Kind of page → its address after the language; {token} is the access token of the buyer's order, {part} one of its parts.
PLACES = {
    "home": "",
    "listing": "boutique/",
    "category": "boutique/rayon/miels/",
    "nothing found": "boutique/?q=zzz",
    "product": "boutique/miel-thym/",
    "sold out product": "boutique/thym-seche/",
    "lot": "lot/tinas-cop/TC-THY-2606-A/",
    "cooperatives": "cooperatives/",
    "cooperative": "cooperatives/qatr-nada/",
    "stories": "recits/",
    "story": "recits/tinas-cop-toute-la-chaine-du-miel/",
    "guides": "guides/",
    "guide": "guides/reconnaitre-un-bon-miel/",
    "impact": "impact/",
    "contact": "contact/",
    "application": "adherer/",
    "plain page": "qui-sommes-nous/",
    "terms": "conditions/",
    "cookies": "cookies/",
    "legal notice": "mentions-legales/",
    "withdrawal form": "retours/formulaire/",
    "cart": "panier/",
    "checkout": "commande/",
    "confirmation": "commande/{token}/merci/",
    "order": "commande/{token}/",
    "terms of an order": "commande/{token}/conditions/",
    "refund": "commande/{token}/remboursement/",
    "return": "commande/{token}/retour/{part}/",
    "paying": "commande/{token}/payer/",
    "not found": "rien/",
    "no connection": "hors-ligne/",
}
#: Pages of one person.
OWN = {
    "application",
    "contact",
    "cart",
    "checkout",
    "confirmation",
    "order",
    "terms of an order",
    "refund",
    "return",
    "paying",
}


@dataclass(frozen=True)
class Buyer:
    """Cookies of somebody with two cooperatives' lines in the cart, and the token of an order placed before, with a part of it."""

    cookies: list
    token: str
    part: int

    def address(self, place: str, language: str) -> str:
        return f"/{language}/{PLACES[place].format(token=self.token, part=self.part)}"


def a_buyer(browser, shop) -> Buyer:
    """Places an order from both cooperatives, and fills the next cart."""
    context = browser.new_context(base_url=shop.url, service_workers="block")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    fill_cart(context, shop)
    page.goto("/fr/commande/")
    for name, text in {"name": "Salma Berrada", "phone": "06 00 97 00 01", "email": "salma@example.com"}.items():
        page.locator(f"[name={name}]").fill(text)
    for pickup in page.locator("[value=pickup]").all():
        pickup.check()
    page.locator("#order-label", has_text="Commander et payer").wait_for()
    page.locator("[name=terms]").check()
    page.locator("button.button--wide").click()
    page.wait_for_url("**/merci/")
    token = page.url.split("/")[-3]
    context.clear_cookies()
    fill_cart(context, shop)
    cookies = context.cookies()
    context.close()
    asked = "SELECT MIN(p.id) FROM store_cooperativeorder p JOIN store_order o ON o.id = p.order_id WHERE o.token = ?"
    [[part]] = shop.ask(asked, token)
    return Buyer(cookies, token, part)


def fill_cart(context, shop) -> None:
    for slug in ("verveine", "miel-thym"):
        [[variant]] = shop.ask(
            "SELECT MIN(v.id) FROM catalog_variant v JOIN catalog_productsale s USING (product_id) WHERE s.slug = ?",
            slug,
        )
        context.request.post("/fr/panier/ajouter/", form={"variant": str(variant), "quantity": "1"}, headers=HERE)


def places(language: str, size: str) -> list[str]:
    """A fixed half of the places, the other half in the other size; all of them where WHOLE is set."""
    odd = (LANGUAGES.index(language) + WIDTHS.index(size)) % 2
    return [place for at, place in enumerate(PLACES) if WHOLE or at % 2 == odd]


def share(language: str) -> list[str]:
    """A fixed third of the places, the others in the other languages; all of them where WHOLE is set."""
    return [place for at, place in enumerate(PLACES) if WHOLE or at % len(LANGUAGES) == LANGUAGES.index(language)]
