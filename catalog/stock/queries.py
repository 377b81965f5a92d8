from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Sum
from django.utils import timezone

from .models import Lot, MovementKind, Outcome, Reservation, StockMovement

#: Days before its best-before date from which a lot counts as expiring.
SOON = 30


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
