"""A part's way from the cooperative to the buyer. Each verb moves the status and does what goes with it."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from types import MappingProxyType

from django.db import transaction

from catalog.stock import actions as stock
from catalog.stock.errors import NotThatMany
from catalog.stock.models import Lot
from catalog.stock.queries import kept_for

from ..delivery.models import Courier
from ..delivery.shipments import locked, send, tell
from ..orders import actions as orders
from ..orders.models import CooperativeOrder
from ..payments import actions as payments
from ..refunds import actions as refunds
from ..statuses import Actor, DiscountBearer, IllegalMove, PartStatus, Raced, ShipmentStatus, move, redo
from . import books
from .cancel_part import owe_back_what_was_paid
from .give_back import book_back


class NotPaid(Exception):
    """The part is to be paid by transfer first. Nothing is written."""


NOTHING: Mapping[int, int] = MappingProxyType({})
NO_OTHER_LOT: Mapping[str, Lot] = MappingProxyType({})


@transaction.atomic
def confirm_part(part: CooperativeOrder, *, actor: Actor, by=None, because: str = "") -> None:
    """The buyer was reached and wants it, or paid it: the stock is kept without a deadline from now on.

    Raises:
        OutOfStock: the deadline had passed, the stock went back on the shelf and somebody else took it.
        NotPaid: it is to be paid in advance, and the money has not come.
    """
    if payments.is_awaited(part):
        raise NotPaid
    if not move(part, PartStatus.CONFIRMED, actor=actor, by=by, because=because):
        return  # it is kept already, and may be canceled at this moment
    keep_stock(part)


def keep_stock(part: CooperativeOrder) -> None:
    """Hold what a part needs without a deadline, anew where it went back on the shelf.

    Raises:
        OutOfStock: somebody else took it.
    """
    lines = part.lines.select_related("variant")
    stock.keep([stock.Wanted(line.variant, line.units, line.holder) for line in lines if line.units], until=None)


@transaction.atomic
def pack_part(
    part: CooperativeOrder, *, actor: Actor, by=None, because: str = "", taken: Mapping[str, Lot] = NO_OTHER_LOT
) -> None:
    """The parcel is packed, from lots that are still good; which they are is written down.

    `taken` names, by holder, the lot that the units were taken from where it is another than the one that was kept.

    Raises:
        OutOfStock: a lot was blocked or passed its date, and no other lot has enough.
        OtherVariant, UnfitLot, NotThatMany: what was taken cannot be sent.
        Raced: somebody else packed it at this moment, and nobody knows whose jars lie in it.
    """
    if not move(part, PartStatus.PACKED, actor=actor, by=by, because=because):
        if taken:
            raise Raced(part)
        return  # what lies in the parcel stays in it until somebody says otherwise
    stock.take_turns([line.variant_id for line in part.lines.all()])
    for holder, lot in taken.items():
        stock.choose(holder, lot)
    _pack(part)


@transaction.atomic
def repack_part(part: CooperativeOrder, *, actor: Actor, by=None, because: str = "") -> None:
    """A lot was blocked or passed its date after the parcel was packed: its units are exchanged for those of other lots.

    Raises:
        IllegalMove: the part is not packed, or has left.
        OutOfStock: no other lot has enough.
    """
    redo(part, PartStatus.PACKED, actor=actor, by=by, because=because)
    _pack(part)


def _pack(part: CooperativeOrder) -> None:
    """Units are exchanged where their lot may not leave, and what lies in the parcel is written down."""
    stock.repick(part.holders)
    orders.write_lots(part, kept_for(part.holders))


@transaction.atomic
def ship_part(
    part: CooperativeOrder,
    *,
    actor: Actor,
    by=None,
    because: str = "",
    courier: Courier | None = None,
    tracking: str = "",
) -> None:
    """The parcel left with a courier, or with the cooperative itself: its units leave the stock.

    Raises:
        UnfitLot: a lot was blocked or passed its date since it was packed.
        TrackingTaken: the courier has a parcel with this number.
    """
    if move(part, PartStatus.SHIPPED, actor=actor, by=by, because=because):
        send(part, courier=courier, tracking=tracking, actor=actor, by=by)
    stock.ship(part.holders, by=by)


@transaction.atomic
def deliver_part(part: CooperativeOrder, *, actor: Actor, by=None, because: str = "") -> None:
    """The buyer has it, and paid the cash that was due at the door. The sale is booked."""
    move(part, PartStatus.DELIVERED, actor=actor, by=by, because=because)
    tell(part, ShipmentStatus.DELIVERED, actor=actor, by=by)
    orders.read_again(part)
    books.book_sale(part, by=by)
    for payment in payments.collect(part, actor=actor, by=by):
        books.book_collected(part, payment, by=by)


@transaction.atomic
def fail_part(
    part: CooperativeOrder,
    outcome: ShipmentStatus,
    *,
    actor: Actor,
    by=None,
    because: str = "",
    price: Decimal | None = None,
    bearer: DiscountBearer = DiscountBearer.PLATFORM,
) -> None:
    """It was refused, or nobody was reached: the parcel is with the courier still, who is owed for carrying it.

    `price` is that of the courier's parcels carried in vain unless it is given; `bearer` pays it. A parcel costs it once.

    Raises:
        IllegalMove: it is not under way.
    """
    shipment = locked(part)
    if shipment is None:
        raise IllegalMove(part, part.status, outcome)
    move(shipment, outcome, actor=actor, by=by, because=because)
    if shipment.courier:
        price = shipment.courier.price_in_vain if price is None else price
        books.book_in_vain(shipment, price=price, bearer=bearer, by=by, because=because)


@transaction.atomic
def return_part(
    part: CooperativeOrder,
    *,
    actor: Actor,
    by=None,
    because: str = "",
    restocked: Mapping[int, int] = NOTHING,
    only_from: Collection[PartStatus] | None = None,
) -> None:
    """The parcel came back. Cash that was never taken is no longer expected; of a sale, everybody gives back their share.

    `restocked` says how many units of each line are good to be sold again, in the lots that they left; the others are
    lost. `only_from` names the statuses in which it may come back; all that have it, unless it is given.

    Raises:
        NotThatMany: more are to be sold again than left.
    """
    if not move(part, PartStatus.RETURNED, actor=actor, by=by, because=because, only_from=only_from):
        return
    was = part.status_changes.order_by("-pk").values_list("was", flat=True)[0]
    tell(part, ShipmentStatus.RETURNED, actor=actor, by=by)
    payments.expect_no_longer(part, actor=actor, by=by, because=because)
    refunds.close_requests(part, actor=actor, by=by)
    for line in part.lines.all():
        units, left = restocked.get(line.pk, 0), orders.units_with_buyer(line)
        if units > left:
            raise NotThatMany(free=left)  # the others came back before
        if units:
            stock.take_back(line.holder, units, reason=because, by=by)
        if was == PartStatus.DELIVERED:
            change = orders.take_back_rest(line, actor=actor, by=by, because=because)
            if change:
                book_back(change, by=by)
    if was == PartStatus.SHIPPED:
        orders.read_again(part)
        owe_back_what_was_paid(part, actor=actor, by=by, because=because)


#: The verb for each status that a part can be moved to by hand.
VERBS = {
    PartStatus.CONFIRMED: confirm_part,
    PartStatus.PACKED: pack_part,
    PartStatus.SHIPPED: ship_part,
    PartStatus.DELIVERED: deliver_part,
    PartStatus.RETURNED: return_part,
}
