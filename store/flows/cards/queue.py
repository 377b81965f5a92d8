"""Money that is to go back to a card: written down with the room it takes, and sent by whoever comes first (`send.py`)."""

from collections.abc import Iterable
from decimal import Decimal
from operator import attrgetter

from django.db import transaction
from django.db.models import F, Value

from catalog.money import ZERO, MoneyField

from ...payments.bank import SURPLUS, MoneyTask, TaskKind
from ...payments.cards import GOES_BACK, CardRefund, PaymentAttempt
from ...payments.methods import CARDS
from ...payments.models import Payment
from ...refunds.models import Refund, RefundWay
from ...statuses import Actor, AttemptStatus, PaymentStatus, RefundStatus, first_status


def goes_by_itself(refund: Refund) -> bool:
    """The provider sends it to the card when we say so; nobody has to pay it by hand."""
    method = CARDS.get(refund.payment.method)
    return refund.way == RefundWay.ORIGINAL and method is not None and method.refunds_itself


def send_to_card(refund: Refund) -> CardRefund | None:
    """An approved refund is sent to the card that paid; None where no card has room for it, and a person pays it."""
    attempt = room_for(refund.payment, refund.amount) if goes_by_itself(refund) else None
    return _queue(attempt, refund.amount, key=f"refund:{refund.pk}", refund=refund) if attempt else None


def goes_back_to_card(payment: Payment | None, refunds: Iterable[Refund], *, owed: Decimal = ZERO) -> bool:
    """What is owed for a part goes back to the card that paid it, so that nobody asks for a bank account.

    `refunds` are those of the part: where one could not go back to the card, another way is wanted; so it is where no card
    brought as much as is `owed`. Asks nothing of attempts that were fetched.
    """
    if payment is None or payment.status != PaymentStatus.PAID or payment.method not in CARDS:
        return False
    if any(refund.status == RefundStatus.FAILED for refund in refunds):
        return False
    return not owed or room_for(payment, owed) is not None


def room_for(payment: Payment, amount: Decimal) -> PaymentAttempt | None:
    """The try that brought so much that is not given back. Who sends it by itself must have named its payment."""
    for attempt in sorted(payment.attempts.all(), key=attrgetter("pk")):
        is_known = attempt.provider_payment or not CARDS[attempt.provider].refunds_itself
        is_its_own = attempt.provider == payment.method and attempt.status == AttemptStatus.PAID
        if is_its_own and is_known and attempt.room >= amount:
            return attempt
    return None


def send_surplus_back(task: MoneyTask) -> CardRefund | None:
    """What came by card and no order needs goes back to the card; None where a person has to do it."""
    attempt = _card_for(task)
    with transaction.atomic():
        if attempt is None or not MoneyTask.objects.select_for_update().filter(pk=task.pk, done_at=None).exists():
            return None  # it pays the order by now, or somebody was quicker
        return _queue(attempt, task.amount, key=f"surplus:{task.pk}", task=task)


def _card_for(task: MoneyTask) -> PaymentAttempt | None:
    """The try whose provider can send a surplus back to its card."""
    attempt = task.attempt
    if attempt is None or not CARDS[attempt.provider].refunds_itself or not attempt.provider_payment:
        return None
    # Where it is more, some of it came in another way.
    return attempt if task.amount <= attempt.room else None


def goes_to_card(task: MoneyTask) -> bool:
    """A surplus is on its way to its card, or the clock sends it: nobody gives it back by hand."""
    if sent := CardRefund.objects.filter(task=task).first():
        return sent.status in GOES_BACK
    return surplus_to_send().filter(pk=task.pk).exists() and _card_for(task) is not None


def surplus_to_send():
    """Surplus of cards that is not on its way; what waits for the rest of an order's price is left where it is."""
    waits = MoneyTask.objects.filter(kind=TaskKind.TOO_LITTLE, order__payments__status=PaymentStatus.EXPECTED)
    tasks = MoneyTask.objects.filter(done_at=None, attempt__isnull=False, card_refund=None, kind__in=SURPLUS, rib="")
    return tasks.exclude(kind=TaskKind.REFUND_FAILED).exclude(pk__in=waits.values("pk")).select_related("attempt")


@transaction.atomic
def _queue(attempt: PaymentAttempt, amount: Decimal, *, key: str, **for_what) -> CardRefund | None:
    if existing := CardRefund.objects.filter(key=key).first():
        return existing
    if not take_room(attempt, amount):
        return None
    charged = attempt.charged_for(attempt.given_back) - attempt.charged_for(attempt.given_back - amount)
    card_refund = CardRefund.objects.create(attempt=attempt, key=key, amount=amount, charged=charged, **for_what)
    first_status(card_refund, actor=Actor.CLOCK)
    send_soon()
    return card_refund


def take_room(attempt: PaymentAttempt, amount: Decimal) -> bool:
    """So much more of a try goes back. False where that is more than came."""
    room = PaymentAttempt.objects.filter(pk=attempt.pk, amount__gte=F("given_back") + _money(amount))
    if not room.update(given_back=F("given_back") + _money(amount)):
        return False
    attempt.refresh_from_db(fields=["given_back"])
    return True


def leave_room(attempt: PaymentAttempt, amount: Decimal) -> None:
    """So much less of a try goes back, because it did not reach the card."""
    PaymentAttempt.objects.filter(pk=attempt.pk).update(given_back=F("given_back") - _money(amount))
    attempt.refresh_from_db(fields=["given_back"])


def _money(amount: Decimal) -> Value:
    """For sums that the database does: beside a column, a bare `Decimal` would be centimes."""
    return Value(amount, output_field=MoneyField())


def send_soon() -> None:
    """Once the transaction is done, have the worker send it. If it cannot be told, the tick does."""
    from ..tasks import send_card_refunds  # which knows the network, and the flows that come here

    transaction.on_commit(send_card_refunds.enqueue, robust=True)
