from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from catalog.models import Lot, Reservation
from catalog.stock import actions as stock
from catalog.stock.actions import Wanted
from catalog.stock.errors import OutOfStock, ShortLine
from tests.factories import LotFactory, VariantFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


def kept(holder: str = "somebody") -> list[tuple]:
    return list(Reservation.objects.live().filter(holder=holder).values_list("lot__code", "quantity").order_by("pk"))


def test_units_are_kept_from_the_lot_that_expires_first():
    variant = VariantFactory()
    LotFactory(variant=variant, code="never", quantity=5)
    LotFactory(variant=variant, code="late", quantity=5, best_before=date(2027, 6, 1))
    LotFactory(variant=variant, code="early", quantity=5, best_before=date(2027, 1, 1))

    stock.hold([Wanted(variant, 12, "somebody")], until=None, today=TODAY)

    assert kept() == [("early", 5), ("late", 5), ("never", 2)]
    assert dict(Lot.objects.values_list("code", "reserved")) == {"early": 5, "late": 5, "never": 2}


def test_a_lot_may_be_sold_on_its_last_good_day_and_not_on_the_next():
    lot = LotFactory(quantity=2, best_before=TODAY)

    with pytest.raises(OutOfStock):
        stock.hold([Wanted(lot.variant, 1, "late")], until=None, today=TODAY + timedelta(days=1))
    stock.hold([Wanted(lot.variant, 1, "somebody")], until=None, today=TODAY)

    assert kept() == [(lot.code, 1)]


def test_a_blocked_lot_is_passed_over():
    variant = VariantFactory()
    blocked, good = LotFactory.create_batch(2, variant=variant)
    stock.block(blocked, because="glass")

    stock.hold([Wanted(variant, 1, "somebody")], until=None)

    assert kept() == [(good.code, 1)]


def test_when_one_thing_is_short_nothing_is_kept_and_all_that_is_short_is_named():
    plenty, few, none = LotFactory(quantity=9), LotFactory(quantity=2), VariantFactory()
    wants = [Wanted(plenty.variant, 1, "a"), Wanted(few.variant, 3, "b"), Wanted(none, 1, "c")]

    with pytest.raises(OutOfStock) as refusal:
        stock.hold(wants, until=None)

    assert refusal.value.lines == [ShortLine(few.variant, wanted=3, left=2), ShortLine(none, wanted=1, left=0)]
    assert not Reservation.objects.exists()
    assert not Lot.objects.filter(reserved__gt=0).exists()


def test_two_wants_of_the_same_variant_share_one_stock():
    lot = LotFactory(quantity=3)

    with pytest.raises(OutOfStock) as refusal:
        stock.hold([Wanted(lot.variant, 2, "a"), Wanted(lot.variant, 2, "b")], until=None)

    assert refusal.value.lines == [ShortLine(lot.variant, wanted=2, left=1)]
    assert not Reservation.objects.exists()


def test_what_is_past_its_time_is_free_for_the_next():
    lot = LotFactory(quantity=1)
    stock.hold([Wanted(lot.variant, 1, "late")], until=timezone.now() - timedelta(seconds=1))

    stock.hold([Wanted(lot.variant, 1, "somebody")], until=None)

    assert kept("late") == []
    assert kept() == [(lot.code, 1)]
    lot.refresh_from_db()
    assert lot.reserved == 1


def test_what_still_has_time_is_not_free():
    lot = LotFactory(quantity=1)
    stock.hold([Wanted(lot.variant, 1, "first")], until=timezone.now() + timedelta(hours=1))

    with pytest.raises(OutOfStock):
        stock.hold([Wanted(lot.variant, 1, "somebody")], until=None)

    assert kept("first") == [(lot.code, 1)]


def test_without_our_guard_the_database_still_refuses_to_keep_what_is_not_there():
    lot = LotFactory(quantity=1)

    with pytest.raises(IntegrityError), transaction.atomic():
        Lot.objects.filter(pk=lot.pk).update(reserved=2)

    lot.refresh_from_db()
    assert lot.reserved == 0
