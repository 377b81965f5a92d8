"""What the tests of transfers look at."""

from datetime import datetime, timedelta

from django.utils import timezone

from store.flows.tick import tick
from store.ledger.models import Holder, Kind
from store.ledger.queries import balance, lines_of
from store.models import MoneyTask
from store.payments.bank import TaskKind
from store.statuses import PartStatus
from tests.factories import a_transfer


def statuses(order) -> list[str]:
    return list(order.parts.order_by("pk").values_list("status", flat=True))


def in_a_week() -> datetime:
    return timezone.now() + timedelta(days=7)


def a_lapsed_transfer(*lots):
    """Nobody paid it in time."""
    order = a_transfer(*lots, now=timezone.now() - timedelta(days=20))
    tick()
    assert set(statuses(order)) == {PartStatus.CANCELED}
    return order


def accounts() -> dict:
    """What the bank holds, what came in advance, and what is owed back."""
    return {
        "bank": balance(lines_of(Holder.BANK)),
        "due": balance(lines_of(Holder.BUYER, Kind.DUE)),
        "refund": balance(lines_of(Holder.BUYER, Kind.REFUND_DUE)),
    }


def the_task() -> tuple:
    task = MoneyTask.objects.get(done_at=None)
    return TaskKind(task.kind), task.amount
