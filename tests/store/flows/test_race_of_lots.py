"""Two packers name the same lot at once: it is kept for as many as it has, and each guard alone would have been enough."""

import pytest
from django.db import IntegrityError

from catalog.models import Lot
from catalog.stock.errors import NotThatMany, StockRaced
from store.flows.fulfil_part import pack_part
from store.flows.invariants import check_invariants
from store.models import CooperativeOrder
from store.statuses import Actor, PartStatus
from tests.checks import without_checks
from tests.factories import LotFactory, a_part

from .test_race import a_shelf_that_is_read_once, at_once, kinds, outcomes_of, race, without_the_condition


def packers() -> list:
    """Four orders of two units each lie in one lot; all four packers took theirs from another, which has four."""
    kept = LotFactory(quantity=8)
    taken = LotFactory(quantity=4, variant=kept.variant)

    def packs(part):
        [line] = part.lines.all()
        fresh = CooperativeOrder.objects.get(pk=part.pk)
        return lambda: pack_part(fresh, actor=Actor.COOPERATIVE, taken={line.holder: taken})

    return [packs(a_part(PartStatus.CONFIRMED, lot=kept)) for _ in range(4)]


@at_once
def test_of_four_packers_who_name_a_lot_with_enough_for_two_two_pack():
    outcomes = race(*packers())

    assert kinds(outcomes) == {type(None): 2, NotThatMany: 2}
    assert sorted(Lot.objects.values_list("on_hand", "reserved")) == [(4, 4), (8, 4)]
    assert check_invariants() == []


@pytest.mark.django_db
def test_without_the_row_lock_the_conditional_update_refuses(monkeypatch):
    deeds = packers()

    with a_shelf_that_is_read_once(monkeypatch):
        outcomes = outcomes_of(deeds)

    assert kinds(outcomes) == {type(None): 2, StockRaced: 2}
    assert check_invariants() == []


@pytest.mark.django_db
def test_without_any_guard_more_is_kept_than_there_is_and_the_invariants_say_so(monkeypatch):
    deeds = packers()

    with a_shelf_that_is_read_once(monkeypatch) as patch, without_checks(Lot):
        without_the_condition(patch)
        outcomes = outcomes_of(deeds)

    assert kinds(outcomes) == {type(None): 4}
    [taken] = Lot.objects.filter(on_hand=4)
    assert check_invariants() == [f"Lot {taken.code} ({taken.pk}) has 4 on hand and 8 reserved."]


@pytest.mark.django_db
def test_without_the_row_lock_and_the_condition_the_check_of_the_database_refuses(monkeypatch):
    deeds = packers()

    with a_shelf_that_is_read_once(monkeypatch) as patch:
        without_the_condition(patch)
        outcomes = outcomes_of(deeds)

    assert kinds(outcomes) == {type(None): 2, IntegrityError: 2}
    assert check_invariants() == []
