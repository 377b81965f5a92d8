from decimal import Decimal

from django.db import transaction

from catalog.stock import actions as stock

from ..orders import actions as orders
from ..orders.models import CooperativeOrder
from ..orders.reasons import CancelReason
from ..outbox import actions as outbox
from ..payments import actions as payments
from ..payments import tasks
from ..payments.bank import TaskKind
from ..payments.models import Payment
from ..statuses import Actor, PartStatus, PaymentStatus, move
from ..vouchers import actions as vouchers
from . import books, mails
from .cards.give import back_to_card

#: Whose hand may cancel only so long: buyer and cooperative until it is packed, the clock until it is confirmed. Staff as
#: `MOVES` says.
CANCELABLE_FROM = {
    Actor.BUYER: (PartStatus.PLACED, PartStatus.CONFIRMED),
    Actor.COOPERATIVE: (PartStatus.PLACED, PartStatus.CONFIRMED),
    Actor.CLOCK: (PartStatus.PLACED,),
}


@transaction.atomic
def cancel_part(part: CooperativeOrder, *, reason: CancelReason, actor: Actor, by=None, because: str = "") -> bool:
    """Cancel one cooperative's part: its stock goes back on the shelf, its payment is no longer expected.

    The buyer and the cooperative are told. False when it was canceled already.

    Raises:
        IllegalMove: it has left already, or went on further than `CANCELABLE_FROM` lets this hand cancel.
    """
    only_from = CANCELABLE_FROM.get(actor)
    if not move(
        part, PartStatus.CANCELED, actor=actor, by=by, because=because or str(reason.label), only_from=only_from
    ):
        return False
    CooperativeOrder.objects.filter(pk=part.pk).update(cancel_reason=reason)
    part.cancel_reason = reason
    orders.forget_lots(part)
    orders.read_again(part)
    payments.expect_no_longer(part, actor=actor, by=by, because=str(reason.label))
    owe_back_what_was_paid(part, actor=actor, by=by, because=because or str(reason.label))
    if part.discount:
        _give_voucher_back(part)
    stock.release(part.holders)  # after the voucher, as where an order is placed
    _write_mails(part, reason)
    return True


def _give_voucher_back(part: CooperativeOrder) -> None:
    """Whoever cancels the last part that had a discount lets somebody else use the voucher.

    The use is locked before the other parts are looked at: of two that are canceled at once, one is the last.
    """
    use = vouchers.locked_use(part.order)
    cheaper = CooperativeOrder.objects.filter(order=part.order_id, discount__gt=0)
    if use and not cheaper.exclude(status=PartStatus.CANCELED).exists():
        vouchers.release(use)


def _write_mails(part: CooperativeOrder, reason: CancelReason) -> None:
    order, cooperative = part.order, part.cooperative
    times = part.status_changes.filter(now=PartStatus.CANCELED).count()
    again = str(times) if times > 1 else ""  # a transfer that came late had it begin anew
    outbox.write(
        mails.PART_CANCELED, about_id=part.pk, recipient=order.email, language=order.language, key_suffix=again
    )
    if reason != CancelReason.NOT_PAID:  # the cooperative hears of a transfer's order once it is paid
        outbox.write(
            mails.PART_CANCELED_FOR_COOPERATIVE,
            about_id=part.pk,
            recipient=cooperative.email,
            language=cooperative.language,
            key_suffix=again,
        )
    mails.deliver_soon()


def owe_back_what_was_paid(part: CooperativeOrder, *, actor: Actor, by=None, because: str = "") -> None:
    """A part that was paid in advance will not be delivered: its money is the buyer's, and somebody of the staff gives it back."""
    if is_paid_in_advance(part) and part.due:
        books.book_owed_back(part, by=by, because=because)
        begin_task(part, part.due, actor=actor, by=by)


def is_paid_in_advance(part: CooperativeOrder) -> bool:
    return Payment.objects.filter(order=part.order_id, part=None, status=PaymentStatus.PAID).exists()


def begin_task(part: CooperativeOrder, amount: Decimal, *, actor: Actor, by=None) -> None:
    """What was paid in advance for a part, or for some of it, goes back to its card, or somebody of the staff gives it back."""
    if back_to_card(part):
        return
    staff = by if actor == Actor.STAFF else None
    owner = staff or tasks.who_took_in(part.order)
    tasks.begin(TaskKind.CANCELED_PART, amount, order=part.order, part=part, owner=owner)
