"""What goes back to buyers: never more than came or than is owed, by two people where it is much, and goods with it."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, Sum

from catalog.money import ZERO
from catalog.money import format_money as say
from catalog.rib import is_rib
from catalog.stock.models import MovementKind, StockMovement

from ...ledger.models import Act, Kind, LedgerEntry, LedgerLine
from ...ledger.queries import BuyersMoney, buyers_money
from ...orders.models import CooperativeOrder, OrderLine, holder_of
from ...orders.reasons import ChangeReason
from ...payments.models import Payment
from ...refunds.models import OPEN_REFUND, Refund, ReturnLine
from ...statuses import PartStatus, RefundStatus
from .reading import batches

#: How much later than its time a bank account may be forgotten.
SWEEP = timedelta(days=1)
_CAME_BACK = Q(changes__reason=ChangeReason.RETURNED)


def buyers_get_no_more_than_is_owed(now: datetime) -> Iterator[str]:
    """Of each part: what went back and what is to go is owed, and was paid."""
    owing = LedgerLine.objects.filter(account__kind=Kind.REFUND_DUE).values("entry__part")
    parts = CooperativeOrder.objects.filter(Q(pk__in=owing) | Q(refunds__isnull=False)).distinct()
    for batch in batches(parts.values_list("pk", "order__number", named=True)):
        money = buyers_money(row.pk for row in batch)
        to_come = dict(
            Refund.objects.filter(part__in=[row.pk for row in batch], status__in=OPEN_REFUND)
            .order_by()
            .values_list("part")
            .annotate(Sum("amount"))
        )
        for pk, number in batch:
            its, open_ = money.get(pk, BuyersMoney()), to_come.get(pk, ZERO)
            named = f"Part {pk} of order {number}"
            if its.owed < open_:
                yield f"{named} has {say(open_)} to go back, {say(its.owed)} are owed."
            if its.refunded + open_ > its.collected:
                yield f"{named} gives {say(its.refunded + open_)} back, {say(its.collected)} were collected."


def payments_give_back_no_more_than_they_brought(now: datetime) -> Iterator[str]:
    back = Sum("refunds__amount", filter=~Q(refunds__status__in=(RefundStatus.REFUSED, RefundStatus.FAILED)))
    payments = Payment.objects.order_by().values_list("pk", "order__number", "amount").annotate(back=back)
    for pk, number, amount, out in payments.filter(back__gt=F("amount")):
        yield f"Payment {pk} of order {number} brought {say(amount)}, {say(out)} of it go back."
    foreign = Refund.objects.exclude(
        Q(payment__part=F("part")) | Q(payment__part=None, payment__order=F("part__order"))
    ) | Refund.objects.exclude(order=F("part__order"))
    for pk, part in foreign.values_list("pk", "part"):
        yield f"Refund {pk} of part {part} comes out of a payment of something else."


def what_was_paid_back_is_booked(now: datetime) -> Iterator[str]:
    lines = LedgerLine.objects.filter(entry__act=Act.REFUNDED, account__kind=Kind.REFUND_DUE)
    booked = dict(lines.values_list("entry__key", "amount"))
    # One that came back from the card's bank had gone: an entry of its own says that it is back.
    came_back = LedgerEntry.objects.filter(act=Act.REFUND_FAILED).values("part")
    went = Q(status=RefundStatus.PAID) | Q(status=RefundStatus.FAILED, part__in=came_back) & ~Q(reference="")
    paid = {f"refunded:{pk}": amount for pk, amount in Refund.objects.filter(went).values_list("pk", "amount")}
    for key in sorted({*booked, *paid}):
        if booked.get(key) != paid.get(key):
            yield (f"{key} is {say(booked.get(key, ZERO))} in the books, {say(paid.get(key, ZERO))} were paid back.")


def what_is_given_has_a_reason(now: datetime) -> Iterator[str]:
    given = LedgerEntry.objects.filter(act__in=(Act.DELIVERY_BACK, Act.GOODWILL), because="")
    for key in given.exclude(key__startswith="undone:").values_list("key", flat=True):
        yield f"Entry {key} gives something back without a reason."


def two_people_had_it_in_hand(now: datetime) -> Iterator[str]:
    alone = Refund.objects.filter(needs_two=True).filter(Q(approved_by=F("created_by")) | Q(paid_by=F("approved_by")))
    for pk, amount in alone.values_list("pk", "amount"):
        yield f"Refund {pk} of {say(amount)} went through one pair of hands."


def bank_accounts_are_real_and_forgotten(now: datetime) -> Iterator[str]:
    with_account = Refund.objects.exclude(rib="")
    for batch in batches(with_account.values_list("pk", "rib", named=True)):
        for pk, rib in batch:
            if not is_rib(rib):
                yield f"Refund {pk} goes to an account that is none."
    old = now - timedelta(days=settings.RIB_DAYS) - SWEEP
    for pk in with_account.filter(ended_at__lt=old).values_list("pk", flat=True):
        yield f"Refund {pk} ended long ago and still names an account."


def goods_came_back_as_written(now: datetime) -> Iterator[str]:
    """A sold part is returned when all of it came back, and no sooner; on the shelf is no more than came back."""
    sold = CooperativeOrder.objects.filter(Exists(LedgerEntry.objects.filter(act=Act.SALE, part=OuterRef("pk"))))
    for parts in batches(sold.values_list("pk", "status", "order__number", named=True)):
        lines = (
            OrderLine.objects.filter(part__in=[part.pk for part in parts])
            .values_list("pk", "part", F("quantity") - F("missing"))
            .annotate(back=Sum("changes__quantity", filter=_CAME_BACK, default=0))
        )
        came_back: dict[int, int] = {}
        left: dict[int, int] = defaultdict(int)
        for pk, part, quantity, back in lines:
            came_back[pk] = back
            left[part] += quantity - back
        for part_row in parts:
            units = left[part_row.pk]
            if (part_row.status == PartStatus.RETURNED) != (units == 0):
                yield (
                    f"Part {part_row.pk} of order {part_row.order__number} is {part_row.status} "
                    f"while {units} of its units are with the buyer."
                )
        for pk, units in _back_on_the_shelf(list(came_back)).items():
            if units > came_back[pk]:
                yield f"{units} units of line {pk} are back on the shelf, {came_back[pk]} came back."


def _back_on_the_shelf(lines: list[int]) -> dict[int, int]:
    by_holder = {holder_of(pk): pk for pk in lines}
    movements = StockMovement.objects.filter(holder__in=by_holder, kind=MovementKind.RETURNED).order_by()
    units = movements.values_list("holder").annotate(Sum("quantity"))
    return {by_holder[holder]: count for holder, count in units}


def returns_name_what_was_bought(now: datetime) -> Iterator[str]:
    lines = ReturnLine.objects.values_list("pk", "request", "line")
    for _pk, request, line in lines.exclude(line__part=F("request__part")):
        yield f"Return {request} names line {line} of another part."
    for _pk, request, line in lines.filter(quantity__gt=F("line__quantity")):
        yield f"Return {request} names more of line {line} than was bought."


CHECKS = [
    buyers_get_no_more_than_is_owed,
    payments_give_back_no_more_than_they_brought,
    what_was_paid_back_is_booked,
    what_is_given_has_a_reason,
    two_people_had_it_in_hand,
    bank_accounts_are_real_and_forgotten,
    goods_came_back_as_written,
    returns_name_what_was_bought,
]
