"""Carts whose rows are never saved."""

from decimal import Decimal

from catalog.cooperatives.models import Cooperative
from catalog.products.models import Category, Product, ProductSale, Variant
from catalog.stock.queries import NO_STOCK
from store.cart.models import CartLine
from store.cart.queries import CartPart, PricedLine


def a_cart_of(lines: list[tuple[int, int, int]]) -> list[CartPart]:
    """The parts of a cart of lines `(centimes of a unit, units, number of the cooperative)`."""
    parts: dict[int, CartPart] = {}
    for number, (centimes, units, cooperative) in enumerate(lines, start=1):
        product = Product(pk=number)
        sale = ProductSale(product=product, cooperative=Cooperative(pk=cooperative + 1), category=Category(pk=1))
        variant = Variant(pk=number, product=product, price=Decimal(centimes) / 100)
        priced = PricedLine(CartLine(variant=variant, quantity=units), sale, NO_STOCK)
        parts.setdefault(cooperative, CartPart(sale.cooperative)).lines.append(priced)
    return list(parts.values())
