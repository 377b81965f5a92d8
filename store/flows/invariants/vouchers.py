"""Vouchers: used as often as it is written down, never oftener than they may, and what they take off is on the lines."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, F, Q

from catalog.money import format_money as say
from catalog.money import summed

from ...orders.models import CooperativeOrder
from ...statuses import PartStatus
from ...vouchers.models import Voucher, VoucherUse


def used_is_the_number_of_live_uses(now: datetime) -> Iterator[str]:
    vouchers = Voucher.objects.order_by("pk").values_list("code", "used", "limit")
    counted = vouchers.annotate(live=Count("uses", filter=Q(uses__released_at=None)))
    for code, used, _limit, live in counted.exclude(used=F("live")):
        yield f"Voucher {code} is used {used} times, {live} orders use it."
    for code, used, limit in vouchers.filter(used__gt=F("limit")):
        yield f"Voucher {code} is used {used} times of {limit}."


def discounts_are_those_of_the_lines(now: datetime) -> Iterator[str]:
    parts = CooperativeOrder.objects.order_by("pk").values_list("pk", "order__number", "discount")
    added_up = parts.annotate(lines_discount=summed("lines__discount"))
    for part, number, discount, of_lines in added_up.exclude(discount=F("lines_discount")):
        yield f"Part {part} of order {number} is {say(discount)} cheaper, its lines {say(of_lines)}."


def every_discount_has_its_voucher(now: datetime) -> Iterator[str]:
    for part, number in CooperativeOrder.objects.filter(discount__gt=0, order__voucher_use=None).values_list(
        "pk", "order__number"
    ):
        yield f"Part {part} of order {number} is cheaper without a voucher."
    uses = VoucherUse.objects.order_by("pk").values_list("voucher__code", "order__number", "discount")
    carried = uses.annotate(carried=summed("order__parts__discount"))
    for code, number, discount, of_parts in carried.exclude(discount=F("carried")):
        yield f"Voucher {code} takes {say(discount)} off order {number}, whose parts are {say(of_parts)} cheaper."


def what_nobody_wants_uses_no_voucher(now: datetime) -> Iterator[str]:
    cheaper = Q(order__parts__discount__gt=0)
    uses = VoucherUse.objects.order_by("pk").values_list("voucher__code", "order__number")
    wanted = uses.annotate(wanted=Count("order__parts", filter=cheaper & ~Q(order__parts__status=PartStatus.CANCELED)))
    for code, number, _wanted in wanted.filter(released_at=None, wanted=0):
        yield f"Voucher {code} is used by order {number}, of which nothing cheaper is wanted."
    for code, number, _wanted in wanted.filter(released_at__isnull=False, wanted__gt=0):
        yield f"Voucher {code} was released by order {number}, of which something cheaper is wanted."


CHECKS = [
    used_is_the_number_of_live_uses,
    discounts_are_those_of_the_lines,
    every_discount_has_its_voucher,
    what_nobody_wants_uses_no_voucher,
]
