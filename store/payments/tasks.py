"""Money that somebody has to look at: begun, taken on, ended."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from .bank import TO_BE_BORNE, Ending, LineStatus, MoneyTask, StatementLine, TaskKind
from .cards import GOES_BACK, CardRefund, Dispute, PaymentAttempt


class TaskEnded(Exception):
    """Somebody was quicker: the task is done. Nothing is written."""


def begin(
    kind: TaskKind,
    amount: Decimal,
    *,
    order=None,
    part=None,
    line: StatementLine | None = None,
    attempt: PaymentAttempt | None = None,
    dispute: Dispute | None = None,
    owner=None,
    today: date | None = None,
) -> MoneyTask:
    """A task with its date; the same for a line is begun once."""
    due_on = (today or timezone.localdate()) + timedelta(days=settings.MONEY_TASK_DAYS)
    values = {
        "order": order, "part": part, "amount": amount, "attempt": attempt, "dispute": dispute, "owner": owner,
        "due_on": due_on,
    }  # fmt: skip
    if line is None:
        return MoneyTask.objects.create(kind=kind, **values)
    task, _is_new = MoneyTask.objects.get_or_create(kind=kind, line=line, defaults=values)
    return task


def who_took_in(order):
    """Whoever imported the statement with the last money for an order; None where the clock did, or they are gone."""
    lines = StatementLine.objects.filter(payment__order=order).select_related("statement__by").order_by("-pk")
    return next((line.statement.by for line in lines[:1]), None)


def take_on(task: MoneyTask, *, owner) -> None:
    """It is this person's work from now on.

    Raises:
        TaskEnded: there is nothing left to do.
    """
    if not MoneyTask.objects.filter(pk=task.pk, done_at=None).update(owner=owner):
        raise TaskEnded


@transaction.atomic
def finish(task: MoneyTask, *, because: str, ending: Ending | None = None, by=None) -> None:
    """It is done, and how. A line that nobody could match is set aside with it, as `ending` says.

    Raises:
        TaskEnded: somebody was quicker.
        ValueError: nothing is said of how it ended; or it is money that is in the books, which ends by another verb.
    """
    if not because.strip():
        raise ValueError("a task ends with a word on how")
    if task.is_surplus:
        raise ValueError("a surplus is in the books: it is given back (flows/give_surplus_back.py)")
    if task.kind in TO_BE_BORNE:
        raise ValueError("what was taken back is in the books: somebody bears it (flows/cards/contested.py)")
    if (task.kind == TaskKind.UNKNOWN_REFERENCE) != bool(ending):
        raise ValueError("money that is nobody's is in the books: it is set aside (flows/set_aside.py)")
    line = StatementLine.objects.filter(tasks=task)
    list(line.select_for_update())  # before the task, as whoever matches it does
    if not _end(MoneyTask.objects.filter(pk=task.pk), because=because, by=by, ending=ending or ""):
        raise TaskEnded
    if task.kind == TaskKind.UNKNOWN_REFERENCE:
        line.filter(status=LineStatus.TASK).update(status=LineStatus.IGNORED)


def end_of_surplus(task: MoneyTask, *, reference: str, because: str, by_card: bool = False, by=None) -> None:
    """It went back to the buyer, to the card or in another way.

    Raises:
        TaskEnded: somebody was quicker, or the rest of what the order costs came.
    """
    if not _end(MoneyTask.objects.filter(pk=task.pk), because=because, by=by, reference=reference, by_card=by_card):
        raise TaskEnded
    task.refresh_from_db()


def end_of_line(line: StatementLine, *, because: str, by=None) -> None:
    """The line was matched: nobody has to look for its order any more."""
    _end(MoneyTask.objects.filter(line=line, kind=TaskKind.UNKNOWN_REFERENCE), because=because, by=by)


def end_by_itself(task: MoneyTask, *, because: str, by=None) -> bool:
    """What it asked for is done or is no longer asked for. False where it had ended."""
    return bool(_end(MoneyTask.objects.filter(pk=task.pk), because=because, by=by))


def end_of_rest(order, *, because: str, by=None) -> None:
    """The rest of what an order costs came."""
    _end(MoneyTask.objects.filter(order=order, kind=TaskKind.TOO_LITTLE), because=because, by=by)


def end_of_undelivered(part, *, because: str, by=None) -> None:
    """What was paid in advance for a part, or for units of it, and is not delivered went back, all of it."""
    _end(MoneyTask.objects.filter(part=part, line=None), because=because, by=by)


def forget_ribs(*, now: datetime) -> int:
    """Delete the buyers' accounts of what ended some time ago."""
    ended = MoneyTask.objects.filter(done_at__lte=now - timedelta(days=settings.RIB_DAYS)).exclude(rib="")
    return ended.update(rib="")


def waiting_for_the_rest(order) -> list[MoneyTask]:
    """Locked: money that came for an order and was too little; it counts when more comes, as long as nobody gave it back."""
    waiting = MoneyTask.objects.filter(order=order, kind=TaskKind.TOO_LITTLE, done_at=None)
    # What is on its way back to its card is the buyer's again.
    waiting = waiting.exclude(pk__in=CardRefund.objects.filter(status__in=GOES_BACK, task__order=order).values("task"))
    return list(waiting.order_by("pk").select_for_update(of=("self",)))


def _end(tasks, *, because: str, by, **how) -> int:
    return tasks.filter(done_at=None).update(done_at=timezone.now(), done_by=by, because=because, **how)
