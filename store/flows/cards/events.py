"""Callbacks of providers: kept under their own name, so that one is applied once, and applied from what was kept."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from ...payments.cards import PaymentAttempt, PaymentEvent
from ...payments.providers.base import Event, ProviderDown, ProviderRefused
from ...payments.providers.registry import PROVIDERS, provider_of
from .apply import AlreadyApplied, done_with
from .look import look_at

log = logging.getLogger(__name__)
#: Whoever applies one keeps others from it for so long; who died leaves it to the next.
CLAIM = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)


@transaction.atomic
def keep_event(provider: str, event: Event, *, is_applied_here: bool = False) -> bool:
    """Write a callback down; False where it is known. Whoever does not apply it here leaves it to worker and clock."""
    _row, is_new = PaymentEvent.objects.get_or_create(
        provider=provider,
        event_id=event.id,
        defaults={
            "type": event.type[:80], "happened_at": event.at, "reference": event.reference,
            "provider_payment": event.payment, "key": event.key, "payload": event.payload,
        },
    )  # fmt: skip
    if is_new and not is_applied_here:
        from ..tasks import apply_payment_events  # which knows the network, and this

        transaction.on_commit(apply_payment_events.enqueue, robust=True)
    return is_new


def apply_due(now: datetime | None = None, limit: int = 100) -> int:
    """Apply what was kept and is not applied; how many were."""
    now = now or timezone.now()
    due = PaymentEvent.objects.filter(done_at=None, next_try_at__lte=now).order_by("next_try_at", "pk")
    # One that cannot be asked back tells it again, and is answered then (`callbacks.py`).
    due = due.filter(provider__in=[code for code, provider in PROVIDERS.items() if provider.asks_back])
    return sum(apply_event(event, now=now) for event in due[:limit])


def apply_event(event: PaymentEvent, *, now: datetime | None = None) -> bool:
    """Look again at what it names. False where somebody else is at it, or it has to be tried again."""
    now = now or timezone.now()
    claimed = PaymentEvent.objects.filter(pk=event.pk, done_at=None, tries=event.tries).update(
        tries=F("tries") + 1, next_try_at=now + CLAIM
    )
    if not claimed:
        return False
    try:
        return _apply(event)
    except AlreadyApplied:
        return False
    except Exception as error:  # whatever it is, the others are applied
        wait = min(timedelta(seconds=15 * 2 ** min(event.tries, 10)), LONGEST_WAIT)
        PaymentEvent.objects.filter(pk=event.pk, done_at=None).update(
            next_try_at=now + wait, error=f"{type(error).__name__}: {error}"[:300]
        )
        is_theirs = isinstance(error, ProviderDown | ProviderRefused)
        log.warning("event %s was not applied: %s", event.event_id, type(error).__name__, exc_info=not is_theirs)
        return False


def _apply(event: PaymentEvent) -> bool:
    attempt = attempt_of(event) or _by_payment(event)
    if attempt is None:
        return done_with(event, None)
    if not attempt.reference:
        raise ProviderDown("the answer that names its page is still to be written")
    look_at(attempt, event=event)
    return True


def attempt_of(event: PaymentEvent) -> PaymentAttempt | None:
    """The try that it names. Of a key that another shop has too, the provider's own name decides."""
    ours = PaymentAttempt.objects.filter(provider=event.provider)
    if event.reference or event.provider_payment:
        named = Q(pk=None)
        named |= Q(reference=event.reference) if event.reference else Q(pk=None)
        named |= Q(provider_payment=event.provider_payment) if event.provider_payment else Q(pk=None)
        if attempt := ours.filter(named).first():
            return attempt
    attempt = ours.filter(key=event.key).first() if event.key else None
    return _learn(attempt, event) if attempt else None


def _learn(attempt: PaymentAttempt, event: PaymentEvent) -> PaymentAttempt | None:
    """The callback overtook the answer to our own request, or was sent by another shop that has this key too."""
    if not event.reference:
        return attempt if attempt.reference and not attempt.provider_payment else None
    if attempt.reference:
        return None
    PaymentAttempt.objects.filter(pk=attempt.pk, reference="").update(reference=event.reference)
    attempt.refresh_from_db()
    return attempt


def _by_payment(event: PaymentEvent) -> PaymentAttempt | None:
    """A refund or a dispute names a payment alone: its provider knows which try it is of."""
    if not event.provider_payment:
        return None
    key = provider_of(event.provider).key_of(event.provider_payment)
    return PaymentAttempt.objects.filter(provider=event.provider, key=key).first() if key else None
