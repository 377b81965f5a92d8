"""The RIB of a Moroccan bank account: what is none is refused."""

import pytest
from django.core.exceptions import ValidationError

from catalog.cooperatives.rib import check_rib, in_groups, is_rib
from catalog.models import Cooperative
from tests.factories import a_rib


def test_a_rib_has_24_digits_and_a_key_that_fits():
    rib = a_rib(7)

    assert is_rib(rib) and in_groups(rib) == f"230 480 {7:016} {rib[-2:]}"
    for wrong in (
        "",
        rib[:-1],
        f"{rib}0",
        rib[:-2] + "00",
        f"{rib[:-1]}{(int(rib[-1]) + 1) % 10}",
        "٢" * 24,
        f"-{rib[1:]}",
    ):
        assert not is_rib(wrong)
        with pytest.raises(ValidationError):
            check_rib(wrong)


def test_two_neighbouring_digits_that_changed_places_are_noticed():
    rib = "011780000012345678901234"[:22]
    rib += f"{97 - int(rib) * 100 % 97:02}"
    for at in range(23):
        swapped = rib[:at] + rib[at + 1] + rib[at] + rib[at + 2 :]
        assert swapped == rib or not is_rib(swapped)


def test_a_rib_may_be_typed_with_spaces_and_arabic_digits_and_is_kept_bare():
    field = Cooperative._meta.get_field("rib")
    rib = a_rib(7)

    assert field.clean(in_groups(rib), None) == rib
    assert field.clean(rib.replace("2", "٢"), None) == rib
    assert field.clean("", None) == ""
    assert field.formfield().max_length == 48
