import pytest

from catalog.models import MovementKind
from catalog.stock import actions as stock
from catalog.stock.errors import NotThatMany
from tests.factories import LotFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("change", "left"), [(-3, 7), (+5, 15)])
def test_a_count_corrects_what_is_on_hand_and_says_why(change, left):
    lot = LotFactory(quantity=10)

    stock.adjust(lot, change, reason="recount")

    lot.refresh_from_db()
    assert lot.on_hand == left
    movement = lot.movements.get(kind=MovementKind.ADJUSTED)
    assert (movement.quantity, movement.reason) == (change, "recount")


def test_units_that_are_kept_for_somebody_cannot_be_counted_away():
    lot = LotFactory(quantity=10)
    stock.hold([stock.Wanted(lot.variant, 4, "somebody")], until=None)

    with pytest.raises(NotThatMany) as refusal:
        stock.adjust(lot, -7, reason="broken")

    assert refusal.value.free == 6
    lot.refresh_from_db()
    assert (lot.on_hand, lot.reserved, lot.movements.count()) == (10, 4, 1)
    stock.adjust(lot, -6, reason="broken")
    lot.refresh_from_db()
    assert (lot.on_hand, lot.available) == (4, 0)


def test_a_reason_is_asked_for():
    lot = LotFactory()

    with pytest.raises(ValueError, match="reason"):
        stock.adjust(lot, -1, reason=" ")

    lot.refresh_from_db()
    assert lot.on_hand == 10


def test_a_count_that_finds_nothing_to_correct_writes_nothing():
    lot = LotFactory()

    stock.adjust(lot, 0, reason="recount")

    assert lot.movements.count() == 1
