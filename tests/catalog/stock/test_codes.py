"""A code is found as somebody types it or a camera reads it."""

import pytest

from catalog.models import Lot
from catalog.stock.codes import lot_by_code

LOTS = [Lot(code=code) for code in ("MT-250-261128", "MT-250-261128-2", "Thym 7", "thym7", "é½")]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("MT-250-261128", "MT-250-261128"),
        (" mt-250 - 261128-2 ", "MT-250-261128-2"),
        ("MT-٢٥٠-٢٦١١٢٨", "MT-250-261128"),
        ("thym7", "thym7"),
        ("Thym 7", "Thym 7"),
        ("THYM7", "Thym 7"),
        ("https://twiza.example/fr/lots/MT-250-261128/", "MT-250-261128"),
        ("HTTPS://twiza.example/lots/Thym%207", "Thym 7"),
        ("É½", "é½"),
        ("MT-250", None),
        ("", None),
        ("https://", None),
        ("https://[", None),
    ],
)
def test_a_code_is_found_whatever_its_case_spaces_and_digits(typed, code):
    found = lot_by_code(LOTS, typed)
    assert (found.code if found else None) == code
