"""A bank's file is read whatever its letters, separators and columns; what is none is refused in words."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from store.models import BankFormat
from store.payments.statements import (
    LARGEST_FILE,
    MOST_ROWS,
    Unreadable,
    format_of,
    likely_header,
    read_rows,
    read_table,
)


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


COLUMNS = BankFormat(name="Banque", date="Date", label="Libellé", amount="Montant")
TEXT = "Date;Libellé;Montant\n26/11/2026;VIREMENT REÇU TW-1234567;1 234,50\n"


def rows_of(content: bytes, columns: BankFormat = COLUMNS) -> list[tuple]:
    return [(row.booked_on, row.label, row.amount) for row in read_rows(read_table(content), columns).rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_separators_and_ends_of_lines_are_understood(encoding, separator, end):
    amount = '"1 234,50"' if separator == "," else "1 234,50"
    text = TEXT.replace("1 234,50", amount).replace(";", separator).replace("\n", end)

    assert rows_of(text.encode(encoding)) == [
        (date(2026, 11, 26), "VIREMENT REÇU TW-1234567", Decimal("1234.50")),
    ]


def test_lines_above_the_columns_and_balances_are_passed_over():
    content = f"Relevé de compte;;\nSolde;;12 000,00\n\n{TEXT};Solde final;13 234,50\n"

    reading = read_rows(read_table(content.encode()), COLUMNS)

    assert [row.amount for row in reading.rows] == [Decimal("1234.50")]
    assert (reading.passed_over, reading.faults) == (1, [])


def test_credit_and_debit_in_columns_of_their_own_become_one_amount_with_a_sign():
    columns = BankFormat(date="Date", label="Libellé", credit="Crédit", debit="Débit")
    content = b"Date;Libell\xe9;D\xe9bit;Cr\xe9dit\n26/11/2026;Frais;-12,00;\n26/11/2026;Virement;;205,00\n"

    assert [amount for _day, _label, amount in rows_of(content, columns)] == [Decimal("-12.00"), Decimal("205.00")]


def test_columns_are_found_whatever_their_order_their_case_and_their_accents():
    assert rows_of(b"MONTANT;LIBELLE;DATE\n5;a;26/11/2026\n") == [(date(2026, 11, 26), "a", Decimal(5))]


def test_a_row_that_cannot_be_read_is_named_with_its_place():
    reading = read_rows(read_table(f"{TEXT}demain;x;5\n26/11/2026;y;cinq\n".encode()), COLUMNS)

    assert [fault.at for fault in reading.faults] == [3, 4]
    assert "demain · x · 5" in reading.faults[0].why


def test_a_formula_stays_the_text_that_it_is():
    [(_day, label, _amount)] = rows_of('Date;Libellé;Montant\n26/11/2026;"=HYPERLINK(""x"")";5\n'.encode())
    assert label == '=HYPERLINK("x")'


HOSTILE = {
    "nothing": (b"", "empty"),
    "blanks": (b" \r\n\t ", "empty"),
    "NUL": (TEXT.replace("VIREMENT", "VIRE\0MENT").encode(), "cannot be read"),
    "no encoding": (TEXT.encode("cp1252").replace(b"VIREMENT", b"\x81\x8d\x8f"), "cannot be read"),
    "half a UTF-16": (TEXT.encode("utf-16")[:-1], "cannot be read"),
    "huge": (b"a;b;c\n" * (LARGEST_FILE // 6 + 1), "larger than 1 MB"),
    "many rows": (b"a;b\n" * (MOST_ROWS + 1), "more than"),
    "many columns": (b"a;" * 50 + b"\n", "more than"),
    "a cell without an end": (b'a;"' + b"x" * 200_000, "cut into columns"),
    "Excel": (b"PK\x03\x04" + b"x" * 50, "Excel"),
    "old Excel": (b"\xd0\xcf\x11\xe0" + b"x" * 50, "Excel"),
    "PDF": (b"%PDF-1.7 x;y", "PDF"),
    "prose": (b"Bonjour\nVoici mon releve\n", "no columns"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_is_no_statement_is_refused_in_words(name):
    content, words = HOSTILE[name]
    with pytest.raises(Unreadable) as refusal:
        read_table(content)
    assert words in refusal.value.why


def test_a_column_that_is_missing_is_named():
    with pytest.raises(Unreadable) as refusal:
        read_rows(read_table(b"Date;Montant\n26/11/2026;5\n"), COLUMNS)
    assert "Banque" in refusal.value.why


def test_the_columns_that_were_mapped_before_are_known_again_and_those_that_say_most_win():
    plain, rich = COLUMNS, BankFormat(name="Riche", date="Date", label="Libellé", amount="Montant", number="N°")
    table = read_table("Date;Libellé;Montant;N°\n26/11/2026;a;5;1\n".encode())

    assert format_of(table, [plain, rich]) is rich
    assert format_of(table, [plain]) is plain
    assert format_of(read_table(b"a;b\nc;d\n"), [plain, rich]) is None


def test_the_row_that_names_the_columns_of_a_new_bank_is_found():
    table = read_table(f"Compte 123;;\n{TEXT}".encode())
    assert table[likely_header(table)] == ["Date", "Libellé", "Montant"]


def test_a_file_of_numbers_alone_has_no_row_that_names_its_columns():
    with pytest.raises(Unreadable, match="No row names the columns"):
        likely_header(read_table(b"1;2;3\n4;5;6\n"))


def test_the_same_operation_has_the_same_fingerprint_in_whichever_file_it_is():
    def prints(text: str) -> list[str]:
        return [row.fingerprint for row in read_rows(read_table(text.encode()), COLUMNS).rows]

    [first] = prints(TEXT)
    assert prints(
        TEXT.replace("1 234,50", "1234.50").replace("REÇU ", "recu  ").replace("26/11/2026", "2026-11-26")
    ) == [first]
    assert prints(TEXT.replace("234", "235")) != [first]
