"""Payments by card: each try that brought money is booked once, and no more of it goes back than came."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q, Sum

from catalog.money import ZERO
from catalog.money import format_money as say

from ...ledger.models import Act, Holder, Kind, LedgerLine
from ...ledger.queries import balance, lines_of
from ...payments.bank import MoneyTask, TaskKind
from ...payments.cards import GOES_BACK, CardRefund, Dispute, DisputeStatus, PaymentAttempt, PaymentEvent
from ...payments.models import Payment
from ...statuses import AttemptStatus, CardRefundStatus, PaymentStatus, RefundStatus

#: Callbacks are applied as they come, else by the next ticks; a provider that sleeps holds them up.
PATIENCE = timedelta(days=1)


def money_is_booked_once(now: datetime) -> Iterator[str]:
    """For each try that brought money there is one entry, with its amount and its order, and for nothing else."""
    charged = _moved(Act.CHARGED)
    paid = PaymentAttempt.objects.filter(status=AttemptStatus.PAID)
    for pk, key, order, amount in paid.values_list("pk", "key", "payment__order", "amount"):
        if charged.pop(f"charged:{pk}", None) != (order, amount):
            yield f"Attempt {key} is paid, and is not in the books as {say(amount)} for its order."
    for entry in charged:
        yield f"Entry {entry} is no attempt that was paid."


def fees_are_booked(now: datetime) -> Iterator[str]:
    lines = LedgerLine.objects.filter(entry__act=Act.FEE, account__holder=Holder.PROVIDER)
    booked: dict[str, Decimal] = {}
    for key, amount in lines.values_list("entry__key", "amount"):
        attempt = key.split(":")[1]
        booked[attempt] = booked.get(attempt, ZERO) - amount
    for pk, key, fee in PaymentAttempt.objects.exclude(fee=None).exclude(fee=0).values_list("pk", "key", "fee"):
        if booked.pop(str(pk), None) != fee:
            yield f"Attempt {key} cost a fee of {say(fee or ZERO)}, which the books do not say."
    for attempt in booked:
        yield f"A fee of attempt {attempt} is in the books alone."


def a_paid_order_was_paid(now: datetime) -> Iterator[str]:
    """A payment by card that is paid has a try that brought money."""
    paid = PaymentAttempt.objects.filter(payment=OuterRef("pk"), status=AttemptStatus.PAID)
    by_card = Payment.objects.filter(part=None, status=PaymentStatus.PAID, method__in=("stripe", "cmi"))
    for pk, number in by_card.filter(~Exists(paid)).values_list("pk", "order__number"):
        yield f"Payment {pk} of order {number} is paid by card, and no attempt brought the money."


def no_more_goes_back_than_came(now: datetime) -> Iterator[str]:
    going = Sum("card_refunds__amount", filter=Q(card_refunds__status__in=GOES_BACK))
    rows = PaymentAttempt.objects.order_by().values_list("key", "amount", "given_back").annotate(going=going)
    for key, amount, given_back, going_back in rows:
        if (going_back or ZERO) != given_back or given_back > amount:
            yield f"Attempt {key} of {say(amount)} gives back {say(given_back)}, its refunds come to {say(going_back or ZERO)}."


def refunds_to_cards_are_booked(now: datetime) -> Iterator[str]:
    """What reached a card ended what it was for; what did not, did not."""
    refunds = CardRefund.objects.exclude(refund=None).values_list("pk", "status", "refund__status")
    for pk, status, of_part in refunds:
        if (status == CardRefundStatus.DONE) != (of_part == RefundStatus.PAID):
            yield f"Card refund {pk} is {status}, what it is for is {of_part}."
    surplus = CardRefund.objects.filter(task__isnull=False).exclude(task__kind=TaskKind.TAKEN_BACK)
    for pk, status in surplus.filter(task__by_card=True).values_list("pk", "status"):
        if status != CardRefundStatus.DONE and not _came_back(pk):
            yield f"Card refund {pk} is {status}, its surplus went back to the card."
    for pk in surplus.filter(status=CardRefundStatus.DONE, task__by_card=False).values_list("pk", flat=True):
        yield f"Card refund {pk} is done, and its surplus is open."


def _came_back(card_refund: int) -> bool:
    return LedgerLine.objects.filter(entry__key=f"refund-failed:{card_refund}").exists()


def what_was_taken_back_is_somebodys_work(now: datetime) -> Iterator[str]:
    """What providers took off our balance without being asked is on its account as long as it is to be explained."""
    held = balance(lines_of(Holder.PLATFORM, Kind.TAKEN_BACK))
    told = MoneyTask.objects.filter(kind=TaskKind.TAKEN_BACK, done_at=None, card_refund__status=CardRefundStatus.DONE)
    disputed = Dispute.objects.filter(is_withdrawn=True, task__done_at=None)
    expected = _sum(told) + _sum(disputed)
    if held != expected:
        yield f"{say(held)} were taken back and are to be explained, the tasks of it come to {say(expected)}."
    for pk in Dispute.objects.filter(status=DisputeStatus.LOST, task=None).values_list("pk", flat=True):
        yield f"Dispute {pk} is lost, and nobody's work."


def events_are_applied(now: datetime) -> Iterator[str]:
    late = PaymentEvent.objects.filter(done_at=None, received_at__lt=now - PATIENCE)
    for event in late.values_list("event_id", flat=True):
        yield f"Event {event} came a day ago and is not applied."


def attempts_and_tasks_name_one_order(now: datetime) -> Iterator[str]:
    tasks = MoneyTask.objects.exclude(attempt=None).exclude(order=F("attempt__payment__order"))
    for pk in tasks.values_list("pk", flat=True):
        yield f"Task {pk} names another order than its attempt."
    parts = PaymentAttempt.objects.exclude(payment__part=None)
    for key in parts.values_list("key", flat=True):
        yield f"Attempt {key} pays a part, not an order."
    foreign = CardRefund.objects.exclude(refund=None).exclude(refund__payment=F("attempt__payment"))
    for pk in foreign.values_list("pk", flat=True):
        yield f"Card refund {pk} comes out of a payment of something else."


def _moved(act: Act) -> dict[str, tuple[int, Decimal]]:
    lines = LedgerLine.objects.filter(entry__act=act, account__holder=Holder.PROVIDER)
    return {key: (order, amount) for key, order, amount in lines.values_list("entry__key", "entry__order", "amount")}


def _sum(rows) -> Decimal:
    return rows.aggregate(sum=Sum("amount"))["sum"] or ZERO


CHECKS = [
    money_is_booked_once,
    fees_are_booked,
    a_paid_order_was_paid,
    no_more_goes_back_than_came,
    refunds_to_cards_are_booked,
    what_was_taken_back_is_somebodys_work,
    events_are_applied,
    attempts_and_tasks_name_one_order,
]
