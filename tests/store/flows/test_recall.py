"""A lot is called back: exactly whom it concerns, what is moved, who was told, and who read whose telephone."""

import os
from collections import Counter
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Lot, Reservation, StockMovement
from catalog.stock import actions as stock
from catalog.stock.errors import HeldBack
from catalog.stock.history import put_back_on_sale, take_off_sale
from store.flows.fulfil_part import pack_part, repack_part, return_part
from store.flows.give_back import return_lines
from store.flows.invariants import check_invariants
from store.flows.recall import call_back, close_recall, move_holds, open_recall, show_telephones, tell
from store.flows.recalled import concerned, parts_with, reach_of, reaches_of, recalls_of
from store.flows.send_less import send_less
from store.models import CooperativeOrder, Recall, RecallContact, RecallReading
from store.recalls.errors import LotOnSale, RecallClosed
from store.recalls.models import ContactOutcome
from store.statuses import Actor, PartStatus
from tests.factories import LotFactory, VariantFactory, a_part, a_person, advance

pytestmark = pytest.mark.django_db
P = PartStatus
#: Orders of a lot that is recalled. All of them where WHOLE is set, as by hand.
ORDERS = 1000 if os.environ.get("WHOLE") else 100


def recalled(lot: Lot, because: str = "Couvercles mal fermés"):
    return call_back(lot, because=because, by=a_person())


def reach(recall: Recall):
    return reach_of(recall, parts_with([recall.lot])[recall.lot_id])


def test_what_is_not_packed_moves_to_other_lots_and_what_left_is_to_be_told():
    lot = LotFactory(quantity=30, best_before="2031-01-01")
    parts = {status: a_part(status, lot=lot) for status in (P.PLACED, P.CONFIRMED, P.PACKED, P.SHIPPED, P.DELIVERED)}
    LotFactory(variant=lot.variant, quantity=3, best_before="2032-01-01")

    recall, moved = recalled(lot)

    assert (moved.moved, moved.stuck) == (1, 1)  # the older of the two; the other lot has no more
    its = reach(recall)
    assert its.to_reach == [parts[P.SHIPPED].pk, parts[P.DELIVERED].pk]
    assert its.here == [parts[P.CONFIRMED].pk, parts[P.PACKED].pk]
    rows = {row.part.pk: row for row in concerned(recall, parts_with([lot])[lot.pk], its.parts)}
    assert rows[parts[P.CONFIRMED].pk].cannot_be_sent and rows[parts[P.PACKED].pk].is_packed_here
    assert check_invariants() == []


def test_who_waits_in_vain_is_sent_what_other_lots_have():
    lot = LotFactory(quantity=30, best_before="2031-01-01")
    part = a_part(P.CONFIRMED, lot=lot, quantity=3)
    other = LotFactory(variant=lot.variant, quantity=2, best_before="2032-01-01")
    recall, moved = recalled(lot)
    assert moved.stuck == 1

    send_less(part, {part.lines.get().pk: 2}, are_gone=False, actor=Actor.COOPERATIVE)
    assert move_holds(lot).moved == 1

    assert reach(recall).here == []
    assert Reservation.objects.live().get().lot == other
    pack_part(part, actor=Actor.COOPERATIVE)
    assert check_invariants() == []


def test_a_packed_parcel_is_no_longer_concerned_once_its_units_were_exchanged():
    lot = LotFactory(quantity=10, best_before="2031-01-01")
    part = a_part(P.PACKED, lot=lot)
    LotFactory(variant=lot.variant)
    recall, _moved = recalled(lot)
    assert reach(recall).here == [part.pk]  # what lies in a parcel is not moved behind its back
    repack_part(part, actor=Actor.COOPERATIVE)
    assert reach(recall).here == []


def test_who_gave_everything_back_into_the_lot_has_none_of_it_and_who_gave_some_has_the_rest():
    lot = LotFactory(quantity=30)
    all_back, some_back, refused = (a_part(P.DELIVERED if n < 2 else P.SHIPPED, lot=lot, quantity=3) for n in range(3))
    for part, units in ((all_back, 3), (some_back, 1)):
        line = part.lines.get()
        return_lines(part, {line.pk: units}, key=f"r{part.pk}", actor=Actor.STAFF, restocked={line.pk: units})
    return_part(refused, actor=Actor.STAFF, restocked={refused.lines.get().pk: 3})
    recall, _moved = recalled(lot)
    assert reach(recall).to_reach == [some_back.pk]
    assert parts_with([lot])[lot.pk][some_back.pk].out == 2


def test_only_a_blocked_lot_is_recalled_and_once_at_a_time():
    lot = LotFactory()
    with pytest.raises(LotOnSale):
        open_recall(lot, by=a_person())
    take_off_sale(lot, because="Couvercles", by=a_person())
    first = open_recall(lot, by=a_person())
    assert open_recall(lot, by=a_person("badr")) == first
    with pytest.raises(HeldBack):
        put_back_on_sale(lot, because="Vérifié", by=a_person())
    close_recall(first, by=a_person())
    put_back_on_sale(lot, because="Vérifié", by=a_person())
    second, _moved = recalled(lot, "Encore")
    assert (second.because, Recall.objects.count()) == ("Encore", 2)


def test_who_was_reached_is_reached_once_and_a_second_press_writes_nothing():
    lot = LotFactory()
    part = a_part(P.DELIVERED, lot=lot)
    recall, _moved = recalled(lot)

    def say(outcome, seen):
        return tell(recall, part, outcome, seen=seen, by=a_person())

    assert [say(ContactOutcome.NO_ANSWER, 0), say(ContactOutcome.NO_ANSWER, 0)] == [True, False]
    assert reach(recall).to_reach == [part.pk]
    assert [say(ContactOutcome.REACHED, 1), say(ContactOutcome.REACHED, 1)] == [True, False]
    tell(recall, part, ContactOutcome.REACHED, by=a_person("badr"))
    assert RecallContact.objects.filter(outcome=ContactOutcome.REACHED).count() == 1
    assert (reach(recall).to_reach, reach(recall).reached) == ([], [part.pk])


def test_telephones_are_shown_only_while_it_is_open_and_each_reading_has_a_name():
    lot = LotFactory()
    part = a_part(P.DELIVERED, lot=lot)
    recall, _moved = recalled(lot)
    show_telephones(recall, [part], by=a_person("amal"))
    assert list(RecallReading.objects.values_list("part", "by__username")) == [(part.pk, "amal")]
    close_recall(recall, by=a_person())
    for verb in (
        lambda: show_telephones(recall, [part], by=a_person()),
        lambda: tell(recall, part, ContactOutcome.REACHED, by=a_person()),
        lambda: close_recall(recall, by=a_person()),
    ):
        with pytest.raises(RecallClosed):
            verb()
    assert RecallReading.objects.count() == 1


def test_a_buyer_is_told_of_what_they_have_also_when_it_is_closed():
    lot = LotFactory()
    has_it, waits, other = a_part(P.DELIVERED, lot=lot), a_part(P.CONFIRMED, lot=lot), a_part(P.DELIVERED)
    recall, _moved = recalled(lot)
    close_recall(recall, by=a_person())
    told = recalls_of([has_it, waits, other])
    assert {part: [(its.because, units) for its, _line, units in rows] for part, rows in told.items()} == {
        has_it.pk: [("Couvercles mal fermés", 2)]
    }


# -- Many orders ---------------------------------------------------------------------------------------------------------------


def many_orders(lot: Lot, count: int, chance: Random) -> None:
    """Orders of every status; some were shipped from other lots, some came back in part."""
    for _number in range(count):
        status = chance.choice([P.PLACED, P.CONFIRMED, P.PACKED, P.SHIPPED, P.DELIVERED, P.DELIVERED, P.CANCELED])
        part = advance(a_part(lot=lot, quantity=chance.randint(1, 3)), status)
        if status == P.DELIVERED and chance.random() < 0.3:
            line = part.lines.get()
            units = chance.randint(1, line.quantity)
            good = chance.randint(0, units)
            return_lines(part, {line.pk: units}, key=f"r{part.pk}", actor=Actor.STAFF, restocked={line.pk: good})


def counted_by_hand(lot: Lot) -> tuple[Counter, Counter]:
    """Units by part that left the lot and did not come back, and that are kept in it; row by row, in plain Python."""
    part_of = {f"order-line:{line}": part for line, part in CooperativeOrder.objects.values_list("lines__pk", "pk")}
    out, kept = Counter(), Counter()
    for movement in StockMovement.objects.all():
        if movement.lot_id == lot.pk and movement.kind in ("shipped", "returned"):
            out[part_of[movement.holder]] -= movement.quantity
    for reservation in Reservation.objects.all():
        if reservation.lot_id == lot.pk and reservation.ended_at is None:
            kept[part_of[reservation.holder]] += reservation.quantity
    for part in CooperativeOrder.objects.filter(status=P.RETURNED).values_list("pk", flat=True):
        del out[part]  # it came back whole, what was thrown away too
    return +out, +kept


def test_of_many_orders_exactly_those_are_concerned_that_the_movements_name(record_property):
    chance = Random(11)
    variant = VariantFactory()
    lots = [
        LotFactory(variant=variant, quantity=ORDERS, best_before="2031-01-01"),
        LotFactory(variant=variant, quantity=ORDERS * 4, best_before="2032-01-01"),
    ]
    many_orders(lots[0], ORDERS, chance)
    for lot in lots:
        out, kept = counted_by_hand(lot)
        found = parts_with([lot])[lot.pk]
        assert {part: units.out for part, units in found.items() if units.out} == out
        assert {part: units.kept for part, units in found.items() if units.kept} == kept
    recall, moved = recalled(lots[0])
    out, kept = counted_by_hand(lots[0])
    its = reach(recall)
    assert (set(its.to_reach), set(its.here)) == (set(out), set(kept))
    assert moved.stuck == 0
    packed = CooperativeOrder.objects.filter(status=P.PACKED, pk__in=its.here)
    assert packed.count() == len(its.here)  # of those that wait none is left in the lot
    told = chance.sample(its.to_reach, len(its.to_reach) // 3)
    for part in CooperativeOrder.objects.filter(pk__in=told):
        tell(recall, part, ContactOutcome.REACHED, by=a_person())
    assert (len(reach(recall).reached), len(reach(recall).left)) == (len(told), len(out))
    assert check_invariants() == []
    record_property("recall", f"{ORDERS} orders: {len(out)} parts have units, {len(kept)} parcels, {moved.moved} moved")


def queries_for(recall: Recall) -> int:
    with CaptureQueriesContext(connection) as queries:
        reaches_of([recall])
        units = parts_with([recall.lot])[recall.lot_id]
        concerned(recall, units, reach_of(recall, units).parts)
    return len(queries)


def test_many_parts_are_asked_for_as_little_as_one():
    lot = LotFactory(quantity=90)
    a_part(P.DELIVERED, lot=lot)
    recall, _moved = recalled(lot)
    few = queries_for(recall)
    stock.unblock(lot)  # past the guard, so that more of it can be sold here
    for _number in range(10):
        a_part(P.DELIVERED, lot=lot)
    assert queries_for(recall) == few
