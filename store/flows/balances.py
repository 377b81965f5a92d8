"""What all cooperatives are owed, month by month, in a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, Sum

from catalog.cooperatives.models import Cooperative
from catalog.money import ZERO, total

from ..ledger.models import Act, LedgerLine
from ..settlements.models import OPEN, Settlement
from ..statuses import SettlementStatus
from .month import Month


@dataclass
class Balance:
    """Of one cooperative in one month. Above zero it is owed the amount, below zero it owes it."""

    cooperative: Cooperative
    opening: Decimal = ZERO
    closing: Decimal = ZERO
    #: What was paid to it after the month, which is part of its closing balance or older.
    settled_since: Decimal = ZERO
    #: At this moment.
    now: Decimal = ZERO
    #: That of the month, unless it was withdrawn.
    settlement: Settlement | None = None
    #: Of another month, and neither paid nor withdrawn: it must be first.
    open_settlement: Settlement | None = None

    @property
    def movement(self) -> Decimal:
        return self.closing - self.opening

    @property
    def payable(self) -> Decimal:
        """What may be paid for this month: never more than is owed now, and nothing twice. Zero when nothing may."""
        return max(ZERO, min(self.closing - self.settled_since, self.now))

    @property
    def to_propose(self) -> Decimal:
        return ZERO if self.settlement or self.open_settlement else self.payable


def balances(month: Month, cooperatives: Iterable[Cooperative] | None = None) -> list[Balance]:
    """Of these cooperatives or of all, in the order of their list."""
    listed = list(Cooperative.objects.all() if cooperatives is None else cooperatives)
    rows = {cooperative.pk: Balance(cooperative) for cooperative in listed}
    ended = Q(entry__at__lt=month.ends)
    sums = (
        LedgerLine.objects.filter(account__cooperative__in=listed)
        .order_by()
        .values_list("account__cooperative")
        .annotate(
            opening=Sum("amount", filter=Q(entry__at__lt=month.begins)),
            closing=Sum("amount", filter=ended),
            settled_since=Sum("amount", filter=~ended & Q(entry__act=Act.SETTLED)),
            now=Sum("amount"),
        )
    )
    for cooperative, opening, closing, settled, now in sums:
        row = rows[cooperative]
        row.opening, row.closing, row.now = (-(amount or ZERO) for amount in (opening, closing, now))
        row.settled_since = settled or ZERO
    wanted = Q(until=month.last) & ~Q(status=SettlementStatus.WITHDRAWN) | Q(status__in=OPEN)
    settlements = Settlement.objects.filter(wanted, cooperative__in=listed).select_related("proposed_by", "approved_by")
    for settlement in settlements:
        row = rows[settlement.cooperative_id]
        if settlement.until == month.last:
            row.settlement = settlement
        else:
            row.open_settlement = settlement
        settlement.cooperative = row.cooperative
    return list(rows.values())


def sum_of(rows: Iterable[Balance]) -> Balance:
    """The last line of the list; its cooperative is none of them."""
    rows = list(rows)
    return Balance(
        Cooperative(),
        opening=total(row.opening for row in rows),
        closing=total(row.closing for row in rows),
        settled_since=total(row.settled_since for row in rows),
        now=total(row.now for row in rows),
    )


def first_month(today: date) -> Month:
    """The one that is to be settled now: the last that is over."""
    return Month.of(today).previous
