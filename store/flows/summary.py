"""The last look before ordering: what each cooperative sends, how, and what it costs.

A buyer accepts a summary; when the order is placed it is made again, and whatever moved since is said.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from catalog.cooperatives.models import Cooperative
from catalog.money import ZERO, from_centimes, to_centimes, total

from ..cart.models import Cart
from ..cart.queries import CartContents, PricedLine, contents_of
from ..delivery.models import Commune, DeliveryZone
from ..delivery.prices import PICKUP_QUOTE, DeliveryMethod, Quote, courier_quote, zone_of
from ..vouchers.models import Voucher
from ..vouchers.refusals import Refusal
from .discounts import Offer, offer_of


@dataclass(frozen=True)
class SummaryPart:
    cooperative: Cooperative
    lines: list[PricedLine]
    #: None while the commune is not known, or where nobody delivers.
    quote: Quote | None
    courier: Quote | None
    #: What the voucher takes off each line, in their order.
    discounts: list[Decimal]

    @property
    def goods(self) -> Decimal:
        return total(line.amount for line in self.lines)

    @property
    def discount(self) -> Decimal:
        return total(self.discounts)

    @property
    def total(self) -> Decimal:
        return self.goods - self.discount + (self.quote.price if self.quote else ZERO)


@dataclass(frozen=True)
class Summary:
    parts: list[SummaryPart]
    contents: CartContents
    #: Of the voucher that the buyer typed, if any.
    offer: Offer | None = None
    zone: DeliveryZone | None = None

    @property
    def goods(self) -> Decimal:
        return total(part.goods for part in self.parts)

    @property
    def voucher(self) -> Voucher | None:
        return self.offer.voucher if self.offer else None

    @property
    def refused(self) -> Refusal | None:
        """Why the voucher takes nothing off."""
        return self.offer.refused if self.offer else None

    @property
    def discount(self) -> Decimal:
        return total(part.discount for part in self.parts)

    @property
    def delivery(self) -> Decimal:
        return total(part.quote.price for part in self.parts if part.quote)

    @property
    def total(self) -> Decimal:
        return total(part.total for part in self.parts)

    @property
    def is_complete(self) -> bool:
        """Every part has a price of delivery, so that the total is the whole."""
        return all(part.quote for part in self.parts)

    @property
    def needs_address(self) -> bool:
        return any(part.quote is None or part.quote.method == DeliveryMethod.COURIER for part in self.parts)

    def accepted(self) -> str:
        """What the buyer accepts by ordering, as a text for a hidden field: `v12x2@7500 … d3:courier@3500 r@1500`."""
        lines = [
            f"v{line.variant.pk}x{line.quantity}@{to_centimes(line.variant.price)}" for line in self.contents.lines
        ]
        quotes = [
            f"d{part.cooperative.pk}:{part.quote.method}@{to_centimes(part.quote.price)}"
            for part in self.parts
            if part.quote
        ]
        discount = [f"r@{to_centimes(self.discount)}"] if self.discount else []
        return " ".join([*lines, *quotes, *discount])


@dataclass(frozen=True)
class PriceMoved:
    line: PricedLine
    was: Decimal
    now: Decimal


@dataclass(frozen=True)
class DeliveryMoved:
    cooperative: Cooperative
    #: None when there was no price before.
    was: Decimal | None
    now: Decimal


@dataclass(frozen=True)
class QuantityMoved:
    """Another tab changed the cart: `was` units were seen, 0 if the line is new."""

    line: PricedLine
    was: int


@dataclass(frozen=True)
class DiscountMoved:
    was: Decimal
    now: Decimal
    #: Why the voucher takes nothing off any more.
    refused: Refusal | None

    is_discount = True


Moved = PriceMoved | DeliveryMoved | QuantityMoved | DiscountMoved


def summarize(
    cart: Cart | None,
    *,
    commune: Commune | None,
    methods: Mapping[int, str],
    with_photos: bool = False,
    phone=None,
    now: datetime | None = None,
) -> Summary:
    """The cart by cooperative, with each part's delivery; `methods` maps cooperatives to delivery methods.

    With a telephone number, a voucher is refused to a number that has used it as often as it may.
    """
    contents = contents_of(cart, with_photos=with_photos)
    offer = offer_of(cart.voucher, contents.parts, phone=phone, now=now) if cart and cart.voucher else None
    zone = zone_of(commune) if commune and contents.parts else None
    parts = []
    for part in contents.parts:
        courier = courier_quote(zone)
        picked_up = part.cooperative.offers_pickup and methods.get(part.cooperative.pk) == DeliveryMethod.PICKUP
        quote = PICKUP_QUOTE if picked_up else courier
        discounts = [offer.on(line) if offer else ZERO for line in part.lines]
        parts.append(SummaryPart(part.cooperative, part.lines, quote, courier, discounts))
    return Summary(parts, contents, offer, zone)


def what_moved(summary: Summary, accepted: str) -> list[Moved]:
    """How the summary of now differs from the one that was accepted. Nonsense in `accepted` counts as never seen."""
    seen_lines, seen_quotes, seen_discount = _read(accepted)
    moved: list[Moved] = []
    for line in summary.contents.lines:
        quantity, price = seen_lines.get(str(line.variant.pk), (0, None))
        if quantity != line.quantity:
            moved.append(QuantityMoved(line, was=quantity))
        elif price != line.variant.price:
            moved.append(PriceMoved(line, was=price or ZERO, now=line.variant.price))
    for part in summary.parts:
        was = seen_quotes.get(str(part.cooperative.pk))
        if part.quote is None or was == (part.quote.method, part.quote.price):
            continue
        # Picked up for nothing where no price was shown yet: the buyer pays what was seen.
        if was or part.quote.price:
            moved.append(DeliveryMoved(part.cooperative, was=was[1] if was else None, now=part.quote.price))
    if seen_discount != summary.discount:
        moved.append(DiscountMoved(seen_discount, summary.discount, summary.refused))
    return moved


def _read(accepted: str) -> tuple[dict, dict, Decimal]:
    lines, quotes, discount = {}, {}, ZERO
    for word in accepted[:5000].split():
        name, _, amount = word[1:].partition("@")
        if not (amount.isascii() and amount.isdigit() and len(amount) < 12):
            continue
        if word[0] == "v":
            variant, _, quantity = name.partition("x")
            if quantity.isascii() and quantity.isdigit() and len(quantity) < 6:
                lines[variant] = (int(quantity), from_centimes(int(amount)))
        elif word[0] == "d":
            cooperative, _, method = name.partition(":")
            quotes[cooperative] = (method, from_centimes(int(amount)))
        elif word[0] == "r":
            discount = from_centimes(int(amount))
    return lines, quotes, discount
