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
    for code, pk, on_hand, reserved in Lot.objects.filter(outside).values_list("code", "pk", "on_hand", "reserved"):
        yield f"Lot {code} ({pk}) has {on_hand} on hand and {reserved} reserved."


def on_hand_is_the_sum_of_movements(now: datetime) -> Iterator[str]:
    lots = Lot.objects.values_list("code", "pk", "on_hand").annotate(moved=Coalesce(Sum("movements__quantity"), 0))
    for code, pk, on_hand, moved in lots.exclude(on_hand=F("moved")):
        yield f"Lot {code} ({pk}) has {on_hand} on hand, its movements add up to {moved}."


def reserved_is_the_sum_of_live_reservations(now: datetime) -> Iterator[str]:
    live = Sum("reservations__quantity", filter=Q(reservations__ended_at=None))
    lots = Lot.objects.values_list("code", "pk", "reserved").annotate(kept=Coalesce(live, 0))
    for code, pk, reserved, kept in lots.exclude(reserved=F("kept")):
        yield f"Lot {code} ({pk}) has {reserved} reserved, its live reservations add up to {kept}."


def reservations_end_in_time(now: datetime) -> Iterator[str]:
    late = Reservation.objects.live().filter(expires_at__lt=now - SWEEP)
    for pk, holder, expires_at in late.values_list("pk", "holder", "expires_at"):
        yield f"Reservation {pk} of {holder} should have ended at {expires_at:%Y-%m-%d %H:%M}."


def lots_belong_to_the_seller(now: datetime) -> Iterator[str]:
    foreign = Lot.objects.exclude(cooperative=F("variant__product__sale__cooperative"))
    for code, pk, slug in foreign.values_list("code", "pk", "cooperative__slug"):
        yield f"Lot {code} ({pk}) belongs to {slug}, which does not sell its product."


def movements_belong_to_the_seller(now: datetime) -> Iterator[str]:
    foreign = StockMovement.objects.exclude(cooperative=F("lot__variant__product__sale__cooperative"))
    for pk, code, slug in foreign.values_list("pk", "lot__code", "cooperative__slug"):
        yield f"Movement {pk} of lot {code} belongs to {slug}, which does not sell its product."


def only_fit_lots_left(now: datetime) -> Iterator[str]:
    shipped = StockMovement.objects.filter(kind=MovementKind.SHIPPED).values_list("pk", "lot__code")
    for pk, code in shipped.filter(at__date__gt=F("lot__best_before")):
        yield f"Movement {pk} shipped lot {code} after its best-before date."
    for pk, code in shipped.filter(at__gt=F("lot__blocked_at")):
        yield f"Movement {pk} shipped lot {code} while it was blocked."


CHECKS = [
    counters_within_bounds,
    on_hand_is_the_sum_of_movements,
    reserved_is_the_sum_of_live_reservations,
    reservations_end_in_time,
    lots_belong_to_the_seller,
    movements_belong_to_the_seller,
    only_fit_lots_left,
]
