"""Another jar was taken than the one that was kept: the reservation goes where the hand went."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.models import Lot, Reservation
from catalog.stock import actions as stock
from catalog.stock.actions import Wanted
from catalog.stock.errors import NotThatMany, OtherVariant, UnfitLot
from catalog.stock.models import Outcome
from tests.factories import LotFactory

pytestmark = pytest.mark.django_db


def counters() -> dict[str, tuple[int, int]]:
    return {lot.code: (lot.on_hand, lot.reserved) for lot in Lot.objects.all()}


def live() -> list[tuple]:
    return list(Reservation.objects.live().values_list("lot__code", "quantity", "holder", "expires_at").order_by("pk"))


def test_all_that_is_kept_moves_to_the_lot_that_was_taken_and_keeps_its_time():
    first = LotFactory(code="A", quantity=2)
    LotFactory(code="B", quantity=5, variant=first.variant)
    taken = LotFactory(code="C", quantity=3, variant=first.variant)
    until = timezone.now() + timedelta(days=1)
    stock.hold([Wanted(first.variant, 3, "mine")], until=until)
    stock.hold([Wanted(first.variant, 1, "other")], until=None)

    stock.choose("mine", taken)

    assert live() == [("B", 1, "other", None), ("C", 3, "mine", until)]
    assert counters() == {"A": (2, 0), "B": (5, 1), "C": (3, 3)}
    assert set(Reservation.objects.exclude(ended_at=None).values_list("outcome", flat=True)) == {Outcome.MOVED}


def test_what_lies_in_that_lot_already_counts_for_it_and_the_rest_comes_to_it():
    first = LotFactory(code="A", quantity=2)
    taken = LotFactory(code="B", quantity=3, variant=first.variant)
    stock.hold([Wanted(first.variant, 3, "mine")], until=None)

    stock.choose("mine", taken)
    stock.choose("mine", taken)

    assert counters() == {"A": (2, 0), "B": (3, 3)}
    assert live() == [("B", 3, "mine", None)]
    assert Reservation.objects.exclude(ended_at=None).count() == 2


def a_blocked(lot):
    stock.block(lot, because="a doubt")


def a_past(lot):
    Lot.objects.filter(pk=lot.pk).update(best_before=timezone.localdate() - timedelta(days=1))


def a_scarce(lot):
    stock.adjust(lot, -2, reason="broken")


def a_foreign(lot):
    Lot.objects.filter(pk=lot.pk).update(variant=LotFactory(code="elsewhere").variant)


@pytest.mark.parametrize(
    ("spoil", "error"), [(a_blocked, UnfitLot), (a_past, UnfitLot), (a_scarce, NotThatMany), (a_foreign, OtherVariant)]
)
def test_a_lot_that_cannot_be_sent_is_refused_and_nothing_moves(spoil, error):
    kept = LotFactory(code="A", best_before=timezone.localdate() + timedelta(days=9))
    taken = LotFactory(code="B", quantity=4, variant=kept.variant)
    stock.hold([Wanted(kept.variant, 3, "mine")], until=None)
    spoil(taken)
    before = counters()

    with pytest.raises(error):
        stock.choose("mine", Lot.objects.get(pk=taken.pk))

    assert (live(), counters()) == ([("A", 3, "mine", None)], before)


def test_where_nothing_is_kept_nothing_is_chosen():
    lot = LotFactory()
    with pytest.raises(OtherVariant):
        stock.choose("nobody", lot)
    assert live() == []
