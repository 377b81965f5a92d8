"""What a provider says of money that goes back: ours, or somebody's who pressed a button at the provider."""

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from ...outbox import actions as outbox
from ...payments import tasks
from ...payments.bank import TaskKind
from ...payments.cards import CardRefund, PaymentAttempt
from ...payments.providers.base import RefundState, RefundTold
from ...refunds.models import Refund, RefundWay
from ...statuses import Actor, CardRefundStatus, RefundStatus, first_status, move
from .. import mails
from ..books import book_surplus_back
from ..legs import provider_account
from ..refunds import paid_by_provider
from .books import book_refund_failed, book_seen, book_seen_failed
from .queue import leave_room, take_room

_STATUS = {
    RefundTold.PENDING: CardRefundStatus.PENDING,
    RefundTold.SUCCEEDED: CardRefundStatus.DONE,
    RefundTold.FAILED: CardRefundStatus.FAILED,
}


def note_refunds(attempt: PaymentAttempt, states: tuple[RefundState, ...]) -> None:
    """Each of these refunds of a try, which is locked, as it is now."""
    for state in states:
        card_refund = _row_of(attempt, state) or _seen(attempt, state)
        if card_refund:
            note(card_refund, state)


def _row_of(attempt: PaymentAttempt, state: RefundState) -> CardRefund | None:
    ours = attempt.card_refunds.select_related("refund__part", "task")
    by_reference = ours.filter(reference=state.reference).first()
    # One that was given back at the provider meanwhile has another name there: ours went as well.
    return by_reference or (ours.filter(key=state.key, reference="").first() if state.key else None)


def note(card_refund: CardRefund, state: RefundState) -> None:
    """How one stands now; told twice, or late, it changes nothing."""
    if not card_refund.reference:
        card_refund.reference = state.reference
        card_refund.save(update_fields=["reference"])
    was, now = card_refund.status, _STATUS[state.status]
    if (
        now == was
        or was == CardRefundStatus.FAILED
        or (was == CardRefundStatus.DONE and now != CardRefundStatus.FAILED)
    ):
        return
    move(card_refund, now, actor=Actor.PROVIDER)
    if now == CardRefundStatus.DONE:
        _went(card_refund)
    elif now == CardRefundStatus.FAILED:
        failed(card_refund, had_gone=was == CardRefundStatus.DONE)


def _went(card_refund: CardRefund) -> None:
    """It is with the buyer: what it was for has ended."""
    refund, task = card_refund.refund, card_refund.task
    if refund:
        paid_by_provider(refund, reference=card_refund.reference)
    elif task:
        told = _("Given back: %(reference)s") % {"reference": card_refund.reference}
        try:
            tasks.end_of_surplus(task, reference=card_refund.reference, because=told, by_card=True)
        except tasks.TaskEnded:  # it ended in another way while this went
            _went_unasked(card_refund)
            return
        book_surplus_back(task, out_of=provider_account(card_refund.attempt.provider))
        order = card_refund.attempt.payment.order
        outbox.write(mails.CARD_REFUNDED, about_id=card_refund.pk, recipient=order.email, language=order.language)
        mails.deliver_soon()
    else:
        _went_unasked(card_refund)


def _went_unasked(card_refund: CardRefund) -> None:
    """It went, and nothing here asked for it: somebody says what for."""
    book_seen(card_refund)
    _ask_what_for(card_refund)


def failed(card_refund: CardRefund, *, had_gone: bool) -> None:
    """It did not reach the card: what is owed stays owed, and somebody finds another way."""
    refund, task, attempt = card_refund.refund, card_refund.task, card_refund.attempt
    leave_room(attempt, card_refund.amount)
    order = attempt.payment.order
    if not refund and (task is None or task.kind == TaskKind.TAKEN_BACK):
        if had_gone and task:
            book_seen_failed(card_refund)
            tasks.end_by_itself(task, because=_("It came back from the card’s bank."))
        return
    if had_gone:
        book_refund_failed(card_refund)
    if refund:
        refund.ended_at = refund.ended_at or timezone.now()
        refund.save(update_fields=["ended_at"])
        move(refund, RefundStatus.FAILED, actor=Actor.PROVIDER)
        tasks.begin(TaskKind.REFUND_FAILED, card_refund.amount, order=order, part=refund.part)
    elif had_gone:
        tasks.begin(TaskKind.REFUND_FAILED, card_refund.amount, order=order, attempt=attempt)
    outbox.write(mails.CARD_REFUND_FAILED, about_id=card_refund.pk, recipient=order.email, language=order.language)
    mails.deliver_soon()


def _seen(attempt: PaymentAttempt, state: RefundState) -> CardRefund | None:
    """Money that somebody gave back at the provider. Where we wanted to send the same, that is it."""
    if state.status == RefundTold.FAILED:
        return None
    amount = attempt.dirhams_of(state.amount)
    waiting = attempt.card_refunds.filter(status=CardRefundStatus.TO_SEND, reference="").filter(Q(charged=state.amount))
    if ours := waiting.select_related("refund__part", "task").order_by("pk").first():
        return ours
    # More than we thought came back: the provider knows; the row holds what fits.
    amount = min(amount, attempt.room)
    if amount <= 0 or not take_room(attempt, amount):
        return None
    wanted = Refund.objects.filter(
        Q(amount=amount),
        payment=attempt.payment,
        way=RefundWay.ORIGINAL,
        status=RefundStatus.APPROVED,
        card_refund=None,
    ).first()
    card_refund = CardRefund.objects.create(
        attempt=attempt, key=f"seen:{state.reference}", reference=state.reference, amount=amount, charged=state.amount,
        refund=wanted,
    )  # fmt: skip
    first_status(card_refund, actor=Actor.PROVIDER)
    return card_refund


def _ask_what_for(card_refund: CardRefund) -> None:
    attempt = card_refund.attempt
    card_refund.task = tasks.begin(
        TaskKind.TAKEN_BACK, card_refund.amount, order=attempt.payment.order, attempt=attempt
    )
    card_refund.save(update_fields=["task"])
