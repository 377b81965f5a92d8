"""Somebody cancels a part, the buyer or staff. What is left of the order may be paid by then."""

from django.db import transaction

from ..orders.models import CooperativeOrder
from ..orders.reasons import CancelReason
from ..statuses import Actor
from .cancel_part import cancel_part
from .take_money import take_what_waits


@transaction.atomic
def cancel_by_hand(part: CooperativeOrder, *, reason: CancelReason, actor: Actor, by=None, because: str = "") -> bool:
    """As `cancel_part`; then money that came for the order and was too little pays the rest, where it is enough.

    The clock does not come here: it cancels part after part of an order that was not paid in time.

    Raises:
        IllegalMove, Raced, StockRaced: see there.
    """
    # All parts of the order in one order: whoever takes money for it locks them in the same.
    list(CooperativeOrder.objects.filter(order=part.order_id).order_by("pk").select_for_update())
    if not cancel_part(part, reason=reason, actor=actor, by=by, because=because):
        return False
    take_what_waits(part.order, by=by)
    return True
