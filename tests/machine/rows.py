"""What the model of the shop is made of."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime


class Refusal(Exception):
    """A deed that cannot be done: why, and what the buyer or the staff is told."""

    def __init__(self, why: str, *what):
        super().__init__(why, *what)
        self.why, self.what = why, what

    def __eq__(self, other):
        return isinstance(other, Refusal) and (self.why, self.what) == (other.why, other.what)

    def __hash__(self):
        return hash((self.why, self.what))


@dataclass
class Variant:
    product: int
    price: int
    is_active: bool = True


@dataclass
class Product:
    cooperative: int
    is_withdrawn: bool = False


@dataclass
class Cooperative:
    offers_pickup: bool
    is_suspended: bool = False


@dataclass
class Lot:
    number: int
    variant: int
    best_before: date | None
    on_hand: int
    blocked_at: datetime | None = None

    def is_good(self, today: date) -> bool:
        return self.blocked_at is None and (self.best_before is None or self.best_before >= today)


@dataclass(eq=False)
class Reservation:
    lot: int
    line: int
    quantity: int
    expires_at: datetime | None
    outcome: str = ""


@dataclass
class Line:
    variant: int
    quantity: int
    price: int
    commission: int
    discount: int = 0
    #: Units that came back.
    back: int = 0

    @property
    def with_buyer(self) -> int:
        return self.quantity - self.back

    def first(self, units: int) -> tuple[int, int, int]:
        """What so many units come to: their amount, discount and commission, each rounded half up."""
        wholes = (self.quantity * self.price, self.discount, self.commission)
        amount, discount, commission = ((2 * whole * units + self.quantity) // (2 * self.quantity) for whole in wholes)
        return amount, discount, commission


@dataclass(eq=False)
class Part:
    order: int
    cooperative: int
    method: str
    delivery_price: int
    #: Places in `Model.lines`.
    lines: list[int]
    confirm_by: datetime
    status: str = "placed"
    reason: str = ""
    #: Of its cash; None where the whole order is paid in advance.
    payment: str | None = "expected"
    #: What is paid for it in all, less a discount that somebody bears.
    total: int = 0
    discount: int = 0
    bearer: str = ""
    times_canceled: int = 0
    #: Of its parcel, once it left: who carries it, where it is, what it cost in vain, and whether a sheet settled it.
    carrier: str = ""
    parcel: str = ""
    cost_in_vain: int = 0
    is_settled: bool = False
    #: When the buyer had it, even if it came back since.
    sold_at: datetime | None = None
    #: What the buyer paid for it, and what of it is theirs again: all, for its delivery, and paid back.
    collected: int = 0
    credited: int = 0
    delivery_given: int = 0
    refunded: int = 0
    #: Who goes without how much of what was given beside goods, by kind and holder.
    borne: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def is_sold(self) -> bool:
        return self.sold_at is not None

    @property
    def owed(self) -> int:
        return self.credited - self.refunded


@dataclass
class Cart:
    touched_at: datetime
    units: dict[int, int] = field(default_factory=dict)
    order: int | None = None
    voucher: int | None = None


@dataclass(frozen=True)
class Buyer:
    phone: str
    email: str


@dataclass(frozen=True)
class Seen:
    """A summary as a buyer saw it: units and price by variant, delivery and price by cooperative."""

    units: dict[int, tuple[int, int]]
    quotes: dict[int, tuple[str, int] | None]
    gone: tuple[int, ...]
    #: What a voucher takes off, by variant.
    discounts: dict[int, int] = field(default_factory=dict)

    @property
    def discount(self) -> int:
        return sum(self.discounts.values())

    @property
    def total(self) -> int:
        goods = sum(units * price for units, price in self.units.values())
        return goods - self.discount + sum(price for _, price in filter(None, self.quotes.values()))


def what_moved(now: Seen, then: Seen) -> list[tuple]:
    """What a buyer is shown when the summary is no longer the one that they accepted."""
    moved: list[tuple] = []
    for variant, (units, price) in now.units.items():
        units_then, price_then = then.units.get(variant, (0, 0))
        if units != units_then:
            moved.append(("quantity", variant, units_then))
        elif price != price_then:
            moved.append(("price", variant, price_then, price))
    for seller, quote in now.quotes.items():
        quote_then = then.quotes.get(seller)
        if quote and quote != quote_then and (quote_then or quote[1]):
            moved.append(("delivery", seller, quote_then[1] if quote_then else None, quote[1]))
    if now.discount != then.discount:
        moved.append(("discount", then.discount, now.discount))
    return moved
