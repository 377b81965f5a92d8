"""What the shop can count of itself, for the figures of its stories (cms/figures/live.py)."""

from datetime import date

from django.db.models import CharField, QuerySet, Sum, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from catalog.stock.models import MovementKind, StockMovement
from cms.figures.live import Count, LiveQuery, register

from ..orders.models import CooperativeOrder, OrderLine, holder_of
from ..statuses import PartStatus


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
    return Count(_lines(parts).aggregate(units=Sum("quantity"))["units"] or 0, _orders(parts))


def lots_sold(since: date | None) -> Count:
    parts = _delivered(since)
    holders = _lines(parts).annotate(
        held_as=Concat(Value(holder_of("")), Cast("pk", CharField()), output_field=CharField())
    )
    shipped = StockMovement.objects.filter(kind=MovementKind.SHIPPED, holder__in=holders.values("held_as"))
    return Count(shipped.values("lot").distinct().count(), _orders(parts))


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
]


def register_all() -> None:
    for query in QUERIES:
        register(query)
