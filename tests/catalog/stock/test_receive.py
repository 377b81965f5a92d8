from datetime import date

import pytest
from django.db import IntegrityError, transaction

from catalog.models import Lot, MovementKind, StockMovement
from catalog.stock import actions as stock
from tests.factories import LotFactory, VariantFactory

pytestmark = pytest.mark.django_db


def test_a_lot_is_received_with_its_movement_in_the_name_of_the_cooperative_that_sells_it():
    variant = VariantFactory()

    lot = stock.receive(variant, code="T-26-1", quantity=12, best_before=date(2027, 3, 31))

    cooperative = variant.product.sale.cooperative
    assert (lot.on_hand, lot.reserved, lot.cooperative, lot.best_before) == (12, 0, cooperative, date(2027, 3, 31))
    movement = StockMovement.objects.get()
    assert (movement.lot, movement.kind, movement.quantity) == (lot, MovementKind.RECEIVED, 12)
    assert movement.cooperative == cooperative


@pytest.mark.parametrize("quantity", [0, -1])
def test_a_lot_without_a_unit_is_refused(quantity):
    with pytest.raises(ValueError, match="at least one"):
        stock.receive(VariantFactory(), code="T-26-1", quantity=quantity)

    assert not Lot.objects.exists()


def test_a_code_is_taken_once_by_each_cooperative():
    lot = LotFactory(code="T-26-1")
    with pytest.raises(IntegrityError), transaction.atomic():
        stock.receive(lot.variant, code="T-26-1", quantity=1)
    LotFactory(code="T-26-1")

    assert Lot.objects.filter(code="T-26-1").count() == 2
    assert StockMovement.objects.count() == 2


def test_a_movement_is_neither_edited_nor_deleted():
    movement = LotFactory().movements.get()

    with pytest.raises(TypeError):
        movement.save()
    with pytest.raises(TypeError):
        movement.delete()
