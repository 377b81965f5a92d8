"""Lots, their movements and their reservations."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from catalog.stock.models import Lot, MovementKind, Reservation, StockMovement

#: How much later than its time a reservation may end: the tick runs every 30 seconds and may miss a few.
SWEEP = timedelta(minutes=5)


def counters_within_bounds(now: datetime) -> Iterator[str]:
    outside = Q(on_hand__lt=0) | Q(reserved__lt=0) | Q(reserved__gt=F("on_hand"))
    for lot in Lot.objects.filter(outside):
        yield f"Lot {lot.code} ({lot.pk}) has {lot.on_hand} on hand and {lot.reserved} reserved."


def on_hand_is_the_sum_of_movements(now: datetime) -> Iterator[str]:
    lots = Lot.objects.annotate(moved=Coalesce(Sum("movements__quantity"), 0)).exclude(on_hand=F("moved"))
    for lot in lots:
        yield f"Lot {lot.code} ({lot.pk}) has {lot.on_hand} on hand, its movements add up to {lot.moved}."


def reserved_is_the_sum_of_live_reservations(now: datetime) -> Iterator[str]:
    live = Sum("reservations__quantity", filter=Q(reservations__ended_at=None))
    for lot in Lot.objects.annotate(kept=Coalesce(live, 0)).exclude(reserved=F("kept")):
        yield f"Lot {lot.code} ({lot.pk}) has {lot.reserved} reserved, its live reservations add up to {lot.kept}."


def reservations_end_in_time(now: datetime) -> Iterator[str]:
    for reservation in Reservation.objects.live().filter(expires_at__lt=now - SWEEP):
        yield f"Reservation {reservation.pk} of {reservation.holder} should have ended at {reservation.expires_at:%Y-%m-%d %H:%M}."


def lots_belong_to_the_seller(now: datetime) -> Iterator[str]:
    for lot in Lot.objects.exclude(cooperative=F("variant__product__sale__cooperative")).select_related("cooperative"):
        yield f"Lot {lot.code} ({lot.pk}) belongs to {lot.cooperative.slug}, which does not sell its product."


def movements_belong_to_the_seller(now: datetime) -> Iterator[str]:
    foreign = StockMovement.objects.exclude(cooperative=F("lot__variant__product__sale__cooperative"))
    for movement in foreign.select_related("cooperative", "lot"):
        yield (
            f"Movement {movement.pk} of lot {movement.lot.code} belongs to {movement.cooperative.slug}, "
            "which does not sell its product."
        )


def only_fit_lots_left(now: datetime) -> Iterator[str]:
    shipped = StockMovement.objects.filter(kind=MovementKind.SHIPPED).select_related("lot")
    for movement in shipped.filter(at__date__gt=F("lot__best_before")):
        yield f"Movement {movement.pk} shipped lot {movement.lot.code} after its best-before date."
    for movement in shipped.filter(at__gt=F("lot__blocked_at")):
        yield f"Movement {movement.pk} shipped lot {movement.lot.code} while it was blocked."


CHECKS = [
    counters_within_bounds,
    on_hand_is_the_sum_of_movements,
    reserved_is_the_sum_of_live_reservations,
    reservations_end_in_time,
    lots_belong_to_the_seller,
    movements_belong_to_the_seller,
    only_fit_lots_left,
]
