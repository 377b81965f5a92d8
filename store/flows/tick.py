"""What time does by itself. `manage.py tick` runs it every 30 seconds; each step may run twice without harm."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from catalog.rules.lapse import look_again
from catalog.stock import actions as stock
from catalog.stock.errors import StockRaced
from cms.editing.scheduled import publish_and_expire
from cms.figures.actions import count_live_figures

from ..cart.actions import forget_old_carts
from ..orders.models import CooperativeOrder
from ..orders.reasons import CancelReason
from ..outbox.actions import deliver_due
from ..payments import tasks
from ..payments.bank import MoneyTask, TaskKind
from ..payments.cards import PaymentAttempt
from ..payments.models import Payment
from ..refunds.actions import forget_ribs
from ..statuses import Actor, AttemptStatus, IllegalMove, PartStatus, PaymentStatus, Raced
from . import mails
from .applications import forget_applications
from .cancel_part import cancel_part
from .cards.watch import watch
from .forget_messages import forget_messages
from .import_table.apply import forget_tables
from .remind_of_evidence import remind_of_evidence
from .take_money import match_new_lines

log = logging.getLogger(__name__)


def lapse_unconfirmed(now: datetime) -> int:
    """Cancel parts that nobody confirmed or paid in time; their stock is free again."""
    late = CooperativeOrder.objects.filter(status=PartStatus.PLACED, confirm_by__lte=now).select_related(
        "order", "cooperative"
    )
    in_advance = Exists(Payment.objects.filter(order=OuterRef("order"), part=None, status=PaymentStatus.EXPECTED))
    # Its provider gives no answer: perhaps it is paid.
    unknown = PaymentAttempt.objects.filter(
        payment__order=OuterRef("order"), status__in=(AttemptStatus.OPEN, AttemptStatus.WAITING)
    )
    sure = Q(confirm_by__lte=now - timedelta(hours=settings.CARD_GRACE_HOURS)) | ~Exists(unknown)
    held = MoneyTask.objects.filter(order=OuterRef("order"), kind=TaskKind.HELD, done_at=None)
    lapsed = 0
    for part in late.filter(sure).exclude(Exists(held)).annotate(is_paid_in_advance=in_advance).order_by("pk")[:200]:
        reason = CancelReason.NOT_PAID if part.is_paid_in_advance else CancelReason.NOT_CONFIRMED
        try:
            lapsed += cancel_part(part, reason=reason, actor=Actor.CLOCK)
        except (IllegalMove, Raced, StockRaced):
            continue  # confirmed at the last moment, or the next tick tries again
    return lapsed


STEPS: list[tuple[str, Callable[[datetime], object]]] = [
    ("payments by card looked at", lambda now: watch(now)),
    ("parts lapsed", lapse_unconfirmed),
    ("transfers matched", lambda now: match_new_lines()),
    ("reservations ended", lambda now: len(stock.end_expired(now=now))),
    ("products off sale or back, as their documents say", lambda now: look_again(now=now)),
    ("reminders of documents that end", lambda now: remind_of_evidence(now=now)),
    ("mails sent", lambda now: deliver_due(mails.compose, now=now)),
    ("scheduled pages and texts published or taken down", lambda now: publish_and_expire(now=now)),
    ("live figures counted", lambda now: count_live_figures(now=now)),
    ("old carts deleted", lambda now: forget_old_carts(now=now)),
    ("uploaded tables deleted", lambda now: forget_tables(now=now)),
    ("old messages deleted", lambda now: forget_messages(now=now)),
    ("refused applications deleted", lambda now: forget_applications(now=now)),
    ("bank accounts of buyers deleted", lambda now: forget_ribs(now=now) + tasks.forget_ribs(now=now)),
]


def tick(now: datetime | None = None, *, is_ending: Callable[[], bool] = lambda: False) -> dict[str, object]:
    """Run every step; one that fails is logged and does not keep the others from running.

    `is_ending` is asked before each step: the rest is left to the next tick.
    """
    now = now or timezone.now()
    done: dict[str, object] = {}
    for name, step in STEPS:
        if is_ending():
            break
        try:
            done[name] = step(now)
        except Exception:
            log.exception("tick: %s failed, the next tick tries again", name)
    return done
