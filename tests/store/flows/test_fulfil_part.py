from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.models import Lot, Reservation, StockMovement
from catalog.stock import actions as stock
from catalog.stock.errors import OutOfStock, UnfitLot
from store.flows.cancel_part import cancel_part
from store.flows.fulfil_part import VERBS, confirm_part, deliver_part, pack_part, repack_part, return_part, ship_part
from store.flows.invariants import check_invariants
from store.models import CooperativeOrder
from store.orders.reasons import CancelReason
from store.statuses import MOVES, Actor, IllegalMove, PartStatus, PaymentStatus, move
from tests.factories import CartFactory, LotFactory, a_part, place

pytestmark = pytest.mark.django_db


def by_staff(verb, part) -> None:
    verb(part, actor=Actor.STAFF)
    part.refresh_from_db()


def refused(verb, part, error):
    before = [list(rows.order_by("pk").values()) for rows in (Lot.objects, Reservation.objects, StockMovement.objects)]
    history = part.status_changes.count()
    with pytest.raises(error):
        verb(part, actor=Actor.STAFF)
    assert [
        list(rows.order_by("pk").values()) for rows in (Lot.objects, Reservation.objects, StockMovement.objects)
    ] == before
    assert part.status_changes.count() == history


def test_there_is_a_verb_for_every_move_but_canceling():
    targets = set().union(*MOVES["store.CooperativeOrder"].values())

    assert set(VERBS) == targets - {PartStatus.CANCELED}


def test_a_confirmed_part_keeps_its_stock_without_a_deadline():
    part = a_part()

    by_staff(confirm_part, part)

    assert part.status == PartStatus.CONFIRMED
    assert Reservation.objects.values_list("quantity", "expires_at", "ended_at").get() == (2, None, None)
    assert stock.end_expired(now=timezone.now() + timedelta(days=99)) == []


def test_a_second_confirmation_keeps_nothing_for_a_part_that_is_canceled_at_the_same_moment(monkeypatch):
    part = a_part(PartStatus.CONFIRMED)

    def look_then_somebody_cancels(row, to, **by_whom):
        is_new = move(row, to, **by_whom)
        cancel_part(CooperativeOrder.objects.get(), reason=CancelReason.CHANGED_MIND, actor=Actor.BUYER)
        return is_new

    monkeypatch.setattr("store.flows.fulfil_part.move", look_then_somebody_cancels)

    by_staff(confirm_part, part)

    assert part.status == PartStatus.CANCELED
    assert not Reservation.objects.live().exists()
    assert check_invariants() == []


def test_a_part_that_is_confirmed_late_is_held_anew():
    part = a_part(now=timezone.now() - timedelta(hours=49))
    stock.end_expired(now=timezone.now())

    by_staff(confirm_part, part)

    assert Reservation.objects.live().get().quantity == 2
    assert check_invariants() == []


def test_a_part_that_is_confirmed_after_somebody_took_its_stock_stays_as_it_was():
    lot = LotFactory(quantity=2)
    part = a_part(lot=lot, now=timezone.now() - timedelta(hours=49))
    stock.end_expired(now=timezone.now())
    stock.hold([stock.Wanted(lot.variant, 1, "somebody")], until=None)

    refused(confirm_part, part, OutOfStock)

    part.refresh_from_db()
    assert part.status == PartStatus.PLACED


def test_a_part_is_packed_from_lots_that_are_still_good():
    lot = LotFactory(best_before=timezone.localdate() + timedelta(days=90))
    other = LotFactory(variant=lot.variant)
    part = a_part(PartStatus.CONFIRMED, lot=lot)
    stock.block(lot, because="recall")

    by_staff(pack_part, part)

    assert Reservation.objects.live().get().lot == other
    assert check_invariants() == []


def test_a_part_without_a_good_lot_is_not_packed():
    lot = LotFactory()
    part = a_part(PartStatus.CONFIRMED, lot=lot)
    stock.block(lot, because="recall")

    refused(pack_part, part, OutOfStock)

    stock.unblock(lot)
    by_staff(pack_part, part)
    assert part.status == PartStatus.PACKED


def test_a_shipped_part_leaves_the_stock():
    part = a_part(PartStatus.PACKED)

    by_staff(ship_part, part)

    assert Lot.objects.values_list("on_hand", "reserved").get() == (8, 0)
    assert StockMovement.objects.filter(holder=part.holders[0]).get().quantity == -2
    assert check_invariants() == []


def test_a_part_whose_lot_was_recalled_after_packing_does_not_leave():
    lot = LotFactory()
    part = a_part(PartStatus.PACKED, lot=lot)
    stock.block(lot, because="recall")

    refused(ship_part, part, UnfitLot)

    part.refresh_from_db()
    assert part.status == PartStatus.PACKED


def test_a_second_press_on_packed_leaves_in_the_parcel_what_lies_in_it():
    lot = LotFactory()
    part = a_part(PartStatus.PACKED, lot=lot)
    LotFactory(variant=lot.variant)
    stock.block(lot, because="recall")

    by_staff(pack_part, part)

    assert Reservation.objects.live().get().lot == lot


def test_a_part_whose_lot_was_recalled_after_packing_is_packed_again_and_leaves():
    lot = LotFactory()
    part = a_part(PartStatus.PACKED, lot=lot)
    other = LotFactory(variant=lot.variant)
    stock.block(lot, because="recall")

    by_staff(repack_part, part)
    assert Reservation.objects.live().get().lot == other
    by_staff(ship_part, part)

    assert list(part.status_changes.values_list("was", "now"))[-2:] == [("packed", "packed"), ("packed", "shipped")]
    assert list(Lot.objects.order_by("pk").values_list("on_hand", "reserved")) == [(10, 0), (8, 0)]
    assert check_invariants() == []


def test_without_another_good_lot_a_part_is_not_packed_again():
    lot = LotFactory()
    part = a_part(PartStatus.PACKED, lot=lot)
    stock.block(lot, because="recall")

    refused(repack_part, part, OutOfStock)


@pytest.mark.parametrize("status", [PartStatus.CONFIRMED, PartStatus.SHIPPED, PartStatus.CANCELED])
def test_only_what_is_packed_is_packed_again(status):
    refused(repack_part, a_part(status), IllegalMove)


def test_at_the_door_the_cash_is_taken():
    part = a_part(PartStatus.SHIPPED)

    by_staff(deliver_part, part)

    assert part.payments.get().status == PaymentStatus.COLLECTED
    assert check_invariants() == []


def test_a_parcel_that_is_refused_at_the_door_is_not_paid_and_its_stock_waits_for_a_count():
    part = a_part(PartStatus.SHIPPED)

    by_staff(return_part, part)

    assert part.payments.get().status == PaymentStatus.EXPIRED
    assert Lot.objects.values_list("on_hand", "reserved").get() == (8, 0)
    assert check_invariants() == []


def test_a_parcel_that_comes_back_later_was_paid():
    part = a_part(PartStatus.DELIVERED)

    by_staff(return_part, part)

    assert part.payments.get().status == PaymentStatus.COLLECTED
    assert check_invariants() == []


@pytest.mark.parametrize("verb", [confirm_part, pack_part, ship_part, deliver_part])
def test_doing_it_twice_does_it_once(verb):
    before = {confirm_part: "placed", pack_part: "confirmed", ship_part: "packed", deliver_part: "shipped"}[verb]
    part = a_part(PartStatus(before))

    by_staff(verb, part)
    once = [list(rows.order_by("pk").values()) for rows in (Lot.objects, Reservation.objects, StockMovement.objects)]
    by_staff(verb, part)

    assert [
        list(rows.order_by("pk").values()) for rows in (Lot.objects, Reservation.objects, StockMovement.objects)
    ] == once
    assert part.status_changes.filter(now=part.status).count() == 1


@pytest.mark.parametrize(
    ("status", "verb"),
    [(PartStatus.PLACED, pack_part), (PartStatus.CONFIRMED, ship_part), (PartStatus.PACKED, deliver_part),
     (PartStatus.CANCELED, confirm_part), (PartStatus.DELIVERED, ship_part), (PartStatus.PACKED, return_part)],
)  # fmt: skip
def test_no_step_is_left_out_or_taken_back(status, verb):
    refused(verb, a_part(status), IllegalMove)


def test_several_lines_are_confirmed_together_or_not_at_all():
    first = LotFactory(quantity=2)
    second = LotFactory(quantity=2, variant__product__sale__cooperative=first.cooperative)
    order = place(
        CartFactory(lines=[(first.variant, 2), (second.variant, 2)]), now=timezone.now() - timedelta(hours=49)
    )
    part = order.parts.get()
    stock.end_expired(now=timezone.now())
    stock.hold([stock.Wanted(second.variant, 1, "somebody")], until=None)

    refused(confirm_part, part, OutOfStock)

    stock.release(["somebody"])
    by_staff(confirm_part, part)
    assert check_invariants() == []
