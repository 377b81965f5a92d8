"""A courier hands over a day's cash: what each parcel brings, and a sheet that settles them together."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils import timezone

from catalog.money import ZERO, total

from ..delivery.models import Courier, Shipment
from ..ledger.models import Act, Holder, Kind, LedgerLine
from ..ledger.queries import balance, lines_of
from ..payments.actions import hand_over
from ..payments.models import CashSheet, DifferenceBearer
from ..statuses import Actor, ShipmentStatus
from . import books

#: A parcel that is refused may be brought a second time: it is settled when it came back.
ENDED = (ShipmentStatus.DELIVERED, ShipmentStatus.RETURNED)


class SheetMoved(Exception):
    """Parcels were settled or got another outcome since the sheet was shown. Nothing is written."""


class DifferenceUnexplained(Exception):
    """More or less was counted, and nobody said why or who answers for it."""


@dataclass(frozen=True)
class Brought:
    """What one parcel brings to its courier's sheet, in dirhams."""

    shipment: Shipment
    #: Cash taken at the door, and what the courier earned by carrying.
    cash: Decimal
    earned: Decimal

    @property
    def to_hand_over(self) -> Decimal:
        """Below zero for a parcel that was carried in vain."""
        return self.cash - self.earned


def waiting(courier: Courier, *, until: date | None = None) -> list[Brought]:
    """The parcels of a courier that are not settled yet, those that left first at the top; a fixed number of queries."""
    shipments = to_settle().filter(courier=courier)
    if until:
        shipments = shipments.filter(handed_over_at__date__lte=until)
    return _brought(shipments.select_related("part__order", "part__cooperative", "courier").order_by("pk"))


def to_settle() -> QuerySet[Shipment]:
    """The parcels of all couriers that are not settled yet."""
    return Shipment.objects.filter(courier__isnull=False, sheet=None, status__in=ENDED)


def left_over(courier: Courier) -> Decimal:
    """What the courier answers for since earlier sheets: missing there, or below zero, too much."""
    return balance(lines_of(Holder.COURIER, Kind.DIFFERENCE, owner=courier.pk))


def to_hand_over() -> dict[int, tuple[int, Decimal]]:
    """By courier: how many parcels are to be settled, and what is to be handed over with what earlier sheets left."""
    by_courier: dict[int, list[Brought]] = defaultdict(list)
    for brought in _brought(to_settle()):
        by_courier[brought.shipment.courier_id or 0].append(brought)
    left = LedgerLine.objects.filter(account__holder=Holder.COURIER, account__kind=Kind.DIFFERENCE).order_by()
    earlier = dict(left.values_list("account__courier").annotate(Sum("amount")))
    return {
        courier: (
            len(by_courier[courier]),
            total(row.to_hand_over for row in by_courier[courier]) + earlier.get(courier, ZERO),
        )
        for courier in {*by_courier, *earlier}
    }


def on(sheet: CashSheet) -> list[Brought]:
    """The parcels that a sheet settled."""
    shipments = Shipment.objects.filter(sheet=sheet).select_related("part__order", "part__cooperative", "courier")
    return _brought(shipments.order_by("pk"))


def _brought(shipments) -> list[Brought]:
    shipments = list(shipments)
    rows = (
        LedgerLine.objects.filter(
            entry__part__in=[shipment.part_id for shipment in shipments],
            entry__act__in=(Act.COLLECTED, Act.SALE, Act.CARRIED_IN_VAIN),
            account__holder=Holder.COURIER,
        )
        .order_by()
        .values_list("entry__part", "account__kind")
        .annotate(Sum("amount"))
    )
    sums = {(part, kind): amount for part, kind, amount in rows}
    return [
        Brought(
            shipment,
            cash=sums.get((shipment.part_id, Kind.CASH), ZERO),
            earned=-sums.get((shipment.part_id, Kind.DELIVERY), ZERO),
        )
        for shipment in shipments
    ]


@transaction.atomic
def close_sheet(
    courier: Courier,
    shipments: Collection[int],
    *,
    expected: Decimal,
    counted: Decimal,
    bearer: DifferenceBearer | None = None,
    because: str = "",
    by=None,
    at: datetime | None = None,
) -> CashSheet:
    """Settle these parcels of a courier: `counted` dirhams are in the till now, `expected` is what was shown.

    What the courier answers for since earlier sheets is asked for with them.

    Raises:
        SheetMoved: they bring something else by now, or some are settled already.
        DifferenceUnexplained: `counted` is not `expected`, and there is no bearer or no reason.
    """
    # Who comes second waits here, and finds them settled.
    Courier.objects.select_for_update().get(pk=courier.pk)
    settled = [brought for brought in waiting(courier) if brought.shipment.pk in set(shipments)]
    earlier = left_over(courier)
    if not (settled or earlier) or len(settled) != len(set(shipments)):
        raise SheetMoved
    if total(row.to_hand_over for row in settled) + earlier != expected:
        raise SheetMoved
    is_different = counted != expected
    if is_different and not (bearer and because.strip()):
        raise DifferenceUnexplained
    sheet = CashSheet.objects.create(
        courier=courier,
        earlier=earlier,
        expected=expected,
        counted=counted,
        bearer=bearer if is_different and bearer else "",
        because=because,
        by=by,
        at=at or timezone.now(),
    )
    taken = Shipment.objects.filter(pk__in=[row.shipment.pk for row in settled], sheet=None).update(sheet=sheet)
    if taken != len(settled):
        raise SheetMoved
    for row in settled:
        books.book_handed_over(row.shipment, cash=row.cash, earned=row.earned, by=by)
        hand_over(row.shipment.part, actor=Actor.STAFF, by=by)
    books.book_difference(sheet, by=by)
    return sheet
