"""Many hands give the same money back: it goes once, and each guard alone would have been enough."""

import threading
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection

from store.flows import give_back, mails, refunds
from store.flows.give_back import TooMuch, money_of, return_lines
from store.flows.invariants import check_invariants
from store.flows.refunds import RefundUnderWay, approve_refund, ask_refund, give_rib, pay_refund, seal
from store.flows.returns import ask_return, decide_return, receive_return
from store.ledger.queries import BuyersMoney
from store.models import CooperativeOrder, LedgerEntry, LineChange, Refund, ReturnRequest, User
from store.orders.errors import NotWithBuyer
from store.refunds import actions as refund_actions
from store.refunds.models import RefundWay
from store.statuses import Actor, IllegalMove
from tests.factories import a_debt, a_return, a_rib, a_sold_part

from .test_race import at_once, kinds, race

HANDS = 8
D = Decimal


@pytest.fixture(autouse=True)
def _no_mail(monkeypatch):
    monkeypatch.setattr(mails, "deliver_soon", lambda: None)


def of(row):
    """The row as another hand reads it."""
    return type(row).objects.get(pk=row.pk)


def ask(part, key: str, amount=85) -> Refund:
    return ask_refund(of(part), D(amount), way=RefundWay.CASH, key=key, actor=Actor.STAFF)


def back(part, key: str) -> bool:
    return return_lines(of(part), {part.lines.get().pk: 1}, key=key, actor=Actor.STAFF, restocked={})


@at_once
def test_the_same_refund_asked_for_by_eight_hands_is_one():
    part = a_debt(a_sold_part())

    outcomes = race(*[lambda: ask(part, "the same form")] * HANDS)

    assert outcomes == [Refund.objects.get()] * HANDS
    assert check_invariants() == []


@at_once
def test_eight_refunds_of_one_debt_are_one():
    part = a_debt(a_sold_part())

    outcomes = race(*(lambda n=n: ask(part, f"form {n}") for n in range(HANDS)))

    assert kinds(outcomes) == {Refund: 1, RefundUnderWay: HANDS - 1}
    assert check_invariants() == []


@at_once
def test_a_refund_paid_by_eight_hands_is_paid_once():
    part, amina = a_debt(a_sold_part()), User.objects.create_user("amina")
    refund = ask(part, "k")
    approve_refund(refund, seen=seal(refund), by=amina)

    outcomes = race(*[lambda: pay_refund(of(refund), reference="VIR-1", by=amina)] * HANDS)

    assert sorted(outcomes) == [False] * (HANDS - 1) + [True]
    assert LedgerEntry.objects.filter(act="refunded").count() == 1
    assert check_invariants() == []


@at_once
def test_an_account_given_by_eight_hands_is_one_refund():
    part = a_debt(a_sold_part())

    race(*(lambda n=n: give_rib(of(part.order), a_rib(n)) for n in range(HANDS)))

    assert Refund.objects.get().amount == D(85)
    assert check_invariants() == []


@at_once
def test_the_same_units_given_back_by_eight_hands_come_back_once():
    part = a_sold_part()

    outcomes = race(*[lambda: back(part, "the same form")] * HANDS)

    assert sorted(outcomes) == [False] * (HANDS - 1) + [True]
    assert money_of(part).owed == D(85)
    assert check_invariants() == []


@at_once
def test_of_two_units_no_more_than_two_come_back_however_many_say_so():
    part = a_sold_part()

    outcomes = race(*(lambda n=n: back(part, f"form {n}") for n in range(HANDS)))

    assert outcomes.count(True) == 2
    assert set(kinds(outcomes)) <= {bool, NotWithBuyer, IllegalMove}
    assert money_of(part).owed == D(170)
    assert check_invariants() == []


@at_once
def test_a_return_asked_for_and_received_by_eight_hands_is_one():
    part = a_sold_part()
    line = part.lines.get().pk

    asked = race(*[lambda: ask_return(of(part), {line: 1}, reason="other")] * HANDS)
    assert asked == [ReturnRequest.objects.get()] * HANDS
    decide_return(asked[0], accept=True, actor=Actor.STAFF)
    outcomes = race(*[lambda: receive_return(of(asked[0]), good={line: 1}, lost={}, actor=Actor.STAFF)] * HANDS)

    assert sorted(outcomes) == [False] * (HANDS - 1) + [True]
    assert LineChange.objects.count() == 1
    assert check_invariants() == []


# -- The controls: nobody locks the part ------------------------------------------------------------------------------


def without_the_lock(monkeypatch):
    """Everybody reads the part as it is, and nobody waits."""

    def read(part):
        return CooperativeOrder.objects.select_related("order", "cooperative").get(pk=part.pk)

    for module in (give_back, refunds):
        monkeypatch.setattr(module, "lock_part", read)


def together(monkeypatch, module, name: str, hands: int):
    """All have read before one of them writes; later they read as they like."""
    everybody, real = threading.Barrier(hands, timeout=20), getattr(module, name)
    mine = threading.local()

    def read_then_wait(*args, **kwargs):
        found = real(*args, **kwargs)
        if not hasattr(mine, "has_waited"):
            mine.has_waited = True
            everybody.wait()
        return found

    monkeypatch.setattr(module, name, read_then_wait)


@at_once
@pytest.mark.postgres
def test_without_the_lock_the_database_keeps_one_refund_under_way(monkeypatch):
    part = a_debt(a_sold_part())
    without_the_lock(monkeypatch)
    together(monkeypatch, refund_actions, "open_refund_of", 4)

    outcomes = race(*(lambda n=n: ask(part, f"form {n}") for n in range(4)))

    assert kinds(outcomes) == {Refund: 1, IntegrityError: 3}
    assert check_invariants() == []


@at_once
@pytest.mark.postgres
def test_without_the_lock_and_the_constraint_several_refunds_are_written_and_the_invariants_say_so(monkeypatch):
    part = a_debt(a_sold_part())
    without_the_lock(monkeypatch)
    monkeypatch.setattr(refunds, "_with_room", lambda part, amount: refunds.paid_with(part))
    together(monkeypatch, refund_actions, "open_refund_of", 4)
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX refund_one_open_per_part")

    try:
        outcomes = race(*(lambda n=n: ask(part, f"form {n}") for n in range(4)))

        assert kinds(outcomes) == {Refund: 4}
        [finding, *_] = check_invariants()
        assert finding.endswith("has 340,00\xa0MAD to go back, 85,00\xa0MAD are owed.")
    finally:
        Refund.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE UNIQUE INDEX refund_one_open_per_part ON store_refund (part_id)"
                " WHERE status IN ('asked', 'approved')"
            )


@at_once
@pytest.mark.postgres
def test_without_the_lock_the_database_keeps_a_return_written_once(monkeypatch):
    part = a_sold_part()
    without_the_lock(monkeypatch)
    together(monkeypatch, give_back.orders, "units_less", 4)

    outcomes = race(*[lambda: back(part, "the same form")] * 4)

    assert kinds(outcomes) == {bool: 1, IntegrityError: 3}
    assert LineChange.objects.count() == 1
    assert check_invariants() == []


def stale(monkeypatch):
    """Everybody reads what is owed as it was before the first refund."""
    monkeypatch.setattr(refunds, "money_of", lambda part: BuyersMoney(collected=D(205), owed=D(85)))
    monkeypatch.setattr(refund_actions, "counted_of", lambda payment: D(0))


def paid(part, key: str, user) -> bool:
    refund = ask(part, key)
    approve_refund(refund, seen=seal(refund), by=user)
    return pay_refund(refund, reference="VIR-1", by=user)


@pytest.mark.django_db
def test_what_is_owed_is_looked_at_again_before_each_refund():
    part, amina = a_debt(a_sold_part()), User.objects.create_user("amina")
    paid(part, "first", amina)

    with pytest.raises(TooMuch):
        paid(part, "second", amina)


@pytest.mark.django_db
def test_with_a_stale_look_the_money_goes_twice_and_the_invariants_say_so(monkeypatch):
    part, amina = a_debt(a_sold_part()), User.objects.create_user("amina")
    stale(monkeypatch)

    assert [paid(part, key, amina) for key in ("first", "second")] == [True, True]

    named = f"Part {part.pk} of order {part.order.number}"
    assert check_invariants() == [f"{named} has 0,00\xa0MAD to go back, -85,00\xa0MAD are owed."]


@pytest.mark.django_db
def test_a_return_that_is_received_by_the_way_of_two_forms_is_received_once():
    part = a_sold_part()
    request, line = a_return(part), part.lines.get().pk
    decide_return(request, accept=True, actor=Actor.STAFF)
    stale_copy = of(request)
    receive_return(request, good={line: 1}, lost={}, actor=Actor.STAFF)

    assert receive_return(stale_copy, good={line: 1}, lost={}, actor=Actor.STAFF) is False
