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


@pytest.fixture
def lot():
    return LotFactory(quantity=10)


def reserved(lot) -> int:
    lot.refresh_from_db()
    return lot.reserved


def test_what_is_past_its_time_ends_and_names_its_holders(lot):
    now = timezone.now()
    stock.hold([Wanted(lot.variant, 3, "soon")], until=now + timedelta(minutes=1))
    stock.hold([Wanted(lot.variant, 2, "later")], until=now + timedelta(minutes=9))
    stock.hold([Wanted(lot.variant, 1, "for good")], until=None)

    assert stock.end_expired(now=now) == []
    assert stock.end_expired(now=now + timedelta(minutes=1)) == ["soon"]
    assert stock.end_expired(now=now + timedelta(minutes=1)) == []

    assert reserved(lot) == 3
    assert Reservation.objects.get(holder="soon").outcome == Outcome.EXPIRED


def test_a_reservation_that_is_extended_while_the_sweep_looks_at_it_stays(lot, monkeypatch):
    """The sweep reads, the cooperative confirms, the sweep writes."""
    until = timezone.now() + timedelta(minutes=1)
    stock.hold([Wanted(lot.variant, 3, "mine")], until=until)

    def confirmed_meanwhile():
        Reservation.objects.filter(holder="mine").update(expires_at=None)
        return until

    monkeypatch.setattr(stock.timezone, "now", confirmed_meanwhile)

    assert stock.end_expired(now=until) == []
    assert reserved(lot) == 3
    assert Reservation.objects.live().get().holder == "mine"


def test_keeping_on_what_is_still_kept_only_changes_its_time(lot):
    stock.hold([Wanted(lot.variant, 3, "mine")], until=timezone.now())

    stock.keep([Wanted(lot.variant, 3, "mine")], until=None)

    assert Reservation.objects.values_list("quantity", "expires_at", "ended_at").get() == (3, None, None)
    assert reserved(lot) == 3


def test_keeping_on_what_has_ended_holds_it_anew(lot):
    now = timezone.now()
    stock.hold([Wanted(lot.variant, 3, "mine")], until=now)
    stock.end_expired(now=now)

    stock.keep([Wanted(lot.variant, 3, "mine")], until=None)

    assert Reservation.objects.live().values_list("quantity", "expires_at").get() == (3, None)
    assert reserved(lot) == 3


def test_keeping_on_fails_as_a_whole_when_somebody_else_has_it(lot):
    other = LotFactory(quantity=1)
    until = timezone.now()
    wants = [Wanted(other.variant, 1, "mine"), Wanted(lot.variant, 3, "mine too")]
    stock.hold(wants, until=until)
    stock.end_expired(now=until)
    stock.hold([Wanted(lot.variant, 9, "somebody")], until=None)

    with pytest.raises(OutOfStock) as refusal:
        stock.keep(wants, until=None)

    assert [(line.wanted, line.left) for line in refusal.value.lines] == [(3, 1)]
    assert (reserved(lot), reserved(other)) == (9, 0)
