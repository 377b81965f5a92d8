from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F
from django.utils import timezone

from .models import Lot


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
