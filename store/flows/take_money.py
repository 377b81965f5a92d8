"""Money that came to the bank, and the order that it is for (docs/decisions/0021).

Each line of a statement ends here: on its order, or with a task that has an owner and a date.
"""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.money import ZERO, total
from catalog.products.models import Variant
from catalog.stock import actions as stock
from catalog.stock.errors import OutOfStock

from ..orders.models import CooperativeOrder, Order
from ..orders.reasons import CancelReason
from ..outbox import actions as outbox
from ..payments import actions as payments
from ..payments import tasks
from ..payments.bank import LineStatus, MoneyTask, StatementLine, TaskKind
from ..payments.methods import METHODS, TRANSFER, PaymentMethod
from ..payments.models import Payment
from ..payments.references import numbers_in
from ..payments.verdict import Outcome, Standing, Verdict, judge
from ..statuses import Actor, PartStatus, PaymentStatus, move, reopen
from ..vouchers import actions as vouchers
from . import books, mails
from .cancel_part import cancel_part
from .cards.queue import send_surplus_back
from .fulfil_part import keep_stock

#: The task that each outcome without a surplus leaves.
TASKS = {
    Outcome.TOO_LITTLE: TaskKind.TOO_LITTLE,
    Outcome.PAID_TWICE: TaskKind.PAID_TWICE,
    Outcome.CANCELED: TaskKind.CANCELED_PART,
}


class VoucherGone(Exception):
    """Somebody else uses the voucher that made the order cheaper: it cannot go on at its price."""


class AlreadyMatched(Exception):
    """The line is matched or set aside; nothing is written."""


class NotByTransfer(Exception):
    """The order is paid in another way: this money cannot be booked on it."""


def orders_meant(labels: Iterable[str]) -> dict[str, Order]:
    """The orders whose numbers are in these labels, by number; one query (and their parts and payments)."""
    numbers = {number for label in labels for number in numbers_in(label)}
    orders = Order.objects.filter(number__in=numbers).prefetch_related("parts", "payments", "money_tasks")
    return {order.number: order for order in orders}


def order_in(label: str, orders: dict[str, Order]) -> Order | None:
    """The one order that a label means; None where it names none of these, or several."""
    meant = [orders[number] for number in numbers_in(label) if number in orders]
    return meant[0] if len(meant) == 1 else None


def standing_of(order: Order) -> Standing | None:
    """How an order stands with its money; None where it is not paid by transfer. Asks nothing of what was fetched."""
    payments_ = list(order.payments.all())
    payment = next((payment for payment in payments_ if payment.part_id is None), None)
    if payment is None or any(its.part_id and its.status != PaymentStatus.EXPIRED for its in payments_):
        return None
    waiting = [task for task in order.money_tasks.all() if task.kind == TaskKind.TOO_LITTLE and task.is_open]
    return standing_with(payment, list(order.parts.all()), waiting)


def match_new_lines(lines=None, *, by=None) -> int:
    """Match what was imported, each line in a transaction of its own; the tick takes up what was left."""
    lines = StatementLine.objects.all() if lines is None else lines
    matched = 0
    for line in lines.filter(status=LineStatus.NEW).order_by("pk")[:200]:
        matched += match_line(line, by=by)
    return matched


@transaction.atomic
def match_line(line: StatementLine, *, by=None) -> bool:
    """Take the money for the order that the label names; else somebody has to look. False if it was done already."""
    if not _is(line, LineStatus.NEW):
        return False
    text = f"{line.label} {line.number}"
    order = order_in(text, orders_meant([text]))
    if order is not None and standing_of(order) is not None:
        _take(line, order, by=by)
        return True
    StatementLine.objects.filter(pk=line.pk).update(status=LineStatus.TASK)
    _ask_whose(line, order, by=by)
    return True


def ask_about_twins(lines: list[StatementLine]) -> None:
    """Lines that look like another of their file: each is somebody's task, with the order that its label names."""
    orders = orders_meant(f"{line.label} {line.number}" for line in lines)
    for line in lines:
        _ask_whose(line, order_in(f"{line.label} {line.number}", orders), by=line.statement.by)


def _ask_whose(line: StatementLine, order: Order | None, *, by) -> None:
    """Somebody finds out whose the money is; until then it is in the books as nobody's."""
    tasks.begin(TaskKind.UNKNOWN_REFERENCE, line.amount, order=order, line=line, owner=line.statement.by)
    books.book_received(line, by=by)


@transaction.atomic
def match_by_hand(line: StatementLine, order: Order, *, by, because: str = "") -> None:
    """Somebody knows which order the money is for.

    Raises:
        AlreadyMatched: somebody was quicker, or set it aside.
        NotByTransfer: the order is not paid by transfer.
    """
    if not _is(line, LineStatus.TASK):
        raise AlreadyMatched
    _take(line, order, was_received=True, by=by, because=because)
    tasks.end_of_line(line, because=_("Matched with order %(number)s") % {"number": order.number}, by=by)


def _is(line: StatementLine, status: LineStatus) -> bool:
    """The line, locked, is in this status: who comes second waits here, and finds it done."""
    return StatementLine.objects.select_for_update().filter(pk=line.pk, status=status).exists()


def _take(line: StatementLine, order: Order, *, was_received: bool = False, by, because: str = "") -> None:
    parts = locked_parts(order)
    payment = payments.whole_of(order)
    if payment is None or payments.is_at_the_door(order):
        raise NotByTransfer
    standing = standing_with(payment, parts, tasks.waiting_for_the_rest(order))
    verdict = judge(standing, line.amount)
    going_on, kind = let_go_on(parts, payment, verdict, method=TRANSFER, by=by, because=str(line))
    applied = total(part.due for part in going_on)
    if not StatementLine.objects.filter(pk=line.pk, payment=None).update(status=LineStatus.MATCHED, payment=payment):
        raise AlreadyMatched
    books.book_transferred(line, order=order, applied=applied, was_received=was_received, by=by, because=because)
    surplus = line.amount + (standing.waiting if going_on else ZERO) - applied
    if surplus and kind:
        tasks.begin(kind, surplus, order=order, line=line, owner=by or line.statement.by)
    _write_mails(line, order, going_on)


@transaction.atomic
def take_what_waits(order: Order, *, by=None) -> None:
    """An order costs less than before: what came for it and was too little may be enough now."""
    parts = locked_parts(order)
    payment = payments.whole_of(order)
    waiting = tasks.waiting_for_the_rest(order)
    if payment is None or payment.status != PaymentStatus.EXPECTED or not waiting:
        return
    standing = standing_with(payment, parts, waiting)
    going_on, kind = let_go_on(
        parts, payment, judge(standing, ZERO), method=METHODS[payment.method], by=by, because=_("It costs less now.")
    )
    if not going_on:
        return
    last = waiting[-1]
    applied = total(part.due for part in going_on)
    books.book_waited(last, applied=applied, by=by)
    if standing.waiting > applied and kind:
        left = standing.waiting - applied
        task = tasks.begin(kind, left, order=order, line=last.line, attempt=last.attempt, owner=by or last.owner)
        send_surplus_back(task)
    if last.line:
        _write_mails(last.line, order, going_on, again="enough")
    elif last.attempt_id:
        outbox.write(
            mails.CARD_PAID,
            about_id=last.attempt_id,
            recipient=order.email,
            language=order.language,
            key_suffix="enough",
        )
        tell_cooperatives(going_on)


def locked_parts(order: Order) -> list[CooperativeOrder]:
    """Before the payment, as whoever cancels one locks them."""
    parts = CooperativeOrder.objects.filter(order=order).select_related("order", "cooperative")
    return list(parts.order_by("pk").select_for_update(of=("self",)))


def let_go_on(
    parts: list[CooperativeOrder],
    payment: Payment,
    verdict: Verdict,
    *,
    method: PaymentMethod,
    actor: Actor = Actor.STAFF,
    by=None,
    because: str,
    came: str = "",
) -> tuple[list[CooperativeOrder], TaskKind | None]:
    """The parts that the money pays and that are confirmed, and what a surplus is called."""
    if not verdict.applied:
        return [], TASKS.get(verdict.outcome)
    wanted = open_parts(parts) + (_lapsed(parts) if verdict.outcome == Outcome.PAYS_LATE else [])
    stock.take_turns(Variant.objects.filter(order_lines__part__in=wanted))
    going_on = [part for part in wanted if _goes_on(part, actor=actor, by=by, because=came or _("The transfer came."))]
    kind = TaskKind.LATE if len(going_on) < len(wanted) else _kind_of_surplus(parts)
    if going_on:
        applied = total(part.due for part in going_on)
        its = Payment.objects.get(pk=payment.pk)
        payments.pay(its, applied, method=method, actor=actor, by=by, because=because)
        tasks.end_of_rest(payment.order, because=_("The rest came."), by=by)
    return going_on, kind


def _goes_on(part: CooperativeOrder, *, actor: Actor, by, because: str) -> bool:
    """Confirm a part that is paid, if its stock is there; one that lapsed begins anew, one that cannot go on is canceled."""
    was = part.status
    try:
        with transaction.atomic():
            if was == PartStatus.CANCELED:
                reopen(part, PartStatus.CONFIRMED, actor=actor, by=by, because=because)
                CooperativeOrder.objects.filter(pk=part.pk).update(cancel_reason="")
                part.cancel_reason = ""
                if part.discount and not vouchers.take_again(part.order):
                    raise VoucherGone
            else:
                move(part, PartStatus.CONFIRMED, actor=actor, by=by, because=because)
            keep_stock(part)
    except (OutOfStock, VoucherGone):
        part.refresh_from_db(fields=["status", "cancel_reason"])
        if was != PartStatus.CANCELED:
            cancel_part(part, reason=CancelReason.OUT_OF_STOCK, actor=actor, by=by)
        return False
    return True


def _kind_of_surplus(parts: list[CooperativeOrder]) -> TaskKind:
    is_less_than_placed = any(part.status == PartStatus.CANCELED for part in parts)
    return TaskKind.CANCELED_PART if is_less_than_placed else TaskKind.TOO_MUCH


def standing_with(payment: Payment, parts: list[CooperativeOrder], waiting: list[MoneyTask]) -> Standing:
    """How an order stands with its money, of rows that are locked or were fetched."""
    return Standing(
        is_paid=payment.status == PaymentStatus.PAID,
        open=total(part.due for part in open_parts(parts)),
        lapsed=total(part.due for part in _lapsed(parts)),
        waiting=total(task.amount for task in waiting),
    )


def open_parts(parts: list[CooperativeOrder]) -> list[CooperativeOrder]:
    return [part for part in parts if part.status != PartStatus.CANCELED]


def _lapsed(parts: list[CooperativeOrder]) -> list[CooperativeOrder]:
    """Canceled by the clock because no money came, and by nobody's will."""
    return [
        part for part in parts if part.status == PartStatus.CANCELED and part.cancel_reason == CancelReason.NOT_PAID
    ]


def _write_mails(line: StatementLine, order: Order, going_on: list[CooperativeOrder], *, again: str = "") -> None:
    outbox.write(
        mails.TRANSFER_RECEIVED, about_id=line.pk, recipient=order.email, language=order.language, key_suffix=again
    )
    tell_cooperatives(going_on)


def tell_cooperatives(going_on: list[CooperativeOrder]) -> None:
    """Each that has something to make ready now."""
    for part in going_on:
        cooperative = part.cooperative
        outbox.write(
            mails.PART_TO_PREPARE, about_id=part.pk, recipient=cooperative.email, language=cooperative.language
        )
    mails.deliver_soon()
