"""What the shop can count of itself, for the figures of its stories (cms/figures/live.py)."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import CharField, Exists, OuterRef, QuerySet, Sum, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from catalog.stock.models import MovementKind, StockMovement
from cms.figures.live import Count, LiveQuery, register

from ..ledger.models import Act, Holder, Kind, LedgerEntry, LedgerLine
from ..ledger.queries import balance
from ..orders.models import CooperativeOrder, LineChange, OrderLine, holder_of
from ..settlements.models import Settlement
from ..statuses import PartStatus, SettlementStatus


def _delivered(since: date | None) -> QuerySet[CooperativeOrder]:
    """Parts that were delivered since then and did not come back."""
    parts = CooperativeOrder.objects.filter(status=PartStatus.DELIVERED)
    if since:
        parts = parts.filter(status_changes__now=PartStatus.DELIVERED, status_changes__at__date__gte=since).distinct()
    return parts


def _orders(parts: QuerySet[CooperativeOrder]) -> int:
    return parts.values("order").distinct().count()


def _lines(parts: QuerySet[CooperativeOrder]) -> QuerySet[OrderLine]:
    return OrderLine.objects.filter(part__in=parts.values("pk"))


def cooperatives_with_a_delivered_order(since: date | None) -> Count:
    parts = _delivered(since)
    return Count(parts.values("cooperative").distinct().count(), _orders(parts))


def orders_delivered(since: date | None) -> Count:
    orders = _orders(_delivered(since))
    return Count(orders, orders)


def units_delivered(since: date | None) -> Count:
    parts = _delivered(since)
    lines = _lines(parts)
    back = LineChange.objects.filter(line__in=lines.values("pk"))
    return Count(_units(lines) - _units(back), _orders(parts))


def _units(rows: QuerySet) -> int:
    return rows.aggregate(units=Sum("quantity"))["units"] or 0


def lots_sold(since: date | None) -> Count:
    parts = _delivered(since)
    holders = _lines(parts).annotate(
        held_as=Concat(Value(holder_of("")), Cast("pk", CharField()), output_field=CharField())
    )
    shipped = StockMovement.objects.filter(kind=MovementKind.SHIPPED, holder__in=holders.values("held_as"))
    return Count(shipped.values("lot").distinct().count(), _orders(parts))


def _whole(amount: Decimal) -> int:
    """Whole dirhams, half up."""
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def dirhams_recorded(since: date | None) -> Count:
    """What sales left to cooperatives, less what was taken back; resting on the orders that are still worth something."""
    lines = LedgerLine.objects.filter(
        account__holder=Holder.COOPERATIVE,
        account__kind__in=(Kind.GOODS, Kind.TAX),
        entry__act__in=(Act.SALE, Act.RETURN),
    )
    if since:
        lines = lines.filter(entry__at__date__gte=since)
    kept = lines.order_by().values("entry__order").annotate(owed=Sum("amount")).filter(owed__lt=0)
    return Count(_whole(-balance(lines)), kept.count())


def dirhams_settled(since: date | None) -> Count:
    """What was transferred to cooperatives; resting on the orders that these transfers were the first to pay for."""
    paid = Settlement.objects.filter(status=SettlementStatus.PAID)
    counted = paid.filter(paid_on__gte=since) if since else paid
    its = paid.filter(cooperative=OuterRef("part__cooperative"), until__gte=OuterRef("at__date"))
    sales = LedgerEntry.objects.filter(Exists(its.filter(pk__in=counted.values("pk"))), act=Act.SALE)
    if since:
        sales = sales.exclude(Exists(its.filter(paid_on__lt=since)))
    amount = counted.aggregate(amount=Sum("amount"))["amount"] or Decimal(0)
    return Count(_whole(amount), sales.values("order").distinct().count())


QUERIES = [
    LiveQuery(
        "cooperatives",
        _("cooperatives that have delivered an order"),
        _("Cooperatives with at least one parcel that was delivered and not sent back."),
        cooperatives_with_a_delivered_order,
    ),
    LiveQuery(
        "orders",
        _("orders delivered"),
        _("Orders of which at least one parcel was delivered and not sent back."),
        orders_delivered,
    ),
    LiveQuery(
        "units",
        _("jars, bottles and boxes delivered"),
        _("Units in parcels that were delivered, without those that came back."),
        units_delivered,
    ),
    LiveQuery(
        "lots",
        _("lots from which something was delivered"),
        _("Lots of which at least one unit left in a parcel that was delivered and not sent back."),
        lots_sold,
    ),
    LiveQuery(
        "dirhams_recorded",
        _("dirhams recorded for cooperatives"),
        _("What cooperatives were owed for goods that were delivered, tax included, less what was sent back."),
        dirhams_recorded,
    ),
    LiveQuery(
        "dirhams_settled",
        _("dirhams settled with cooperatives"),
        _("What was transferred to the bank accounts of cooperatives, after the cash that they took themselves."),
        dirhams_settled,
    ),
]


def register_all() -> None:
    for query in QUERIES:
        register(query)
