"""What cooperatives were paid: approved by a second person, in the books once, and never more than they were owed."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from django.db.models import F, Q, Sum

from catalog.money import ZERO
from catalog.money import format_money as say
from catalog.rib import is_rib

from ...ledger.models import Act, Holder, LedgerEntry, LedgerLine
from ...settlements.models import OPEN, Settlement
from ...statuses import SettlementStatus
from ..month import Month
from .reading import doubles

_PAID = SettlementStatus.PAID


def two_people_decide(now: datetime) -> Iterator[str]:
    alone = Q(approved_by=F("proposed_by")) | Q(status__in=(SettlementStatus.APPROVED, _PAID), approved_by=None)
    for pk, slug in Settlement.objects.filter(alone).values_list("pk", "cooperative__slug"):
        yield f"Settlement {pk} of {slug} was not approved by a second person."


def they_can_be_found_at_the_bank(now: datetime) -> Iterator[str]:
    paid = Settlement.objects.filter(status=_PAID)
    for pk, slug in paid.filter(Q(bank_reference="") | Q(paid_on=None)).values_list("pk", "cooperative__slug"):
        yield f"Settlement {pk} of {slug} is paid without a reference or a day of the bank."
    for pk, slug, rib in Settlement.objects.values_list("pk", "cooperative__slug", "rib"):
        if not is_rib(rib):
            yield f"Settlement {pk} of {slug} goes to {rib or 'no RIB'}, which is none."


def one_at_a_time(now: datetime) -> Iterator[str]:
    for slug, times in doubles(Settlement.objects.filter(status__in=OPEN), "cooperative__slug"):
        yield f"{times} settlements of {slug} are open at once."


def what_is_paid_is_booked(now: datetime) -> Iterator[str]:
    lines = LedgerLine.objects.filter(entry__act=Act.SETTLED, account__holder=Holder.COOPERATIVE).order_by()
    booked = {
        key: (amount, owner)
        for key, owner, amount in lines.values_list("entry__key", "account__cooperative").annotate(Sum("amount"))
    }
    known = set()
    settlements = Settlement.objects.values_list("pk", "cooperative", "cooperative__slug", "status", "amount")
    for pk, cooperative, slug, status, amount in settlements:
        known.add(key := f"settled:{pk}")
        moved, owner = booked.get(key, (ZERO, cooperative))
        if moved != (amount if status == _PAID else ZERO):
            yield f"Settlement {pk} of {slug} is {status} with {say(amount)}, {say(moved)} are in the books."
        if owner != cooperative:
            yield f"Settlement {pk} of {slug} is in the books of another cooperative."
    for key in LedgerEntry.objects.filter(act=Act.SETTLED).values_list("key", flat=True):
        if key not in known:
            yield f"Entry {key} settles something, and there is no such settlement."


def nobody_is_paid_more_than_was_owed(now: datetime) -> Iterator[str]:
    """Up to the day of each settlement, what was owed is at least all that was paid since the beginning."""
    paid: dict[int, list] = defaultdict(list)
    for settlement in Settlement.objects.filter(status=_PAID).order_by("until", "pk").select_related("cooperative"):
        paid[settlement.cooperative_id].append(settlement)
    for cooperative, settlements in paid.items():
        ends = {settlement.until: Month.of(settlement.until).ends for settlement in settlements}
        owed = _owed(cooperative, ends)
        sum_paid = ZERO
        for settlement in settlements:
            sum_paid += settlement.amount
            if sum_paid > owed[settlement.until]:
                too_much = say(sum_paid - owed[settlement.until])
                yield f"Settlement {settlement.pk} of {settlement.cooperative.slug} paid {too_much} more than was owed."


def _owed(cooperative: int, ends: dict) -> dict:
    """By last day: what was owed up to the end of its month, as if nothing had been paid."""
    lines = LedgerLine.objects.filter(account__cooperative=cooperative).exclude(entry__act=Act.SETTLED)
    sums = lines.aggregate(
        **{f"d{day:%Y%m%d}": Sum("amount", filter=Q(entry__at__lt=end)) for day, end in ends.items()}
    )
    return {day: -(sums[f"d{day:%Y%m%d}"] or ZERO) for day in ends}


CHECKS = [
    two_people_decide,
    they_can_be_found_at_the_bank,
    one_at_a_time,
    what_is_paid_is_booked,
    nobody_is_paid_more_than_was_owed,
]
