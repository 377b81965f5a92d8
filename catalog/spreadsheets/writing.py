"""The one way from rows to a file for a spreadsheet: read rightly in each language, and holding nothing that would be run."""

import csv
import io
import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.http import HttpResponse
from django.utils import formats, timezone

#: Excel takes a file without it for the old encoding of its country, and shows no Arabic.
BYTE_ORDER_MARK = "\ufeff"
_NUMBER = re.compile(r"-?\d+([.,]\d+)?", re.ASCII)
#: How a cell begins that some spreadsheet computes, full-width letters included, or takes for the end of the one before.
_FORMULA = re.compile(r"\s*[=+\-@|%＝＋－＠]|[\t\r\n]")

Cell = str | int | Decimal | date | datetime | None


def as_csv(rows: Iterable[Iterable[Cell]]) -> str:
    """The rows in the active language. Where a comma stands before the decimals, Excel waits for semicolons between cells.

    Every cell is in quotation marks: a text with a separator in it stays one cell for whoever reads with another one.
    """
    decimal_separator = formats.get_format("DECIMAL_SEPARATOR")
    file = io.StringIO()
    file.write(BYTE_ORDER_MARK)
    writer = csv.writer(file, delimiter=";" if decimal_separator == "," else ",", quoting=csv.QUOTE_ALL)
    writer.writerows([_written(cell, decimal_separator) for cell in row] for row in rows)
    return file.getvalue()


def csv_file(rows: Iterable[Iterable[Cell]], *, name: str) -> HttpResponse:
    """The rows as a file to keep."""
    answer = HttpResponse(as_csv(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula; a number stays one."""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def _written(cell: Cell, decimal_separator: str) -> str:
    match cell:
        case None:
            return ""
        case datetime():
            return timezone.localtime(cell).isoformat(sep=" ", timespec="minutes")[:16]
        case date():
            return cell.isoformat()
        case Decimal():
            return f"{cell:f}".replace(".", decimal_separator)
        case int():
            return str(cell)
        case _:
            return harmless(str(cell))
