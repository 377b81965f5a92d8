"""What members do on the pages of their products, in tests."""

import io

from PIL import Image

from catalog.models import Product
from tests.factories import CategoryFactory, LotFactory, a_finished_product, an_evidence

from .members import space_of


def on_sale(cooperative, **fields) -> Product:
    """A product as buyers see it, with a revision, all that its use asks for, a size and stock."""
    if not cooperative.evidence.exists():
        an_evidence(cooperative)
    product = a_finished_product(sale__cooperative=cooperative, **{"name_fr": "Miel de thym", **fields})
    product.save_revision().publish()
    LotFactory(variant=product.variants.get(), quantity=10)
    return Product.objects.get(pk=product.pk)


def page_of(product: Product, more: str = "") -> str:
    return space_of(product.sale.cooperative, f"produits/{product.pk}/{more}")


def a_photo(color: str = "gold", name: str = "pot.jpg"):
    file = io.BytesIO()
    Image.new("RGB", (640, 480), color).save(file, "JPEG")
    file.seek(0)
    file.name = name
    return file


def write(browser, product: Product, **words):
    """Open the form of words, change some of them, and keep them."""
    form = browser.get(page_of(product, "textes/")).context["form"]
    return browser.post(page_of(product, "textes/"), {**form.initial, **words})


def deed(browser, product: Product, name: str):
    return browser.post(page_of(product), {"deed": name})


def shop_page(product: Product) -> str:
    return f"/fr/boutique/{product.sale.slug}/"


def add_photo(browser, product: Product, **fields):
    return browser.post(page_of(product, "photos/"), {"deed": "add", "file": a_photo(), **fields})


def new_product(browser, cooperative, **changes):
    fields = {
        "name_fr": "Miel d’oranger", "name_ar": "عسل البرتقال", "category": CategoryFactory().pk, "use": "food", "size": "250",
        "unit": "g", "price": "85",
    }  # fmt: skip
    return browser.post(space_of(cooperative, "produits/nouveau/"), {**fields, **changes})
