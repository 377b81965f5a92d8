"""What the clock does about cards: nothing is lost when a callback never comes, a page is closed or a provider sleeps."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from ...health import UNAVAILABLE
from ...payments.bank import MoneyTask, TaskKind
from ...payments.cards import CardRefund, PaymentAttempt
from ...payments.providers.base import ProviderDown, ProviderRefused
from ...payments.providers.registry import PROVIDERS, provider_of
from ...statuses import Actor, AttemptStatus, CardRefundStatus, PaymentStatus, move
from .events import apply_due, keep_event
from .fees import TOLD_LATE
from .look import look_at
from .send import send_due
from .start import let_go

log = logging.getLogger(__name__)
#: A page that is open is asked about after this time, and then as often.
PATIENCE = timedelta(minutes=3)
#: A refund that is on its way is asked about as often.
REFUND_PATIENCE = timedelta(hours=1)
#: A fee that was not told is asked for as often.
FEE_PATIENCE = timedelta(hours=6)
#: Providers keep the list of what they told for a month; an outage of webhooks is looked back on for so long.
LOOK_BACK = timedelta(days=4)
AT_ONCE = 50


def look_at_open(now: datetime | None = None, *, patience: timedelta = PATIENCE) -> int:
    """Ask about tries that may have brought money; those that nobody can pay any more end. How many were asked about."""
    now = now or timezone.now()
    _end_unshown(now)
    open_ = PaymentAttempt.objects.filter(status__in=(AttemptStatus.OPEN, AttemptStatus.WAITING)).exclude(reference="")
    due = open_.filter(Q(asked_at=None, started_at__lte=now - patience) | Q(asked_at__lte=now - patience))
    return sum(_look(attempt) for attempt in due.order_by(F("asked_at").asc(nulls_first=True), "pk")[:AT_ONCE])


def end_unwanted(now: datetime | None = None) -> int:
    """Close pages that ask a wrong amount: a part was canceled, the order was paid or is to be paid in another way."""
    now = now or timezone.now()
    open_ = PaymentAttempt.objects.filter(status__in=(AttemptStatus.STARTED, AttemptStatus.OPEN))
    waits = MoneyTask.objects.filter(order=OuterRef("payment__order"), kind=TaskKind.TOO_LITTLE, done_at=None)
    unwanted = open_.filter(
        ~Q(payment__status=PaymentStatus.EXPECTED)
        | ~Q(payment__method=F("provider"))
        | Q(amount__gt=F("payment__amount"))
        | Q(amount__lt=F("payment__amount")) & ~Exists(waits)
    )
    ended = 0
    for attempt in unwanted.order_by("pk")[:AT_ONCE]:
        try:
            let_go(attempt)
        except (ProviderDown, ProviderRefused):
            continue
        except Exception:  # whatever it is, the others are closed
            log.exception("the page of attempt %s could not be closed", attempt.key)
            continue
        ended += 1
    return ended


def look_at_refunds(now: datetime | None = None) -> int:
    """Ask about refunds that are on their way."""
    now = now or timezone.now()
    slow = CardRefund.objects.filter(status=CardRefundStatus.PENDING, next_try_at__lte=now - REFUND_PATIENCE)
    asked = 0
    for card_refund in slow.select_related("attempt").order_by("next_try_at", "pk")[:AT_ONCE]:
        CardRefund.objects.filter(pk=card_refund.pk).update(next_try_at=now)
        asked += _look(card_refund.attempt)
    return asked


def look_for_fees(now: datetime | None = None) -> int:
    """Ask about payments whose fee the provider had not told; at last what was agreed stands in for it."""
    now = now or timezone.now()
    untold = PaymentAttempt.objects.filter(
        status=AttemptStatus.PAID, fee=None, paid_at__gte=now - 2 * TOLD_LATE, asked_at__lte=now - FEE_PATIENCE
    )
    return sum(_look(attempt) for attempt in untold.order_by("asked_at", "pk")[:AT_ONCE])


def watch(now: datetime | None = None) -> int:
    """All of it, as a step of the clock."""
    now = now or timezone.now()
    return sum(
        _guarded(step, now)
        for step in (apply_due, look_at_open, end_unwanted, send_due, look_at_refunds, look_for_fees)
    )


def _guarded(step: Callable[[datetime], int], now: datetime) -> int:
    """One that fails does not keep the others from running."""
    try:
        return step(now)
    except UNAVAILABLE:
        raise
    except Exception:
        log.exception("%s failed", step.__name__)
        return 0


def catch_up(now: datetime | None = None, *, look_back: timedelta = LOOK_BACK) -> int:
    """After an outage: ask for all that the providers told since, and about every open try. How many things were new."""
    now = now or timezone.now()
    new = 0
    for code, provider in PROVIDERS.items():
        if not provider.is_there or not provider.asks_back:
            continue
        try:
            for event in provider.events_since(now - look_back):
                new += keep_event(code, event)
        except (ProviderDown, ProviderRefused):
            log.warning("the events of %s could not be asked for", code)
    while apply_due(timezone.now()):
        pass
    began = timezone.now()
    while look_at_open(began, patience=timedelta(0)):  # each is asked about once: then it was asked about after that
        pass
    while send_due(timezone.now()):
        pass
    return new


def _look(attempt: PaymentAttempt) -> bool:
    if not provider_of(attempt.provider).asks_back:
        return False
    try:
        look_at(attempt)
    except (ProviderDown, ProviderRefused):
        return False
    except Exception:
        log.exception("attempt %s could not be looked at", attempt.key)
        return False
    return True


def _end_unshown(now: datetime) -> None:
    """The provider never answered, so nobody was sent to a page; or its page cannot be asked about, and has closed."""
    over = PaymentAttempt.objects.filter(status__in=(AttemptStatus.STARTED, AttemptStatus.OPEN), reference="")
    for attempt in over.filter(expires_at__lte=now - PATIENCE).order_by("pk")[:AT_ONCE]:
        with transaction.atomic():
            its = PaymentAttempt.objects.select_for_update().get(pk=attempt.pk)
            if not its.reference and its.status in (AttemptStatus.STARTED, AttemptStatus.OPEN):
                move(its, AttemptStatus.FAILED, actor=Actor.CLOCK)
