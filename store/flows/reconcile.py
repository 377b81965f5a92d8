"""Each night: do ledger, payments, orders, parcels and stock tell the same of every dirham and every unit?

The invariants ask whether the rows of a table are sound; the comparisons here, whether two tables that were written by
different hands agree.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from catalog.cooperatives.models import Cooperative
from catalog.money import ZERO, summed, total
from catalog.money import format_money as say
from catalog.stock.models import MovementKind, StockMovement

from ..ledger.actions import Account
from ..ledger.models import Act, Holder, Kind, LedgerAccount, LedgerEntry, LedgerLine
from ..ledger.queries import balance, lines_of
from ..orders.models import CooperativeOrder, LineChange, Order, OrderLine, holder_of
from ..orders.queries import with_parts
from ..payments.bank import Ending, LineStatus, MoneyTask, StatementLine, TaskKind
from ..payments.cards import CardRefund, Dispute, PaymentAttempt
from ..payments.methods import CARDS
from ..payments.models import CashSheet, Payment
from ..refunds.models import Refund, RefundWay
from ..settlements.models import Settlement
from ..statuses import AttemptStatus, CardRefundStatus, PartStatus, PaymentStatus, RefundStatus, SettlementStatus
from . import invariants
from .balances import balances
from .legs import BORNE
from .month import Month
from .receipt import booked, receipt_of
from .statement import rows_of, totals_of

_CASH = (Act.COLLECTED, Act.HANDED_OVER, Act.SETTLED)


def reconcile(now: datetime | None = None) -> list[str]:
    """Every break as a sentence that names its rows; an empty list when all agree."""
    now = now or timezone.now()
    with invariants.one_moment():
        return [found for check in CHECKS for found in check(now)]


def accounts_add_up(now: datetime) -> Iterator[str]:
    if left := balance():
        yield f"All accounts together hold {say(left)}, and should hold nothing."


def accounts_are_whose_they_say(now: datetime) -> Iterator[str]:
    """The code of an account is what it is written by, its cooperative and its courier are what it is read by."""
    for account in LedgerAccount.objects.all():
        owner = account.cooperative_id or account.courier_id
        code = Account(Holder(account.holder), Kind(account.kind), owner, account.provider).code
        if code != account.code:
            yield f"Account {account.code} is read as {code}."


def statements_are_the_ledger(now: datetime) -> Iterator[str]:
    """All rows of a cooperative's statements together are what the accounts with its name hold."""
    by_owner: dict[str, Decimal] = {}
    lines = LedgerLine.objects.filter(account__code__startswith=f"{Holder.COOPERATIVE}:").order_by()
    for code, amount in lines.values_list("account__code").annotate(Sum("amount")):
        owner = code.rpartition(":")[2]
        by_owner[owner] = by_owner.get(owner, ZERO) - amount
    carried = {row.cooperative.pk: row.closing for row in balances(Month.of(timezone.localdate(now)))}
    for cooperative in Cooperative.objects.all():
        told, owed = totals_of(rows_of(cooperative)).amount, by_owner.get(str(cooperative.pk), ZERO)
        for what, amount in (("add up to", told), ("carry", carried[cooperative.pk])):
            if amount != owed:
                yield f"The statements of {cooperative.slug} {what} {say(amount)}, the ledger owes {say(owed)}."


def receipts_are_the_ledger(now: datetime) -> Iterator[str]:
    """What a buyer's receipt adds up to is what the ledger has, and what the order cost less what came back."""
    sale = LedgerEntry.objects.filter(act=Act.SALE)
    ended = Order.objects.exclude(parts__status__in=(PartStatus.PLACED, PartStatus.CONFIRMED, PartStatus.PACKED))
    orders = ended.exclude(parts__status=PartStatus.SHIPPED).filter(Exists(sale.filter(order=OuterRef("pk"))))
    sold = CooperativeOrder.objects.filter(Exists(sale.filter(part=OuterRef("pk"))))
    for batch in invariants.reading.batches(with_parts(orders)):
        # By their keys: PostgreSQL plans a nested question badly.
        parts = list(sold.filter(order__in=batch).values_list("pk", flat=True))
        placed = _sums(CooperativeOrder.objects.filter(pk__in=parts), "order", "total")
        back = LineChange.objects.filter(line__part__in=parts)
        less, off = (_sums(back, "line__part__order", column) for column in ("amount", "discount"))
        buyers = LedgerLine.objects.filter(entry__order__in=batch, account__holder=Holder.BUYER)
        owed = _sums(buyers.filter(entry__act__in=(Act.SALE, Act.RETURN)), "entry__order", "amount")
        given = _sums(buyers.filter(entry__act__in=BORNE), "entry__order", "amount")
        shares = booked(batch)
        for order in batch:
            pk = order.pk
            receipt = receipt_of(order, order.parts.all(), sold=shares[pk]).total
            expected = placed.get(pk, ZERO) - less.get(pk, ZERO) + off.get(pk, ZERO)
            if receipt != expected + given.get(pk, ZERO):  # below zero: deliveries and good will given back
                yield f"The receipt of order {order.number} says {say(receipt)}, it cost {say(expected)} less what came back."
            if (said := owed.get(pk, ZERO)) != expected:
                yield f"Order {order.number} cost {say(expected)} less what came back, the ledger says {say(said)}."


def cash_is_where_the_payments_say(now: datetime) -> Iterator[str]:
    """A courier holds the cash of the parcels that are on no sheet, a cooperative what no settlement has netted."""
    payments = Payment.objects.filter(status=PaymentStatus.COLLECTED, part__isnull=False)
    lines = LedgerLine.objects.filter(account__kind=Kind.CASH, entry__act__in=_CASH)
    by_courier = payments.filter(part__shipment__courier__isnull=False, part__shipment__sheet=None)
    ours = payments.filter(part__shipment__courier=None)
    sides = [
        (
            "Courier",
            _sums(by_courier, "part__shipment__courier__name", "amount"),
            _sums(lines.filter(account__holder=Holder.COURIER), "account__courier__name", "amount"),
        ),
        (
            "Cooperative",
            _sums(ours, "part__cooperative__slug", "amount"),
            _sums(lines.filter(account__holder=Holder.COOPERATIVE), "account__cooperative__slug", "amount"),
        ),
    ]
    for who, taken, held in sides:
        for name in sorted(set(taken) | set(held)):
            said, has = taken.get(name, ZERO), held.get(name, ZERO)
            if said != has:
                yield f"{who} {name} took {say(said)} and has not passed it on, the ledger says {say(has)}."


def _told_by_the_bank() -> Decimal:
    """Money of an order, nobody's yet, or somebody's who has no order; not what went back or never came."""
    lines = StatementLine.objects.filter(status__in=(LineStatus.MATCHED, LineStatus.TASK))
    kept = MoneyTask.objects.filter(ending__in=(Ending.KEPT, Ending.PAID_BY_COOPERATIVE, Ending.PAID_BY_PROVIDER))
    return total(lines.values_list("amount", flat=True)) + total(kept.values_list("amount", flat=True))


_TO_CARD = Q(way=RefundWay.ORIGINAL, payment__method__in=CARDS)

#: What each act moved at the bank, told by the rows that it comes from. An act that moves money there needs its line.
AT_THE_BANK: list[tuple[str, tuple[Act, ...], Callable[[], Decimal]]] = [
    (
        "The cash sheets counted",
        (Act.HANDED_OVER, Act.DIFFERENCE),
        lambda: total(CashSheet.objects.values_list("counted", flat=True)),
    ),
    (
        "The settlements paid",
        (Act.SETTLED,),
        lambda: -total(Settlement.objects.filter(status=SettlementStatus.PAID).values_list("amount", flat=True)),
    ),
    (
        "The bank's statements told",
        (Act.TRANSFERRED, Act.RECEIVED, Act.SET_ASIDE),
        _told_by_the_bank,
    ),
    (
        "The surplus given back",
        (Act.SURPLUS_BACK,),
        lambda: -_sum(MoneyTask.objects.filter(by_card=False).exclude(reference="")),
    ),
    (
        "The refunds paid",
        (Act.REFUNDED,),
        lambda: -_sum(Refund.objects.filter(status=RefundStatus.PAID).exclude(_TO_CARD)),
    ),
]

#: The same of what providers of card payments hold.
AT_THE_PROVIDERS: list[tuple[str, tuple[Act, ...], Callable[[], Decimal]]] = [
    (
        "The cards paid",
        (Act.CHARGED,),
        lambda: _sum(PaymentAttempt.objects.filter(status=AttemptStatus.PAID)),
    ),
    ("The fees come to", (Act.FEE,), lambda: -_sum(PaymentAttempt.objects.exclude(fee=None), "fee")),
    (
        "The refunds to cards come to",
        (Act.REFUNDED, Act.SURPLUS_BACK, Act.REFUND_FAILED),
        lambda: -_sum(Refund.objects.filter(_TO_CARD, status=RefundStatus.PAID)) - _sum(_surplus_to_cards()),
    ),
    (
        "What was taken back comes to",
        (Act.TAKEN_BACK, Act.REINSTATED),
        lambda: -_sum(Dispute.objects.filter(is_withdrawn=True)) - _sum(_taken_back()),
    ),
    (
        "The providers paid out",
        (Act.SET_ASIDE,),
        lambda: -_sum(MoneyTask.objects.filter(ending=Ending.PAID_BY_PROVIDER)),
    ),
]


def _surplus_to_cards():
    """What went back to cards and stayed there."""
    failed = CardRefund.objects.filter(status=CardRefundStatus.FAILED, task__isnull=False)
    return MoneyTask.objects.filter(by_card=True).exclude(pk__in=failed.values("task"))


def _taken_back():
    """What somebody gave back at a provider without a word here."""
    return CardRefund.objects.filter(task__kind=TaskKind.TAKEN_BACK, status=CardRefundStatus.DONE)


def bank_is_what_came_and_went(now: datetime) -> Iterator[str]:
    yield from _came_and_went(Holder.BANK, "the bank", AT_THE_BANK)


def providers_hold_what_came_and_went(now: datetime) -> Iterator[str]:
    yield from _came_and_went(Holder.PROVIDER, "the providers", AT_THE_PROVIDERS)


def _came_and_went(holder: Holder, name: str, sources) -> Iterator[str]:
    known: set[str] = set()
    for told, acts, rows in sources:
        known.update(acts)
        amount, moved = rows(), balance(lines_of(holder).filter(entry__act__in=acts))
        if amount != moved:
            yield f"{told} {say(abs(amount))}, the account of {name} says {say(abs(moved))}."
    unexplained = _sums(lines_of(holder).exclude(entry__act__in=known), "entry__act", "amount")
    for act, moved in unexplained.items():
        yield f"{say(moved)} came to {name} by “{act}”, which nothing explains."


def _sum(rows: QuerySet, column: str = "amount") -> Decimal:
    return rows.aggregate(sum=summed(column))["sum"]


def what_is_handed_over_was_taken_in(now: datetime) -> Iterator[str]:
    """Cash that was handed over is on a sheet, or was netted by a settlement; what is on a sheet is handed over."""
    cash = Payment.objects.filter(part__shipment__isnull=False)
    by_courier = cash.filter(part__shipment__courier__isnull=False)
    asked = ("pk", "order__number")
    for pk, number in by_courier.filter(status=PaymentStatus.HANDED_OVER, part__shipment__sheet=None).values_list(
        *asked
    ):
        yield f"Payment {pk} of order {number} is handed over, its parcel is on no sheet."
    for pk, number in by_courier.filter(
        status=PaymentStatus.COLLECTED, part__shipment__sheet__isnull=False
    ).values_list(*asked):
        yield f"Payment {pk} of order {number} is on a sheet, and not handed over."
    settled = Settlement.objects.filter(status=SettlementStatus.PAID, cooperative=OuterRef("part__cooperative"))
    ours = cash.filter(part__shipment__courier=None, status=PaymentStatus.HANDED_OVER)
    for pk, number in ours.filter(~Exists(settled)).values_list(*asked):
        yield f"Payment {pk} of order {number} is handed over by its cooperative, which was never settled with."


def units_sold_left_the_stock(now: datetime) -> Iterator[str]:
    """Units in the books as sold left the stock; what came back into the stock came back from a buyer."""
    sold = Q(part__status__in=(PartStatus.DELIVERED, PartStatus.RETURNED)) | Q(part__ledger_entries__act=Act.SALE)
    lines = OrderLine.objects.filter(sold).distinct().prefetch_related("changes").select_related("part__order")
    for batch in invariants.reading.batches(lines):
        holders = [line.holder for line in batch]
        moved = StockMovement.objects.filter(holder__in=holders).order_by()
        left = _sums(moved.filter(kind=MovementKind.SHIPPED), "holder", "quantity")
        back = _sums(moved.filter(kind=MovementKind.RETURNED), "holder", "quantity")
        for line in batch:
            number, holder = line.part.order.number, holder_of(line.pk)
            if -left.get(holder, 0) != line.units:
                yield f"Line {line.pk} of order {number} sold {line.units} units, {-left.get(holder, 0)} left the stock."
            came = sum(change.quantity for change in line.changes.all()) - line.missing
            if line.part.status == PartStatus.RETURNED:
                came = line.units
            if back.get(holder, 0) > came:
                yield f"{back[holder]} units of line {line.pk} of order {number} are back in the stock, {came} came back."


def _sums(rows: QuerySet, by: str, column: str) -> dict:
    return dict(rows.order_by().values_list(by).annotate(Sum(column)))


#: All that concerns money, orders, parcels and stock; whether mails went is another question.
CHECKS: list[Callable[[datetime], Iterable[str]]] = [
    *(check for check in invariants.CHECKS if check not in invariants.mail.CHECKS),
    accounts_add_up,
    accounts_are_whose_they_say,
    statements_are_the_ledger,
    receipts_are_the_ledger,
    cash_is_where_the_payments_say,
    bank_is_what_came_and_went,
    providers_hold_what_came_and_went,
    what_is_handed_over_was_taken_in,
    units_sold_left_the_stock,
]
