"""The bank's statements: each line is booked once or somebody's work, and no order paid in advance goes on without its money."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q, Sum

from catalog.money import ZERO, total
from catalog.money import format_money as say

from ...ledger.models import Act, Holder, Kind, LedgerLine
from ...ledger.queries import balance, lines_of
from ...orders.models import CooperativeOrder
from ...orders.queries import DUE
from ...payments.bank import LineStatus, MoneyTask, StatementLine, TaskKind
from ...payments.models import Payment
from ...statuses import PartStatus, PaymentStatus

#: Lines are matched as they are imported, else by the next ticks.
PATIENCE = timedelta(hours=1)
#: Where the parts of an order that is paid as a whole may be, by where its payment is.
FITS = {
    PaymentStatus.EXPECTED: {PartStatus.PLACED, PartStatus.CANCELED},
    PaymentStatus.EXPIRED: {PartStatus.CANCELED},
    PaymentStatus.PAID: set(PartStatus) - {PartStatus.PLACED},
}
#: Paid, and not yet in the books as sold.
_ON_THE_WAY = (PartStatus.CONFIRMED, PartStatus.PACKED, PartStatus.SHIPPED)


def parts_wait_for_their_money(now: datetime) -> Iterator[str]:
    at_the_door = Payment.objects.filter(part=OuterRef("pk")).exclude(status=PaymentStatus.EXPIRED)
    parts = CooperativeOrder.objects.filter(order__payments__part=None, order__payments__isnull=False)
    parts = parts.exclude(Exists(at_the_door), order__payments__status=PaymentStatus.EXPIRED)
    asked = ("pk", "status", "order__number", "order__payments", "order__payments__status")
    for part, status, number, payment, paid in parts.values_list(*asked):
        if status not in FITS.get(PaymentStatus(paid), ()):
            yield f"Payment {payment} is {paid} while part {part} of order {number} is {status}."


def payments_follow_their_parts(now: datetime) -> Iterator[str]:
    """What is expected for a whole order is what its open parts cost; what is paid is what the books say."""
    wanted = dict(_by_order(CooperativeOrder.objects.exclude(status=PartStatus.CANCELED), "order", DUE))
    due = LedgerLine.objects.filter(account__holder=Holder.BUYER, account__kind=Kind.DUE)
    booked = dict(_by_order(due.filter(entry__act__in=(Act.TRANSFERRED, Act.CHARGED)), "entry__order", "amount"))
    on_the_way = dict(_by_order(CooperativeOrder.objects.filter(status__in=_ON_THE_WAY), "order", DUE))
    payments = Payment.objects.filter(part=None).values_list("pk", "order", "order__number", "status", "amount")
    whole = {order for _pk, order, *_rest in payments}
    owed = dict(_by_order(due.filter(entry__order__in=whole), "entry__order", "amount"))
    for pk, order, number, status, amount in payments:
        if status == PaymentStatus.EXPECTED and amount != wanted.get(order, ZERO):
            yield f"Payment {pk} of order {number} is {say(amount)}, its open parts cost {say(wanted.get(order, ZERO))}."
        pays = amount if status == PaymentStatus.PAID else ZERO
        if -booked.get(order, ZERO) != pays:
            yield f"Payment {pk} of order {number} is {status} with {say(pays)}, {say(-booked.get(order, ZERO))} are booked."
        kept = on_the_way.get(order, ZERO) if status == PaymentStatus.PAID else ZERO
        if -owed.get(order, ZERO) != kept:
            yield (
                f"Order {number} has {say(-owed.get(order, ZERO))} paid in advance in the books, "
                f"{say(kept)} are under way."
            )


def lines_are_booked_once(now: datetime) -> Iterator[str]:
    """A transfer is in the books for each matched line, with its amount and its order, and for nothing else."""
    entries = _moved(Act.TRANSFERRED, Q(account__holder=Holder.BANK) | Q(account__kind=Kind.UNMATCHED))
    matched = StatementLine.objects.filter(status=LineStatus.MATCHED).values_list("pk", "payment__order", "amount")
    for pk, order, amount in matched:
        if entries.pop(f"transferred:{pk}", None) != (order, amount):
            yield f"Line {pk} of a statement is matched, and is not in the books as {say(amount)} for its order."
    for key in entries:
        yield f"Entry {key} is no matched line of a statement."


def what_is_nobodys_is_held(now: datetime) -> Iterator[str]:
    """Money that no order was found for is in the books as nobody's until it is matched or set aside, and once."""
    received = _moved(Act.RECEIVED, Q(account__holder=Holder.BANK))
    waiting = dict(StatementLine.objects.filter(status=LineStatus.TASK).values_list("pk", "amount"))
    for pk, amount in waiting.items():
        _order, came = received.get(f"received:{pk}", (None, ZERO))
        if came != amount:
            yield f"Line {pk} of a statement is to be looked at, {say(came)} of its {say(amount)} are in the books."
    gone = _moved(Act.SET_ASIDE, Q(account__kind=Kind.UNMATCHED))
    told = MoneyTask.objects.exclude(ending="").values_list("pk", "line", "amount")
    for pk, line, amount in told:
        if gone.pop(f"set-aside:{line}", (None, ZERO))[1] != amount:
            yield f"Task {pk} says how {say(amount)} ended, the books do not."
    for key in gone:
        yield f"Entry {key} is no task of money that was set aside."
    held, come_to = -balance(lines_of(Holder.PLATFORM, Kind.UNMATCHED)), total(waiting.values())
    if held != come_to:
        yield f"{say(held)} are nobody's in the books, the lines to be looked at come to {say(come_to)}."


def surplus_is_given_back_once(now: datetime) -> Iterator[str]:
    """What tasks say was given back is in the books, with its amount and its order, and nothing else is."""
    entries = _moved(Act.SURPLUS_BACK, Q(account__holder__in=(Holder.BANK, Holder.PROVIDER)))
    for pk, order, amount in MoneyTask.objects.exclude(reference="").values_list("pk", "order", "amount"):
        if entries.pop(f"surplus-back:{pk}", None) != (order, -amount):
            yield f"Task {pk} says that {say(amount)} were given back, the books do not."
    for key in entries:
        yield f"Entry {key} is no task of what was given back."


def lines_are_somebodys_work(now: datetime) -> Iterator[str]:
    asked_for = MoneyTask.objects.filter(line=OuterRef("pk"), kind=TaskKind.UNKNOWN_REFERENCE, done_at=None)
    for pk in (
        StatementLine.objects.filter(status=LineStatus.TASK).exclude(Exists(asked_for)).values_list("pk", flat=True)
    ):
        yield f"Line {pk} of a statement is to be looked at, and nobody's task says so."
    late = StatementLine.objects.filter(status=LineStatus.NEW, statement__at__lt=now - PATIENCE)
    for pk in late.values_list("pk", flat=True):
        yield f"Line {pk} of a statement was imported and never matched."
    left_over = LedgerLine.objects.filter(account__kind=Kind.REFUND_DUE, amount__lt=0)
    left_over = left_over.filter(entry__act__in=(Act.TRANSFERRED, Act.CHARGED))
    keys = set(left_over.values_list("entry__key", flat=True))
    told = MoneyTask.objects.exclude(kind=TaskKind.UNKNOWN_REFERENCE)
    keys -= {f"transferred:{line}" for line in told.exclude(line=None).values_list("line", flat=True)}
    keys -= {f"charged:{attempt}" for attempt in told.exclude(attempt=None).values_list("attempt", flat=True)}
    for key in sorted(keys):
        yield f"Entry {key} leaves money over that is nobody's task."


def lines_and_tasks_name_one_order(now: datetime) -> Iterator[str]:
    """A line is matched with a payment for a whole order, and its tasks name the same."""
    foreign = StatementLine.objects.filter(status=LineStatus.MATCHED).exclude(payment__part=None)
    for pk in foreign.values_list("pk", flat=True):
        yield f"Line {pk} of a statement is matched with a payment of cash."
    tasks = MoneyTask.objects.exclude(line__payment=None).exclude(kind=TaskKind.UNKNOWN_REFERENCE)
    for pk in tasks.exclude(order=F("line__payment__order")).values_list("pk", flat=True):
        yield f"Task {pk} names another order than its line."


def _moved(act: Act, on: Q) -> dict[str, tuple[int, Decimal]]:
    """The order and the dirhams of each entry of an act on one of these accounts, by its key; below zero what left it."""
    lines = LedgerLine.objects.filter(on, entry__act=act)
    return {key: (order, amount) for key, order, amount in lines.values_list("entry__key", "entry__order", "amount")}


def _by_order(rows, order: str, amount):
    return rows.order_by().values_list(order).annotate(sum=Sum(amount))


CHECKS = [
    parts_wait_for_their_money,
    payments_follow_their_parts,
    lines_are_booked_once,
    what_is_nobodys_is_held,
    surplus_is_given_back_once,
    lines_are_somebodys_work,
    lines_and_tasks_name_one_order,
]
