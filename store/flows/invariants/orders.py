"""Orders and their parts: complete, unique, adding up, and as they were placed."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from django.db.models import F, Q, Sum
from django.db.models.functions import Length

from catalog.money import ZERO, summed
from catalog.money import format_money as say

from ...orders.actions import DIGESTED_OF_LINE, DIGESTED_OF_PART, digest
from ...orders.models import CooperativeOrder, LineChange, Order, OrderLine
from ...orders.queries import less
from ...orders.reasons import ChangeReason
from .reading import batches, doubles

#: 128 random bits in URL-safe base64.
SHORTEST_TOKEN = 22


def names_are_unique(now: datetime) -> Iterator[str]:
    for field in ("checkout_key", "number", "token"):
        for value, times in doubles(Order.objects.all(), field):
            shown = f"{value[:4]}…" if field == "token" else value
            yield f"{times} orders have the {field} {shown}."


def tokens_are_long(now: datetime) -> Iterator[str]:
    short = Order.objects.annotate(length=Length("token")).filter(length__lt=SHORTEST_TOKEN)
    for number, length in short.values_list("number", "length"):
        yield f"Order {number} has a token of {length} characters."


def nothing_is_empty(now: datetime) -> Iterator[str]:
    for number in Order.objects.filter(parts=None).values_list("number", flat=True):
        yield f"Order {number} has no part."
    for part, number in CooperativeOrder.objects.filter(lines=None).values_list("pk", "order__number"):
        yield f"Part {part} of order {number} has no line."


def lines_belong_to_the_seller(now: datetime) -> Iterator[str]:
    foreign = OrderLine.objects.exclude(part__cooperative=F("variant__product__sale__cooperative"))
    for line, number, slug in foreign.values_list("pk", "part__order__number", "part__cooperative__slug"):
        yield f"Line {line} of order {number} is in the part of {slug}, which does not sell its product."


def amounts_add_up(now: datetime) -> Iterator[str]:
    lines = OrderLine.objects.exclude(amount=F("unit_price") * F("quantity"))
    for line, number, amount, quantity, price in lines.values_list(
        "pk", "part__order__number", "amount", "quantity", "unit_price"
    ):
        yield f"Line {line} of order {number} costs {say(amount)}, not {quantity} × {say(price)}."
    parts = CooperativeOrder.objects.exclude(total=F("goods_total") + F("delivery_price") - F("discount"))
    for part, number, total, *amounts in parts.values_list(
        "pk", "order__number", "total", "goods_total", "delivery_price", "discount"
    ):
        goods, delivery, discount = map(say, amounts)
        yield f"Part {part} of order {number} costs {say(total)}, not {goods} + {delivery} − {discount}."
    goods_of_parts = CooperativeOrder.objects.values_list("pk", "order__number", "goods_total")
    added_up = goods_of_parts.annotate(lines_total=summed("lines__amount"))
    for part, number, goods, lines_total in added_up.exclude(goods_total=F("lines_total")):
        yield f"Part {part} of order {number} has goods for {say(goods)}, its lines add up to {say(lines_total)}."
    # By key: two orders that share a number are another finding.
    orders = Order.objects.order_by().values_list("pk", "number", "total").annotate(parts_total=summed("parts__total"))
    for _pk, number, total, parts_total in orders.exclude(total=F("parts_total")):
        yield f"Order {number} costs {say(total)}, its parts add up to {say(parts_total)}."


def what_was_placed_is_unchanged(now: datetime) -> Iterator[str]:
    placed = (*DIGESTED_OF_PART, "placed_digest", "order__number")
    for parts in batches(CooperativeOrder.objects.values_list("pk", *placed, named=True)):
        lines = defaultdict(list)
        for line in OrderLine.objects.filter(part__in=[part.pk for part in parts]).values_list(
            "part", *DIGESTED_OF_LINE, named=True
        ):
            lines[line.part].append(line)
        for part in parts:
            if digest(part, lines[part.pk]) != part.placed_digest:
                yield f"Part {part.pk} of order {part.order__number} is not what was placed."


def what_is_missing_is_written_down(now: datetime) -> Iterator[str]:
    """Lines and parts count what their changes say could not be sent."""
    is_missing = Q(changes__reason=ChangeReason.MISSING)
    lines = OrderLine.objects.order_by().values_list("pk", "part__order__number", "missing")
    told = lines.annotate(told=Sum("changes__quantity", filter=is_missing, default=0))
    for line, number, missing, units in told.exclude(missing=F("told")):
        yield f"Line {line} of order {number} misses {missing} units, its changes say {units}."
    reduced = dict(CooperativeOrder.objects.exclude(reduced_by=0).values_list("pk", "reduced_by"))
    changes = LineChange.objects.filter(reason=ChangeReason.MISSING).order_by()
    owed = dict(changes.values_list("line__part").annotate(owed=Sum(less("amount", "discount"))))
    for part in sorted({*reduced, *owed}):
        if reduced.get(part, ZERO) != owed.get(part, ZERO):
            counted, told_of = say(reduced.get(part, ZERO)), say(owed.get(part, ZERO))
            yield f"Part {part} costs {counted} less, its changes say {told_of}."


CHECKS = [
    names_are_unique,
    tokens_are_long,
    nothing_is_empty,
    lines_belong_to_the_seller,
    amounts_add_up,
    what_was_placed_is_unchanged,
    what_is_missing_is_written_down,
]
