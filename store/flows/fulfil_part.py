"""A part's way from the cooperative to the buyer. Each verb moves the status and does what goes with it."""

from django.db import transaction

from catalog.stock import actions as stock

from ..orders.models import CooperativeOrder
from ..payments import actions as payments
from ..statuses import Actor, PartStatus, move, redo


@transaction.atomic
def confirm_part(part: CooperativeOrder, *, actor: Actor, by=None, because: str = "") -> None:
    """The buyer was reached and wants it: the stock is kept without a deadline from now on.

    Raises:
        OutOfStock: the deadline had passed, the stock went back on the shelf and somebody else took it.
    """
    if not move(part, PartStatus.CONFIRMED, actor=actor, by=by, because=because):
        return  # it is kept already, and may be canceled at this moment
    lines = part.lines.select_related("variant")
    stock.keep([stock.Wanted(line.variant, line.quantity, line.holder) for line in lines], until=None)


@transaction.atomic
def pack_part(part: CooperativeOrder, *, actor: Actor, by=None, because: str = "") -> None:
    """The parcel is packed, from lots that are still good.

    Raises:
        OutOfStock: a lot was blocked or passed its date, and no other lot has enough.
    """
    if not move(part, PartStatus.PACKED, actor=actor, by=by, because=because):
        return  # what lies in the parcel stays in it until somebody says otherwise
    stock.repick(part.holders)


@transaction.atomic
def repack_part(part: CooperativeOrder, *, actor: Actor, by=None, because: str = "") -> None:
    """A lot was blocked or passed its date after the parcel was packed: its units are exchanged for those of other lots.

    Raises:
        IllegalMove: the part is not packed, or has left.
        OutOfStock: no other lot has enough.
    """
    redo(part, PartStatus.PACKED, actor=actor, by=by, because=because)
    stock.repick(part.holders)


@transaction.atomic
def ship_part(part: CooperativeOrder, *, actor: Actor, by=None, because: str = "") -> None:
    """The parcel left: its units leave the stock.

    Raises:
        UnfitLot: a lot was blocked or passed its date since it was packed.
    """
    move(part, PartStatus.SHIPPED, actor=actor, by=by, because=because)
    stock.ship(part.holders, by=by)


@transaction.atomic
def deliver_part(part: CooperativeOrder, *, actor: Actor, by=None, because: str = "") -> None:
    """The buyer has it, and paid the cash that was due at the door."""
    move(part, PartStatus.DELIVERED, actor=actor, by=by, because=because)
    payments.collect(part, actor=actor, by=by)


@transaction.atomic
def return_part(part: CooperativeOrder, *, actor: Actor, by=None, because: str = "") -> None:
    """The parcel came back. Cash that was never taken is no longer expected; stock comes back by a count of its own."""
    move(part, PartStatus.RETURNED, actor=actor, by=by, because=because)
    payments.expect_no_longer(part, actor=actor, by=by, because=because)


#: The verb for each status that a part can be moved to by hand.
VERBS = {
    PartStatus.CONFIRMED: confirm_part,
    PartStatus.PACKED: pack_part,
    PartStatus.SHIPPED: ship_part,
    PartStatus.DELIVERED: deliver_part,
    PartStatus.RETURNED: return_part,
}
