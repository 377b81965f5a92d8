"""Callbacks of providers that cannot be asked back: what they say is believed, because it is signed, and answered at once."""

from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.money import total

from ...payments.bank import SURPLUS, TaskKind
from ...payments.cards import PaymentAttempt, PaymentEvent
from ...payments.providers.base import Event, State, Told
from ...statuses import Actor, AttemptStatus, move
from .apply import apply, done_with
from .events import keep_event


class Answer(StrEnum):
    """What the provider is to do with the money that it keeps for us."""

    TAKE = "take"
    #: It may let go of the money, if it kept any.
    LEAVE = "leave"
    #: Something is wrong; it tells us again, or gives the money up.
    FAIL = "fail"


class _Unwanted(Exception):
    """Nothing of the order would go on with this money."""


def take_callback(provider: str, event: Event, state: State) -> Answer:
    """Apply a signed callback. Told twice it is answered twice, and applied once.

    Money that pays nothing (the order lapsed and is sold out, or was paid) is not taken: what was never taken need not go
    back.
    """
    keep_event(provider, event, is_applied_here=True)
    row = PaymentEvent.objects.get(provider=provider, event_id=event.id)
    attempt = PaymentAttempt.objects.filter(provider=provider, key=event.key).first()
    if attempt is None:
        done_with(row, None)
        return Answer.FAIL
    if state.status == Told.PAID and (state.amount, state.currency) != (attempt.charged, attempt.currency):
        _note_error(row, f"{state.amount} {state.currency}")
        return Answer.FAIL
    try:
        with transaction.atomic():
            attempt = apply(attempt, state)
            if attempt.status == AttemptStatus.PAID and not _pays(attempt):
                raise _Unwanted
            done_with(row, attempt)
    except _Unwanted:
        _leave(attempt, row)
        return Answer.LEAVE
    # A second acceptance of one try is other money.
    is_its_own = state.status == Told.PAID and state.payment == attempt.provider_payment
    return Answer.TAKE if attempt.status == AttemptStatus.PAID and is_its_own else Answer.LEAVE


def _pays(attempt: PaymentAttempt) -> bool:
    """Some of its money pays the order."""
    surplus = attempt.tasks.filter(kind__in=SURPLUS).exclude(kind=TaskKind.TOO_LITTLE)
    return total(task.amount for task in surplus) < attempt.amount


@transaction.atomic
def _leave(attempt: PaymentAttempt, row: PaymentEvent) -> None:
    attempt = PaymentAttempt.objects.select_for_update().get(pk=attempt.pk)
    attempt.because = _("not taken: nothing was left to pay")
    attempt.save(update_fields=["because"])
    if attempt.status in (AttemptStatus.STARTED, AttemptStatus.OPEN):
        move(attempt, AttemptStatus.FAILED, actor=Actor.PROVIDER, because=attempt.because)
    done_with(row, attempt)


def _note_error(row: PaymentEvent, error: str) -> None:
    done_with(row, None)
    PaymentEvent.objects.filter(pk=row.pk).update(error=error[:300], is_foreign=False)
