"""The dirham receipt: of what the buyer pays, who gets how much. It reads the books, and the lines of what is not sold yet."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _

from catalog.cooperatives.models import Cooperative
from catalog.money import ZERO, to_centimes, total

from ..ledger.actions import Leg
from ..ledger.models import Act, Holder, Kind, LedgerLine
from ..orders.models import CooperativeOrder, OrderLine
from ..orders.shares import shares_sent
from ..statuses import PartStatus
from .legs import BORNE, goods_legs

#: A part that ended so without a sale costs nothing.
ENDED = (PartStatus.CANCELED, PartStatus.RETURNED)
#: How wide the bar is in its own measure.
WIDTH = 1000


@dataclass
class Row:
    """One of those who get a share."""

    label: str
    amount: Decimal
    #: A class of the stylesheet: the cooperative's accent, or the kind of share.
    accent: str
    #: Where its piece of the bar begins and how wide it is, of `WIDTH`; the pieces fill it.
    start: int = 0
    width: int = 0


@dataclass(frozen=True)
class Receipt:
    """Its rows add up to `total`, to the centime."""

    rows: list[Row]
    total: Decimal
    #: Something of it is still to be delivered: it says what will be.
    is_expected: bool


#: The cooperative (of goods), the kind and the dirhams of an amount that somebody is owed; below zero.
Owed = tuple[int | None, str, Decimal]
#: By part, and what a provider kept of a payment by card under `FEES`.
FEES = 0
Booked = dict[int, list[Owed]]


def receipt_of(order, parts: Iterable[CooperativeOrder], *, sold: Booked | None = None) -> Receipt:
    """Of an order whose parts come with their cooperatives and lines; one query. Parts that are canceled cost nothing.

    `sold` is what `booked` found for it, where the receipts of many orders are wanted.
    """
    parts = list(parts)
    if sold is None:
        sold = booked([order])[order.pk]
    is_open = [part for part in parts if part.pk not in sold and part.status not in ENDED]
    owed = [row for part, rows in sold.items() for row in rows if part != FEES]
    for part in is_open:
        owed += to_come(part, part.lines.all())
    owed += sold.get(FEES, []) if owed else []
    cooperatives = {part.cooperative_id: part.cooperative for part in parts}
    return add_up(owed, cooperatives, is_expected=bool(is_open))


def add_up(owed: Iterable[Owed], cooperatives: dict[int, Cooperative], *, is_expected: bool) -> Receipt:
    """The receipt that says who is owed what."""
    goods: dict[int, Decimal] = defaultdict(lambda: ZERO)
    shares: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for cooperative, kind, amount in owed:
        if kind == Kind.GOODS:
            goods[cooperative or 0] -= amount
        else:
            shares[kind] -= amount
    rows = _rows(goods, shares, cooperatives)
    fill_bar(rows)
    return Receipt(rows, total(row.amount for row in rows), is_expected=is_expected)


def booked(orders: Iterable) -> dict[int, Booked]:
    """By order and part, what its sale and what was given back since left everybody, from the books; one query."""
    acts = (Act.SALE, Act.RETURN, Act.FEE, *BORNE)
    lines = LedgerLine.objects.filter(entry__order__in=orders, entry__act__in=acts)
    lines = lines.exclude(account__holder=Holder.BUYER).order_by()
    found: dict[int, Booked] = defaultdict(lambda: defaultdict(list))
    asked = ("entry__order", "entry__part", "entry__act", "account__cooperative", "account__kind")
    for order, part, act, cooperative, kind, amount in lines.values_list(*asked).annotate(Sum("amount")):
        place = FEES if act == Act.FEE else part
        found[order][place].append(owed_by(act, cooperative, kind, amount))
    return found


def owed_by(act: str, cooperative: int | None, kind: str, amount: Decimal) -> Owed:
    """Whoever carried it keeps the price of a delivery that was given back: its bearer has less of the rest.

    So has whoever bears the fee of a card; it is the provider's.
    """
    if act == Act.FEE and kind == Kind.CASH:
        return None, Kind.FEE, amount
    if act == Act.FEE or act in BORNE:
        kind = Kind.GOODS if cooperative else Kind.COMMISSION
    return cooperative, kind, amount


def to_come(part: CooperativeOrder, lines: Iterable[OrderLine]) -> list[Owed]:
    """What the sale of a part will be booked with."""
    legs: list[Leg] = goods_legs(part, (shares_sent(line) for line in lines))
    goods = [(account.owner, account.kind, amount) for account, amount in legs]
    return [*goods, (None, Kind.DELIVERY, -part.delivery_price)]


def _rows(goods: dict[int, Decimal], shares: dict[str, Decimal], cooperatives: dict[int, Cooperative]) -> list[Row]:
    to_cooperatives = [
        Row(cooperative.name, goods[pk], f"accent-{cooperative.accent}")
        for pk, cooperative in cooperatives.items()
        if pk in goods
    ]
    platform = shares[Kind.COMMISSION] + shares[Kind.DISCOUNT]
    return [
        *to_cooperatives,
        Row(_("Delivery"), shares[Kind.DELIVERY], "receipt__delivery"),
        Row(_("Running of the shop"), platform, "receipt__platform"),
        Row(_("Tax"), shares[Kind.TAX], "receipt__tax"),
        *([Row(_("Card payment fee"), shares[Kind.FEE], "receipt__fee")] if shares[Kind.FEE] else []),
    ]


def fill_bar(rows: list[Row]) -> None:
    """Pieces as wide as their shares; what rounding leaves goes to those that lost most by it."""
    whole = sum(to_centimes(row.amount) for row in rows if row.amount > 0)
    if not whole:
        return
    exact = {number: to_centimes(row.amount) * WIDTH / whole for number, row in enumerate(rows) if row.amount > 0}
    widths = {number: int(width) for number, width in exact.items()}
    by_loss = sorted(exact, key=lambda number: widths[number] - exact[number])
    for number in by_loss[: WIDTH - sum(widths.values())]:
        widths[number] += 1
    start = 0
    for number, width in widths.items():
        rows[number].start, rows[number].width = start, width
        start += width
