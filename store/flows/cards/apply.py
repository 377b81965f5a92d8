"""What a provider says of a try becomes true here, once, whoever comes with it, however often and in whatever order."""

from django.db import transaction
from django.utils import timezone

from ...orders.models import Order
from ...payments import actions as payments
from ...payments.cards import OPEN_ATTEMPT, PaymentAttempt, PaymentEvent
from ...payments.providers.base import State, Told
from ...statuses import Actor, AttemptStatus, move
from ..take_money import locked_parts
from .contested import note_disputes
from .fees import note_fee
from .given import note_refunds
from .take import take


class AlreadyApplied(Exception):
    """Somebody applied this event meanwhile; nothing is written."""


@transaction.atomic
def apply(attempt: PaymentAttempt, state: State, *, event: PaymentEvent | None = None) -> PaymentAttempt:
    """Write down what a provider says now. What is known already changes nothing, and nothing moves backwards.

    Raises:
        AlreadyApplied: the event was, by somebody else.
    """
    order = Order.objects.get(payments=attempt.payment_id)
    parts = locked_parts(order)  # before the payment, as whoever cancels one locks them
    payment = payments.whole_of(order)
    attempt = PaymentAttempt.objects.select_for_update().get(pk=attempt.pk)
    if payment is None or payment.pk != attempt.payment_id:
        raise ValueError(f"attempt {attempt.key} pays a part, not an order")
    if event and not done_with(event, attempt):
        raise AlreadyApplied
    attempt.payment, payment.order = payment, order
    if state.payment and not attempt.provider_payment:
        attempt.provider_payment = state.payment
        attempt.save(update_fields=["provider_payment"])
    if state.status == Told.PAID and attempt.status not in (AttemptStatus.PAID, AttemptStatus.HELD):
        take(attempt, state, parts)
    elif state.status == Told.WAITING and attempt.status in (AttemptStatus.STARTED, AttemptStatus.OPEN):
        move(attempt, AttemptStatus.WAITING, actor=Actor.PROVIDER)
    elif state.status == Told.FAILED and attempt.status in OPEN_ATTEMPT:
        attempt.because = state.because[:120]
        attempt.save(update_fields=["because"])
        move(attempt, AttemptStatus.FAILED, actor=Actor.PROVIDER, because=attempt.because)
    if attempt.status == AttemptStatus.PAID:
        note_fee(attempt, state)
        note_refunds(attempt, state.refunds)
        note_disputes(attempt, state.disputes)
    return attempt


def done_with(event: PaymentEvent, attempt: PaymentAttempt | None) -> bool:
    """Mark an event as applied; False where it is already. Without a try it is of another shop."""
    return bool(
        PaymentEvent.objects.filter(pk=event.pk, done_at=None).update(
            done_at=timezone.now(), attempt=attempt, is_foreign=attempt is None, error=""
        )
    )
