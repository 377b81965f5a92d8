"""Orders and their parts: complete, unique, adding up, and as they were placed."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import F, Sum
from django.db.models.functions import Coalesce, Length

from catalog.money import MoneyField, format_money

from ...orders.actions import digest
from ...orders.models import CooperativeOrder, Order, OrderLine
from .reading import batches, doubles

#: 128 random bits in URL-safe base64.
SHORTEST_TOKEN = 22


def names_are_unique(now: datetime) -> Iterator[str]:
    for field in ("checkout_key", "number", "token"):
        for value, times in doubles(Order.objects.all(), field):
            shown = f"{value[:4]}…" if field == "token" else value
            yield f"{times} orders have the {field} {shown}."


def tokens_are_long(now: datetime) -> Iterator[str]:
    for order in Order.objects.annotate(length=Length("token")).filter(length__lt=SHORTEST_TOKEN):
        yield f"Order {order.number} has a token of {order.length} characters."


def nothing_is_empty(now: datetime) -> Iterator[str]:
    for order in Order.objects.filter(parts=None):
        yield f"Order {order.number} has no part."
    for part in CooperativeOrder.objects.filter(lines=None).select_related("order"):
        yield f"Part {part.pk} of order {part.order.number} has no line."


def lines_belong_to_the_seller(now: datetime) -> Iterator[str]:
    foreign = OrderLine.objects.exclude(part__cooperative=F("variant__product__sale__cooperative"))
    for line in foreign.select_related("part__order", "part__cooperative"):
        yield (
            f"Line {line.pk} of order {line.part.order.number} is in the part of {line.part.cooperative.slug}, "
            "which does not sell its product."
        )


def amounts_add_up(now: datetime) -> Iterator[str]:
    for line in OrderLine.objects.exclude(amount=F("unit_price") * F("quantity")).select_related("part__order"):
        yield (
            f"Line {line.pk} of order {line.part.order.number} costs {_say(line.amount)}, "
            f"not {line.quantity} × {_say(line.unit_price)}."
        )
    parts = CooperativeOrder.objects.select_related("order")
    for part in parts.exclude(total=F("goods_total") + F("delivery_price")):
        yield (
            f"Part {part.pk} of order {part.order.number} costs {_say(part.total)}, "
            f"not {_say(part.goods_total)} + {_say(part.delivery_price)}."
        )
    for part in parts.annotate(lines_total=_sum("lines__amount")).exclude(goods_total=F("lines_total")):
        yield (
            f"Part {part.pk} of order {part.order.number} has goods for {_say(part.goods_total)}, "
            f"its lines add up to {_say(part.lines_total)}."
        )
    for order in Order.objects.annotate(parts_total=_sum("parts__total")).exclude(total=F("parts_total")):
        yield f"Order {order.number} costs {_say(order.total)}, its parts add up to {_say(order.parts_total)}."


def what_was_placed_is_unchanged(now: datetime) -> Iterator[str]:
    for parts in batches(CooperativeOrder.objects.select_related("order").prefetch_related("lines")):
        for part in parts:
            if digest(part, part.lines.all()) != part.placed_digest:
                yield f"Part {part.pk} of order {part.order.number} is not what was placed."


def _sum(amounts: str) -> Coalesce:
    return Coalesce(Sum(amounts), 0, output_field=MoneyField())


def _say(amount) -> str:
    return format_money(amount)


CHECKS = [
    names_are_unique,
    tokens_are_long,
    nothing_is_empty,
    lines_belong_to_the_seller,
    amounts_add_up,
    what_was_placed_is_unchanged,
]
