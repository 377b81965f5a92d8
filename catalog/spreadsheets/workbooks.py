"""The first sheet of an Excel workbook (XLSX), read with care: such a file is a zip of XML that anybody may have made."""

import io
import zipfile
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from .reading import Table, Unreadable

#: How a zip begins, and how older Excel files and those with a password do.
ZIP, OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
#: What all that is packed in a workbook may come to: many times what a full table takes, and read within a second.
MOST_UNPACKED, MOST_MEMBERS, MOST_TAGS = 12 * 1024 * 1024, 200, 250_000
#: Nothing that Excel writes declares a document's type; what does, declares entities.
DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")
#: Those of which Python unfolds a given number of bytes and no more.
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def first_sheet(content: bytes, *, most_rows: int, most_columns: int, too_many: str) -> Table:
    """Its cells as people would type them: formulas as what they came to, days as `2027-05-31`, a point before decimals.

    Raises:
        Unreadable: it is no workbook, or one that unfolds to too much, which `too_many` says.
    """
    if content.startswith(OLD):
        raise Unreadable(_("This is a file of an older Excel, or one with a password. Save it as XLSX or CSV."))
    try:
        book = load_workbook(_looked_through(content, too_many), read_only=True, data_only=True, keep_links=False)
        rows = book.worksheets[0].iter_rows(values_only=True, max_row=most_rows + 1, max_col=most_columns + 1)
        table = [[_typed(value) for value in row] for row in rows]
    except Unreadable:
        raise
    except Exception as error:  # each part of a broken workbook breaks the reader in a way of its own
        raise Unreadable(_("This workbook cannot be opened. Save it once more, or export it as CSV.")) from error
    while table and not any(table[-1]):
        table.pop()
    if len(table) > most_rows or any(len(row) > most_columns and row[most_columns] for row in table):
        raise Unreadable(too_many)
    return table


def _looked_through(content: bytes, too_many: str) -> io.BytesIO:
    """The parts of XML, packed anew: a reader sees what was measured here, whatever the file says of itself."""
    clean, tags = io.BytesIO(), 0
    with zipfile.ZipFile(io.BytesIO(content)) as packed, zipfile.ZipFile(clean, "w") as again:
        members = packed.infolist()
        names = {member.filename for member in members}
        if any(name.casefold().endswith("vbaproject.bin") for name in names):
            raise Unreadable(_("This workbook has macros in it. Save it as XLSX without them, or as CSV."))
        if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED:
            raise Unreadable(too_many)
        if len(names) < len(members) or any(member.compress_type not in METHODS for member in members):
            raise zipfile.BadZipFile("no program writes workbooks so")
        for member in members:
            if member.filename.endswith((".xml", ".rels")):
                with packed.open(member) as file:
                    text = file.read(member.file_size + 1)  # with a number, no more than that is unfolded
                if b"\0" in text[:200] or any(declaration in text for declaration in DECLARATIONS):
                    raise zipfile.BadZipFile("no program writes workbooks so")
                tags += text.count(b"<")
                again.writestr(member.filename, text)
    if tags > MOST_TAGS:
        raise Unreadable(too_many)
    return clean


def _typed(value) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and abs(value) < 1e12:
        return _decimals(value)
    return str(value)


def _decimals(value: float) -> str:
    """`85.5` of 85.5 and of 85.50000000000001; three places become four, so that nobody takes them for thousands."""
    text = f"{Decimal(repr(value)).quantize(Decimal('0.000001')).normalize():f}"
    return f"{text}0" if len(text.partition(".")[2]) == 3 else text
