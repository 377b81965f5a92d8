"""A table that somebody uploaded, as rows of known columns. Nothing is asked of the database, and nothing is believed."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from catalog.spreadsheets.reading import Table, Unreadable, decoded, in_columns, tidy
from catalog.spreadsheets.workbooks import OLD, ZIP, first_sheet
from catalog.spreadsheets.writing import harmless

from .columns import ONLY_TOLD, Column, column_headed

LARGEST_FILE = 2 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS = 2_000, 30
#: Characters of a cell that are looked at: one more than any column takes.
LONGEST_CELL = 201
#: Rows in which the heads of the columns are looked for: a title may stand above them.
ABOVE = 10

Cells = dict[Column, str]


@dataclass(frozen=True)
class Sheet:
    """Each row with its number in the file, as a spreadsheet shows it."""

    rows: list[tuple[int, Cells]]
    columns: list[Column]
    #: Heads of columns that nobody knows.
    left_out: list[str]

    @property
    def kept(self) -> dict:
        """All of it, for JSON."""
        rows = [[at, *[cells[column] for column in self.columns]] for at, cells in self.rows]
        return {"columns": [column.value for column in self.columns], "left_out": self.left_out, "rows": rows}

    @classmethod
    def of(cls, kept: dict) -> "Sheet":
        columns = [Column(name) for name in kept["columns"]]
        rows = [(at, dict(zip(columns, cells, strict=True))) for at, *cells in kept["rows"]]
        return cls(rows, columns, kept["left_out"])


def read_sheet(content: bytes) -> Sheet:
    """A CSV in any usual encoding, or the first sheet of a workbook; told by what it is, not by its name.

    Raises:
        Unreadable: it is neither, it is too large, or no row names the columns.
    """
    if len(content) > LARGEST_FILE:
        raise Unreadable(_("The file is larger than 2 MB. Send fewer rows at a time."))
    if not content.strip():
        raise Unreadable(_("The file is empty."))
    table = _cells(content)
    header, columns, left_out = _header(table)
    rows = []
    for at, row in enumerate(table[header + 1 :], start=header + 2):
        cells = {column: _text(row[place]) if place < len(row) else "" for column, place in columns.items()}
        if any(cells.values()):
            rows.append((at, cells))
    return Sheet(rows, list(columns), left_out)


def _cells(content: bytes) -> Table:
    too_many = _("The file has more than %(rows)s rows or %(columns)s columns. Send fewer at a time.") % {
        "rows": MOST_ROWS,
        "columns": MOST_COLUMNS,
    }
    # One row more names the columns.
    if content.startswith((ZIP, OLD)):
        return first_sheet(content, most_rows=MOST_ROWS + 1, most_columns=MOST_COLUMNS, too_many=too_many)
    return in_columns(
        decoded(content), most_rows=MOST_ROWS + 1, most_columns=MOST_COLUMNS, too_many=too_many, is_strict=True
    )


def _header(table: Table) -> tuple[int, dict[Column, int], list[str]]:
    """Where the row lies that names the columns; which column is what; the heads that nobody knows."""
    for at, row in enumerate(table[:ABOVE]):
        heads = [_text(cell) for cell in row]
        named = [column_headed(head) for head in heads]
        known = [column for column in named if column]
        if len(known) < 2 or not {Column.REFERENCE, Column.NAME} & set(known):
            continue
        if twice := next((column for column in known if known.count(column) > 1), None):
            raise Unreadable(_("Two columns are called “%(column)s”.") % {"column": twice.label})
        columns = {column: place for place, column in enumerate(named) if column and column not in ONLY_TOLD}
        left_out = [head[:60] for head, column in zip(heads, named, strict=True) if head and not column]
        return at, columns, left_out
    raise Unreadable(
        _("No row names the columns. Take a table from here, change what is to change, and send it back as it is.")
    )


def _text(cell: str) -> str:
    """Without the mark that our own tables put before what a spreadsheet would compute."""
    text = tidy(cell[:LONGEST_CELL])
    return text[1:] if text.startswith("'") and harmless(text[1:]) == text else text
