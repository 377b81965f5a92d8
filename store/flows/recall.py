"""A lot is called back: what waits for it is taken from other lots, and whoever has it is told."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from catalog.stock import actions as stock
from catalog.stock.errors import OutOfStock
from catalog.stock.history import take_off_sale
from catalog.stock.models import Lot

from ..orders.models import CooperativeOrder
from ..recalls import actions as recalls
from ..recalls.errors import LotOnSale
from ..recalls.models import ContactOutcome, Recall
from .recalled import WAITING, parts_with

#: Parts whose holds are moved in one transaction: others wait for the same lots meanwhile.
AT_ONCE = 100


@dataclass(frozen=True)
class Moved:
    """Parts that waited for units of a recalled lot."""

    moved: int
    #: No other lot has enough for them: each is shortened or canceled.
    stuck: int


@transaction.atomic
def open_recall(lot: Lot, *, by, because: str = "") -> Recall:
    """Whoever has units of this blocked lot is to be told why, or else why it is blocked. The open one, where there is one.

    Raises:
        LotOnSale: it is not blocked.
    """
    lot = Lot.objects.select_for_update(of=("self",)).get(pk=lot.pk)
    if lot.blocked_at is None:
        raise LotOnSale(lot)
    values = {"because": because or lot.blocked_because, "opened_by": by}
    return Recall.objects.get_or_create(lot=lot, closed_at=None, defaults=values)[0]


def call_back(lot: Lot, *, because: str, by) -> tuple[Recall, Moved]:
    """Block a lot for this reason, and recall it."""
    with transaction.atomic():
        take_off_sale(lot, because=because, by=by)
        recall = open_recall(lot, by=by, because=because)
    return recall, move_holds(lot)


def move_holds(lot: Lot) -> Moved:
    """What is kept in this lot for parts that are not packed yet is kept in other lots, where these have enough."""
    kept = [part for part, units in parts_with([lot])[lot.pk].items() if units.kept]
    waiting = CooperativeOrder.objects.filter(pk__in=kept, status__in=WAITING).order_by("order__placed_at", "pk")
    parts, moved = list(waiting.values_list("pk", flat=True)), 0
    for start in range(0, len(parts), AT_ONCE):
        moved += _move(parts[start : start + AT_ONCE])
    return Moved(moved, stuck=len(parts) - moved)


def _move(parts: list[int]) -> int:
    """All of them at once, else one after the other as long as there is enough; returns how many."""
    try:
        return _repick(parts)
    except OutOfStock:
        if len(parts) == 1:
            return 0
        return sum(_move([part]) for part in parts)


@transaction.atomic
def _repick(parts: list[int]) -> int:
    rows = CooperativeOrder.objects.filter(pk__in=parts, status__in=WAITING).order_by("pk")
    # What is packed at this moment is taken from other lots there.
    still = list(rows.select_for_update(of=("self",)).prefetch_related("lines"))
    stock.repick([holder for part in still for holder in part.holders])
    return len(parts)


@transaction.atomic
def tell(
    recall: Recall, part: CooperativeOrder, outcome: ContactOutcome, *, note: str = "", seen: int | None = None, by
) -> bool:
    """Write down what came of calling a buyer. False when somebody wrote more since, who had `seen` fewer contacts.

    Raises:
        RecallClosed: see there.
    """
    recall = recalls.locked(recall)
    if seen is not None and recall.contacts.filter(part=part).count() != seen:
        return False
    recalls.write_contact(recall, part, outcome, note=note, by=by)
    return True


@transaction.atomic
def show_telephones(recall: Recall, parts: Iterable[CooperativeOrder], *, by) -> None:
    """Write down who reads which telephones; whoever calls shows them after.

    Raises:
        RecallClosed: they are not shown any more.
    """
    recalls.write_readings(recalls.locked(recall), parts, by=by)


@transaction.atomic
def close_recall(recall: Recall, *, by) -> None:
    """Everybody is told, or cannot be: telephones are hidden again.

    Raises:
        RecallClosed: it is closed already.
    """
    recalls.close(recalls.locked(recall), by=by)
