"""What a voucher takes off the lines of a cart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from catalog.money import ZERO, total

from ..cart.queries import CartPart, PricedLine
from ..vouchers.models import Voucher
from ..vouchers.queries import refusal_of
from ..vouchers.refusals import Refusal
from ..vouchers.shares import share_out


@dataclass(frozen=True)
class Offer:
    """A voucher beside the cart that it was typed for: it takes something off, or says why it does not."""

    voucher: Voucher
    refused: Refusal | None = None
    #: Dirhams by the key of the variant; lines that it is not for are not there.
    by_variant: Mapping[int, Decimal] = field(default_factory=dict)

    def on(self, line: PricedLine) -> Decimal:
        return self.by_variant.get(line.variant.pk, ZERO)


def offer_of(voucher: Voucher, parts: Sequence[CartPart], *, phone=None, now: datetime | None = None) -> Offer:
    """The discount is shared over the parts, and in each over its lines: both add up, to the centime."""
    lines = [[line for line in part.lines if _is_for(voucher, line)] for part in parts]
    amounts = [total(line.amount for line in of_part) for of_part in lines]
    goods = total(amounts)
    if refused := refusal_of(voucher, goods=goods, on=timezone.localdate(now), phone=phone):
        return Offer(voucher, refused)
    by_variant: dict[int, Decimal] = {}
    for of_part, discount in zip(lines, share_out(voucher.discount_on(goods), amounts), strict=True):
        shares = share_out(discount, [line.amount for line in of_part])
        by_variant |= {line.variant.pk: share for line, share in zip(of_part, shares, strict=True)}
    return Offer(voucher, by_variant=by_variant)


def _is_for(voucher: Voucher, line: PricedLine) -> bool:
    return voucher.is_for(cooperative_id=line.sale.cooperative_id, category=line.sale.category)
