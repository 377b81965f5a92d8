"""Every public view: how a good request reaches it. The fuzz spoils these requests, so that what is bad gets deep.

A new public address needs an entry here; `test_targets.py` fails until it has one.
"""

from tests.factories import a_rib

from .goods import GOODS
from .shop import PASSWORD, Shop
from .tables import TABLES
from .target import Target, Values
from .workspace import WORKSPACE


def every_order(shop: Shop) -> list[Values]:
    return [{"token": order.token} for order in shop.orders]


def cart_lines(shop: Shop) -> list[Values]:
    return [{"line_id": line.pk} for line in shop.cart.lines.all()]


def cancelable_parts(shop: Shop) -> list[Values]:
    return [{"token": part.order.token, "part_id": part.pk} for part in shop.cancelable]


def sold_part(shop: Shop) -> list[Values]:
    return [{"token": shop.sold.order.token, "part_id": shop.sold.pk}]


def return_fields(shop: Shop) -> Values:
    [line] = shop.sold.lines.all()
    return {f"line_{line.pk}": "1", "reason": "damaged", "because": "Le couvercle fuit"}


def checkout_fields(shop: Shop) -> Values:
    deliveries = {f"delivery_{variant.product.sale.cooperative_id}": "courier" for variant in shop.variants}
    return {
        "name": "Salma Berrada", "phone": "0612 34 56 78", "email": "salma@example.org", "commune": shop.commune.code,
        "commune_text": "", "street": "12, rue des Oliviers", "landmark": "Mosquée", "postcode": "50000", "note": "Merci",
        "terms": "on", "terms_seen": shop.terms.live_revision_id, "accepted": shop.accepted, "action": "order", "payment": "cash",
        **deliveries,
    }  # fmt: skip


def listing_query(shop: Shop) -> Values:
    cooperative = shop.variants[0].product.sale.cooperative
    return {"q": "miel", "cooperative": cooperative.slug, "stock": "on", "sort": "price", "page": "1"}


def log_in_fields(shop: Shop) -> Values:
    return {"username": shop.staff.username, "password": PASSWORD, "next": "/fr/", "remember": "on"}


def door_fields(shop: Shop) -> Values:
    return {"password": PASSWORD, "return_url": "/fr/presse/"}


def cart_query(shop: Shop) -> Values:
    """What was just put in and what was just taken out: each is said above the cart."""
    return {"added": shop.variants[0].pk, "removed": shop.variants[1].pk, "units": "2"}


def message_fields(shop: Shop) -> Values:
    return {
        "subject": "order", "order_number": shop.orders[0].number, "text": "Bonjour", "name": "Salma Berrada",
        "email": "salma@example.org", "phone": "0612 34 56 78", "website": "",
    }  # fmt: skip


def pages(shop: Shop) -> list[Values]:
    paths = [
        "",
        "cooperatives/",
        "cooperatives/ruche/",
        "qui-sommes-nous/",
        "presse/",
        "membres/",
        "accueil-fr/",
        "a/b/c/",
        "contact/",
        "impact/",
        "impact/csv/",
    ]
    return [{"path": path} for path in paths]


def legal_texts(shop: Shop) -> list[Values]:
    return [{"kind": shop.terms.kind}]


READ = {"GET": {200}, "HEAD": {200}}

SHOPFRONT = [
    Target(
        "adherer/",
        "/{language}/adherer/",
        {"GET": {200}, "POST": {303}},
        fields=lambda shop: {
            "legal_name": "Zerhoun",
            "makes": "Huile d'olive",
            "commune": "Meknès",
            "name": "Aïcha",
            "phone": "0612345678",
            "email": "aicha@example.org",
            "language": "ar",
            "website": "",
        },
        most_queries=20,
    ),
    Target("", "/", {"GET": {302}, "HEAD": {302}}, is_public=True),
    Target("boutique/", "/{language}/boutique/", READ, query=listing_query, is_public=True),
    Target(
        "boutique/rayon/<slug:category>/",
        "/{language}/boutique/rayon/{category}/",
        READ,
        places=lambda shop: [{"category": category.slug} for category in shop.categories],
        query=listing_query,
        is_public=True,
    ),
    Target(
        "boutique/<slug:slug>/",
        "/{language}/boutique/{slug}/",
        READ,
        places=lambda shop: [{"slug": variant.product.sale.slug} for variant in shop.variants],
        is_public=True,
    ),
    Target(
        "communes/",
        "/{language}/communes/",
        READ,
        query=lambda shop: {"commune_text": "mek"},
        headers={"HX-Request": b"true", "HX-Target": b"commune-choices"},
        is_public=True,
    ),
    Target("manifest.webmanifest", "/{language}/manifest.webmanifest", READ, is_public=True),
    # Not told as public: its neighbors, which a changed letter leads to, are pages of people.
    Target("espace/manifest.webmanifest", "/{language}/espace/manifest.webmanifest", READ),
    Target("recits.xml", "/{language}/recits.xml", READ, is_public=True),
    Target("composants/", "/{language}/composants/", READ, is_public=True, most_queries=30, few=20),
    Target("composants/blocs/", "/{language}/composants/blocs/", READ, is_public=True, most_queries=30, few=20),
    Target("hors-ligne/", "/{language}/hors-ligne/", READ, is_public=True),
    Target(
        "<legal_kind:kind>/",
        "/{language}/{kind}/",
        {"GET": {200, 302}, "HEAD": {200, 302}},
        places=legal_texts,
        is_public=True,
    ),
    Target(
        "lot/<slug:cooperative>/<path:code>/",
        "/{language}/lot/{cooperative}/{code}/",
        READ,
        places=lambda shop: [{"cooperative": lot.cooperative.slug, "code": lot.code} for lot in shop.lots],
        is_public=True,
    ),
    Target("retours/formulaire/", "/{language}/retours/formulaire/", READ, is_public=True),
    *[
        Target(name, f"/{name}", READ, is_public=True)
        for name in ("robots.txt", "sitemap.xml", "sitemap-fr.xml", "sitemap-ar.xml", "sitemap-en.xml", "sw.js")
    ],
    Target("media/<path:path>", "/media/{path}", READ, places=lambda shop: [{"path": shop.media}], is_public=True),
]

CHECKOUT = [
    Target("panier/", "/{language}/panier/", READ, query=cart_query),
    Target(
        "panier/ajouter/",
        "/{language}/panier/ajouter/",
        {"POST": {303}},
        fields=lambda shop: {"variant": shop.variants[1].pk, "quantity": "2"},
    ),
    Target(
        "panier/ligne/<int:line_id>/",
        "/{language}/panier/ligne/{line_id}/",
        {"POST": {303}},
        places=cart_lines,
        fields=lambda shop: {"quantity": "3"},
    ),
    Target(
        "panier/commune/",
        "/{language}/panier/commune/",
        {"POST": {303}},
        fields=lambda shop: {"commune": "", "commune_text": shop.commune.name_fr},
    ),
    Target(
        "panier/code/",
        "/{language}/panier/code/",
        {"POST": {303}},
        fields=lambda shop: {"code": shop.voucher.code},
    ),
    Target(
        "commande/", "/{language}/commande/", {"GET": {200}, "POST": {303}}, fields=checkout_fields, most_queries=80
    ),
]

ACCOUNT = [
    Target("commande/<slug:token>/", "/{language}/commande/{token}/", READ, places=every_order, most_queries=20),
    Target(
        "commande/<slug:token>/merci/", "/{language}/commande/{token}/merci/", READ, places=every_order, most_queries=20
    ),
    Target(
        "commande/<slug:token>/conditions/",
        "/{language}/commande/{token}/conditions/",
        READ,
        places=every_order,
    ),
    Target(
        "commande/<slug:token>/annuler/<int:part_id>/",
        "/{language}/commande/{token}/annuler/{part_id}/",
        {"GET": {200}, "POST": {303}},
        places=cancelable_parts,
        fields=lambda shop: {"reason": "changed_mind"},
        most_queries=54,
    ),
    Target(
        "commande/<slug:token>/retour/<int:part_id>/",
        "/{language}/commande/{token}/retour/{part_id}/",
        {"GET": {200}, "POST": {303}},
        places=sold_part,
        fields=return_fields,
        most_queries=52,
    ),
    Target(
        "commande/<slug:token>/remboursement/",
        "/{language}/commande/{token}/remboursement/",
        {"GET": {200}, "POST": {303}},
        places=sold_part,
        fields=lambda shop: {"rib": a_rib()},
        most_queries=52,
    ),
]

PAYING = [
    Target(
        "commande/<slug:token>/payer/",
        "/{language}/commande/{token}/payer/",
        {"GET": {200, 303}, "HEAD": {200, 303}, "POST": {303}},
        places=every_order,
        fields=lambda shop: {"payment": "transfer"},
        most_queries=60,
    ),
    *[
        Target(
            f"commande/<slug:token>/{address}",
            f"/{{language}}/commande/{{token}}/{address}",
            {"GET": {303}, "HEAD": {303}, **posted},
            places=every_order,
            most_queries=30,
        )
        for address, posted in (("carte/", {}), ("carte/retour/", {"POST": {303}}))
    ],
    # Nobody has a contract with a provider here; tests/store/payments looks at what comes when somebody has.
    Target("webhooks/stripe/", "/webhooks/stripe/", {"POST": {404}}),
    Target("webhooks/cmi/", "/webhooks/cmi/", {"POST": {404}}),
]

WAGTAIL = [
    Target(
        r"^((?:[\w\-]+/)*)$",
        "/{language}/{path}",
        {"GET": {200, 302, 404}, "HEAD": {200, 302, 404}},
        places=pages,
        most_queries=20,
    ),
    Target(
        r"^((?:[\w\-]+/)*)$",
        "/fr/contact/",
        {"GET": {200}, "POST": {303}},
        query=lambda shop: {"commande": shop.orders[0].number},
        fields=message_fields,
        most_queries=20,
        called="contact/",
    ),
    Target(
        r"^((?:[\w\-]+/)*)$",
        "/fr/recits/",
        READ,
        query=lambda shop: {"cooperative": "ruche", "theme": "metier", "annee": "2026", "page": "1"},
        is_public=True,
        most_queries=20,
        called="recits/",
    ),
    Target("_util/login/", "/{language}/_util/login/", {"GET": {200}, "POST": {302}}, fields=log_in_fields),
    Target(
        "_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/",
        "/{language}/_util/authenticate_with_password/{page_view_restriction_id}/{page_id}/",
        {"GET": {200}, "POST": {302}},
        places=lambda shop: [
            {"page_view_restriction_id": shop.page_restriction.pk, "page_id": shop.page_restriction.page_id}
        ],
        fields=door_fields,
    ),
    Target(
        "documents/<int:document_id>/<path:document_filename>",
        "/documents/{document_id}/{document_filename}",
        {"GET": {200}, "HEAD": {200}},
        places=lambda shop: [
            {"document_id": document.pk, "document_filename": document.filename} for document in shop.documents
        ],
    ),
    Target(
        "documents/authenticate_with_password/<int:restriction_id>/",
        "/documents/authenticate_with_password/{restriction_id}/",
        {"GET": {200}, "POST": {302}},
        places=lambda shop: [{"restriction_id": shop.collection_restriction.pk}],
        fields=door_fields,
    ),
]

ADMIN = [
    Target(
        "admin/login/",
        "/admin/login/",
        {"GET": {200}, "POST": {302}},
        query=lambda shop: {"next": "/admin/"},
        fields=log_in_fields,
    ),
    Target("admin/logout/", "/admin/logout/", {"GET": {302}, "POST": {302}}, query=lambda shop: {"next": "/admin/"}),
    Target("admin/sprite/", "/admin/sprite/", {"GET": {200}}, query=lambda shop: {"h": "1"}),
    Target("admin/jsi18n/", "/admin/jsi18n/", {"GET": {200}}),
    Target(
        "admin/password_reset/",
        "/admin/password_reset/",
        {"GET": {404}, "POST": {404}},
        fields=lambda shop: {"email": shop.staff.email},
    ),
    Target("admin/password_reset/done/", "/admin/password_reset/done/", {"GET": {404}}),
    Target(
        "admin/password_reset/confirm/<uidb64>/<token>/",
        "/admin/password_reset/confirm/{uidb64}/{token}/",
        {"GET": {404}, "POST": {404}},
        places=lambda shop: [{"uidb64": "MQ", "token": "set-password"}],
        fields=lambda shop: {"new_password1": PASSWORD, "new_password2": PASSWORD},
    ),
    Target("admin/password_reset/complete/", "/admin/password_reset/complete/", {"GET": {404}}),
]

#: Addresses that are no pattern's, or that of many: whatever people type, and the admin behind its door.
ANY_PATH = "any path"
SHUT_ADMIN = "the admin without a log-in"
OTHERS = [
    Target(
        ANY_PATH,
        "/{path}",
        {"GET": {200, 301, 302, 404}, "POST": {403, 404, 405}},
        places=lambda shop: [
            {"path": path}
            for path in (
                "zgh/", "fr", "fr/boutique", "ar//", "static/css/shop.css", "static/", ".git/config", "media/",
                "favicon.ico", "robots.txt",
                "en/commande/x/annuler/1", "documents/", "FR/", "fr/_util/", "admin", "xx/boutique/", "index.php",
                "fr/boutique/a/b/",
            )
        ],
        fields=lambda shop: {"a": "b"},
        most_queries=20,  # some hostile paths are those of pages
    ),
    Target(
        SHUT_ADMIN,
        "/admin/{path}",
        {"GET": {302}, "POST": {302, 403}},
        places=lambda shop: [
            {"path": path}
            for path in (
                "", "pages/1/", "orders/", "orders/inspect/1/", "lots/new/", "images/add/", "users/",
                "snippets/catalog/product/add/",
                "api/main/pages/1/", "account/", "reports/site-history/", "documents/multiple/add/",
                "bulk/wagtailcore/page/delete/",
            )
        ],
        query=lambda shop: {"q": "miel", "p": "1", "ordering": "name"},
        fields=lambda shop: {"title": "a", "next": "/admin/"},
    ),
]  # fmt: skip

TARGETS = [*SHOPFRONT, *CHECKOUT, *ACCOUNT, *PAYING, *WORKSPACE, *GOODS, *TABLES, *WAGTAIL, *ADMIN, *OTHERS]
