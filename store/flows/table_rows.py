"""The orders, the stock and the products of a cooperative as rows of a table; the last two can come back changed."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from catalog.phones import written_phone
from catalog.products.models import ProductSale, Variant
from catalog.spreadsheets.writing import Cell
from catalog.stock.models import Lot
from catalog.stock.queries import NO_STOCK, stock_of

from ..delivery.prices import DeliveryMethod
from ..orders.models import CooperativeOrder, LineChange, OrderLine
from ..orders.reasons import ChangeReason
from ..tables.columns import Column

C = Column
OF_PRODUCTS = (C.REFERENCE, C.NAME, C.CATEGORY, C.USE, C.SIZE, C.UNIT, C.PRICE, C.FREE, C.STATUS, C.SEEN_PRICE)
OF_STOCK = (C.REFERENCE, C.NAME, C.SIZE, C.UNIT, C.LOT, C.BEST_BEFORE, C.COUNT, C.KEPT, C.FREE, C.STATUS, C.SEEN_COUNT)


def order_rows(parts: QuerySet[CooperativeOrder], *, shown: Collection[int]) -> Iterator[list[Cell]]:
    """One row for each part of an order, oldest first. Who ordered is told of the parts in `shown` alone."""
    yield [
        _("Order"), _("Day and hour"), _("Status"), _("Buyer"), _("Telephone"), _("Commune"), _("What is in it"), _("Units"),
        _("Goods"), _("Discount"), _("Delivery"), pgettext("amount", "Missing"), _("Total"), pgettext("units", "Came back"),
        _("How it gets there"),
    ]  # fmt: skip
    changes = Prefetch("changes", LineChange.objects.filter(reason=ChangeReason.RETURNED))
    lines = Prefetch("lines", OrderLine.objects.order_by("pk").prefetch_related(changes))
    asked = parts.select_related("order__commune").prefetch_related(lines).order_by("order__placed_at", "pk")
    methods = dict(DeliveryMethod.choices)
    for part in asked:
        order, its = part.order, list(part.lines.all())
        is_shown = part.pk in shown
        came_back = sum(change.quantity for line in its for change in line.changes.all())
        yield [
            order.number, order.placed_at, part.get_status_display(), order.name if is_shown else "",
            written_phone(order.phone) if is_shown else "", order.commune.name if order.commune else "",
            ", ".join(f"{line.units} × {line.name} {line.size_label}" for line in its),
            sum(line.units for line in its), part.goods_total, part.discount, part.delivery_price, part.reduced_by,
            part.due, came_back, str(methods.get(part.delivery_method, part.delivery_method)),
        ]  # fmt: skip


def product_rows(variants: Iterable[Variant], *, today: date) -> Iterator[list[Cell]]:
    """One row for each size, retired ones too."""
    yield [str(column.label) for column in OF_PRODUCTS]
    variants = list(variants)
    stock = stock_of([variant.pk for variant in variants], today=today)
    for variant in variants:
        sale = variant.product.sale
        free = stock.get(variant.pk, NO_STOCK).available
        yield [
            variant.sku, variant.product.name, sale.category.name, sale.get_use_display(), variant.size,
            variant.get_unit_display(), variant.price, free, _standing(variant, sale),
            variant.price,
        ]  # fmt: skip


def stock_rows(variants: Iterable[Variant], lots: Iterable[Lot], *, today: date) -> Iterator[list[Cell]]:
    """One row for each lot with units on hand, and one for each size that has none."""
    yield [str(column.label) for column in OF_STOCK]
    by_variant: dict[int, list[Lot]] = {}
    for lot in lots:
        by_variant.setdefault(lot.variant_id, []).append(lot)
    for variant in variants:
        item: list[Cell] = [variant.sku, variant.product.name, variant.size, variant.get_unit_display()]
        for lot in by_variant.get(variant.pk, []):
            free = lot.available if lot.is_sellable(today) else 0
            yield [*item, lot.code, lot.best_before, lot.on_hand, lot.reserved, free, _fitness(lot, today), lot.on_hand]
        if variant.is_active and variant.pk not in by_variant:
            yield [*item, "", None, None, None, 0, "", None]


def _standing(variant: Variant, sale: ProductSale) -> str:
    if not variant.is_active:
        return _("retired")
    if sale.withdrawn_at:
        return pgettext("product", "withdrawn")
    if not variant.product.live:
        return _("draft")
    if sale.lapsed_at:
        return _("off sale: a document has ended")
    return _("on sale")


def _fitness(lot: Lot, today: date) -> str:
    if lot.blocked_at:
        return _("blocked")
    return "" if lot.is_sellable(today) else _("its date is over")
