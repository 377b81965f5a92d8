from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, QuerySet, Sum
from django.utils import timezone

from ..products.models import Variant
from .models import Lot, MovementKind, Outcome, Reservation, StockMovement

#: Days before its best-before date from which a lot counts as expiring.
SOON = 30
#: Fewer free units than this are few, and fewer than have left in so many days.
LOW, LOW_DAYS = 5, 14


@dataclass(frozen=True)
class VariantStock:
    """Units of a variant that can be bought now, and the lot that would be sent first."""

    available: int = 0
    next_lot: Lot | None = None


NO_STOCK = VariantStock()


def stock_of(variant_ids: Iterable[int], *, today: date | None = None) -> dict[int, VariantStock]:
    """Stock by variant, in one query; variants without any are absent."""
    lots = (
        Lot.objects.sellable(today or timezone.localdate())
        .filter(variant__in=list(variant_ids), on_hand__gt=F("reserved"))
        .first_expiring_first()
    )
    stock: dict[int, VariantStock] = {}
    for lot in lots:
        known = stock.get(lot.variant_id)
        stock[lot.variant_id] = VariantStock(
            available=lot.available + (known.available if known else 0), next_lot=known.next_lot if known else lot
        )
    return stock


def kept_for(holders: Iterable[str]) -> dict[str, list[Reservation]]:
    """The lots that each holder's units lie in or were sent from, in one query; holders without any are absent."""
    gone = [Outcome.RELEASED, Outcome.EXPIRED, Outcome.MOVED]
    kept: dict[str, list[Reservation]] = {}
    for reservation in Reservation.objects.filter(holder__in=holders).exclude(outcome__in=gone).select_related("lot"):
        kept.setdefault(reservation.holder, []).append(reservation)
    return kept


def expiring(lots: QuerySet[Lot], *, today: date) -> QuerySet[Lot]:
    """Lots with units on hand whose date comes within `SOON` days."""
    return lots.filter(on_hand__gt=0, best_before__gte=today, best_before__lte=today + timedelta(days=SOON))


@dataclass(frozen=True)
class LowStock:
    """A size of which few are free: fewer than `LOW`, or than have left in the last `LOW_DAYS` days."""

    variant: Variant
    free: int
    left_lately: int


def low_stock(variants: Iterable[Variant], *, now: datetime) -> list[LowStock]:
    """Those of the sizes of which few are free, fewest first; two queries."""
    variants = list(variants)
    stock = stock_of([variant.pk for variant in variants], today=timezone.localdate(now))
    left = StockMovement.objects.filter(
        kind=MovementKind.SHIPPED, at__gt=now - timedelta(days=LOW_DAYS), lot__variant__in=variants
    )
    lately = dict(left.order_by().values_list("lot__variant").annotate(left=-Sum("quantity")))
    told = [
        LowStock(variant, stock.get(variant.pk, NO_STOCK).available, lately.get(variant.pk, 0)) for variant in variants
    ]
    return sorted((low for low in told if low.free < max(LOW, low.left_lately)), key=lambda low: low.free)


@dataclass
class Units:
    """Units of one lot that have to do with one holder."""

    #: Left the shelf, and did not come back to it.
    out: int = 0
    #: Still lie here and are kept.
    kept: int = 0


def holders_of(lots: Iterable[Lot]) -> dict[int, dict[str, Units]]:
    """By lot, who has units of it or waits for them; two queries, however many there are."""
    lots = list(lots)
    found: dict[int, dict[str, Units]] = {lot.pk: defaultdict(Units) for lot in lots}
    moved = StockMovement.objects.filter(lot__in=lots, kind__in=(MovementKind.SHIPPED, MovementKind.RETURNED))
    for lot, holder, units in moved.order_by().values_list("lot", "holder").annotate(Sum("quantity")):
        if units < 0:
            found[lot][holder].out = -units
    kept = Reservation.objects.live().filter(lot__in=lots).order_by()
    for lot, holder, units in kept.values_list("lot", "holder").annotate(Sum("quantity")):
        found[lot][holder].kept = units
    return found
