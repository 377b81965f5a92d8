from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.models import MovementKind, Reservation
from catalog.stock import actions as stock
from catalog.stock.actions import Wanted
from catalog.stock.errors import UnfitLot
from catalog.stock.models import Outcome
from tests.factories import LotFactory

pytestmark = pytest.mark.django_db


def test_what_is_shipped_leaves_the_shelf_with_a_movement_that_names_its_holder():
    lot = LotFactory(quantity=10)
    stock.hold([Wanted(lot.variant, 3, "mine"), Wanted(lot.variant, 2, "another's")], until=None)

    shipped = stock.ship(["mine"])

    assert [(reservation.lot, reservation.quantity) for reservation in shipped] == [(lot, 3)]
    lot.refresh_from_db()
    assert (lot.on_hand, lot.reserved) == (7, 2)
    movement = lot.movements.get(kind=MovementKind.SHIPPED)
    assert (movement.quantity, movement.holder) == (-3, "mine")
    assert Reservation.objects.get(holder="mine").outcome == Outcome.SHIPPED


def test_shipping_twice_ships_once():
    lot = LotFactory(quantity=10)
    stock.hold([Wanted(lot.variant, 3, "mine")], until=None)

    stock.ship(["mine"])

    assert stock.ship(["mine"]) == []
    lot.refresh_from_db()
    assert (lot.on_hand, lot.reserved) == (7, 0)


def refused(lot, **shipping):
    with pytest.raises(UnfitLot) as refusal:
        stock.ship(["mine"], **shipping)
    assert refusal.value.lot == lot
    lot.refresh_from_db()
    assert (lot.on_hand, lot.reserved, lot.movements.count()) == (10, 3, 1)
    assert Reservation.objects.live().count() == 1


def test_a_blocked_lot_does_not_leave():
    lot = LotFactory(quantity=10)
    stock.hold([Wanted(lot.variant, 3, "mine")], until=None)
    stock.block(lot, because="recall")

    refused(lot)

    stock.unblock(lot)
    assert len(stock.ship(["mine"])) == 1


def test_a_lot_past_its_date_does_not_leave():
    today = timezone.localdate()
    lot = LotFactory(quantity=10, best_before=today)
    stock.hold([Wanted(lot.variant, 3, "mine")], until=None)

    refused(lot, today=today + timedelta(days=1))

    assert len(stock.ship(["mine"], today=today)) == 1
