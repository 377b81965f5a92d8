"""Money came by card: the order goes on, or what is not needed goes back. The same rules as for a transfer (ADR 21)."""

from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.money import ZERO, total

from ...orders.models import CooperativeOrder, Order
from ...outbox import actions as outbox
from ...payments import actions as payments
from ...payments import tasks
from ...payments.bank import TaskKind
from ...payments.cards import PaymentAttempt
from ...payments.methods import CARDS
from ...payments.providers.base import State
from ...payments.verdict import Outcome, Verdict, judge
from ...statuses import Actor, AttemptStatus, PartStatus, move
from .. import mails
from ..take_money import let_go_on, open_parts, standing_with, tell_cooperatives
from .books import book_charged
from .queue import send_surplus_back


def take(attempt: PaymentAttempt, state: State, parts: list[CooperativeOrder]) -> None:
    """All is locked; the try brought no money yet."""
    if (state.amount, state.currency) != (attempt.charged, attempt.currency):
        _hold(attempt, state)
        return
    attempt.paid_at = timezone.now()
    attempt.save(update_fields=["paid_at"])
    move(attempt, AttemptStatus.PAID, actor=Actor.PROVIDER)
    payment, order = attempt.payment, attempt.payment.order
    method = CARDS[attempt.provider]
    is_spent = payments.is_at_the_door(order) and not _back_from_the_door(attempt, parts)
    waiting = tasks.waiting_for_the_rest(order)
    standing = standing_with(payment, parts, waiting)
    verdict = (
        Verdict(Outcome.PAID_TWICE, ZERO, attempt.amount, standing) if is_spent else judge(standing, attempt.amount)
    )
    going_on, kind = let_go_on(
        parts, payment, verdict, method=method, actor=Actor.PROVIDER, because=attempt.key, came=_("Paid by card.")
    )
    applied = total(part.due for part in going_on)
    book_charged(attempt, order=order, applied=applied)
    surplus = attempt.amount + (standing.waiting if going_on else ZERO) - applied
    if surplus:
        task = tasks.begin(kind or TaskKind.TOO_MUCH, surplus, order=order, attempt=attempt)
        if task.kind != TaskKind.TOO_LITTLE:
            send_surplus_back(task)
    _write_mails(attempt, order, going_on)


def _back_from_the_door(attempt: PaymentAttempt, parts: list[CooperativeOrder]) -> bool:
    """The buyer chose to pay at the door, and paid by card all the same: that pays it, unless a parcel is being made ready."""
    wanted = open_parts(parts)
    if any(part.status != PartStatus.PLACED for part in wanted):
        return False
    order = attempt.payment.order
    attempt.payment = payments.expect_in_advance(order, wanted, method=CARDS[attempt.provider], actor=Actor.PROVIDER)
    return True


def _hold(attempt: PaymentAttempt, state: State) -> None:
    """Another amount came than was asked for: nothing goes on and nothing is booked until somebody has looked at it."""
    attempt.because = f"{state.amount} {state.currency}"
    attempt.save(update_fields=["because"])
    move(attempt, AttemptStatus.HELD, actor=Actor.PROVIDER, because=attempt.because)
    tasks.begin(TaskKind.HELD, attempt.amount, order=attempt.payment.order, attempt=attempt)


def _write_mails(attempt: PaymentAttempt, order: Order, going_on: list[CooperativeOrder]) -> None:
    outbox.write(mails.CARD_PAID, about_id=attempt.pk, recipient=order.email, language=order.language)
    tell_cooperatives(going_on)
