import pytest

from catalog.models import Reservation
from catalog.stock import actions as stock
from catalog.stock.actions import Wanted
from catalog.stock.models import Outcome
from tests.factories import LotFactory

pytestmark = pytest.mark.django_db


def test_released_units_are_free_again_and_only_those():
    lot = LotFactory(quantity=10)
    stock.hold([Wanted(lot.variant, 3, "mine"), Wanted(lot.variant, 2, "another's")], until=None)

    stock.release(["mine"])

    lot.refresh_from_db()
    assert (lot.on_hand, lot.reserved) == (10, 2)
    assert Reservation.objects.get(holder="mine").outcome == Outcome.RELEASED
    assert Reservation.objects.live().get().holder == "another's"


def test_releasing_twice_gives_back_once():
    lot = LotFactory(quantity=10)
    stock.hold([Wanted(lot.variant, 3, "mine"), Wanted(lot.variant, 2, "another's")], until=None)

    stock.release(["mine"])
    stock.release(["mine"])

    lot.refresh_from_db()
    assert lot.reserved == 2


def test_units_of_several_lots_go_back_to_where_they_came_from():
    first = LotFactory(quantity=2)
    second = LotFactory(quantity=5, variant=first.variant)
    stock.hold([Wanted(first.variant, 4, "mine")], until=None)

    stock.release(["mine"])

    assert [lot.reserved for lot in (first, second) if lot.refresh_from_db() is None] == [0, 0]
