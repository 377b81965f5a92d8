"""A cooperative's month: its orders, what was sold of each product, each lot, and the statement of its books, which agree."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, F, Q, Sum

from catalog.cooperatives.models import Cooperative
from catalog.money import ZERO, summed, total
from catalog.stock.models import Lot, MovementKind, StockMovement

from ..ledger.models import Act, LedgerEntry
from ..orders.models import CooperativeOrder, LineChange, OrderLine
from ..statuses import DiscountBearer, PartStatus, StatusChange
from .month import Month
from .statement import Statement, statement_of


@dataclass(frozen=True)
class OrdersOfMonth:
    """How many orders did what in the month; one may be placed in it and delivered in the next."""

    placed: int
    #: What those that were placed come to, delivery included.
    worth: Decimal
    delivered: int
    #: Refused at the door, or given back later.
    returned: int
    canceled: int

    @property
    def is_empty(self) -> bool:
        return not (self.placed or self.delivered or self.returned or self.canceled)


@dataclass
class SoldOfMonth:
    """Units of a size that were sold and that came back, as the books have them; `goods` is that column of the statement."""

    name: str
    size_label: str
    sold: int = 0
    back: int = 0
    goods: Decimal = ZERO


@dataclass(frozen=True)
class LotOfMonth:
    """What came into a lot and left it in the month, and what was in it at the end."""

    lot: Lot
    received: int
    shipped: int
    returned: int
    adjusted: int
    left: int


@dataclass(frozen=True)
class MonthTold:
    month: Month
    orders: OrdersOfMonth
    products: list[SoldOfMonth] = field(default_factory=list)
    lots: list[LotOfMonth] = field(default_factory=list)
    statement: Statement | None = None

    @property
    def goods(self) -> Decimal:
        return total(its.goods for its in self.products)

    @property
    def is_empty(self) -> bool:
        rows = self.statement.rows if self.statement else []
        return self.orders.is_empty and not (self.products or self.lots or rows)


def month_told(cooperative: Cooperative, month: Month) -> MonthTold:
    """A fixed number of queries, however much happened."""
    return MonthTold(
        month,
        orders=orders_of_month(cooperative, month),
        products=sold_in(cooperative, month),
        lots=lots_of_month(cooperative, month),
        statement=statement_of(cooperative, month),
    )


def orders_of_month(cooperative: Cooperative, month: Month) -> OrdersOfMonth:
    parts = CooperativeOrder.objects.filter(cooperative=cooperative)
    placed = parts.filter(month.within("order__placed_at")).aggregate(count=Count("pk"), worth=summed("total"))
    moves = StatusChange.objects.filter(
        month.within("at"),
        row_type=ContentType.objects.get_for_model(CooperativeOrder),
        row_id__in=parts.values("pk"),
    ).exclude(was=F("now"))
    moved = dict(moves.order_by().values_list("now").annotate(Count("row_id", distinct=True)))
    return OrdersOfMonth(
        placed=placed["count"],
        worth=placed["worth"],
        delivered=moved.get(PartStatus.DELIVERED, 0),
        returned=moved.get(PartStatus.RETURNED, 0),
        canceled=moved.get(PartStatus.CANCELED, 0),
    )


def sold_in(cooperative: Cooperative, month: Month) -> list[SoldOfMonth]:
    """By size, in the order of their names: what the sales of the month had in them, less what came back in it."""
    entries = LedgerEntry.objects.filter(part__cooperative=cooperative)
    of_month = entries.filter(month.within("at"))
    parts = of_month.filter(act=Act.SALE).values("part")
    by_size: dict[int, SoldOfMonth] = {}
    # Units that were taken off a line before its sale was booked have no entry of their own, and were never sold.
    booked = set(_keys_of_returns(entries.filter(part__in=parts)))
    for line in OrderLine.objects.filter(part__in=parts).select_related("part").prefetch_related("changes"):
        unsold = [change for change in line.changes.all() if f"return:{change.pk}" not in booked]
        row = _row(by_size, line)
        row.sold += line.quantity - sum(change.quantity for change in unsold)
        row.goods += _goods(line, [line]) - _goods(line, unsold)
    came_back = {int(key.rpartition(":")[2]) for key in _keys_of_returns(of_month)}
    for change in LineChange.objects.filter(pk__in=came_back).select_related("line__part"):
        row = _row(by_size, change.line)
        row.back += change.quantity
        row.goods -= _goods(change.line, [change])
    return sorted(by_size.values(), key=lambda row: (row.name, row.size_label))


def _keys_of_returns(entries) -> Iterable[str]:
    return entries.filter(act=Act.RETURN, key__startswith="return:").values_list("key", flat=True)


def _row(rows: dict[int, SoldOfMonth], line: OrderLine) -> SoldOfMonth:
    return rows.setdefault(line.variant_id, SoldOfMonth(line.name, line.size_label))


def _goods(line: OrderLine, rows: Iterable[OrderLine | LineChange]) -> Decimal:
    """What the cooperative is owed of these for its goods, commission and tax included: its own discounts are not."""
    is_its_own = line.part.discount_bearer == DiscountBearer.COOPERATIVE
    return total(row.amount - row.discount if is_its_own else row.amount for row in rows)


def lots_of_month(cooperative: Cooperative, month: Month) -> list[LotOfMonth]:
    """Those that had units in them at the end, or in which something moved; the first to expire first."""
    moved = StockMovement.objects.filter(cooperative=cooperative, at__lt=month.ends).order_by().values("lot")
    sums = {
        row["lot"]: row
        for row in moved.annotate(
            received=_units(month, MovementKind.RECEIVED),
            shipped=_units(month, MovementKind.SHIPPED),
            returned=_units(month, MovementKind.RETURNED),
            adjusted=_units(month, MovementKind.ADJUSTED),
            left=Sum("quantity"),
            moves=Count("pk", filter=month.within("at")),
        ).filter(Q(left__gt=0) | Q(moves__gt=0))
    }
    lots = Lot.objects.filter(cooperative=cooperative, pk__in=sums).select_related("variant__product")
    return [
        LotOfMonth(
            lot,
            received=sums[lot.pk]["received"],
            shipped=-sums[lot.pk]["shipped"],
            returned=sums[lot.pk]["returned"],
            adjusted=sums[lot.pk]["adjusted"],
            left=sums[lot.pk]["left"],
        )
        for lot in lots.first_expiring_first()
    ]


def _units(month: Month, kind: MovementKind) -> Sum:
    return Sum("quantity", filter=month.within("at") & Q(kind=kind), default=0)
