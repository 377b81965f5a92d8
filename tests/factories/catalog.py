from datetime import timedelta
from decimal import Decimal

import factory
from django.core.files.base import ContentFile
from django.utils import timezone
from factory.django import DjangoModelFactory

from catalog.evidence import actions as evidence
from catalog.models import Category, Cooperative, Evidence, Lot, Product, ProductSale, Use, Variant
from catalog.stock import actions as stock


def a_rib(number: int = 1) -> str:
    """A RIB whose key fits."""
    account = f"230480{number:016}"
    return f"{account}{97 - int(account) * 100 % 97:02}"


class CooperativeFactory(DjangoModelFactory):
    class Meta:
        model = Cooperative

    slug = factory.Sequence(lambda n: f"cooperative-{n}")
    name_fr = factory.Sequence(lambda n: f"Coopérative {n}")
    legal_name = "Coopérative agricole"
    registration = "Registre des coopératives, n° 12"
    address_fr = "Douar Aït Ali"
    commune_fr = "Meknès"
    phone = "+212535123456"
    email = factory.LazyAttribute(lambda cooperative: f"{cooperative.slug}@example.org")
    rib = factory.Sequence(a_rib)


class CategoryFactory(DjangoModelFactory):
    class Meta:
        model = Category

    slug = factory.Sequence(lambda n: f"rayon-{n}")
    name_fr = factory.Sequence(lambda n: f"Rayon {n}")


class ProductSaleFactory(DjangoModelFactory):
    class Meta:
        model = ProductSale

    cooperative = factory.SubFactory(CooperativeFactory)
    category = factory.SubFactory(CategoryFactory)
    slug = factory.Sequence(lambda n: f"produit-{n}")
    use = Use.FOOD


class ProductFactory(DjangoModelFactory):
    """A published product and its sale, which `sale__…` describes."""

    class Meta:
        model = Product
        skip_postgeneration_save = True

    name_fr = factory.Sequence(lambda n: f"Produit {n}")
    sale = factory.RelatedFactory(ProductSaleFactory, factory_related_name="product")


class VariantFactory(DjangoModelFactory):
    class Meta:
        model = Variant

    product = factory.SubFactory(ProductFactory)
    sku = factory.Sequence(lambda n: f"SKU-{n}")
    size = 250
    unit = "g"
    price = Decimal("85.00")


class LotFactory(DjangoModelFactory):
    """A lot as it is received: `quantity` units with their movement."""

    class Meta:
        model = Lot

    variant = factory.SubFactory(VariantFactory)
    code = factory.Sequence(lambda n: f"LOT-{n}")
    quantity = 10

    @classmethod
    def _create(cls, model_class, variant, **fields):
        return stock.receive(variant, **fields)


#: The smallest PDF that is one.
PDF = b"%PDF-1.4\ntrailer<<>>\n%%EOF\n"


def an_evidence(
    cooperative, *, kind="sanitary", product=None, days: int | None = 365, waits=False, content=PDF
) -> Evidence:
    """A document that ends in so many days, accepted unless it waits."""
    last_day = None if days is None else timezone.localdate() + timedelta(days=days)
    sent = evidence.send(
        cooperative,
        kind=kind,
        number="DEMO-1",
        file=ContentFile(content, "a.pdf"),
        by=None,
        product=product,
        expires_on=last_day,
    )
    if not waits:
        evidence.accept(sent, by=None)
        sent.refresh_from_db()
    return sent


def a_finished_product(*, live=False, **fields) -> Product:
    """A food of which nothing is missing but its evidence."""
    words = dict.fromkeys(["composition_fr", "composition_ar", "advice_fr", "advice_ar"], "Miel · عسل")
    return VariantFactory(product=ProductFactory(**{**words, "live": live, **fields})).product
