"""A bank's file: looked at first, then imported once."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from ..orders.models import Order
from ..payments.bank import BankFormat, BankStatement, LineStatus, StatementLine
from ..payments.statements import Row, Unreadable, digest_of, format_of, read_rows, read_table
from ..payments.verdict import Outcome, judge
from .take_money import ask_about_twins, match_new_lines, order_in, orders_meant, standing_of


class AlreadyImported(Exception):
    """This very file was imported before. Nothing is written."""

    def __init__(self, statement: BankStatement | None):
        super().__init__(statement)
        self.statement = statement


class Faulty(Exception):
    """Rows cannot be read. Nothing is written."""


@dataclass(frozen=True)
class Planned:
    """What an import would do with a row."""

    row: Row
    #: Told before, in this file or in an earlier one.
    is_doubled: bool = False
    #: The order that the label means, if there is one, and what the money would do to it.
    order: Order | None = None
    outcome: Outcome | None = None

    @property
    def is_money_that_went(self) -> bool:
        return self.row.amount < 0

    @property
    def is_like_another(self) -> bool:
        """A second transfer that looks like the first, or the first told twice: a person says which."""
        return bool(self.row.twins) and not self.is_money_that_went


def plan(rows: Iterable[Row]) -> list[Planned]:
    """Every row with what would become of it, each after those above it; a fixed number of queries, nothing is written."""
    rows = list(rows)
    known = set(_known(rows))
    orders = orders_meant(f"{row.label} {row.number}" for row in rows)
    standings = {order.pk: standing_of(order) for order in orders.values()}
    planned = []
    for row in rows:
        if row.fingerprint in known:
            planned.append(Planned(row, is_doubled=True))
            continue
        known.add(row.fingerprint)
        order = order_in(f"{row.label} {row.number}", orders) if row.amount > 0 else None
        standing = standings[order.pk] if order else None
        if order is None or standing is None or row.twins:
            planned.append(Planned(row, order=order))
            continue
        verdict = judge(standing, row.amount)
        standings[order.pk] = verdict.then
        planned.append(Planned(row, order=order, outcome=verdict.outcome))
    return planned


def import_statement(content: bytes, *, file_name: str, columns: BankFormat | None = None, by=None) -> BankStatement:
    """Write a file's lines down and match them with orders. The columns are those mapped before, unless they are given.

    Raises:
        Unreadable: it is no statement, or its columns were never mapped.
        Faulty: a row cannot be read.
        AlreadyImported: by somebody before, or at this very moment.
    """
    table = read_table(content)
    columns = columns or format_of(table, BankFormat.objects.all())
    if columns is None:
        raise Unreadable("its columns are not mapped")
    reading = read_rows(table, columns)
    if reading.faults:
        raise Faulty
    digest = digest_of(content)
    try:
        statement = _write(digest, reading.rows, file_name=file_name, columns=columns, by=by)
    except IntegrityError as error:  # somebody was quicker by a moment, whichever guard has seen it
        raise AlreadyImported(BankStatement.objects.filter(digest=digest).first()) from error
    match_new_lines(statement.lines.all(), by=by)
    return statement


@transaction.atomic
def _write(digest: str, rows: list[Row], *, file_name: str, columns: BankFormat, by) -> BankStatement:
    # Statements of a bank are written one after the other: days that two of them share are then told by the first.
    BankFormat.objects.select_for_update().get(pk=columns.pk)
    if statement := BankStatement.objects.filter(digest=digest).first():
        raise AlreadyImported(statement)
    known = set(_known(rows))
    new = {row.fingerprint: row for row in rows if row.fingerprint not in known}
    statement = BankStatement.objects.create(
        digest=digest, file_name=file_name[:120], format=columns, by=by, doubled=len(rows) - len(new)
    )
    lines = StatementLine.objects.bulk_create(_line(statement, fingerprint, row) for fingerprint, row in new.items())
    ask_about_twins([line for line in lines if line.status == LineStatus.TASK])
    return statement


def _line(statement: BankStatement, fingerprint: str, row: Row) -> StatementLine:
    came = LineStatus.TASK if row.twins else LineStatus.NEW
    return StatementLine(
        statement=statement, fingerprint=fingerprint, booked_on=row.booked_on, amount=row.amount, label=row.label,
        sender=row.sender, number=row.number, status=came if row.amount > 0 else LineStatus.IGNORED,
    )  # fmt: skip


def _known(rows: list[Row]) -> Iterable[str]:
    fingerprints = [row.fingerprint for row in rows]
    for start in range(0, len(fingerprints), 500):
        some = fingerprints[start : start + 500]
        yield from StatementLine.objects.filter(fingerprint__in=some).values_list("fingerprint", flat=True)
