"""The kinds of pages that people see, and a buyer who has something in the cart and an order."""

from dataclasses import dataclass
from itertools import product

LANGUAGES = ("fr", "ar", "en")
HERE = {"Sec-Fetch-Site": "same-origin"}

#: Kind of page → its address after the language; {token} is the access token of the buyer's order.
PLACES = {
    "home": "",
    "listing": "boutique/",
    "category": "boutique/rayon/miels/",
    "nothing found": "boutique/?q=zzz",
    "product": "boutique/miel-thym/",
    "sold out product": "boutique/thym/",
    "cooperatives": "cooperatives/",
    "cooperative": "cooperatives/qatr-nada/",
    "plain page": "conditions/",
    "cart": "panier/",
    "checkout": "commande/",
    "confirmation": "commande/{token}/merci/",
    "order": "commande/{token}/",
    "not found": "rien/",
    "no connection": "hors-ligne/",
}
#: Pages of one person.
OWN = {"cart", "checkout", "confirmation", "order"}


@dataclass(frozen=True)
class Buyer:
    """Cookies of somebody with two cooperatives' lines in the cart, and the token of an order placed before."""

    cookies: list
    token: str

    def address(self, place: str, language: str) -> str:
        return f"/{language}/{PLACES[place].format(token=self.token)}"


def a_buyer(browser, shop) -> Buyer:
    """Places an order from both cooperatives, and fills the next cart."""
    context = browser.new_context(base_url=shop.url, service_workers="block")
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
    return Buyer(cookies, token)


def fill_cart(context, shop) -> None:
    for slug in ("verveine", "miel-thym"):
        [[variant]] = shop.ask(
            "SELECT MIN(v.id) FROM catalog_variant v JOIN catalog_productsale s USING (product_id) WHERE s.slug = ?",
            slug,
        )
        context.request.post("/fr/panier/ajouter/", form={"variant": str(variant), "quantity": "1"}, headers=HERE)


def combinations(whole: bool):
    """(place, language, size): all of them, or a fixed half in which each place and each language has both sizes."""
    return [
        (place, language, size)
        for (place_at, place), (language_at, language), (size_at, size) in product(
            enumerate(PLACES), enumerate(LANGUAGES), enumerate(("phone", "desk"))
        )
        if whole or (place_at + language_at + size_at) % 2 == 0
    ]
