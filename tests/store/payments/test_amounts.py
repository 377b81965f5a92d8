from datetime import date
from decimal import Decimal

import pytest

from store.payments.amounts import read_amount, read_day


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("1 234,50", "1234.50"),
        ("1\u202f234,50", "1234.50"),
        ("1\xa0234,50 MAD", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("1'234.50", "1234.50"),
        ("1234,5", "1234.50"),
        ("1234.50", "1234.50"),
        ("1,234", "1234.00"),
        ("1.234.567", "1234567.00"),
        ("1 234", "1234.00"),
        ("205", "205.00"),
        (",50", "0.50"),
        ("+205,00 DH", "205.00"),
        ("-205,00", "-205.00"),
        ("−205,00", "-205.00"),
        ("205,00-", "-205.00"),
        ("(205,00)", "-205.00"),
        ("١٬٢٣٤٫٥٠", "1234.50"),
        ("١٢٣٤٫٥٠ د.م.", "1234.50"),
        ("0,00", "0.00"),
    ],
)
def test_an_amount_is_understood_as_banks_write_it(written, amount):
    assert read_amount(written) == Decimal(amount)


@pytest.mark.parametrize(
    "written",
    [
        "", " ", "-", ",", ".", "abc", "1,2345", "1234,567", "1.23.45", "1,23,45", "12 euros", "1e5", "NaN", "Infinity",
        "=1+1", "0x10", "1/2", "--5", "10 000 000", "9" * 40, "1,234,50", "5\0",
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused(written):
    with pytest.raises(ValueError, match=r"^(no amount|no fraction|too large)$"):
        read_amount(written)


@pytest.mark.parametrize(
    "written", ["26/11/2026", "26-11-2026", "26.11.2026", "2026-11-26", "26/11/26", "٢٦/١١/٢٠٢٦", "2026-11-26T10:30:00"]
)
def test_a_day_is_understood_as_banks_write_it(written):
    assert read_day(written) == date(2026, 11, 26)


@pytest.mark.parametrize("written", ["", "x", "11/26/2026", "31/02/2026", "26/11/1926", "26/11", "2026", "\0"])
def test_what_is_no_day_is_refused(written):
    with pytest.raises(ValueError, match="no day"):
        read_day(written)
