"""The pages of members, as the manager of Tinas Cop in the demonstration sees them."""

from dataclasses import dataclass

from .places import LANGUAGES, PATIENCE, WHOLE, WIDTHS

TELEPHONE, PASSWORD = "0600970021", "abeilles-du-moyen-atlas-2026"
#: Kind of page → its address after `/{language}/espace/`; what stands in braces is asked of the shop.
DESKS = {
    "today": "{at}/",
    "order to confirm": "{at}/commandes/{placed}/",
    "order to pack": "{at}/commandes/{confirmed}/",
    "order to hand over": "{at}/commandes/{packed}/",
    "order on its way": "{at}/commandes/{shipped}/",
    "order that ended": "{at}/commandes/{delivered}/",
    "something missing": "{at}/commandes/{placed}/manque/",
    "several parcels": "{at}/remise/",
    "stock": "{at}/stock/",
    "new lot": "{at}/stock/nouveau/",
    "lot": "{at}/stock/{lot}/",
    "products": "{at}/produits/",
    "new product": "{at}/produits/nouveau/",
    "product on sale": "{at}/produits/{product}/",
    "product sent back": "{at}/produits/{sent_back}/",
    "words sent back": "{at}/produits/{sent_back}/textes/",
    "photos": "{at}/produits/{product}/photos/",
    "sizes": "{at}/produits/{product}/tailles/",
    "before and after": "{at}/produits/{sent_back}/changements/",
    "tables": "{at}/tableaux/",
    "send a table": "{at}/tableaux/importer/",
    "this month": "{at}/mois/",
    "more": "{at}/plus/",
    "documents": "{at}/documents/",
    "new document": "{at}/documents/nouveau/",
    "members": "{at}/membres/",
    "member": "{at}/membres/{member}/",
    "me": "{at}/moi/",
    "shared telephones": "{at}/telephones/",
    "account": "compte/",
}

_PART = """
    SELECT MIN(p.id) FROM store_cooperativeorder p JOIN catalog_cooperative c ON c.id = p.cooperative_id
    WHERE c.slug = ? AND p.status = ?"""
_LOT = "SELECT MIN(l.id) FROM catalog_lot l JOIN catalog_cooperative c ON c.id = l.cooperative_id WHERE c.slug = ?"
_MEMBER = """
    SELECT MAX(m.id) FROM catalog_cooperativemember m JOIN catalog_cooperative c ON c.id = m.cooperative_id WHERE c.slug = ?"""
_PRODUCT = "SELECT product_id FROM catalog_productsale WHERE slug = ?"


@dataclass(frozen=True)
class Desk:
    """Cookies of somebody who manages a cooperative, and what the addresses name."""

    cookies: list
    names: dict[str, object]

    def address(self, page: str, language: str) -> str:
        return f"/{language}/espace/{DESKS[page].format(**self.names)}"


def a_desk(browser, shop) -> Desk:
    context = browser.new_context(base_url=shop.url, service_workers="block")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto("/fr/espace/entrer/")
    page.locator("[name=login]").fill(TELEPHONE)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button").click()
    page.wait_for_url("**/espace/tinas-cop/")
    cookies = context.cookies()
    context.close()
    return Desk(cookies, {"at": "tinas-cop", **_names(shop)})


def _names(shop) -> dict[str, object]:
    def one(sql: str, *arguments):
        [[found]] = shop.ask(sql, *arguments)
        assert found is not None, (sql, arguments)
        return found

    here = "tinas-cop"
    statuses = ("placed", "confirmed", "packed", "shipped", "delivered")
    return {
        **{status: one(_PART, here, status) for status in statuses},
        "lot": one(_LOT, here),
        "member": one(_MEMBER, here),
        "product": one(_PRODUCT, "miel-thym"),
        "sent_back": one(_PRODUCT, "miel-jujubier"),
    }


def desks(language: str, size: str) -> list[str]:
    """A fixed sixth of the pages for each language and size; all of them where WHOLE is set."""
    turn = LANGUAGES.index(language) * len(WIDTHS) + WIDTHS.index(size)
    return [page for at, page in enumerate(DESKS) if WHOLE or at % (len(LANGUAGES) * len(WIDTHS)) == turn]
