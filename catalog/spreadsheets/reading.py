"""Cells of a file that somebody wrote or exported: its letters, its separators. Nothing in it is believed."""

import csv
from collections import Counter
from contextlib import suppress

from django.utils.translation import gettext as _

Table = list[list[str]]

SEPARATORS = ";,\t"
#: Lines of text for each row that is allowed: the others lie within cells.
LINES_PER_ROW = 10


class Unreadable(Exception):
    """The file is no table, in words for whoever sent it."""

    def __init__(self, why: str):
        super().__init__(why)
        self.why = why


def decoded(content: bytes) -> str:
    """The text, in whichever encoding spreadsheets and banks write.

    Raises:
        Unreadable: it is in none of them.
    """
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise Unreadable(_("The letters of this file cannot be read. Export it as CSV in UTF-8."))


def in_columns(text: str, *, most_rows: int, most_columns: int, too_many: str, is_strict: bool = False) -> Table:
    """The cells, cut at the separator that gives the most regular table. A strict reading takes no half quotation.

    Raises:
        Unreadable: there are no columns, or more rows or columns than allowed, which `too_many` says.
    """
    if text.count("\n") + text.count("\r") > most_rows * LINES_PER_ROW:
        raise Unreadable(too_many)
    tables = []
    for separator in SEPARATORS:
        with suppress(csv.Error):  # it is cut rightly at another one, or at none
            tables.append(list(csv.reader(text.splitlines(keepends=True), delimiter=separator, strict=is_strict)))
    if not tables:
        raise Unreadable(
            _("The file cannot be cut into columns: a quotation mark is never closed, or a cell is too long.")
        )
    table = max(tables, key=regularity)
    if not regularity(table):
        raise Unreadable(
            _("The file has no columns. Export it as CSV, with semicolons, commas or tabs between the columns.")
        )
    if len(table) > most_rows or max(map(len, table)) > most_columns:
        raise Unreadable(too_many)
    return table


def regularity(table: Table) -> int:
    """How many cells stand in rows of the usual length; 0 where the usual row has one cell."""
    lengths = Counter(len(row) for row in table if len(row) > 1)
    return max((length * times for length, times in lengths.items()), default=0)


def tidy(cell: str) -> str:
    """The cell on one line, without what cannot be seen."""
    return " ".join("".join(c if c.isprintable() else " " for c in cell).split())


def _encodings(content: bytes) -> list[str]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ["utf-16"]
    half = len(content) // 2
    if content[1::2].count(0) > half * 0.4:
        return ["utf-16-le"]
    if content[0::2].count(0) > half * 0.4:
        return ["utf-16-be"]
    return ["utf-8-sig", "cp1252"]
