"""Whom a recalled lot concerns. It is read from the movements and from what is kept, whatever status an order has."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from catalog.stock.models import Lot, MovementKind, StockMovement
from catalog.stock.queries import Units, holders_of

from ..orders.models import CooperativeOrder, OrderLine, line_of
from ..recalls.models import ContactOutcome, Recall, RecallContact
from ..statuses import PartStatus

#: Here still, and not in a parcel.
WAITING = (PartStatus.PLACED, PartStatus.CONFIRMED)


@dataclass(frozen=True)
class Concerned:
    """A part with units of a lot, and what came of calling its buyer."""

    part: CooperativeOrder
    units: Units
    contacts: list[RecallContact] = field(default_factory=list)

    @property
    def is_reached(self) -> bool:
        return any(contact.outcome == ContactOutcome.REACHED for contact in self.contacts)

    @property
    def is_to_reach(self) -> bool:
        """Somebody has it, or will have it with the courier's next stop."""
        return bool(self.units.out) and not self.is_reached

    @property
    def cannot_be_sent(self) -> bool:
        """It waits for units of the lot, and no other lot had enough."""
        return bool(self.units.kept) and self.part.status in WAITING

    @property
    def is_packed_here(self) -> bool:
        return bool(self.units.kept) and self.part.status == PartStatus.PACKED


@dataclass(frozen=True)
class Reach:
    """How far a recall has come: parts by what is to be done with them."""

    #: Parts that have left, those of them whose buyer was reached, and those that have not; then parts that are here still.
    left: list[int]
    reached: list[int]
    to_reach: list[int]
    here: list[int]

    @property
    def parts(self) -> list[int]:
        """All of them: first those that are to be called, then those that are here, then those that know."""
        return [*self.to_reach, *self.here, *self.reached]


def parts_with(lots: Iterable[Lot]) -> dict[int, dict[int, Units]]:
    """By lot and part, the units of the lot that it has or waits for; three queries."""
    found = holders_of(lots)
    lines = {line for holders in found.values() for holder in holders if (line := line_of(holder))}
    told = OrderLine.objects.filter(pk__in=lines).values_list("pk", "part", "part__status")
    part_of = {line: part for line, part, _status in told}
    # What came back whole is with nobody, whether it went on the shelf again or was thrown away.
    came_back = {part for _line, part, status in told if status == PartStatus.RETURNED}
    parts: dict[int, dict[int, Units]] = {}
    for lot, holders in found.items():
        its = parts[lot] = {}
        for holder, units in holders.items():
            if part := part_of.get(line_of(holder) or 0):
                out = 0 if part in came_back else units.out
                if out or units.kept:
                    its[part] = Units(out, units.kept)  # a lot is of one variant, and a part has one line of it
    return parts


def reach_of(recall: Recall, units: dict[int, Units]) -> Reach:
    """One query; `units` are those of `parts_with` for its lot."""
    told = RecallContact.objects.filter(recall=recall, outcome=ContactOutcome.REACHED)
    return _reach(units, set(told.values_list("part", flat=True)))


def reaches_of(recalls: Sequence[Recall]) -> dict[int, Reach]:
    """How far each of these recalls has come, by its key; four queries."""
    by_lot = parts_with({recall.lot for recall in recalls})
    told: dict[int, set[int]] = {recall.pk: set() for recall in recalls}
    reached = RecallContact.objects.filter(recall__in=recalls, outcome=ContactOutcome.REACHED)
    for recall_id, part in reached.values_list("recall", "part"):
        told[recall_id].add(part)
    return {recall.pk: _reach(by_lot[recall.lot_id], told[recall.pk]) for recall in recalls}


def _reach(units: dict[int, Units], told: set[int]) -> Reach:
    left = sorted(part for part, its in units.items() if its.out)
    return Reach(
        left=left,
        reached=[part for part in left if part in told],
        to_reach=[part for part in left if part not in told],
        here=sorted(part for part, its in units.items() if its.kept and not its.out),
    )


def concerned(recall: Recall, units: dict[int, Units], parts: Sequence[int]) -> list[Concerned]:
    """These parts in this order, with all that their rows show; two queries, however many there are."""
    rows = CooperativeOrder.objects.select_related("order", "cooperative", "shipment__courier")
    found = rows.filter(cooperative=recall.lot.cooperative_id).in_bulk(parts)
    contacts: dict[int, list[RecallContact]] = {part: [] for part in parts}
    for contact in RecallContact.objects.filter(recall=recall, part__in=parts).select_related("by"):
        contacts[contact.part_id].append(contact)
    return [Concerned(found[part], units[part], contacts[part]) for part in parts if part in found]


def recalls_of(parts: Iterable[CooperativeOrder]) -> dict[int, list[tuple[Recall, OrderLine, int]]]:
    """By part, the recalls that its buyer is to know of, closed ones too, with the line and its units; two queries at most."""
    lines = {line.holder: line for part in parts if part.status != PartStatus.RETURNED for line in part.lines.all()}
    moved = StockMovement.objects.filter(
        holder__in=lines, kind__in=(MovementKind.SHIPPED, MovementKind.RETURNED), lot__in=Recall.objects.values("lot")
    )
    out: dict[int, dict[str, int]] = {}
    for lot, holder, quantity in moved.order_by().values_list("lot", "holder", "quantity"):
        its = out.setdefault(lot, {})
        its[holder] = its.get(holder, 0) - quantity
    told: dict[int, list[tuple[Recall, OrderLine, int]]] = {}
    # The newest of each lot: it may have been closed, and opened once more.
    newest = (
        {recall.lot_id: recall for recall in Recall.objects.filter(lot__in=out).select_related("lot").order_by("pk")}
        if out
        else {}
    )
    for lot, recall in newest.items():
        for holder, units in out[lot].items():
            if units > 0:
                told.setdefault(lines[holder].part_id, []).append((recall, lines[holder], units))
    return told
