"""The cooperatives of the demonstration, their products, sizes and lots."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from catalog.cooperatives.models import Cooperative
from catalog.media.models import ShopImage
from catalog.products.models import Category, Product, ProductPhoto, ProductSale, Variant
from catalog.stock import actions as stock

from .content import COOPERATIVES, names, read, texts
from .evidence import load_evidence, load_evidence_of


def load_categories() -> dict[str, Category]:
    categories: dict[str, Category] = {}
    for position, row in enumerate(read("categories")["category"]):
        categories[row["slug"]] = Category.objects.create(
            slug=row["slug"], parent=categories.get(row["parent"]), position=position, **names(row)
        )
    return categories


def load_cooperatives(images: dict[str, ShopImage], categories: dict[str, Category]) -> list[Cooperative]:
    heroes = {"qatr-nada": "heroes/hero-huiles.webp", "tinas-cop": "heroes/hero-miel.webp"}
    cooperatives = []
    for slug in COOPERATIVES:
        content = read(slug)
        row = content["cooperative"]
        plain = {
            field: row[field]
            for field in ("slug", "accent", "legal_name", "registration", "phone", "email", "language", "rib")
        }
        cooperative = Cooperative.objects.create(
            picture=images[heroes[slug]],
            **plain,
            **names(row),
            **texts(row, "tagline", "address", "commune", "pickup_hours"),
        )
        load_evidence(cooperative)
        for position, product in enumerate(content["product"]):
            # Both cooperatives' products take turns under "newest".
            listed_at = timezone.now() - timedelta(days=position, hours=len(cooperatives))
            load_product(product, cooperative, categories[product["category"]], images, listed_at)
        cooperatives.append(cooperative)
    return cooperatives


def load_product(
    row: dict, cooperative: Cooperative, category: Category, images: dict[str, ShopImage], listed_at
) -> None:
    product = Product(
        latin_name=row["latin_name"],
        live=False,
        **names(row),
        **texts(row, "summary", "description", "composition", "advice"),
    )
    photos = [("photo", f"products/{row['slug']}.webp"), ("photo2", f"products/{row['slug']}-2.webp")]
    for position, (field, file) in enumerate(photos):
        if file in images:
            alts = {name.replace(field, "", 1).lstrip("_"): text for name, text in texts(row, f"{field}_alt").items()}
            product.photos.add(ProductPhoto(image=images[file], sort_order=position, **alts))
    product.save()
    ProductSale.objects.create(
        product=product,
        cooperative=cooperative,
        category=category,
        slug=row["slug"],
        use=row["use"],
        listed_at=listed_at,
    )
    load_evidence_of(product, row["slug"], cooperative)
    for size in row["variant"]:
        variant = Variant.objects.create(
            product=product, sku=size["sku"], size=size["size"], unit=size["unit"], price=Decimal(size["price"])
        )
        for lot in size.get("lot", []):
            load_lot(lot, variant)
    product.save_revision(log_action=False).publish()  # last: it is held to the rules, and needs its sizes


def load_lot(row: dict, variant: Variant) -> None:
    today = timezone.localdate()
    best_before = today + timedelta(days=row["best_before_days"]) if "best_before_days" in row else None
    stock.receive(
        variant,
        code=row["code"],
        quantity=row["quantity"],
        produced_on=today - timedelta(days=row["produced_days_ago"]),
        best_before=best_before,
        best_before_precision=row.get("precision", "day"),
        **texts(row, "origin"),
    )
