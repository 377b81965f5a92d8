"""What was paid by card and is not delivered goes back to the card by itself: it never was anybody else's money."""

from django.db import transaction

from ...orders.models import CooperativeOrder
from ...payments.methods import CARDS
from ...refunds import actions as refunds
from ...refunds.models import Refund, RefundWay
from ...statuses import Actor, RefundStatus, move
from ..give_back import money_of
from ..refunds import ask_refund, paid_with
from .queue import room_for, send_to_card


@transaction.atomic
def back_to_card(part: CooperativeOrder) -> bool:
    """All that is owed for a part goes back to the card that paid it. False where a person has to give it back.

    While another refund of the part is open, that one is ended first, by a person who then sees what is left.
    """
    payment = paid_with(part)
    if payment is None or payment.method not in CARDS or not CARDS[payment.method].refunds_itself:
        return False
    if refunds.open_refund_of(part):
        return False
    amount = money_of(part).refundable
    if amount <= 0:
        return True
    if room_for(payment, amount) is None:
        return False
    refund = _ask(part, amount)
    move(refund, RefundStatus.APPROVED, actor=Actor.CLOCK)
    return send_to_card(refund) is not None


def _ask(part: CooperativeOrder, amount) -> Refund:
    key = f"card:{part.pk}:{part.refunds.count()}"
    return ask_refund(part, amount, way=RefundWay.ORIGINAL, key=key, actor=Actor.CLOCK)
