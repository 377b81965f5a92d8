"""What pages show of products: cards for lists, one whole product for its page."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.expressions import OrderBy
from django.utils import timezone, translation

from ..cooperatives.models import Cooperative
from ..media.models import SharePicture
from ..stock.models import Lot
from ..stock.queries import NO_STOCK, VariantStock, stock_of
from ..text_folding import search_words
from .models import Category, Product, ProductPhoto, ProductSale, Variant

#: From so many units down, the buyer is told how many are left.
FEW = 5

SORTS: dict[str, list[str | OrderBy]] = {
    "new": [F("listed_at").desc(), "pk"],
    "price": ["lowest_price", "pk"],
    "-price": [F("lowest_price").desc(), "pk"],
    "name": [],  # filled in with the active language's column
}


@dataclass(frozen=True)
class Offer:
    """A variant that can be bought, with its stock."""

    variant: Variant
    stock: VariantStock

    @property
    def available(self) -> int:
        return self.stock.available

    @property
    def is_available(self) -> bool:
        return self.stock.available > 0

    @property
    def few_left(self) -> int:
        """How many are left, if they are few; else 0."""
        return self.stock.available if self.stock.available <= FEW else 0


@dataclass
class ProductCard:
    """A product as lists and its page show it."""

    product: Product
    sale: ProductSale | None
    photos: list[ProductPhoto]
    offers: list[Offer]

    @cached_property
    def is_available(self) -> bool:
        return any(offer.is_available for offer in self.offers)

    @cached_property
    def lowest(self) -> Offer | None:
        """The cheapest offer, of those in stock if there are any."""
        choice = [offer for offer in self.offers if offer.is_available] or self.offers
        return min(choice, key=lambda offer: offer.variant.price, default=None)

    @property
    def photo(self) -> ProductPhoto | None:
        return self.photos[0] if self.photos else None

    @property
    def cooperative(self) -> Cooperative | None:
        return self.sale.cooperative if self.sale else None


def listing(
    *,
    query: str = "",
    category: Category | None = None,
    cooperative: Cooperative | None = None,
    in_stock: bool = False,
    sort: str = "new",
) -> QuerySet[ProductSale]:
    """Sales on offer that match; every word of the query must be found in some language."""
    active = Variant.objects.filter(product=OuterRef("product"), is_active=True)
    sales = ProductSale.objects.on_sale().annotate(lowest_price=Subquery(active.order_by("price").values("price")[:1]))
    sales = sales.filter(lowest_price__isnull=False)
    for word in search_words(query):
        sales = sales.filter(search_text__contains=word)
    if category:
        sales = sales.filter(category__in=[category, *category.children.all()])
    if cooperative:
        sales = sales.filter(cooperative=cooperative)
    if in_stock:
        lots = Lot.objects.sellable(timezone.localdate()).filter(
            variant__product=OuterRef("product"), variant__is_active=True, on_hand__gt=F("reserved")
        )
        sales = sales.filter(Exists(lots))
    by_name = [f"product__name_{translation.get_language()}", "product__name_fr", "pk"]
    return sales.order_by(*(SORTS.get(sort) or by_name))


def cards(sales: QuerySet[ProductSale] | Iterable[ProductSale], *, with_renditions: bool = True) -> list[ProductCard]:
    """The sales as cards, in their order: five queries, however many there are.

    Without renditions, the caller asks for those of the whole page.
    """
    if isinstance(sales, QuerySet):
        sales = sales.select_related("product", "cooperative")
    sales = list(sales)
    photos = ProductPhoto.objects.select_related("image").order_by("sort_order", "pk")
    if with_renditions:
        photos = photos.prefetch_related("image__renditions")
    by_product: dict[int, list[ProductPhoto]] = defaultdict(list)
    for photo in photos.filter(product__in=[sale.product_id for sale in sales]):
        by_product[photo.product_id].append(photo)
    offers = _offers([sale.product_id for sale in sales])
    return [ProductCard(sale.product, sale, by_product[sale.product_id], offers[sale.product_id]) for sale in sales]


def product_context(product: Product) -> dict:
    """The context of a product's page; for a preview, with the words and photos that are not saved yet."""
    sale = (
        ProductSale.objects.filter(product=product.pk)
        .select_related("cooperative__picture", "category__parent")
        .first()
    )
    photos = sorted(product.photos.all(), key=lambda photo: photo.sort_order or 0)
    return {"card": ProductCard(product, sale, photos, _offers([product.pk])[product.pk]), "product": product}


def product_at(slug: str) -> ProductCard | None:
    """The product that is on sale at this address."""
    sales = ProductSale.objects.on_sale().filter(slug=slug).select_related("category__parent", "cooperative__picture")
    found = cards(sales)
    return found[0] if found and found[0].offers else None


def share_picture(subject: str) -> SharePicture | None:
    """What is shown of a link to a subject such as `product:12` (SharePicture), in the active language; None until it is drawn."""
    return SharePicture.objects.filter(subject=subject, language=translation.get_language()).first()


def category_tree() -> list[Category]:
    """The top categories with their children at hand, in one query."""
    categories = list(Category.objects.all())
    for category in categories:
        children = [child for child in categories if child.parent_id == category.pk]
        category._prefetched_objects_cache = {"children": children}  # type: ignore[attr-defined]
    return [category for category in categories if category.parent_id is None]


def _offers(product_ids: list[int]) -> dict[int, list[Offer]]:
    variants = list(Variant.objects.filter(product__in=product_ids, is_active=True).order_by("size", "pk"))
    stock = stock_of([variant.pk for variant in variants])
    offers: dict[int, list[Offer]] = defaultdict(list)
    for variant in variants:
        offers[variant.product_id].append(Offer(variant, stock.get(variant.pk, NO_STOCK)))
    return offers
