"""A bank's file, read: its letters, its separators, its columns. Nothing is written here."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from catalog.money import ZERO, to_centimes
from catalog.spreadsheets.reading import Unreadable, decoded, in_columns, tidy
from catalog.text_folding import fold

from .amounts import read_amount, read_day
from .bank import BankFormat

LARGEST_FILE = 1024 * 1024
MOST_ROWS, MOST_COLUMNS = 5000, 40
COLUMNS = ("date", "label", "amount", "credit", "debit", "sender", "number")
#: What files begin with that are no text.
OTHER_FILES = {b"PK\x03\x04": "Excel", b"\xd0\xcf\x11\xe0": "Excel", b"%PDF": "PDF"}


@dataclass(frozen=True)
class Row:
    """A line of a statement; `at` is its place in the file. Dirhams, below zero for money that went."""

    at: int
    booked_on: date
    amount: Decimal
    label: str
    sender: str = ""
    number: str = ""
    #: So many rows above it in the file tell the same, and the bank gives no number that tells them apart.
    twins: int = 0

    @property
    def fingerprint(self) -> str:
        """The same for the same operation, in whichever file the bank tells it."""
        told = [
            self.booked_on.isoformat(), to_centimes(self.amount), fold(self.label), fold(self.sender), fold(self.number),
            *([self.twins] if self.twins else []),
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True)
class Fault:
    """A row that tells an operation and cannot be read."""

    at: int
    why: str


@dataclass(frozen=True)
class Reading:
    rows: list[Row]
    faults: list[Fault]
    #: Balances, headings and other rows that tell no operation.
    passed_over: int


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def read_table(content: bytes) -> list[list[str]]:
    """The cells of a file, whatever its encoding and its separator.

    Raises:
        Unreadable: it is empty, too large, or no text in columns.
    """
    if not content.strip():
        raise Unreadable(_("The file is empty."))
    if len(content) > LARGEST_FILE:
        raise Unreadable(_("The file is larger than 1 MB. Export fewer days at a time."))
    for beginning, kind in OTHER_FILES.items():
        if content.startswith(beginning):
            raise Unreadable(_("This is a file of %(kind)s. Export the statement as CSV.") % {"kind": kind})
    too_many = _("The file has more than %(rows)s lines or %(columns)s columns. Export fewer days at a time.") % {
        "rows": MOST_ROWS,
        "columns": MOST_COLUMNS,
    }
    table = in_columns(decoded(content), most_rows=MOST_ROWS, most_columns=MOST_COLUMNS, too_many=too_many)
    return [[tidy(cell) for cell in row] for row in table]


def header_of(table: list[list[str]], columns: BankFormat) -> int | None:
    """Where the row lies that names all of these columns."""
    wanted = {fold(getattr(columns, name)) for name in COLUMNS if getattr(columns, name)}
    return next((at for at, row in enumerate(table) if wanted <= {fold(cell) for cell in row}), None)


def likely_header(table: list[list[str]]) -> int:
    """The first row of words that is as long as most: what a new bank's columns are chosen from."""
    usual = Counter(len(row) for row in table if len(row) > 1).most_common(1)[0][0]
    for at, row in enumerate(table):
        named = [cell for cell in row if cell]
        if len(row) == usual and len(named) > 2 and not any(any(c.isdigit() for c in cell) for cell in named):
            return at
    raise Unreadable(_("No row names the columns. The first row of a statement says which column is what."))


def format_of(table: list[list[str]], formats: Iterable[BankFormat]) -> BankFormat | None:
    """The columns that this file has, if they were mapped before; those that name most come first."""
    fitting = [columns for columns in formats if header_of(table, columns) is not None]
    return max(fitting, key=lambda columns: sum(bool(getattr(columns, name)) for name in COLUMNS), default=None)


def read_rows(table: list[list[str]], columns: BankFormat) -> Reading:
    """The operations below the header.

    Raises:
        Unreadable: no row has these columns.
    """
    header = header_of(table, columns)
    if header is None:
        raise Unreadable(_("The columns “%(columns)s” are not all there.") % {"columns": columns})
    names = [fold(cell) for cell in table[header]]
    place = {name: names.index(fold(getattr(columns, name))) for name in COLUMNS if getattr(columns, name)}
    rows: list[Row] = []
    faults: list[Fault] = []
    seen: Counter[str] = Counter()
    passed_over = 0
    for at, cells in enumerate(table[header + 1 :], start=header + 2):
        told = {name: cells[column] if column < len(cells) else "" for name, column in place.items()}
        if not told["date"] or not any(told.get(name) for name in ("amount", "credit", "debit")):
            passed_over += 1
            continue
        try:
            row = _row(at, told)
        except ValueError:
            faults.append(
                Fault(at, _("The day or the amount cannot be read: %(cells)s") % {"cells": " · ".join(cells)[:120]})
            )
            continue
        if row.amount:
            rows.append(row if row.number else replace(row, twins=seen[row.fingerprint]))
            seen[row.fingerprint] += 1
        else:
            passed_over += 1
    return Reading(rows, faults, passed_over)


def _row(at: int, told: dict[str, str]) -> Row:
    if told.get("amount"):
        amount = read_amount(told["amount"])
    else:
        came, went = (abs(read_amount(told[name])) if told.get(name) else ZERO for name in ("credit", "debit"))
        amount = came - went
    label, sender, number = told["label"][:300], told.get("sender", "")[:120], told.get("number", "")[:60]
    return Row(at, read_day(told["date"]), amount, label, sender, number)
