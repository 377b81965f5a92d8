"""Less can be sent than was ordered: the buyer pays less and is told. The rest of the part goes on."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.money import ZERO
from catalog.products.models import Variant
from catalog.stock import actions as stock
from catalog.stock.queries import kept_for

from ..orders import actions as orders
from ..orders.models import CooperativeOrder, OrderLine
from ..orders.reasons import CancelReason
from ..outbox import actions as outbox
from ..payments import actions as payments
from ..statuses import Actor, PartStatus, Raced
from . import books, mails
from .cancel_by_hand import cancel_by_hand
from .cancel_part import begin_task, is_paid_in_advance
from .take_money import take_what_waits

#: Until it is packed.
SHORT_FROM = (PartStatus.PLACED, PartStatus.CONFIRMED)


@transaction.atomic
def send_less(
    part: CooperativeOrder, units: Mapping[int, int], *, are_gone: bool, actor: Actor, by=None, because: str = ""
) -> bool:
    """Of these lines only so many units can be sent. False when it is said already: the same twice changes nothing.

    The others are kept no longer; where they `are_gone` they are counted off their lots too. A part of which nothing can be
    sent is canceled.

    Raises:
        Raced: it was packed or canceled meanwhile. Nothing is written.
    """
    part = _locked(part)
    if part.status not in SHORT_FROM:
        raise Raced(part)
    lines = list(part.lines.order_by("pk"))
    if set(units) - {line.pk for line in lines}:
        raise ValueError("what can be sent names lines of its part")
    short = {line: line.units - units[line.pk] for line in lines if 0 <= units.get(line.pk, line.units) < line.units}
    if not short:
        return False
    because = because or _("There is not enough of it.")
    if sum(short.values()) == sum(line.units for line in lines):
        return _send_nothing(part, are_gone=are_gone, actor=actor, by=by, because=because)
    _charge_less(part, short, actor=actor, by=by, because=because)
    # Last, because other buyers wait for these lots; and all of the order at once, for whoever takes what waits.
    stock.take_turns(Variant.objects.filter(order_lines__part__order=part.order_id))
    stock.keep_less(
        {line.holder: count for line, count in short.items()}, gone_because=because if are_gone else "", by=by
    )
    take_what_waits(part.order, by=by)
    return True


def _locked(part: CooperativeOrder) -> CooperativeOrder:
    """The part as it is now; with it all of its order, in one order, as by whoever cancels one of them."""
    rows = CooperativeOrder.objects.select_related("order", "cooperative").filter(order=part.order_id)
    return {row.pk: row for row in rows.order_by("pk").select_for_update(of=("self",))}[part.pk]


def _send_nothing(part: CooperativeOrder, *, are_gone: bool, actor: Actor, by, because: str) -> bool:
    kept = [reservation for its in kept_for(part.holders).values() for reservation in its]
    cancel_by_hand(part, reason=CancelReason.OUT_OF_STOCK, actor=actor, by=by, because=because)
    for reservation in sorted(kept, key=lambda reservation: reservation.lot_id) if are_gone else []:
        stock.adjust(reservation.lot, -reservation.quantity, reason=because, by=by)
    return True


def _charge_less(part: CooperativeOrder, short: Mapping[OrderLine, int], *, actor: Actor, by, because: str) -> None:
    """What is missing is no longer to be paid, or is owed back where it was paid in advance. The buyer is told."""
    is_paid, less, change = is_paid_in_advance(part), ZERO, None
    for line, count in short.items():
        line.part = part
        change = orders.write_missing(line, count, actor=actor, by=by, because=because)
        its_price = change.amount - change.discount
        if is_paid and its_price:
            books.book_missing(change, by=by)
        less += its_price
    if is_paid and less:
        begin_task(part, less, actor=actor, by=by)
    else:
        payments.expect_less(part, less)
    order = part.order
    outbox.write(
        mails.PART_SHORT,
        about_id=part.pk,
        recipient=order.email,
        language=order.language,
        key_suffix=str(change.pk if change else ""),
    )
    mails.deliver_soon()
