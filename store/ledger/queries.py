"""What stands on the accounts."""

from decimal import Decimal

from django.db.models import Sum
from django.db.models.functions import Coalesce

from catalog.money import MoneyField, from_centimes

from .models import Holder, Kind, LedgerLine


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
