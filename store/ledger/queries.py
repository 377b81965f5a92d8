"""What stands on the accounts."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from catalog.money import ZERO, summed

from .models import Act, Holder, Kind, LedgerLine


def balance(lines=None) -> Decimal:
    """The sum of these lines; above zero the holder has or owes it."""
    lines = LedgerLine.objects.all() if lines is None else lines
    return lines.aggregate(sum=summed("amount"))["sum"] or ZERO


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

    @property
    def left(self) -> Decimal:
        """What was paid and is not given back, nor to be."""
        return max(self.collected - self.credited, ZERO)


def buyers_money(parts: Iterable[int]) -> dict[int, BuyersMoney]:
    """By part, for those that the books know; one query.

    What was paid at the door came off what the buyer owed; what was paid in advance is what a sale, or the end of a part
    that is not delivered, took of it.
    """
    is_due, is_owed = Q(account__kind=Kind.DUE), Q(account__kind=Kind.REFUND_DUE)
    lines = LedgerLine.objects.filter(account__holder=Holder.BUYER, entry__part__in=list(parts)).order_by()
    rows = lines.values_list("entry__part").annotate(
        at_the_door=summed("amount", filter=is_due & Q(amount__lt=0)),
        drawn=summed("amount", filter=is_due & Q(amount__gt=0)),
        owed=summed("amount", filter=is_owed),
        refunded=summed("amount", filter=is_owed & Q(entry__act__in=(Act.REFUNDED, Act.REFUND_FAILED))),
    )
    return {
        part: BuyersMoney(-at_the_door or drawn, -owed, refunded) for part, at_the_door, drawn, owed, refunded in rows
    }


def held_by_providers() -> list[tuple[str, Decimal]]:
    """What each provider of card payments holds for the shop, by its code."""
    lines = LedgerLine.objects.filter(account__holder=Holder.PROVIDER).order_by("account__provider")
    return list(lines.values_list("account__provider").annotate(held=summed("amount")))
