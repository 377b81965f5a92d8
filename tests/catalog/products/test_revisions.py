"""Publishing an old revision of a product brings back words and pictures, and nothing that moves."""

import io
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from catalog.models import Lot, Product, ProductPhoto, ProductSale, ShopImage, StockMovement, Variant
from catalog.products.queries import listing
from catalog.stock import actions as stock
from tests.factories import CategoryFactory, CooperativeFactory, LotFactory, ProductFactory, VariantFactory

pytestmark = pytest.mark.django_db


def an_image(name: str) -> ShopImage:
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "PNG")
    return ShopImage.objects.create(title=name, file=ContentFile(file.getvalue(), name=f"{name}.png"))


def rows(model) -> list[dict]:
    return list(model.objects.order_by("pk").values())


def without_words(sale: dict) -> dict:
    return {name: value for name, value in sale.items() if name != "search_text"}


def test_publishing_the_oldest_revision_brings_back_words_and_pictures_and_leaves_what_moves():
    old_photo, new_photo = an_image("old"), an_image("new")
    product = ProductFactory(name_fr="Miel de thym", name_ar="عسل الزعتر", summary_fr="Brun")
    product.photos.add(ProductPhoto(image=old_photo, alt_fr="Un pot"))
    product.save()
    oldest = product.save_revision()
    oldest.publish()
    small = VariantFactory(product=product, price=Decimal("85.00"))
    lot = LotFactory(variant=small, quantity=10)

    # An editor changes words and pictures, twice, and publishes.
    draft = Product.objects.get(pk=product.pk).get_latest_revision_as_object()
    draft.name_fr, draft.summary_fr = "Miel de thym du Zerhoun", "Ambré"
    draft.photos.set([ProductPhoto(image=new_photo, alt_fr="Une ruche")])
    draft.save_revision().publish()
    draft = Product.objects.get(pk=product.pk).get_latest_revision_as_object()
    draft.name_ar = "عسل زعتر زرهون"
    draft.save_revision()
    # Code changes words without a revision.
    Product.objects.filter(pk=product.pk).update(latin_name="Thymus vulgaris")
    # Stock, prices and sizes move.
    stock.adjust(lot, -3, reason="broken")
    stock.hold([stock.Wanted(small, 2, "somebody")], until=None)
    Variant.objects.filter(pk=small.pk).update(price=Decimal("95.00"), is_active=False)
    VariantFactory(product=product, size=500, price=Decimal("160.00"))
    # It goes to another cooperative, shelf and address, and is withdrawn.
    ProductSale.objects.filter(product=product).update(
        cooperative=CooperativeFactory(),
        category=CategoryFactory(),
        slug="elsewhere",
        use="gift",
        withdrawn_at=timezone.now(),
    )
    before = {model: rows(model) for model in (Variant, Lot, StockMovement)}
    sale_before = without_words(ProductSale.objects.values().get())

    Product.objects.get(pk=product.pk).revisions.order_by("pk").first().publish()

    assert {model: rows(model) for model in (Variant, Lot, StockMovement)} == before
    assert without_words(ProductSale.objects.values().get()) == sale_before
    product = Product.objects.get(pk=product.pk)
    assert (product.name_fr, product.name_ar, product.summary_fr) == ("Miel de thym", "عسل الزعتر", "Brun")
    assert product.latin_name == ""
    assert [(photo.image, photo.alt_fr) for photo in product.photos.all()] == [(old_photo, "Un pot")]
    assert product.live_revision == oldest


def test_no_column_that_moves_is_in_a_revision():
    """The control: were price or stock fields of the product, the revision would hold them."""
    content = ProductFactory().save_revision().content

    moving = {
        "price",
        "cooperative",
        "category",
        "slug",
        "use",
        "withdrawn_at",
        "sale",
        "variants",
        "on_hand",
        "reserved",
    }
    assert moving & set(content) == set()
    assert {"name_fr", "name_ar", "description_fr", "photos"} <= set(content)


def test_a_draft_is_not_found_until_it_is_published():
    product = ProductFactory(name_fr="Miel de thym")
    VariantFactory(product=product)
    draft = Product.objects.get()
    draft.name_fr = "Miel de jujubier"
    revision = draft.save_revision()

    assert list(listing(query="jujubier")) == []
    assert list(listing(query="thym")) == [product.sale]

    revision.publish()

    assert list(listing(query="jujubier")) == [product.sale]
    assert list(listing(query="thym")) == []
