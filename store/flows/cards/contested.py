"""The buyer's bank disputes a payment: what the provider took is on an account of its own until somebody says who bears it."""

from decimal import Decimal
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _

from ...ledger.actions import Account
from ...ledger.models import Holder, Kind
from ...orders.models import CooperativeOrder
from ...payments import tasks
from ...payments.bank import TO_BE_BORNE, MoneyTask, TaskKind
from ...payments.cards import Dispute, DisputeStatus, PaymentAttempt
from ...payments.providers.base import DisputeState
from ..give_back import TooMuch, lock_part, money_of
from ..legs import REFUND_DUE
from .books import book_borne, book_dispute

#: A dispute goes from the first to one of the last, and never back.
_WAY = {DisputeStatus.INQUIRY: 0, DisputeStatus.OPEN: 1, DisputeStatus.WON: 2, DisputeStatus.LOST: 2}


class StillDisputed(Exception):
    """The bank has not decided yet, or has given the money back: nobody bears anything."""


class Bearer(StrEnum):
    """Who bears what a provider took back."""

    PLATFORM = "platform"
    #: Of a part.
    COOPERATIVE = "cooperative"
    #: Nobody: the buyer of a part was owed it, and has it by this.
    OWED = "owed"


def note_disputes(attempt: PaymentAttempt, states: tuple[DisputeState, ...]) -> None:
    """Each of these disputes of a try, which is locked, as it is now."""
    for state in states:
        _note(attempt, state)


def _note(attempt: PaymentAttempt, state: DisputeState) -> None:
    status = DisputeStatus(state.status)
    dispute, is_new = Dispute.objects.get_or_create(
        reference=state.reference,
        defaults={
            "attempt": attempt, "amount": attempt.dirhams_of(state.amount), "status": status, "reason": state.reason[:60],
            "answer_by": state.answer_by,
        },
    )  # fmt: skip
    dispute.attempt = attempt
    if is_new:
        tasks.begin(TaskKind.DISPUTE, dispute.amount, order=attempt.payment.order, attempt=attempt, dispute=dispute)
    was = DisputeStatus(dispute.status)
    if state.moves < dispute.moves or _WAY[status] < _WAY[was]:
        return  # said before what is known: this answer was overtaken on its way
    if _WAY[was] < _WAY[DisputeStatus.WON]:
        dispute.status, dispute.answer_by = status, state.answer_by
    dispute.moves = state.moves
    if dispute.is_withdrawn != state.is_withdrawn:
        dispute.is_withdrawn = state.is_withdrawn
        book_dispute(dispute)
    dispute.save()
    has_ended = _WAY[DisputeStatus(dispute.status)] == _WAY[DisputeStatus.WON]
    if has_ended and not dispute.is_withdrawn and (dispute.moves or dispute.status == DisputeStatus.WON):
        tasks.end_by_itself(dispute.task, because=_("The bank decided for us."))


@transaction.atomic
def bear(task: MoneyTask, bearer: Bearer, *, part: CooperativeOrder | None = None, because: str, by) -> None:
    """Say who bears what was taken back; `part` names the cooperative, or what the buyer was owed for.

    Raises:
        StillDisputed: see there.
        TaskEnded: somebody was quicker.
        TooMuch: less is owed for the part.
        ValueError: no part is named where one is needed, or it is no such task.
    """
    if task.kind not in TO_BE_BORNE or (bearer != Bearer.PLATFORM) != (part is not None) or not because.strip():
        raise ValueError("what was taken back is borne by somebody, for a reason")
    if part is not None:
        part = lock_part(part)
        if part.order_id != task.order_id:
            raise ValueError("the part is of another order")
    task = MoneyTask.objects.select_for_update(of=("self",)).select_related("dispute").get(pk=task.pk)
    if task.dispute and (task.dispute.status != DisputeStatus.LOST or not task.dispute.is_withdrawn):
        raise StillDisputed
    if not tasks.end_by_itself(task, because=because, by=by):
        raise tasks.TaskEnded
    book_borne(task, (_account(bearer, part, task.amount), task.amount), part=part, by=by, because=because)


def _account(bearer: Bearer, part: CooperativeOrder | None, amount: Decimal) -> Account:
    if part is None:
        return Account(Holder.PLATFORM, Kind.DIFFERENCE)
    if bearer == Bearer.COOPERATIVE:
        return Account(Holder.COOPERATIVE, Kind.TAKEN_BACK, part.cooperative_id)
    left = money_of(part).refundable
    if amount > left:
        raise TooMuch(left)
    return REFUND_DUE
