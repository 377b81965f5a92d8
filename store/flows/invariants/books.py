"""The ledger: each entry adds up, and says of every part what its status, its payment and its parcel say."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q, Sum

from catalog.money import ZERO
from catalog.money import format_money as say

from ...delivery.models import Shipment
from ...ledger.models import Act, Holder, Kind, LedgerEntry, LedgerLine
from ...orders.models import CooperativeOrder, LineChange, OrderLine
from ...orders.queries import DUE
from ...orders.reasons import ChangeReason
from ...payments.models import CashSheet, Payment
from ...statuses import PartStatus, PaymentStatus, ShipmentStatus

_SOLD = (PartStatus.DELIVERED, PartStatus.RETURNED)
_TAKEN = (PaymentStatus.COLLECTED, PaymentStatus.HANDED_OVER)


def entries_add_up(now: datetime) -> Iterator[str]:
    for key in LedgerEntry.objects.filter(lines=None).values_list("key", flat=True):
        yield f"Entry {key} has no line."
    sums = LedgerLine.objects.order_by().values_list("entry__key").annotate(Sum("amount"))
    for key, total in sums.exclude(amount__sum=0):
        yield f"Entry {key} is out of balance by {say(total)}."


def entries_name_whose_they_are(now: datetime) -> Iterator[str]:
    foreign = LedgerEntry.objects.exclude(part=None).exclude(order=F("part__order"))
    for key in foreign.values_list("key", flat=True):
        yield f"Entry {key} names another order than its part."
    lines = LedgerLine.objects.exclude(account__cooperative=None).exclude(entry__part=None)
    for key, code in lines.exclude(account__cooperative=F("entry__part__cooperative")).values_list(
        "entry__key", "account__code"
    ):
        yield f"Entry {key} moves {code}, which has no share in its part."


def every_sale_is_booked(now: datetime) -> Iterator[str]:
    """A part has its sale in the books from the day the buyer has it, and not before."""
    sale = LedgerEntry.objects.filter(act=Act.SALE, part=OuterRef("pk"))
    parts = CooperativeOrder.objects.values_list("pk", "order__number")
    for part, number in parts.filter(~Exists(sale), status=PartStatus.DELIVERED, total__gt=0):
        yield f"Part {part} of order {number} is delivered, and its sale is not in the books."
    for part, number in parts.filter(Exists(sale)).exclude(status__in=_SOLD):
        yield f"Part {part} of order {number} is in the books as sold, and is not delivered."
    due = _sums(LedgerLine.objects.filter(entry__act=Act.SALE, account__kind=Kind.DUE))
    costs = parts.filter(pk__in=due).values_list("pk", "order__number", DUE)
    for part, number, total in costs:
        if due[part] != total:
            yield f"Part {part} of order {number} costs {say(total)}, its sale is booked with {say(due[part])}."


def shares_are_those_of_the_lines(now: datetime) -> Iterator[str]:
    """Commission and tax of a sale and of what came back are those that were frozen on the lines."""
    for kind, field in ((Kind.COMMISSION, "commission"), (Kind.TAX, "tax")):
        booked = _sums(LedgerLine.objects.filter(account__kind=kind, entry__act__in=(Act.SALE, Act.RETURN)))
        sold = Q(part__ledger_entries__act=Act.SALE)
        frozen = dict(OrderLine.objects.filter(sold).order_by().values_list("part").annotate(Sum(field)))
        back = dict(LineChange.objects.order_by().values_list("line__part").annotate(Sum(field)))
        for part in sorted(set(booked) | set(frozen)):
            due = frozen.get(part, ZERO) - back.get(part, ZERO)
            if -booked.get(part, ZERO) != due:
                yield f"Part {part} has {say(due)} of {field} on its lines, {say(-booked.get(part, ZERO))} in the books."


def cash_in_the_books_is_cash_taken(now: datetime) -> Iterator[str]:
    taken = _sums(LedgerLine.objects.filter(entry__act=Act.COLLECTED, account__kind=Kind.CASH))
    payments = Payment.objects.exclude(part=None).filter(Q(status__in=_TAKEN) | Q(part__in=taken))
    for payment, part, status, amount in payments.values_list("pk", "part", "status", "amount"):
        booked = taken.get(part, ZERO)
        if status in _TAKEN and booked != amount:
            yield f"Payment {payment} is {status} with {say(amount)}, {say(booked)} are in the books."
    unpaid = set(taken) - set(payments.filter(status__in=_TAKEN).values_list("part", flat=True))
    for part in sorted(unpaid):
        yield f"Part {part} has {say(taken[part])} of cash in the books, and no payment that was taken."


def what_came_back_is_booked(now: datetime) -> Iterator[str]:
    booked = {key.partition(":")[2] for key in LedgerEntry.objects.filter(act=Act.RETURN).values_list("key", flat=True)}
    back = LineChange.objects.filter(reason=ChangeReason.RETURNED, amount__gt=F("discount"))
    for pk, line in back.values_list("pk", "line"):
        if str(pk) not in booked:
            yield f"Change {pk} of line {line} is not in the books."
    changes = LineChange.objects.order_by().values_list("line", "line__quantity").annotate(Sum("quantity"))
    for line, ordered, less in changes:
        if less > ordered:
            yield f"{less} units of line {line} came back, {ordered} were ordered."


def sheets_hold_what_they_say(now: datetime) -> Iterator[str]:
    """What a sheet asks for is what its parcels brought, with what earlier ones left; only parcels on a sheet are handed over."""
    brought = dict(
        LedgerLine.objects.filter(entry__act=Act.HANDED_OVER, account__holder=Holder.BANK)
        .order_by()
        .values_list("entry__part__shipment__sheet")
        .annotate(Sum("amount"))
    )
    sheets = list(CashSheet.objects.values_list("pk", "earlier", "expected", "counted"))
    for pk, earlier, expected, _counted in sheets:
        if brought.get(pk, ZERO) + earlier != expected:
            yield f"Sheet {pk} asks for {say(expected)}, its parcels brought {say(brought.get(pk, ZERO))}."
    if None in brought:
        yield f"{say(brought[None])} were handed over without a sheet."
    differences = LedgerLine.objects.filter(entry__act=Act.DIFFERENCE, account__holder=Holder.BANK)
    booked = dict(differences.values_list("entry__key", "amount"))
    for pk, earlier, expected, counted in sheets:
        differs, said = counted - expected + earlier, booked.get(f"difference:{pk}", ZERO)
        if differs != said:
            yield f"Sheet {pk} differs by {say(differs)}, {say(said)} are in the books."


def parcels_fit_their_part(now: datetime) -> Iterator[str]:
    under_way = Q(
        part__status=PartStatus.SHIPPED,
        status__in=(ShipmentStatus.HANDED_OVER, ShipmentStatus.REFUSED, ShipmentStatus.UNREACHABLE),
    )
    fits = (
        under_way
        | Q(part__status=PartStatus.DELIVERED, status=ShipmentStatus.DELIVERED)
        | Q(part__status=PartStatus.RETURNED, status=ShipmentStatus.RETURNED)
    )
    for pk, status, part, at in Shipment.objects.exclude(fits).values_list("pk", "status", "part", "part__status"):
        yield f"Parcel {pk} is {status} while part {part} is {at}."


def _sums(lines) -> dict[int, Decimal]:
    """The sum of these lines by part."""
    return dict(lines.order_by().values_list("entry__part").annotate(Sum("amount")))


CHECKS = [
    entries_add_up,
    entries_name_whose_they_are,
    every_sale_is_booked,
    shares_are_those_of_the_lines,
    cash_in_the_books_is_cash_taken,
    what_came_back_is_booked,
    sheets_hold_what_they_say,
    parcels_fit_their_part,
]
