from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.models import Reservation
from catalog.stock import actions as stock
from catalog.stock.actions import Wanted
from catalog.stock.errors import OutOfStock
from catalog.stock.models import Outcome
from tests.factories import LotFactory

pytestmark = pytest.mark.django_db


def live() -> list[tuple]:
    return list(Reservation.objects.live().values_list("lot__code", "quantity", "holder", "expires_at").order_by("pk"))


def test_what_lies_in_a_blocked_lot_moves_to_a_good_one_and_keeps_its_time():
    blocked = LotFactory(code="A", quantity=5)
    LotFactory(code="B", quantity=5, variant=blocked.variant)
    until = timezone.now() + timedelta(days=1)
    stock.hold([Wanted(blocked.variant, 3, "mine")], until=until)
    stock.block(blocked, because="recall")

    stock.repick(["mine"])

    assert live() == [("B", 3, "mine", until)]
    assert Reservation.objects.get(lot=blocked).outcome == Outcome.MOVED
    blocked.refresh_from_db()
    assert (blocked.on_hand, blocked.reserved) == (5, 0)


def test_what_lies_in_a_good_lot_stays():
    lot = LotFactory(code="A")
    LotFactory(variant=lot.variant)
    stock.hold([Wanted(lot.variant, 3, "mine")], until=None)

    stock.repick(["mine"])

    assert live() == [("A", 3, "mine", None)]
    assert Reservation.objects.count() == 1


def test_when_no_other_lot_has_enough_nothing_moves():
    blocked = LotFactory(code="A", quantity=5)
    LotFactory(code="B", quantity=2, variant=blocked.variant)
    stock.hold([Wanted(blocked.variant, 3, "mine")], until=None)
    stock.block(blocked, because="recall")

    with pytest.raises(OutOfStock):
        stock.repick(["mine"])

    assert live() == [("A", 3, "mine", None)]
    blocked.refresh_from_db()
    assert blocked.reserved == 3
