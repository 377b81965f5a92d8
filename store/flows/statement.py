"""A cooperative's statement: what it was owed, line by line to the order, and what was paid to it. It reads the ledger."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from django.db.models import F, Q
from django.utils import timezone

from catalog.cooperatives.models import Cooperative
from catalog.money import ZERO, total

from ..ledger.models import Act, Holder, Kind, LedgerLine
from ..ledger.queries import balance
from ..orders.models import LineChange, OrderLine
from ..settlements.models import Settlement
from ..statuses import SettlementStatus
from .month import Month


@dataclass
class Amounts:
    """Dirhams of a cooperative. `tax` lies within the goods and is not counted again."""

    #: What its goods cost, tax and commission included.
    goods: Decimal = ZERO
    tax: Decimal = ZERO
    #: What the platform keeps of it.
    commission: Decimal = ZERO
    #: What it earned by carrying; below zero, what it bears of a parcel carried in vain.
    delivery: Decimal = ZERO
    #: What it took at the door and holds.
    cash: Decimal = ZERO
    #: Paid to it (below zero), or anything that has no column.
    other: Decimal = ZERO

    @property
    def amount(self) -> Decimal:
        """What the cooperative is owed by it."""
        return self.goods - self.commission + self.delivery - self.cash + self.other


@dataclass
class Row(Amounts):
    """What one act did to one part of an order on one day; acts without an order have a row for each entry."""

    on: date = date.min
    act: str = ""
    number: str = ""
    what: str = ""

    @property
    def label(self) -> str:
        """What happened, in the active language."""
        return act_label(self.act)


@dataclass(frozen=True)
class Statement:
    """Its rows lead from `opening` to `closing`, to the centime. Above zero the cooperative is owed it."""

    cooperative: Cooperative
    month: Month
    opening: Decimal
    rows: list[Row]
    #: What it has in its till at the end of the month, of cash that no settlement has netted.
    cash_held: Decimal
    #: That of this month, unless it was withdrawn.
    settlement: Settlement | None

    @property
    def totals(self) -> Amounts:
        return totals_of(self.rows)

    @property
    def closing(self) -> Decimal:
        return self.opening + self.totals.amount


def statement_of(cooperative: Cooperative, month: Month) -> Statement:
    """A fixed number of queries, however many orders there were."""
    its = LedgerLine.objects.filter(account__cooperative=cooperative)
    until_its_end = its.filter(entry__at__lt=month.ends)
    return Statement(
        cooperative,
        month,
        opening=-balance(its.filter(entry__at__lt=month.begins)),
        rows=rows_of(cooperative, month.within("entry__at")),
        cash_held=balance(until_its_end.filter(account__kind=Kind.CASH)),
        settlement=Settlement.objects.filter(cooperative=cooperative, until=month.last)
        .exclude(status=SettlementStatus.WITHDRAWN)
        .select_related("proposed_by", "approved_by")
        .first(),
    )


def rows_of(cooperative: Cooperative, when: Q | None = None) -> list[Row]:
    """Everything that moved its accounts, oldest first; `when` limits the entries' time."""
    lines = LedgerLine.objects.filter(when or Q(), account__cooperative=cooperative).order_by(
        "entry__at", "entry", "pk"
    )
    asked = ("entry", "entry__key", "entry__act", "entry__at", "entry__part", "entry__order__number", "entry__because")
    named = lines.values_list(*asked, "account__kind", "amount", named=True)
    rows, keys = add_up(named, _commissions(cooperative, when))
    _name_goods(cooperative, when, rows, keys)
    return list(rows.values())


def add_up(
    lines: Iterable, commissions: Iterable[tuple[int, Decimal]]
) -> tuple[dict[tuple, Row], dict[tuple, list[str]]]:
    """Lines of the ledger as rows, and the keys of the entries in each; `commissions` are those of entries."""
    rows: dict[tuple, Row] = {}
    keys: dict[tuple, list[str]] = defaultdict(list)
    by_entry: dict[int, tuple] = {}
    for line in lines:
        on = timezone.localdate(line.entry__at)
        place = (on, line.entry__act, line.entry__part or line.entry__key)
        if place not in rows:
            rows[place] = Row(
                on=on, act=line.entry__act, number=line.entry__order__number or "", what=line.entry__because
            )
        if line.entry not in by_entry:
            by_entry[line.entry] = place
            keys[place].append(line.entry__key)
        _count(rows[place], line.account__kind, -line.amount)
    for entry, amount in commissions:
        if entry in by_entry:
            # Its goods are told with it, and it is taken off again: the sum stays.
            rows[by_entry[entry]].commission -= amount
            rows[by_entry[entry]].goods -= amount
    return rows, keys


def totals_of(rows: Iterable[Amounts]) -> Amounts:
    rows = list(rows)
    return Amounts(**{field.name: total(getattr(row, field.name) for row in rows) for field in fields(Amounts)})


def act_label(act: str) -> str:
    return str(dict(Act.choices).get(act, act))


def _count(row: Row, kind: str, owed: Decimal) -> None:
    """Put what the cooperative is owed by a line into its column."""
    if row.act in (Act.SETTLED, Act.SET_ASIDE):  # paid to it, or by it
        row.other += owed
    elif kind == Kind.TAX:
        row.tax += owed
        row.goods += owed
    elif kind == Kind.GOODS:
        row.goods += owed
    elif kind == Kind.DELIVERY:
        row.delivery += owed
    elif kind == Kind.CASH:
        row.cash -= owed
    else:
        row.other += owed


def _commissions(cooperative: Cooperative, when: Q | None):
    """What the platform keeps in each entry about a part of this cooperative; below zero in a sale."""
    lines = LedgerLine.objects.filter(when or Q(), entry__part__cooperative=cooperative)
    commissions = lines.filter(account__holder=Holder.PLATFORM, account__kind=Kind.COMMISSION)
    return commissions.order_by().values_list("entry", "amount")


def _name_goods(cooperative: Cooperative, when: Q | None, rows: dict[tuple, Row], keys: dict[tuple, list[str]]) -> None:
    """Say what was sold and what came back."""
    entries = LedgerLine.objects.filter(when or Q(), account__cooperative=cooperative)
    sold: dict[int, list[str]] = defaultdict(list)
    of_sales = entries.filter(entry__act=Act.SALE).values("entry__part")
    for line in OrderLine.objects.filter(part__in=of_sales, missing__lt=F("quantity")):
        sold[line.part_id].append(_goods(line.units, line))
    back: dict[str, str] = {}
    of_returns = entries.filter(entry__act=Act.RETURN).values("entry__part")
    for change in LineChange.objects.filter(line__part__in=of_returns).select_related("line"):
        back[f"return:{change.pk}"] = _goods(change.quantity, change.line)
    for place, row in rows.items():
        named = sold[place[2]] if row.act == Act.SALE else [back[key] for key in keys[place] if key in back]
        if named:
            row.what = ", ".join(named)


def _goods(quantity: int, line: OrderLine) -> str:
    return f"{quantity} × {line.name} {line.size_label}"
