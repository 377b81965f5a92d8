"""What stands on the accounts."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from catalog.money import ZERO, MoneyField, from_centimes

from .models import Act, Holder, Kind, LedgerLine


def balance(lines=None) -> Decimal:
    """The sum of these lines; above zero the holder has or owes it."""
    lines = LedgerLine.objects.all() if lines is None else lines
    return lines.aggregate(sum=Coalesce(Sum("amount"), 0, output_field=MoneyField()))["sum"] or from_centimes(0)


def lines_of(holder: Holder, *kinds: Kind, owner: int | None = None):
    """The lines on the accounts of a holder, of these kinds or of all."""
    lines = LedgerLine.objects.filter(account__holder=holder)
    if kinds:
        lines = lines.filter(account__kind__in=kinds)
    if holder == Holder.COOPERATIVE:
        lines = lines.filter(account__cooperative=owner)
    if holder == Holder.COURIER:
        lines = lines.filter(account__courier=owner)
    return lines


def owed_to_cooperative(cooperative_id: int) -> Decimal:
    """What the platform owes to a cooperative; below zero, what the cooperative owes."""
    return -balance(lines_of(Holder.COOPERATIVE, owner=cooperative_id))


@dataclass(frozen=True)
class BuyersMoney:
    """What the buyer of a part paid and is paid back, in dirhams."""

    collected: Decimal = ZERO
    #: Still to be paid back.
    owed: Decimal = ZERO
    refunded: Decimal = ZERO

    @property
    def credited(self) -> Decimal:
        """All that was to be paid back so far."""
        return self.owed + self.refunded

    @property
    def refundable(self) -> Decimal:
        """What may go back now: what is owed, and never more than came."""
        return min(self.owed, self.collected - self.refunded)


def buyers_money(parts: Iterable[int]) -> dict[int, BuyersMoney]:
    """By part, for those that the books know; one query.

    What was paid at the door came off what the buyer owed; what was paid in advance is what a sale, or the end of a part
    that is not delivered, took of it.
    """
    is_due, is_owed = Q(account__kind=Kind.DUE), Q(account__kind=Kind.REFUND_DUE)
    lines = LedgerLine.objects.filter(account__holder=Holder.BUYER, entry__part__in=list(parts)).order_by()
    rows = lines.values_list("entry__part").annotate(
        at_the_door=_sum(is_due, amount__lt=0),
        drawn=_sum(is_due, amount__gt=0),
        owed=_sum(is_owed),
        refunded=_sum(is_owed, entry__act=Act.REFUNDED),
    )
    return {
        part: BuyersMoney(-at_the_door or drawn, -owed, refunded) for part, at_the_door, drawn, owed, refunded in rows
    }


def _sum(kind: Q, **more) -> Coalesce:
    return Coalesce(Sum("amount", filter=kind & Q(**more)), 0, output_field=MoneyField())
