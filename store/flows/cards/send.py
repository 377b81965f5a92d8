"""Ask the provider to send money back to a card. It may be asked again at any time: it goes once."""

import logging
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from ...orders.models import Order
from ...payments import actions as payments
from ...payments.cards import CardRefund, PaymentAttempt
from ...payments.providers.base import ProviderDown, ProviderRefused, RefundState
from ...payments.providers.registry import provider_of
from ...statuses import Actor, CardRefundStatus, move
from ..take_money import locked_parts
from .given import failed, note_refunds
from .look import look_at
from .queue import send_surplus_back, surplus_to_send

log = logging.getLogger(__name__)
#: Whoever sends one keeps others from it for so long; who died leaves it to the next.
CLAIM = timedelta(minutes=2)
LONGEST_WAIT = timedelta(hours=1)


def send_due(now: datetime | None = None, limit: int = 50) -> int:
    """Send what is to go back to cards; how many the provider took."""
    now = now or timezone.now()
    for task in surplus_to_send()[:limit]:
        send_surplus_back(task)
    due = CardRefund.objects.filter(status=CardRefundStatus.TO_SEND, next_try_at__lte=now).order_by("next_try_at", "pk")
    return sum(send(card_refund, now=now) for card_refund in due.select_related("attempt")[:limit])


def send(card_refund: CardRefund, *, now: datetime | None = None) -> bool:
    """Ask once; False where there was no answer, a refusal, or somebody else is at it."""
    now = now or timezone.now()
    claimed = CardRefund.objects.filter(
        pk=card_refund.pk, status=CardRefundStatus.TO_SEND, tries=card_refund.tries
    ).update(tries=F("tries") + 1, next_try_at=now + CLAIM)
    if not claimed:
        return False
    attempt = card_refund.attempt
    try:
        if card_refund.tries and _went_before(card_refund):
            return True
        state = provider_of(attempt.provider).refund(
            attempt.provider_payment, card_refund.charged, attempt.currency, key=card_refund.key
        )
    except ProviderDown:
        wait = min(timedelta(seconds=30 * 2 ** min(card_refund.tries, 10)), LONGEST_WAIT)
        CardRefund.objects.filter(pk=card_refund.pk).update(next_try_at=now + wait)
        return False
    except ProviderRefused as refused:
        log.error("refund %s was refused: %s", card_refund.key, refused.code)
        _refused(card_refund, refused, now)
        return False
    except Exception:  # whatever it is, the others are sent
        log.exception("refund %s could not be sent", card_refund.key)
        return False
    _note(attempt, state)
    return True


def _went_before(card_refund: CardRefund) -> bool:
    """It was asked for before, and nobody wrote the answer down. A provider forgets our key after a day, and not the refund."""
    with suppress(ProviderRefused):  # to be looked at is not what it was asked for
        look_at(card_refund.attempt)
    return not CardRefund.objects.filter(pk=card_refund.pk, status=CardRefundStatus.TO_SEND).exists()


@transaction.atomic
def _note(attempt: PaymentAttempt, state: RefundState) -> None:
    note_refunds(_locked(attempt), (state,))


def _refused(card_refund: CardRefund, refused: ProviderRefused, now: datetime) -> None:
    """Perhaps it went back already, at the provider: that is looked at before it is given up."""
    try:
        look_at(card_refund.attempt)
    except ProviderDown:
        CardRefund.objects.filter(pk=card_refund.pk).update(next_try_at=now + CLAIM)
        return
    except ProviderRefused:
        log.warning("attempt %s could not be looked at", card_refund.attempt.key)
    _give_up(card_refund, refused.code)


@transaction.atomic
def _give_up(card_refund: CardRefund, because: str) -> None:
    attempt = _locked(card_refund.attempt)
    card_refund = CardRefund.objects.select_related("refund__part", "task").get(pk=card_refund.pk)
    if card_refund.status != CardRefundStatus.TO_SEND:
        return
    card_refund.attempt = attempt
    card_refund.because = because[:300]
    card_refund.save(update_fields=["because"])
    move(card_refund, CardRefundStatus.FAILED, actor=Actor.PROVIDER, because=because[:300])
    failed(card_refund, had_gone=False)


def _locked(attempt: PaymentAttempt) -> PaymentAttempt:
    """With the locks of whoever applies what a provider says, in the same order."""
    order = Order.objects.get(payments=attempt.payment_id)
    locked_parts(order)
    payments.whole_of(order)
    return PaymentAttempt.objects.select_for_update(of=("self",)).select_related("payment__order").get(pk=attempt.pk)
