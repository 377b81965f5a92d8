"""Ask a provider how a try stands, and apply what it says. Webhooks, return pages and the clock all come here."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from ...payments.cards import PaymentAttempt
from ...payments.providers.registry import provider_of
from ...statuses import AttemptStatus
from .apply import apply


def look_at(attempt: PaymentAttempt, *, end: bool = False, event=None) -> PaymentAttempt:
    """The try as it is after the provider was asked; `end` closes its page first, if nobody has paid there.

    Never within a transaction. `event` is the callback that made us look; it is marked as applied with what is applied.

    Raises:
        ProviderDown: no answer; nothing changed.
        ProviderRefused: it says no.
    """
    PaymentAttempt.objects.filter(pk=attempt.pk).update(asked_at=timezone.now())
    provider = provider_of(attempt.provider)
    if end:
        state = provider.end(attempt.reference)
    else:
        state = provider.look(attempt.reference, refunds=attempt.card_refunds.exists())
    return apply(attempt, state, event=event)


class JustAsked(Exception):
    """Somebody asked a moment ago, and may still wait for the answer: what is known is perhaps not true any more."""


def look_unless_just_asked(attempt: PaymentAttempt, *, seconds: float) -> PaymentAttempt:
    """For pages that many reload: the provider is asked once in so many seconds.

    Raises:
        JustAsked: see there.
        ProviderDown, ProviderRefused: see `look_at`.
    """
    provider = provider_of(attempt.provider)
    if attempt.status not in (AttemptStatus.OPEN, AttemptStatus.WAITING) or not provider.asks_back:
        return attempt
    now = timezone.now()
    is_due = Q(asked_at=None) | Q(asked_at__lte=now - timedelta(seconds=seconds))
    if not PaymentAttempt.objects.filter(is_due, pk=attempt.pk).update(asked_at=now):
        raise JustAsked
    return look_at(attempt)
