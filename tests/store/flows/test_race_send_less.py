"""Two say at once what can be sent, or one packs or cancels it meanwhile: it is charged once, and what is kept is right."""

import pytest
from django.db import IntegrityError

from catalog.models import Lot
from store.flows import mails, send_less
from store.flows.cancel_by_hand import cancel_by_hand
from store.flows.fulfil_part import pack_part
from store.flows.invariants import check_invariants
from store.models import CooperativeOrder, LineChange
from store.orders.reasons import CancelReason
from store.statuses import Actor, IllegalMove, PartStatus, Raced
from tests.factories import a_part

from .test_race import at_once, kinds, race
from .test_race_refunds import together


@pytest.fixture(autouse=True)
def _no_mail(monkeypatch):
    monkeypatch.setattr(mails, "deliver_soon", lambda: None)


def one_is_missing(part):
    [line] = part.lines.all()
    return send_less.send_less(part, {line.pk: line.quantity - 1}, are_gone=True, actor=Actor.COOPERATIVE)


@at_once
def test_the_same_pressed_five_times_at_once_is_one_unit_less():
    part = a_part(PartStatus.CONFIRMED, quantity=3)

    outcomes = race(*[lambda: one_is_missing(part)] * 5)

    assert sorted(outcomes) == [False] * 4 + [True]
    assert LineChange.objects.get().quantity == 1
    assert Lot.objects.values_list("on_hand", "reserved").get() == (9, 2)
    assert check_invariants() == []


@at_once
@pytest.mark.postgres
def test_without_the_lock_the_database_keeps_what_is_missing_written_once(monkeypatch):
    part = a_part(PartStatus.CONFIRMED, quantity=3)
    parts = CooperativeOrder.objects.select_related("order", "cooperative")
    monkeypatch.setattr(send_less, "_locked", lambda part: parts.get(pk=part.pk))
    together(monkeypatch, send_less, "_locked", 3)

    outcomes = race(*[lambda: one_is_missing(part)] * 3)

    assert kinds(outcomes) == {bool: 1, IntegrityError: 2}
    assert check_invariants() == []


@at_once
def test_a_part_that_is_packed_at_the_same_moment_is_packed_whole_or_short():
    parts = [a_part(PartStatus.CONFIRMED, quantity=3) for _number in range(4)]

    outcomes = race(
        *[lambda part=part: one_is_missing(part) for part in parts],
        *[lambda part=part: pack_part(part, actor=Actor.COOPERATIVE) for part in parts],
    )

    said = outcomes[: len(parts)]
    assert all(outcome is True or isinstance(outcome, Raced) for outcome in said)
    assert LineChange.objects.count() == said.count(True)
    assert check_invariants() == []


@at_once
def test_a_part_that_is_canceled_at_the_same_moment_gives_each_unit_back_once():
    parts = [a_part(PartStatus.CONFIRMED, quantity=3) for _number in range(4)]

    def cancel(part):
        return cancel_by_hand(part, reason=CancelReason.OTHER, actor=Actor.BUYER)

    outcomes = race(
        *[lambda part=part: one_is_missing(part) for part in parts], *[lambda part=part: cancel(part) for part in parts]
    )

    assert not [outcome for outcome in outcomes if not isinstance(outcome, bool | Raced | IllegalMove)]
    assert not Lot.objects.filter(reserved__gt=0).exists()
    assert check_invariants() == []
