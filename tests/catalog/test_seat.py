"""Where a cooperative is, as orders and statements write it."""

import pytest

from catalog.models import Cooperative


@pytest.mark.parametrize("address", ["12, rue des Oliviers", "12, rue des Oliviers, Meknès"])
def test_the_commune_is_written_once(address):
    assert Cooperative(address_fr=address, commune_fr="Meknès").seat == "12, rue des Oliviers, Meknès"
