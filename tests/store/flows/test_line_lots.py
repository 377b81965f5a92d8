"""Which lot's units lie in which parcel: written when it is packed, true of what was sent."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils import timezone

from catalog.models import Lot, Reservation
from catalog.stock import actions as stock
from catalog.stock.errors import NotThatMany
from store.flows.cancel_part import cancel_part
from store.flows.fulfil_part import pack_part, repack_part, ship_part
from store.flows.invariants import check_invariants
from store.models import LineLot
from store.orders.reasons import CancelReason
from store.statuses import Actor, PartStatus, Raced
from tests.factories import LotFactory, a_part

pytestmark = pytest.mark.django_db


def written() -> list[tuple[str, int]]:
    return list(LineLot.objects.values_list("lot__code", "quantity").order_by("lot__code"))


def two_lots(first: int = 2, second: int = 9) -> list[Lot]:
    one = LotFactory(code="A", quantity=first, best_before=timezone.localdate() + timedelta(days=90))
    return [one, LotFactory(code="B", quantity=second, variant=one.variant)]


def test_what_is_packed_is_written_by_lot_and_is_what_leaves():
    one, _other = two_lots()
    part = a_part(PartStatus.CONFIRMED, lot=one, quantity=3)
    assert written() == []

    pack_part(part, actor=Actor.COOPERATIVE)

    assert written() == [("A", 2), ("B", 1)]
    ship_part(part, actor=Actor.COOPERATIVE)
    assert written() == [("A", 2), ("B", 1)] and check_invariants() == []


def test_what_is_packed_again_is_written_anew():
    one, _other = two_lots()
    part = a_part(PartStatus.PACKED, lot=one)
    stock.block(one, because="a doubt")

    repack_part(part, actor=Actor.COOPERATIVE)

    assert written() == [("B", 2)] and check_invariants() == []


def test_another_lot_that_was_taken_is_kept_and_written():
    one, other = two_lots()
    part = a_part(PartStatus.CONFIRMED, lot=one)
    [line] = part.lines.all()

    pack_part(part, actor=Actor.COOPERATIVE, taken={line.holder: other})

    assert written() == [("B", 2)] and check_invariants() == []


def test_a_lot_without_enough_packs_nothing():
    one, other = two_lots(first=5, second=1)
    part = a_part(PartStatus.CONFIRMED, lot=one)
    [line] = part.lines.all()

    with pytest.raises(NotThatMany):
        pack_part(part, actor=Actor.COOPERATIVE, taken={line.holder: other})

    part.refresh_from_db()
    assert part.status == PartStatus.CONFIRMED and written() == []


def test_whoever_names_a_lot_for_a_parcel_that_somebody_else_packed_is_told():
    one, other = two_lots()
    part = a_part(PartStatus.PACKED, lot=one)
    [line] = part.lines.all()

    with pytest.raises(Raced):
        pack_part(part, actor=Actor.COOPERATIVE, taken={line.holder: other})

    assert written() == [("A", 2)] and check_invariants() == []


def test_a_parcel_that_was_canceled_holds_nothing():
    part = a_part(PartStatus.PACKED)
    cancel_part(part, reason=CancelReason.OTHER, actor=Actor.STAFF)
    assert written() == [] and check_invariants() == []


def test_the_database_takes_no_lot_twice_and_no_nothing():
    a_part(PartStatus.PACKED)
    [row] = LineLot.objects.all()
    for quantity, lot in [(1, row.lot), (0, LotFactory(variant=row.lot.variant))]:
        with pytest.raises(IntegrityError), transaction.atomic():
            LineLot.objects.create(line=row.line, lot=lot, quantity=quantity)


@pytest.mark.parametrize("status", [PartStatus.PACKED, PartStatus.DELIVERED])
def test_what_is_written_past_the_verbs_is_found_and_named(status):
    part = a_part(status, lot=LotFactory(code="A"))
    [row] = LineLot.objects.all()
    line, number = row.line_id, part.order.number

    LineLot.objects.update(quantity=1)
    assert check_invariants() == [f"Line {line} of order {number} is {status} with 1 units by lot, not 2."]

    other = LotFactory(variant=row.lot.variant)
    LineLot.objects.update(quantity=2, lot=other)
    told = f"Line {line} of order {number} is written by lot as 2 of {other.pk}: it is 2 of {row.lot_id}."
    assert check_invariants() == [told]

    LineLot.objects.all().delete()
    assert check_invariants() == [f"Line {line} of order {number} is {status} with 0 units by lot, not 2."]


def test_an_order_that_is_not_packed_has_no_lot_written():
    part = a_part(PartStatus.CONFIRMED)
    [line] = part.lines.all()
    LineLot.objects.create(line=line, lot=Reservation.objects.get().lot, quantity=2)
    assert check_invariants() == [
        f"Line {line.pk} of order {part.order.number} is confirmed with 2 units by lot, not 0."
    ]


def test_parcels_of_before_are_written_by_the_migration():
    one, _other = two_lots(first=3)
    for status in PartStatus:
        a_part(status, lot=one, quantity=1)
    before = sorted(LineLot.objects.values_list("line", "lot", "quantity"))
    assert len(before) == 4  # packed, on its way, delivered, returned
    LineLot.objects.all().delete()

    import_module("store.migrations.0010_line_lots").write_what_was_packed(apps, None)

    assert sorted(LineLot.objects.values_list("line", "lot", "quantity")) == before
    assert check_invariants() == []
