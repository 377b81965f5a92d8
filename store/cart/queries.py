"""A cart as its page, the checkout and the placing of the order read it: at this moment's prices and stock."""

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from catalog.cooperatives.models import Cooperative
from catalog.money import total
from catalog.products.models import ProductPhoto, ProductSale, Variant
from catalog.stock.queries import NO_STOCK, VariantStock, stock_of

from .models import Cart, CartLine


@dataclass(frozen=True)
class PricedLine:
    """A line of a cart at the price of this moment."""

    line: CartLine
    sale: ProductSale
    stock: VariantStock
    photo: ProductPhoto | None = None

    @property
    def variant(self) -> Variant:
        return self.line.variant

    @property
    def quantity(self) -> int:
        return self.line.quantity

    @property
    def amount(self) -> Decimal:
        return self.variant.price * self.quantity

    @property
    def is_on_sale(self) -> bool:
        return self.variant.is_active and self.sale.is_on_sale

    @property
    def is_short(self) -> bool:
        """There is less than wanted."""
        return self.stock.available < self.quantity


@dataclass
class CartPart:
    """The lines of one cooperative: one parcel."""

    cooperative: Cooperative
    lines: list[PricedLine] = field(default_factory=list)

    @cached_property
    def goods(self) -> Decimal:
        return total(line.amount for line in self.lines)


@dataclass
class CartContents:
    parts: list[CartPart]
    gone: list[PricedLine]

    @property
    def lines(self) -> list[PricedLine]:
        return [line for part in self.parts for line in part.lines]

    @property
    def goods(self) -> Decimal:
        return total(part.goods for part in self.parts)

    @property
    def units(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def is_empty(self) -> bool:
        return not self.parts and not self.gone

    @property
    def has_problems(self) -> bool:
        """Something is gone or short, so that the order could not be placed as it stands."""
        return bool(self.gone) or any(line.is_short for line in self.lines)


def contents_of(cart: Cart | None, *, with_photos: bool = False) -> CartContents:
    """What is in the cart, by cooperative; lines that are no longer on sale stand apart."""
    if cart is None:
        return CartContents([], [])
    lines = list(cart.lines.select_related("variant__product__sale__cooperative", "variant__product__sale__category"))
    stock = stock_of([line.variant_id for line in lines]) if lines else {}
    photos = _first_photos([line.variant.product_id for line in lines]) if with_photos and lines else {}
    parts: dict[int, CartPart] = {}
    gone = []
    for line in lines:
        sale = line.variant.product.sale
        priced = PricedLine(line, sale, stock.get(line.variant_id, NO_STOCK), photos.get(line.variant.product_id))
        if priced.is_on_sale:
            parts.setdefault(sale.cooperative_id, CartPart(sale.cooperative)).lines.append(priced)
        else:
            gone.append(priced)
    return CartContents(sorted(parts.values(), key=lambda part: part.cooperative.pk), gone)


def units_in(cart: Cart) -> int:
    """What the little number beside the cart says."""
    return sum(cart.lines.values_list("quantity", flat=True))


def _first_photos(product_ids: list[int]) -> dict[int, ProductPhoto]:
    photos = (
        ProductPhoto.objects.filter(product__in=product_ids)
        .select_related("image")
        .prefetch_related("image__renditions")
    )
    first: dict[int, ProductPhoto] = {}
    for photo in photos.order_by("sort_order", "pk"):
        first.setdefault(photo.product_id, photo)
    return first
