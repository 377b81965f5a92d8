"""Tables that nobody should upload, and what reading each costs: `python -m tests.hostile.tables` prints JSON lines."""

import io
import json
import os
import struct
import sys
import tempfile
import zipfile
import zlib
from functools import partial
from pathlib import Path

from openpyxl import Workbook

from .files import ENTITIES, picture, zipped
from .measure import cost, measured

HEADS = "Référence;Prix;Lot;En stock\n"
SHEET = "xl/worksheets/sheet1.xml"


def a_workbook(*rows: list) -> bytes:
    book, file = Workbook(), io.BytesIO()
    for row in rows or (["Référence", "Prix"], ["MT-250", 90]):
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def changed(name: str, content: bytes, *, method: int = zipfile.ZIP_DEFLATED, extra: bool = False) -> bytes:
    """A workbook with one of its parts replaced, or with one more."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(a_workbook())) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
        new.writestr(name, content, method)
        if extra:
            new.writestr(f"{name}.bin", b"x")
    return file.getvalue()


def sheet(rows: bytes, before: bytes = b"") -> bytes:
    return (
        b'<?xml version="1.0"?>'
        + before
        + b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b"<sheetData>" + rows + b"</sheetData></worksheet>"
    )


def liar() -> bytes:
    """A part that says it is small and unfolds to 30 MB."""
    content = bytearray(changed(SHEET, sheet(b"<row/>" + b" " * 30_000_000)))
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        member = packed.getinfo(SHEET)
    small = struct.pack("<I", 300)
    place = content.rindex(SHEET.encode()) - 46 + 24  # where the index tells its size
    content[place : place + 4] = small
    content[member.header_offset + 22 : member.header_offset + 26] = small
    return bytes(content)


LAUGHS = b"<!DOCTYPE x [" + ENTITIES + b"]>"
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
CELL = b'<c t="inlineStr"><is><t>x</t></is></c>'
#: What is wrong with it → its name and its maker.
FILES = {
    "empty": ("vide.csv", lambda: b""),
    "only spaces": ("vide.csv", lambda: b" \n" * 1_000_000),
    "binary": ("prix.csv", lambda: os.urandom(1_000_000)),
    "NUL": ("prix.csv", lambda: f"{HEADS}MT\x00-250;90;;\n".encode()),
    "half of UTF-16": ("prix.csv", lambda: HEADS.encode("utf-16")[:-1]),
    "a quotation that never ends": ("prix.csv", lambda: f'{HEADS}"MT-250;90;;\n'.encode() + b"MT;1;;\n" * 1_000),
    "only quotations": ("prix.csv", lambda: b'"' * 2_000_000),
    "a million columns": ("prix.csv", lambda: b";" * 1_000_000),
    "a million rows": ("prix.csv", lambda: HEADS.encode() + b"A;1\n" * 500_000),
    "one cell of two megabytes": ("prix.csv", lambda: HEADS.encode() + b"A" * 2_000_000),
    "more than two megabytes": ("prix.csv", lambda: HEADS.encode() + b"A;1;;\n" * 400_000),
    "a picture by another name": ("prix.csv", picture),
    "a zip by another name": ("prix.xlsx", partial(zipped, "prix.csv", HEADS.encode())),
    "an old workbook": ("prix.xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 10_000),
    "a workbook with macros": ("prix.xlsm", partial(changed, "xl/vbaProject.bin", b"\xd0\xcf\x11\xe0")),
    "a workbook cut short": ("prix.xlsx", lambda: a_workbook()[:-200]),
    "bomb of a zip": ("prix.xlsx", partial(changed, SHEET, sheet(b" " * 30_000_000))),
    "bomb of a zip that lies": ("prix.xlsx", liar),
    "bomb in another method": ("prix.xlsx", partial(changed, SHEET, sheet(b" " * 5_000_000), method=zipfile.ZIP_BZIP2)),
    "a thousand parts": ("prix.xlsx", lambda: many_parts()),
    "the same part twice": ("prix.xlsx", lambda: twice()),
    "billion laughs": ("prix.xlsx", partial(changed, SHEET, sheet(b"<row><c><v>&a9;</v></c></row>", LAUGHS))),
    "an entity from outside": ("prix.xlsx", partial(changed, SHEET, sheet(b"<row><c><v>&a;</v></c></row>", OUTSIDE))),
    "laughs in UTF-16": ("prix.xlsx", lambda: changed(SHEET, sheet(b"", LAUGHS).decode().encode("utf-16"))),
    "a row of a million cells": ("prix.xlsx", partial(changed, SHEET, sheet(b"<row>" + CELL * 250_000 + b"</row>"))),
    "a million empty rows": ("prix.xlsx", partial(changed, SHEET, sheet(b"<row/>" * 240_000))),
    "cells nested in cells": ("prix.xlsx", partial(changed, SHEET, sheet(b"<row>" * 100_000 + b"</row>" * 100_000))),
    "a cell at the end of the world": (
        "prix.xlsx",
        partial(changed, SHEET, sheet(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')),
    ),
    "as full as a workbook may be": (
        "prix.xlsx",
        lambda: a_workbook(["Référence", "Prix"], *[["MT-250", 85.5] * 15] * 1_500),
    ),
    "a million words": ("prix.xlsx", partial(changed, "xl/sharedStrings.xml", b"<sst>" + b"<si/>" * 400_000 + b"</sst>")),
    "a sheet that is no XML": ("prix.xlsx", partial(changed, SHEET, zlib.compress(b"x") * 1_000)),
}  # fmt: skip


def many_parts() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for number in range(1_000):
            packed.writestr(f"xl/{number}.xml", b"<x/>")
    return file.getvalue()


def twice() -> bytes:
    file = io.BytesIO(a_workbook())
    with zipfile.ZipFile(file, "a") as packed:
        packed.writestr(SHEET.replace("sheet1", "sheet2"), b"<x/>")
    # Python would warn of the same name: it is changed afterwards, where both places tell it.
    return file.getvalue().replace(b"sheet2.xml", b"sheet1.xml")


def read(name: str, content: Path) -> dict:
    from catalog.spreadsheets.reading import Unreadable
    from store.tables.sheet import LARGEST_FILE, read_sheet

    with content.open("rb") as file:
        return measured(lambda: read_sheet(file.read(LARGEST_FILE + 1)), Unreadable)


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "store.settings.test")
    django.setup()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "content"
        for warm in (a_workbook(), f"{HEADS}A;1;;\n".encode()):
            path.write_bytes(warm)
            read("", path)
        for what, (name, make) in FILES.items():
            if not (made := os.fork()):  # making a large file takes memory too
                path.write_bytes(make())
                os._exit(0)
            os.waitpid(made, 0)
            print(json.dumps({"what": what, **cost(name, path, read)}), flush=True)


if __name__ == "__main__":
    sys.exit(main())
