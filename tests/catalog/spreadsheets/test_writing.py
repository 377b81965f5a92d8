"""A table opens in a spreadsheet as what it is, and nothing in it is computed."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from catalog.spreadsheets.writing import as_csv, csv_file, harmless


@pytest.mark.parametrize(
    "text", ["=1", "+1+1", "-1-1", "@x", " =1", "\tx", "\rx", "\nx", "＝1", "|x", "%x", "-2 %", "+212600970011"]
)
def test_a_text_that_a_spreadsheet_would_compute_is_marked_as_text(text):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["2 × Miel", "", "-2", "-2,50", "0612 34 56 78", "أ=1", "'=1"])
def test_any_other_text_stays_as_it_is(text):
    assert harmless(text) == text


def test_numbers_and_days_are_written_as_the_spreadsheets_of_the_language_read_them():
    row = [Decimal("-1234.50"), 12, date(2026, 11, 28), datetime(2026, 11, 28, 9, 30, tzinfo=UTC), None, "a;b,c"]
    told = {}
    for language in ("fr", "ar", "en"):
        with translation.override(language):
            told[language] = as_csv([row])
    comma = '\ufeff"-1234,50";"12";"2026-11-28";"2026-11-28 10:30";"";"a;b,c"\r\n'
    assert told == {"fr": comma, "ar": comma, "en": comma.replace('";"', '","').replace("1234,50", "1234.50")}


def test_a_text_with_separators_in_it_is_one_cell_for_whoever_reads_with_another_separator():
    with translation.override("fr"):
        text = as_csv([["a,=1+1"]])
    assert list(csv.reader(io.StringIO(text[1:]), delimiter=",")) == [["a,=1+1"]]


def test_a_file_is_kept_and_not_shown():
    answer = csv_file([["x"]], name="stock.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="stock.csv"'
