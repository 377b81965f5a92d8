"""Many hands at once settle once, on both databases."""

import pytest
from django.utils import timezone

from store.flows import mails
from store.flows.invariants import check_invariants
from store.flows.settle import StillOpen, approve, pay, propose
from store.ledger.models import Act
from store.ledger.queries import owed_to_cooperative
from store.models import CooperativeOrder, LedgerEntry, Settlement
from store.statuses import PartStatus, SettlementStatus
from tests.factories import CourierFactory, a_part, a_person, book_in, last_month

from .test_race import at_once, kinds, race

HANDS = 8


@pytest.fixture(autouse=True)
def _no_mail(monkeypatch):
    monkeypatch.setattr(mails, "deliver_soon", lambda: None)


def a_month() -> CooperativeOrder:
    part = a_part(PartStatus.DELIVERED, courier=CourierFactory())
    book_in(last_month())
    return part


@at_once
def test_eight_hands_that_propose_at_once_propose_once():
    part, person = a_month(), a_person()

    outcomes = race(*[lambda: propose(part.cooperative, last_month(), by=person)] * HANDS)

    assert kinds(outcomes) == {Settlement: 1, StillOpen: HANDS - 1}
    assert check_invariants() == []


@at_once
def test_eight_hands_that_pay_at_once_pay_once():
    part, person, second = a_month(), a_person(), a_person("badr")
    settlement = propose(part.cooperative, last_month(), by=person)
    approve(settlement, by=second)

    def pay_it() -> bool:
        its = Settlement.objects.get(pk=settlement.pk)
        return pay(its, reference="VIR 1", paid_on=timezone.localdate(), by=person)

    outcomes = race(*[pay_it] * HANDS)

    assert sorted(outcomes) == [False] * (HANDS - 1) + [True]
    assert LedgerEntry.objects.filter(act=Act.SETTLED).count() == 1
    assert owed_to_cooperative(part.cooperative_id) == 0
    assert check_invariants() == []


@at_once
def test_hands_that_approve_and_pay_at_once_leave_one_transfer_or_none():
    part, person, second = a_month(), a_person(), a_person("badr")
    settlement = propose(part.cooperative, last_month(), by=person)

    def approve_it():
        return approve(Settlement.objects.get(pk=settlement.pk), by=second)

    def pay_it():
        its = Settlement.objects.get(pk=settlement.pk)
        return pay(its, reference="VIR 1", paid_on=timezone.localdate(), by=person)

    race(*[approve_it, pay_it] * 4)

    settlement.refresh_from_db()
    booked = LedgerEntry.objects.filter(act=Act.SETTLED).count()
    assert (settlement.status, booked) in {(SettlementStatus.APPROVED, 0), (SettlementStatus.PAID, 1)}
    assert check_invariants() == []
