"""The pages of what a cooperative sells and of the documents that say so, asked by its manager."""

from .shop import Shop
from .target import Target, Values
from .workspace import READ_OR_DONE, at_home, own_lots


def own_products(shop: Shop) -> list[Values]:
    return [{**place, "pk": shop.variants[0].product_id} for place in at_home(shop)]


def product_fields(shop: Shop) -> Values:
    return {
        "name_fr": "Miel", "name_ar": "عسل", "category": shop.categories[0].pk, "use": "food", "size": "250", "unit": "g",
        "price": "85,50",
    }  # fmt: skip


def words(shop: Shop) -> Values:
    seen = shop.variants[0].product.latest_revision_id or ""
    return {"seen": seen, "name_fr": "Miel", "summary_ar": "حلو", "description_en": "Sweet", "name_zgh": "ⵜⴰⵎⵎⵏⵜ"}


def size_fields(shop: Shop) -> Values:
    return {
        "deed": "price",
        "variant": shop.variants[0].pk,
        "price": "91",
        "seen": shop.variants[0].price,
        "size": "300",
        "unit": "g",
    }


def own_documents(shop: Shop) -> list[Values]:
    return [{**place, "pk": shop.document.pk} for place in at_home(shop)]


def document_fields(shop: Shop) -> Values:
    """Its file is missing: the form is shown again (tests/hostile sends files)."""
    return {
        "kind": "analysis", "product": shop.variants[0].product_id, "number": "LABO 417", "issued_on": "2026-05-01",
        "expires_on": "2031-05-01",
    }  # fmt: skip


GOODS = [
    Target(
        "espace/<slug:cooperative>/stock/<int:pk>/etiquettes/",
        "/{language}/espace/{cooperative}/stock/{pk}/etiquettes/",
        {"GET": {200}},
        places=own_lots,
        is_at_work=True,
        few=10,
    ),
    Target(
        "espace/<slug:cooperative>/produits/",
        "/{language}/espace/{cooperative}/produits/",
        {"GET": {200}, "HEAD": {200}},
        places=at_home,
        is_at_work=True,
        most_queries=20,
    ),
    Target(
        "espace/<slug:cooperative>/produits/nouveau/",
        "/{language}/espace/{cooperative}/produits/nouveau/",
        {"GET": {200}, "POST": {302, 422}},
        places=at_home,
        fields=product_fields,
        is_at_work=True,
        most_queries=60,
    ),
    Target(
        "espace/<slug:cooperative>/produits/<int:pk>/",
        "/{language}/espace/{cooperative}/produits/{pk}/",
        READ_OR_DONE,
        places=own_products,
        fields=lambda shop: {"deed": "duplicate"},
        is_at_work=True,
        most_queries=80,
    ),
    Target(
        "espace/<slug:cooperative>/produits/<int:pk>/textes/",
        "/{language}/espace/{cooperative}/produits/{pk}/textes/",
        READ_OR_DONE,
        places=own_products,
        fields=words,
        is_at_work=True,
        most_queries=60,
    ),
    Target(
        "espace/<slug:cooperative>/produits/<int:pk>/photos/",
        "/{language}/espace/{cooperative}/produits/{pk}/photos/",
        {"GET": {200}, "POST": {422}},  # a good request of the fuzz carries no file
        places=own_products,
        fields=lambda shop: {"deed": "add", "key": "0b5e3a52-7a58-4f4e-9d0c-2f6f3b7d9e11", "photo": "1"},
        is_at_work=True,
        most_queries=60,
    ),
    Target(
        "espace/<slug:cooperative>/produits/<int:pk>/tailles/",
        "/{language}/espace/{cooperative}/produits/{pk}/tailles/",
        READ_OR_DONE,
        places=own_products,
        fields=size_fields,
        is_at_work=True,
        most_queries=60,
    ),
    Target(
        "espace/<slug:cooperative>/produits/<int:pk>/changements/",
        "/{language}/espace/{cooperative}/produits/{pk}/changements/",
        {"GET": {200}, "HEAD": {200}},
        places=own_products,
        is_at_work=True,
        most_queries=30,
    ),
    Target(
        "espace/<slug:cooperative>/produits/<int:pk>/apercu/<slug:which>/",
        "/{language}/espace/{cooperative}/produits/{pk}/apercu/{which}/",
        {"GET": {200}, "HEAD": {200}},
        places=lambda shop: [
            {**place, "which": which} for place in own_products(shop) for which in ("before", "after")
        ],
        is_at_work=True,
        most_queries=60,
    ),
    Target(
        "espace/<slug:cooperative>/documents/",
        "/{language}/espace/{cooperative}/documents/",
        {"GET": {200}, "HEAD": {200}},
        places=at_home,
        is_at_work=True,
        most_queries=20,
    ),
    Target(
        "espace/<slug:cooperative>/documents/nouveau/",
        "/{language}/espace/{cooperative}/documents/nouveau/",
        {"GET": {200}, "POST": {422}},
        places=at_home,
        query=lambda shop: {"kind": "analysis", "product": shop.variants[0].product_id},
        fields=document_fields,
        is_at_work=True,
        most_queries=30,
    ),
    Target(
        "espace/<slug:cooperative>/documents/<int:pk>/",
        "/{language}/espace/{cooperative}/documents/{pk}/",
        {"GET": {200}},
        places=own_documents,
        is_at_work=True,
        most_queries=20,
    ),
]
