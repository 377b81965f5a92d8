"""Every change of stock. No other module writes a counter, a movement or a reservation.

Lots are touched once per transaction in primary-key order, and each counter changes by a conditional UPDATE that the
database's CHECKs back: a row lock is only there to spare others a retry (SQLite has none).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Q, Sum
from django.utils import timezone

from ..products.models import Variant
from .errors import NotThatMany, OtherVariant, OutOfStock, ShortLine, StockRaced, UnfitLot
from .models import Lot, MovementKind, Outcome, Reservation, StockMovement


@dataclass(frozen=True)
class Wanted:
    """Units of a variant that a holder wants kept."""

    variant: Variant
    quantity: int
    holder: str


@transaction.atomic
def receive(variant: Variant, *, code: str, quantity: int, by=None, reason: str = "", **lot_fields) -> Lot:
    """Take in a new lot of a variant; `lot_fields` are the lot's own (origin, produced_on, best_before, …)."""
    if quantity < 1:
        raise ValueError("a lot begins with at least one unit")
    lot = Lot.objects.create(
        variant=variant, cooperative=variant.product.sale.cooperative, code=code, on_hand=quantity, **lot_fields
    )
    _write_movement(lot, MovementKind.RECEIVED, quantity, by=by, reason=reason)
    return lot


@transaction.atomic
def adjust(lot: Lot, change: int, *, reason: str, by=None, seen: int | None = None) -> None:
    """Correct what is on hand by `change` units, after a count or a loss. Who counted says with `seen` how many there were.

    Raises:
        NotThatMany: fewer units would remain than are kept for orders.
        StockRaced: there are no longer as many as were seen.
    """
    if not reason.strip():
        raise ValueError("an adjustment needs a reason")
    if change == 0 and seen is None:
        return
    still = Lot.objects.filter(pk=lot.pk, reserved__lte=F("on_hand") + change)
    if seen is not None:
        still = still.filter(on_hand=seen)
    if not still.update(on_hand=F("on_hand") + change):
        lot.refresh_from_db(fields=["on_hand", "reserved"])
        if seen is not None and lot.on_hand != seen:
            raise StockRaced(lot)
        raise NotThatMany(free=lot.available)
    if change:
        _write_movement(lot, MovementKind.ADJUSTED, change, by=by, reason=reason)


@transaction.atomic
def receive_all(lots: Iterable[Lot], *, by=None, reason: str = "") -> None:
    """Take in many new lots at once; each says itself of what it is, how many there are, and whose."""
    lots = list(lots)
    if any(lot.on_hand < 1 for lot in lots):
        raise ValueError("a lot begins with at least one unit")
    Lot.objects.bulk_create(lots)
    _write_movements([(lot, lot.on_hand) for lot in lots], MovementKind.RECEIVED, by=by, reason=reason)


@transaction.atomic
def count_all(counts: Iterable[tuple[Lot, int]], *, reason: str, by=None) -> None:
    """Correct what is on hand in many lots to what was counted; each lot tells in `on_hand` what was seen.

    Raises:
        StockRaced: in one of them there are no longer as many, or more are kept for orders. Nothing is written then.
    """
    counts = [(lot, counted) for lot, counted in counts if counted != lot.on_hand]
    for lot, counted in sorted(counts, key=lambda its: its[0].pk):
        if not Lot.objects.filter(pk=lot.pk, on_hand=lot.on_hand, reserved__lte=counted).update(on_hand=counted):
            raise StockRaced(lot)
    changes = [(lot, counted - lot.on_hand) for lot, counted in counts]
    _write_movements(changes, MovementKind.ADJUSTED, by=by, reason=reason)


@transaction.atomic
def block(lot: Lot, *, because: str) -> None:
    """Take a lot off sale at once; what is already kept for orders moves to other lots when they are packed."""
    _locked(Lot.objects.filter(pk=lot.pk))  # first, so that what left while we waited did so before `blocked_at`
    Lot.objects.filter(pk=lot.pk, blocked_at=None).update(blocked_at=timezone.now(), blocked_because=because)


def unblock(lot: Lot) -> None:
    Lot.objects.filter(pk=lot.pk).update(blocked_at=None, blocked_because="")


@transaction.atomic
def hold(wants: Iterable[Wanted], *, until: datetime | None, today: date | None = None) -> list[Reservation]:
    """Keep units for their holders, from the lots that expire first.

    Reservations of these lots that are past their time end first. `until` is when the new ones may end; None: never by
    the clock.

    Raises:
        OutOfStock: lists every variant that is short, with the units left. Nothing is kept then.
    """
    wants = list(wants)
    lots = _locked(Lot.objects.filter(variant__in={want.variant.pk for want in wants}))
    _end(lots, Reservation.objects.live().filter(expires_at__lte=timezone.now()), Outcome.EXPIRED)
    return _take(wants, lots, until=until, today=today or timezone.localdate())


@transaction.atomic
def release(holders: Iterable[str]) -> None:
    """Give back what is still kept for these holders; doing it twice changes nothing."""
    _end_of(holders, Outcome.RELEASED)


@transaction.atomic
def keep_less(units: Mapping[str, int], *, gone_because: str = "", by=None) -> None:
    """Keep so many units less for each of these holders: first those in lots that are unfit, then those that expire last.

    With `gone_because` the units are not there at all, and are counted off for this reason. Where fewer are kept still, all
    of them are let go.
    """
    mine = Reservation.objects.live().filter(holder__in=units)
    lots = {lot.pk: lot for lot in _locked(Lot.objects.filter(reservations__in=mine))}
    today = timezone.localdate()

    def worst_first(reservation: Reservation):
        lot = lots[reservation.lot_id]
        return lot.is_sellable(today), -(lot.best_before or date.max).toordinal(), -lot.pk

    left = dict(units)
    let_go: dict[int, int] = defaultdict(int)
    for reservation in sorted(mine.filter(lot__in=lots), key=worst_first):
        if count := min(left[reservation.holder], reservation.quantity):
            _split_off(reservation, count)
            left[reservation.holder] -= count
            let_go[reservation.lot_id] += count
    for pk in sorted(let_go):
        count = let_go[pk]
        gone = count if gone_because else 0
        if not Lot.objects.filter(pk=pk, reserved__gte=count).update(
            reserved=F("reserved") - count, on_hand=F("on_hand") - gone
        ):
            raise StockRaced(pk)
        if gone:
            _write_movement(lots[pk], MovementKind.ADJUSTED, -gone, by=by, reason=gone_because)


@transaction.atomic
def end_expired(*, now: datetime, limit: int = 500) -> list[str]:
    """End reservations that are past their time; returns their holders."""
    late = Reservation.objects.live().filter(expires_at__lte=now)
    holders = list(late.values_list("holder", flat=True).order_by("pk")[:limit])
    lots = _locked(Lot.objects.filter(reservations__in=late.filter(holder__in=holders)))
    ended = _end(lots, late.filter(holder__in=holders), Outcome.EXPIRED)
    return sorted({reservation.holder for reservation in ended})


@transaction.atomic
def keep(wants: Iterable[Wanted], *, until: datetime | None, today: date | None = None) -> None:
    """Keep on what is held for these holders until another time; what has ended meanwhile is held anew.

    Each holder wants one variant here.

    Raises:
        OutOfStock: something had ended, and somebody else took it. Nothing changes then.
    """
    wants = list(wants)
    lots = _locked(Lot.objects.filter(variant__in={want.variant.pk for want in wants}))
    mine = Reservation.objects.live().filter(holder__in=[want.holder for want in wants])
    mine.update(expires_at=until)
    kept = dict(mine.order_by().values_list("holder").annotate(Sum("quantity")))
    ended = [replace(want, quantity=want.quantity - kept.get(want.holder, 0)) for want in wants]
    _end(lots, Reservation.objects.live().filter(expires_at__lte=timezone.now()), Outcome.EXPIRED)
    _take([want for want in ended if want.quantity > 0], lots, until=until, today=today or timezone.localdate())


@transaction.atomic
def repick(holders: Iterable[str], *, today: date | None = None) -> None:
    """Move reservations off lots that have become unfit to other lots of the same variant. Done at packing.

    Raises:
        OutOfStock: no other lot has enough; nothing is moved.
    """
    today = today or timezone.localdate()
    mine = Reservation.objects.live().filter(holder__in=list(holders))
    variants = Variant.objects.filter(lots__reservations__in=mine)
    lots = _locked(Lot.objects.filter(variant__in=variants))
    unfit = [lot.pk for lot in lots if not lot.is_sellable(today)]
    moved = _end(lots, mine.filter(lot__in=unfit), Outcome.MOVED)
    by_until = defaultdict(list)
    for reservation in moved:
        by_until[reservation.expires_at].append(
            Wanted(reservation.lot.variant, reservation.quantity, reservation.holder)
        )
    for until, wants in by_until.items():
        _take(wants, lots, until=until, today=today)


@transaction.atomic
def choose(holder: str, lot: Lot, *, today: date | None = None) -> None:
    """Move all that is kept for a holder to this lot: its units were taken from there.

    Raises:
        OtherVariant: the lot has something else than what is kept.
        UnfitLot: it is blocked or past its date.
        NotThatMany: fewer of it are free. Nothing moves in any of these cases.
    """
    today = today or timezone.localdate()
    mine = Reservation.objects.live().filter(holder=holder)
    lots = _locked(Lot.objects.filter(Q(reservations__in=mine) | Q(pk=lot.pk)))
    [chosen] = [each for each in lots if each.pk == lot.pk]
    if set(mine.order_by().values_list("lot__variant", flat=True)) != {chosen.variant_id}:
        raise OtherVariant(chosen)
    if not chosen.is_sellable(today):
        raise UnfitLot(chosen)
    if not mine.exclude(lot=chosen).exists():
        return  # it all lies there already
    by_until: dict[datetime | None, int] = defaultdict(int)
    for reservation in _end(lots, mine, Outcome.MOVED):
        by_until[reservation.expires_at] += reservation.quantity
    if sum(by_until.values()) > chosen.available:
        raise NotThatMany(free=chosen.available, lot=chosen)
    for until, units in by_until.items():
        _take([Wanted(chosen.variant, units, holder)], [chosen], until=until, today=today)


@transaction.atomic
def ship(holders: Iterable[str], *, by=None, today: date | None = None) -> list[Reservation]:
    """What is kept for these holders leaves the shelf; returns the reservations, which name the lots.

    Raises:
        UnfitLot: a lot is blocked or past its date. Nothing leaves then.
    """
    today = today or timezone.localdate()
    shipped = _end_of(holders, Outcome.SHIPPED)
    for reservation in shipped:
        lot = reservation.lot
        if not lot.is_sellable(today):
            raise UnfitLot(lot)
        if not Lot.objects.filter(pk=lot.pk, on_hand__gte=F("reserved") + reservation.quantity).update(
            on_hand=F("on_hand") - reservation.quantity
        ):
            raise StockRaced(lot)
        _write_movement(lot, MovementKind.SHIPPED, -reservation.quantity, by=by, holder=reservation.holder)
    return shipped


@transaction.atomic
def take_back(holder: str, quantity: int, *, reason: str, by=None) -> None:
    """Units that were shipped for this holder come back into the lots that they left, the first that left first.

    Raises:
        NotThatMany: fewer have left, or some came back already. Nothing is written then.
    """
    left = StockMovement.objects.filter(holder=holder, kind__in=(MovementKind.SHIPPED, MovementKind.RETURNED))
    lots = _locked(Lot.objects.filter(movements__in=left))
    outside = {lot: -moved for lot, moved in left.order_by().values_list("lot").annotate(Sum("quantity"))}
    if quantity > sum(outside.values()):
        raise NotThatMany(free=sum(outside.values()))
    for lot in lots:
        units = min(outside[lot.pk], quantity)
        if units > 0:
            Lot.objects.filter(pk=lot.pk).update(on_hand=F("on_hand") + units)
            _write_movement(lot, MovementKind.RETURNED, units, by=by, reason=reason, holder=holder)
            quantity -= units


def take_turns(variants) -> None:
    """Until this transaction ends, everybody else waits who changes lots of these variants.

    For whoever keeps or releases in several steps: the lots are locked once, in primary-key order, as by everybody.
    """
    _locked(Lot.objects.filter(variant__in=variants))


def _locked(lots) -> list[Lot]:
    """These lots as they are now, row-locked in primary-key order where the database can."""
    pks = lots.values("pk")
    return list(Lot.objects.filter(pk__in=pks).select_related("variant").order_by("pk").select_for_update(of=("self",)))


def _take(wants: list[Wanted], lots: list[Lot], *, until: datetime | None, today: date) -> list[Reservation]:
    """Share the wants out over the lots, then write: one UPDATE per lot, in primary-key order."""
    free = {lot.pk: lot.available for lot in lots if lot.is_sellable(today)}
    shelf = defaultdict(list)
    for lot in sorted(lots, key=lambda lot: (lot.best_before or date.max, lot.pk)):
        if lot.pk in free:
            shelf[lot.variant_id].append(lot)
    taken: dict[int, int] = defaultdict(int)
    reservations, short = [], []
    for want in wants:
        missing = want.quantity
        left = sum(free[lot.pk] for lot in shelf[want.variant.pk])
        for lot in shelf[want.variant.pk]:
            units = min(free[lot.pk], missing)
            if units > 0:
                free[lot.pk] -= units
                taken[lot.pk] += units
                missing -= units
                reservations.append(Reservation(lot=lot, holder=want.holder, quantity=units, expires_at=until))
        if missing:
            short.append(ShortLine(want.variant, wanted=want.quantity, left=left))
    if short:
        raise OutOfStock(short)
    for pk in sorted(taken):
        room = Lot.objects.filter(pk=pk, blocked_at=None, on_hand__gte=F("reserved") + taken[pk])
        if not room.update(reserved=F("reserved") + taken[pk]):
            raise StockRaced(pk)
    for lot in lots:
        lot.reserved += taken[lot.pk]
    return Reservation.objects.bulk_create(reservations)


def _end_of(holders: Iterable[str], outcome: Outcome) -> list[Reservation]:
    mine = Reservation.objects.live().filter(holder__in=list(holders))
    return _end(_locked(Lot.objects.filter(reservations__in=mine)), mine, outcome)


def _end(lots: list[Lot], reservations, outcome: Outcome) -> list[Reservation]:
    """End those of the reservations that lie in these (locked) lots; the lots get their units back.

    Each is asked for again as it ends: it may have ended, or been kept on, since it was read.
    """
    by_pk = {lot.pk: lot for lot in lots}
    ended = []
    units: dict[int, int] = defaultdict(int)
    for reservation in reservations.filter(lot__in=by_pk).order_by("pk"):
        if reservations.filter(pk=reservation.pk).update(ended_at=timezone.now(), outcome=outcome):
            reservation.lot = by_pk[reservation.lot_id]
            ended.append(reservation)
            units[reservation.lot_id] += reservation.quantity
    for pk in sorted(units):
        if not Lot.objects.filter(pk=pk, reserved__gte=units[pk]).update(reserved=F("reserved") - units[pk]):
            raise StockRaced(pk)
        by_pk[pk].reserved -= units[pk]
    return ended


def _split_off(reservation: Reservation, count: int) -> None:
    """So many units of a live reservation are let go; the others are kept on."""
    mine = Reservation.objects.live().filter(pk=reservation.pk, quantity=reservation.quantity)
    ended = {"ended_at": timezone.now(), "outcome": Outcome.RELEASED}
    if count == reservation.quantity:
        if not mine.update(**ended):
            raise StockRaced(reservation)
        return
    if not mine.update(quantity=F("quantity") - count):
        raise StockRaced(reservation)
    Reservation.objects.create(
        lot_id=reservation.lot_id, holder=reservation.holder, quantity=count, expires_at=reservation.expires_at, **ended
    )


def _write_movement(
    lot: Lot, kind: MovementKind, quantity: int, *, by=None, reason: str = "", holder: str = ""
) -> None:
    StockMovement.objects.create(
        lot=lot, cooperative_id=lot.cooperative_id, kind=kind, quantity=quantity, by=by, reason=reason, holder=holder
    )


def _write_movements(changes: Iterable[tuple[Lot, int]], kind: MovementKind, *, by, reason: str) -> None:
    StockMovement.objects.bulk_create(
        StockMovement(lot=lot, cooperative_id=lot.cooperative_id, kind=kind, quantity=units, by=by, reason=reason)
        for lot, units in changes
    )
