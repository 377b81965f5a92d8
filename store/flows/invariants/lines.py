"""Where order lines and stock meet: each unit that was ordered is kept, shipped or given back."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet, Sum

from catalog.stock.models import MovementKind, Outcome, Reservation, StockMovement

from ...orders.lots import LineLot
from ...orders.models import CooperativeOrder, LineChange, OrderLine, holder_of, line_of
from ...orders.reasons import ChangeReason
from ...statuses import PartStatus, StatusChange
from .reading import batches

WAITING = (PartStatus.PLACED, PartStatus.CONFIRMED, PartStatus.PACKED)
LEFT = (PartStatus.SHIPPED, PartStatus.DELIVERED, PartStatus.RETURNED)


@dataclass(frozen=True)
class Units:
    """Units of a line by what became of their reservations. Those moved to another lot are counted there."""

    live: int = 0
    shipped: int = 0
    released: int = 0
    expired: int = 0

    def fit(self, *, ordered: int, missing: int, status: str, is_late: bool, is_anew: bool) -> bool:
        """Whether they are what a line of a part in this status asks for, of which some units may be `missing`.

        An order that is confirmed late is held anew, so that expired units may exceed what is not kept; one that was
        canceled and paid late is held anew after it was given back. What is missing was released, or had expired before.
        """
        if is_anew:
            return replace(self, released=max(self.released - ordered, 0)).fit(
                ordered=ordered, missing=missing, status=status, is_late=is_late, is_anew=False
            )
        given_back = self.live + self.shipped + self.released <= ordered <= sum(vars(self).values())
        if status == PartStatus.PLACED and is_late:
            return given_back and not self.shipped and self.released <= missing
        if status in WAITING:
            return self.live == ordered - missing and not self.shipped and self.released <= missing
        if status in LEFT:
            return self.shipped == ordered - missing and not self.live and self.released <= missing
        return given_back and not (self.live or self.shipped)


def holders_are_lines_of_open_parts(now: datetime) -> Iterator[str]:
    for reservations in batches(Reservation.objects.live()):
        by_holder = {line_of(reservation.holder): reservation for reservation in reservations}
        lines = OrderLine.objects.filter(pk__in=[pk for pk in by_holder if pk], part__status__in=WAITING)
        open_holders = {holder_of(pk) for pk in lines.values_list("pk", flat=True)}
        for reservation in reservations:
            if reservation.holder not in open_holders:
                yield f"Reservation {reservation.pk} is live for {reservation.holder}, which is no line of an open part."


def every_unit_is_accounted_for(now: datetime) -> Iterator[str]:
    asked = ("pk", "quantity", "missing", "part", "part__status", "part__confirm_by", "part__order__number")
    for lines in batches(OrderLine.objects.values_list(*asked, named=True)):
        holders = [holder_of(line.pk) for line in lines]
        units, moved = _units(holders), _shipped_movements(holders)
        anew = _begun_anew({line.part for line in lines})
        for pk, ordered, missing, part, status, confirm_by, number in lines:
            its, left = units.get(holder_of(pk), Units()), moved[holder_of(pk)]
            is_late = confirm_by <= now
            if not its.fit(ordered=ordered, missing=missing, status=status, is_late=is_late, is_anew=part in anew):
                short = f", {missing} missing" if missing else ""
                yield (
                    f"Line {pk} of order {number} is {status} with {ordered} ordered{short}: "
                    f"{its.live} kept, {its.shipped} shipped, {its.released} released, {its.expired} expired."
                )
            if its.shipped != left:
                yield f"Line {pk} of order {number} has {its.shipped} shipped, its movements say {left}."


def parcels_hold_what_is_written(now: datetime) -> Iterator[str]:
    """What lies in each parcel is written by lot: what is kept in it still, or left from it, and no unit more or less.

    What came back was in the parcel all the same; what was canceled before was not.
    """
    asked = ("pk", "quantity", "part__status", "part__order__number")
    for lines in batches(OrderLine.objects.values_list(*asked, named=True)):
        written = _by_line(LineLot.objects.filter(line__in=[line.pk for line in lines]))
        kept, left = _by_lot([holder_of(line.pk) for line in lines])
        less = _less_before_packing([line.pk for line in lines])
        for pk, ordered, status, number in lines:
            its, lies = written[pk], left if status in LEFT else kept
            wanted = ordered - less.get(pk, 0) if status == PartStatus.PACKED or status in LEFT else 0
            if sum(its.values()) != wanted:
                yield f"Line {pk} of order {number} is {status} with {sum(its.values())} units by lot, not {wanted}."
            elif its and its != lies[holder_of(pk)]:
                yield f"Line {pk} of order {number} is written by lot as {_said(its)}: it is {_said(lies[holder_of(pk)])}."


def _said(lots: dict[int, int]) -> str:
    return ", ".join(f"{units} of {lot}" for lot, units in sorted(lots.items())) or "nothing"


def _by_line(rows: QuerySet[LineLot]) -> dict[int, dict[int, int]]:
    lots: dict[int, dict[int, int]] = defaultdict(dict)
    for line, lot, quantity in rows.values_list("line", "lot", "quantity"):
        lots[line][lot] = quantity
    return lots


def _by_lot(holders: list[str]) -> tuple[dict[str, dict[int, int]], dict[str, dict[int, int]]]:
    """Units by holder and lot: those kept now, and those that left."""
    kept: dict[str, dict[int, int]] = defaultdict(dict)
    left: dict[str, dict[int, int]] = defaultdict(dict)
    live = Reservation.objects.live().filter(holder__in=holders).order_by()
    for holder, lot, quantity in live.values_list("holder", "lot").annotate(Sum("quantity")):
        kept[holder][lot] = quantity
    shipped = StockMovement.objects.filter(holder__in=holders, kind=MovementKind.SHIPPED).order_by()
    for holder, lot, quantity in shipped.values_list("holder", "lot").annotate(Sum("quantity")):
        left[holder][lot] = -quantity
    return kept, left


def _less_before_packing(lines: list[int]) -> dict[int, int]:
    """Units of each line that were taken off while it was not packed yet: whatever the reason but that they came back."""
    changes = LineChange.objects.filter(line__in=lines).exclude(reason=ChangeReason.RETURNED).order_by()
    return dict(changes.values_list("line").annotate(Sum("quantity")))


def _units(holders: list[str]) -> dict[str, Units]:
    rows = Reservation.objects.filter(holder__in=holders).exclude(outcome=Outcome.MOVED).order_by()
    units: dict[str, dict[str, int]] = defaultdict(dict)
    for holder, outcome, quantity in rows.values_list("holder", "outcome").annotate(Sum("quantity")):
        units[holder][outcome or "live"] = quantity
    return {holder: Units(**by_outcome) for holder, by_outcome in units.items()}


def _begun_anew(parts: set[int]) -> set[int]:
    """Those that were canceled once and confirmed after."""
    changes = StatusChange.objects.filter(
        row_type=ContentType.objects.get_for_model(CooperativeOrder), row_id__in=parts
    )
    return set(changes.filter(was=PartStatus.CANCELED).values_list("row_id", flat=True))


def _shipped_movements(holders: list[str]) -> dict[str, int]:
    rows = StockMovement.objects.filter(holder__in=holders, kind=MovementKind.SHIPPED).order_by()
    moved = rows.values_list("holder").annotate(Sum("quantity"))
    return defaultdict(int, {holder: -quantity for holder, quantity in moved})


CHECKS = [holders_are_lines_of_open_parts, every_unit_is_accounted_for, parcels_hold_what_is_written]
