"""A table is read by what it is: whichever language names its columns, whichever program wrote it."""

import io
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from catalog.spreadsheets.reading import Unreadable
from store.tables.columns import Column
from store.tables.sheet import MOST_ROWS, Sheet, read_sheet

C = Column


def a_csv(*rows: str, heads: str = "Référence;Prix") -> bytes:
    return "\r\n".join([heads, *rows]).encode()


def a_workbook(*rows: list) -> bytes:
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("heads", ["Référence;Prix", "reference,price", "المرجع\tالثمن", "  RÉFÉRENCE ; prix "])
def test_columns_are_known_by_their_heads_in_every_language(heads):
    separator = next(mark for mark in ";,\t" if mark in heads)
    sheet = read_sheet(f"{heads}\nMT-250{separator}85".encode())
    assert sheet.rows == [(2, {C.REFERENCE: "MT-250", C.PRICE: "85"})]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_letters_are_read_in_whichever_encoding_spreadsheets_write(encoding):
    assert read_sheet("Référence;Prix\nÉté;85".encode(encoding)).rows[0][1][C.REFERENCE] == "Été"


def test_rows_have_the_numbers_that_a_spreadsheet_shows():
    sheet = read_sheet("Coopérative;\n;\nRéférence;Prix\nA;1\n;\nB;2".encode())
    assert [at for at, _cells in sheet.rows] == [4, 6]


def test_columns_that_nobody_knows_are_named_and_those_that_follow_from_others_are_not_read():
    sheet = read_sheet("Référence;Prix;Notes;Libres".encode() + b"\nA;1;x;9")
    assert (sheet.left_out, sheet.columns) == (["Notes"], [C.REFERENCE, C.PRICE])


def test_a_workbook_tells_days_numbers_and_what_formulas_came_to():
    day = datetime(2027, 5, 31)
    content = a_workbook(
        ["Référence", "Prix", "Lot", "En stock", "À consommer de préférence avant"],
        ["A", 85.5, 12, 12.0, day],
        ["B", 0.1 + 0.2, "L", 7, date(2027, 5, 31)],
        ["C", 1.234, None, "=1+1", 46538],
    )
    rows = [list(cells.values()) for _at, cells in read_sheet(content).rows]
    assert rows == [
        ["A", "85.5", "12", "12", "2027-05-31"],
        ["B", "0.3", "L", "7", "2027-05-31"],
        ["C", "1.2340", "", "", "46538"],  # the formula has not come to anything yet
    ]


def test_the_mark_before_what_would_be_a_formula_goes_again():
    rows = read_sheet("Référence;Produit\n'=A;'miel".encode()).rows
    assert rows[0][1] == {C.REFERENCE: "=A", C.NAME: "'miel"}


def test_what_was_read_is_kept_and_comes_back_the_same():
    sheet = read_sheet(a_csv("A;1", "B;2"))
    assert Sheet.of(sheet.kept) == sheet


@pytest.mark.parametrize(
    "content",
    [
        b"", b" \n ", b"x", b"a;b\n1;2", "Référence;Référence\nA;B".encode(), b"Prix;Lot\n1;2",
        a_csv(*["A;1"] * (MOST_ROWS + 1)), a_csv("A" + ";" * 30),
    ],
    ids=["empty", "blank", "a word", "unknown heads", "a head twice", "no reference", "too many rows", "too many columns"],
)  # fmt: skip
def test_what_is_no_table_of_ours_is_refused_with_words(content):
    with pytest.raises(Unreadable) as refused:
        read_sheet(content)
    assert refused.value.why


def test_as_many_rows_as_are_promised_are_read():
    assert len(read_sheet(a_csv(*["A;1"] * MOST_ROWS)).rows) == MOST_ROWS
