import pytest

from store.payments.references import numbers_in


@pytest.mark.parametrize(
    "label",
    [
        "TW-1234567",
        "VIR RECU TW-1234567 AMINA",
        "vir tw1234567",
        "TW 1234567",
        "T W - 123 45 67",
        "TW_1234567/MERCI",
        "TW-1234567 20261126",
        "VIRTW-1234567",
        "TW-١٢٣٤٥٦٧",
        "tw–1234567",
    ],
)
def test_the_number_of_an_order_is_found_however_it_is_written(label):
    assert numbers_in(label) == ["TW-1234567"]


@pytest.mark.parametrize("label", ["", "1234567", "TW-123456", "TW-12345678", "TX-1234567", "TW", "TW-abcdefg"])
def test_what_is_no_number_of_an_order_is_not_taken_for_one(label):
    assert numbers_in(label) == []


def test_every_number_that_a_label_names_is_found_once():
    assert numbers_in("TW-1234567 et tw 7654321, TW1234567") == ["TW-1234567", "TW-7654321"]


def test_a_long_label_of_nonsense_is_read_at_once():
    assert numbers_in("T W - 1 2 3 4 5 6 " * 5000) == []
