import pytest
from django.core.exceptions import ValidationError

from catalog.models import Cooperative
from catalog.rib import clean_rib, in_groups, is_rib, key_of
from tests.factories import a_rib

RIB = "007810000123400000012369"


@pytest.mark.parametrize(
    "written",
    [
        RIB,
        " 007 810 0001234000000123 69 ",
        "007-810-0001234000000123-69",
        "RIB : 007 810 0001 2340 0000 0123 69",
        "٠٠٧٨١٠٠٠٠١٢٣٤٠٠٠٠٠٠١٢٣٦٩",
        f"\u202a{RIB}\u202c",
    ],
)
def test_a_rib_is_understood_however_it_is_written(written):
    assert clean_rib(written) == RIB


@pytest.mark.parametrize("written", ["", "12", RIB[:-1], RIB + "0", "0" * 23 + "x", "IBAN" + RIB, "²" * 3, "\0" * 24])
def test_what_has_not_24_digits_is_no_rib(written):
    with pytest.raises(ValidationError) as refusal:
        clean_rib(written)
    assert refusal.value.code == "length"


def test_every_mistyped_digit_and_every_pair_that_changed_places_is_found_by_the_key():
    mistyped = {RIB[:at] + digit + RIB[at + 1 :] for at in range(24) for digit in "0123456789"}
    swapped = {RIB[:at] + RIB[at + 1] + RIB[at] + RIB[at + 2 :] for at in range(23)}

    for wrong in (mistyped | swapped) - {RIB}:
        with pytest.raises(ValidationError) as refusal:
            clean_rib(wrong)
        assert refusal.value.code == "key"


def test_the_key_makes_the_whole_number_divisible_by_97():
    for account in ("0" * 22, "9" * 22, "9994800000202611260001"):
        assert int(account + key_of(account)) % 97 == 0


def test_a_rib_is_shown_in_groups():
    assert in_groups(RIB) == "007 810 0001 2340 0000 0123 69"


@pytest.mark.parametrize("digits", ["", RIB[:-1], RIB[:-2] + "00", f" {RIB}", f"{RIB}\n", "٠" * 24])
def test_only_bare_digits_are_kept(digits):
    assert is_rib(RIB) and not is_rib(digits)


def test_a_rib_may_be_typed_with_spaces_and_arabic_digits_and_is_kept_bare():
    field = Cooperative._meta.get_field("rib")
    rib = a_rib(7)

    assert field.clean(in_groups(rib), None) == rib
    assert field.clean(rib.replace("2", "٢"), None) == rib
    assert field.clean("", None) == ""
    assert field.formfield().max_length == 48
