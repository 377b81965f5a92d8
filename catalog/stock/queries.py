from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F
from django.utils import timezone

from .models import Lot, Outcome, Reservation

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
