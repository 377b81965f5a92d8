"""What the buyer of a part is to be paid back: for goods that came back, for the delivery, or for good will."""

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from catalog.money import total
from catalog.stock import actions as stock
from catalog.stock.errors import NotThatMany

from ..delivery.shipments import tell
from ..ledger.actions import Account, Leg
from ..ledger.models import Act, Holder, Kind, LedgerEntry, LedgerLine
from ..ledger.queries import BuyersMoney, buyers_money
from ..orders import actions as orders
from ..orders.models import CooperativeOrder, LineChange
from ..refunds import actions as refunds
from ..statuses import Actor, DiscountBearer, IllegalMove, PartStatus, ShipmentStatus, move
from . import books
from .legs import BORNE, undone_legs


class TooMuch(Exception):
    """More than `left` dirhams, or nothing, is to go back."""

    def __init__(self, left: Decimal):
        super().__init__(f"at most {left} can go back")
        self.left = left


def lock_part(part: CooperativeOrder) -> CooperativeOrder:
    """The part as it is now. Whoever gives something of it back comes here first, and the next one waits."""
    parts = CooperativeOrder.objects.select_for_update(of=("self",)).select_related("order", "cooperative")
    return parts.get(pk=part.pk)


def money_of(part: CooperativeOrder) -> BuyersMoney:
    return buyers_money([part.pk]).get(part.pk, BuyersMoney())


@transaction.atomic
def return_lines(
    part: CooperativeOrder,
    units: Mapping[int, int],
    *,
    key: str,
    actor: Actor,
    by=None,
    because: str = "",
    restocked: Mapping[int, int],
) -> bool:
    """Some units of a delivered part came back; False when the same return (`key`) is written already.

    `units` counts them by line, `restocked` those of them that are good to be sold again; the others are lost. A part
    whose last units came back is returned.

    Raises:
        IllegalMove: the part is not with the buyer.
        NotWithBuyer: fewer units are.
        NotThatMany: more are to be sold again than came back.
    """
    part = lock_part(part)
    units = {line: count for line, count in units.items() if count}
    keys = [f"{key}:{line}" for line in units]
    if LineChange.objects.filter(key__in=keys).exists():
        return False
    if part.status != PartStatus.DELIVERED:
        raise IllegalMove(part, part.status, PartStatus.RETURNED)
    lines = {line.pk: line for line in part.lines.prefetch_related("changes")}
    if not units or set(units) - set(lines):
        raise ValueError("a return names units of lines of its part")
    for pk, count in units.items():
        line, good = lines[pk], restocked.get(pk, 0)
        if good > count:
            raise NotThatMany(free=count)
        change = orders.take_back(line, count, actor=actor, by=by, because=because, key=f"{key}:{pk}")
        if good:
            stock.take_back(line.holder, good, reason=because, by=by)
        line.part = part
        book_back(change, by=by)
    if not any(orders.units_with_buyer(line) for line in part.lines.prefetch_related("changes")):
        move(part, PartStatus.RETURNED, actor=actor, by=by, because=because)
        tell(part, ShipmentStatus.RETURNED, actor=actor, by=by)
        refunds.close_requests(part, actor=actor, by=by)
    return True


def book_back(change: LineChange, *, by=None) -> None:
    """Book what came back, and no longer what was given for good will where both are more than was paid."""
    books.book_return(change, by=by)
    part = change.line.part
    books.book_goodwill_undone(change, undone_legs(money_of(part), _borne(part)), by=by)


def _borne(part: CooperativeOrder) -> list[Leg]:
    """Who goes without how much for the buyer of this part; good will before deliveries."""
    lines = LedgerLine.objects.filter(entry__part=part, entry__act__in=BORNE).exclude(account__holder=Holder.BUYER)
    sums = lines.order_by().values_list("account__holder", "account__kind", "account__cooperative")
    rows = [
        (Account(Holder(holder), Kind(kind), cooperative), borne)
        for holder, kind, cooperative, borne in sums.annotate(Sum("amount"))
    ]
    return sorted(rows, key=lambda row: (row[0].kind != Kind.GOODWILL, row[0].code))


def delivery_left(part: CooperativeOrder) -> Decimal:
    """What was paid for the delivery and is not given back."""
    given = LedgerLine.objects.filter(entry__part=part, entry__act=Act.DELIVERY_BACK, account__kind=Kind.REFUND_DUE)
    return part.delivery_price + total(given.values_list("amount", flat=True))


def goodwill_left(part: CooperativeOrder) -> Decimal:
    """What was paid for the part and is not given back, nor to be."""
    return money_of(part).left


@transaction.atomic
def give_back(
    part: CooperativeOrder, amount: Decimal, *, act: Act, bearer: DiscountBearer, because: str, key: str, by=None
) -> bool:
    """The price of the delivery (`Act.DELIVERY_BACK`) or some dirhams for good will are owed to the buyer.

    `bearer` goes without them. False when the same (`key`) is written already.

    Raises:
        TooMuch: more than the buyer paid, less what goes back already.
    """
    if not because.strip():
        raise ValueError("what is given needs a reason")
    part = lock_part(part)
    if LedgerEntry.objects.filter(key=f"given-back:{key}").exists():
        return False
    left = goodwill_left(part)
    if act == Act.DELIVERY_BACK:
        left = min(left, delivery_left(part))
    if not 0 < amount <= left:
        raise TooMuch(left)
    return books.book_given_back(part, act, amount, bearer=bearer, key=key, by=by, because=because)
