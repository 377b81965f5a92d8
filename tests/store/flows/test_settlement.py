"""What a cooperative is owed is proposed by one person, approved by another, transferred by hand, and booked once."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from catalog.models import Cooperative
from store.flows import settle
from store.flows.balances import balances
from store.flows.fulfil_part import return_part
from store.flows.invariants import check_invariants
from store.flows.reconcile import reconcile
from store.flows.settle import (
    MonthNotOver,
    MoreThanOwed,
    NoRib,
    NothingToSettle,
    RibChanged,
    SamePerson,
    StillOpen,
    approve,
    approve_all,
    pay,
    pay_all,
    propose,
    propose_all,
    to_pay,
)
from store.flows.statement import statement_of
from store.ledger.models import Act, Holder, Kind
from store.ledger.queries import balance, lines_of, owed_to_cooperative
from store.models import LedgerEntry, Payment, Settlement
from store.settlements.actions import withdraw
from store.statuses import Actor, IllegalMove, PartStatus, PaymentStatus, SettlementStatus
from tests.factories import CourierFactory, LotFactory, a_part, a_person, a_rate, a_rib, book_in, last_month

pytestmark = pytest.mark.django_db

D = Decimal


@pytest.fixture
def part():
    """170 dirhams of goods that a courier brought last month."""
    part = a_part(PartStatus.DELIVERED, courier=CourierFactory())
    book_in(last_month())
    return part


def proposed(part) -> Settlement:
    return propose(part.cooperative, last_month(), by=a_person("amal"))


def approved(part) -> Settlement:
    settlement = proposed(part)
    approve(settlement, by=a_person("badr"))
    return settlement


def paid(part, reference: str = "VIR 12") -> Settlement:
    settlement = approved(part)
    pay(settlement, reference=reference, paid_on=timezone.localdate(), by=a_person("amal"))
    return settlement


# -- Proposing --------------------------------------------------------------------------------------------------------


def test_what_is_owed_at_the_end_of_the_month_is_proposed_with_the_rib_of_that_moment(part):
    settlement = proposed(part)

    assert (settlement.amount, settlement.until, settlement.rib) == (
        D("170.00"),
        last_month().last,
        part.cooperative.rib,
    )
    assert settlement.status == SettlementStatus.PROPOSED
    assert owed_to_cooperative(part.cooperative_id) == D("170.00")
    assert check_invariants() == []


def test_what_was_sold_since_is_not_proposed(part):
    a_part(PartStatus.DELIVERED, lot=LotFactory(variant=part.lines.get().variant), courier=CourierFactory())

    assert proposed(part).amount == D("170.00")


def test_what_came_back_since_is_taken_off_first(part):
    lot = LotFactory(variant=part.lines.get().variant)
    another = a_part(PartStatus.DELIVERED, lot=lot, quantity=1, courier=CourierFactory())
    book_in(last_month())
    return_part(another, actor=Actor.STAFF)

    [row] = balances(last_month())
    assert (row.closing, row.payable) == (D("255.00"), D("170.00"))
    assert proposed(part).amount == D("170.00")


def test_a_month_that_is_not_over_is_not_settled(part):
    with pytest.raises(MonthNotOver):
        propose(part.cooperative, last_month(), by=a_person(), today=last_month().last)
    with pytest.raises(MonthNotOver):
        propose_all(last_month().next, by=a_person())

    assert not Settlement.objects.exists()


def test_nothing_is_proposed_twice_while_it_is_open_or_when_it_is_paid(part):
    for settlement in (proposed(part), None):
        with pytest.raises(StillOpen):
            proposed(part)
        if settlement:
            approve(settlement, by=a_person("badr"))
            pay(settlement, reference="1", paid_on=timezone.localdate(), by=a_person())

    assert Settlement.objects.count() == 1


def test_an_older_settlement_that_is_open_comes_first(part):
    before = last_month().previous
    book_in(before)
    propose(part.cooperative, before, by=a_person())

    with pytest.raises(StillOpen):
        proposed(part)


def test_a_cooperative_that_owes_is_not_paid_and_what_it_owes_is_carried():
    a_rate(80)
    part = a_part(PartStatus.DELIVERED)  # it took the cash itself: it owes the commission
    book_in(last_month())

    with pytest.raises(NothingToSettle):
        proposed(part)

    assert statement_of(part.cooperative, last_month().next).opening == D("-13.60")
    a_part(PartStatus.DELIVERED, lot=LotFactory(variant=part.lines.get().variant), courier=CourierFactory())
    book_in(last_month())
    assert proposed(part).amount == D("142.80")  # 156.40 less 13.60


def test_without_a_rib_nothing_is_proposed(part):
    Cooperative.objects.update(rib="")

    with pytest.raises(NoRib):
        proposed(part)


# -- Approving --------------------------------------------------------------------------------------------------------


def test_a_second_person_approves_and_the_first_cannot(part):
    settlement = proposed(part)

    with pytest.raises(SamePerson):
        approve(settlement, by=a_person("amal"))
    assert approve(settlement, by=a_person("badr")) is True
    assert approve(settlement, by=a_person("chama")) is False

    settlement.refresh_from_db()
    assert (settlement.status, settlement.approved_by) == (SettlementStatus.APPROVED, a_person("badr"))


def test_the_database_itself_refuses_an_approval_by_the_first_person(part):
    settlement = proposed(part)

    with pytest.raises(IntegrityError), transaction.atomic():
        Settlement.objects.update(status="approved", approved_by=settlement.proposed_by)
    with pytest.raises(IntegrityError), transaction.atomic():
        Settlement.objects.update(status="approved")


def test_a_rib_that_was_changed_meanwhile_is_not_approved(part):
    settlement = proposed(part)
    Cooperative.objects.update(rib=a_rib(999))

    with pytest.raises(RibChanged):
        approve(settlement, by=a_person("badr"))


# -- Paying -----------------------------------------------------------------------------------------------------------


def test_a_transfer_is_booked_and_the_cooperative_is_owed_nothing(part):
    settlement = paid(part, "VIR 2026-12")

    entry = LedgerEntry.objects.get(act=Act.SETTLED)
    assert (entry.key, entry.because, entry.by) == (f"settled:{settlement.pk}", "VIR 2026-12", a_person("amal"))
    assert owed_to_cooperative(part.cooperative_id) == 0
    assert balance(lines_of(Holder.BANK)) == D("-170.00")
    [row] = statement_of(part.cooperative, last_month().next).rows
    assert (row.act, row.what, row.other, row.goods) == ("settled", "VIR 2026-12", D("-170.00"), D(0))
    assert check_invariants() == [] == reconcile()


def test_a_statement_of_a_month_that_is_over_is_not_changed_by_its_payment(part):
    before = statement_of(part.cooperative, last_month())

    paid(part)

    after = statement_of(part.cooperative, last_month())
    assert (after.rows, after.closing) == (before.rows, before.closing)
    assert after.settlement.status == SettlementStatus.PAID


def test_the_cash_that_a_cooperative_took_itself_is_netted_and_counts_as_handed_over(part):
    variant = part.lines.get().variant
    own = a_part(PartStatus.DELIVERED, lot=LotFactory(variant=variant), quantity=1)
    book_in(last_month())
    later = a_part(PartStatus.DELIVERED, lot=LotFactory(variant=variant), quantity=1)

    settlement = paid(part)

    assert settlement.amount == D("170.00")  # 170 + 85 + 35 delivery − 120 cash
    statuses = dict(Payment.objects.values_list("part", "status"))
    assert statuses[own.pk] == PaymentStatus.HANDED_OVER
    assert statuses[later.pk] == statuses[part.pk] == PaymentStatus.COLLECTED
    assert balance(lines_of(Holder.COOPERATIVE, Kind.CASH, owner=part.cooperative_id)) == D("120.00")
    assert check_invariants() == [] == reconcile()


def test_nothing_is_paid_that_was_not_approved_or_was_withdrawn(part):
    settlement = proposed(part)
    for step in (lambda: None, lambda: withdraw(settlement, by=a_person(), because="Faux RIB")):
        step()
        with pytest.raises(IllegalMove):
            pay(settlement, reference="1", paid_on=timezone.localdate(), by=a_person())

    settlement.refresh_from_db()
    assert (settlement.bank_reference, settlement.paid_on) == ("", None)
    assert not LedgerEntry.objects.filter(act=Act.SETTLED).exists()


def test_paying_twice_books_once_and_keeps_the_first_reference(part):
    settlement = paid(part, "first")

    assert pay(settlement, reference="second", paid_on=date(2026, 1, 1), by=a_person("badr")) is False

    settlement.refresh_from_db()
    assert settlement.bank_reference == "first"
    assert LedgerEntry.objects.filter(act=Act.SETTLED).count() == 1
    assert check_invariants() == []


def test_more_than_is_owed_by_now_is_not_paid(part):
    settlement = approved(part)
    return_part(part, actor=Actor.STAFF)

    with pytest.raises(MoreThanOwed) as refusal:
        pay(settlement, reference="1", paid_on=timezone.localdate(), by=a_person())

    assert refusal.value.owed == 0
    settlement.refresh_from_db()
    assert settlement.status == SettlementStatus.APPROVED
    withdraw(settlement, by=a_person("badr"), because="Retour")
    assert check_invariants() == []


def test_a_withdrawn_settlement_may_be_proposed_anew_by_anybody(part):
    withdraw(proposed(part), by=a_person("badr"), because="Faux RIB")

    assert propose(part.cooperative, last_month(), by=a_person("badr")).amount == D("170.00")


# -- A month at once --------------------------------------------------------------------------------------------------


def test_a_month_of_several_cooperatives_is_settled_at_once_and_each_that_is_not_says_why(part):
    a_rate(80)
    other = a_part(PartStatus.DELIVERED, courier=CourierFactory())
    homeless = a_part(PartStatus.DELIVERED, courier=CourierFactory()).cooperative
    Cooperative.objects.filter(pk=homeless.pk).update(rib="")
    a_part(PartStatus.DELIVERED)  # owes its commission
    month = book_in(last_month())

    outcome = propose_all(month, by=a_person("amal"))
    assert [settlement.amount for settlement in outcome.done] == [D("170.00"), D("156.40")]
    assert [(whose, type(why)) for whose, why in outcome.refused] == [(homeless, NoRib)]

    assert approve_all(month, by=a_person("amal")).done == []
    assert len(approve_all(month, by=a_person("badr")).done) == 2

    listed = to_pay(month)
    assert {settlement.cooperative for settlement in listed} == {part.cooperative, other.cooperative}
    outcome = pay_all([(its, "VIR 7") for its in listed], paid_on=timezone.localdate(), by=a_person("amal"))
    assert len(outcome.done) == 2 and to_pay(month) == []
    assert owed_to_cooperative(other.cooperative_id) == 0
    assert check_invariants() == [] == reconcile()


def test_one_that_is_refused_keeps_no_other_back(part):
    other = a_part(PartStatus.DELIVERED, courier=CourierFactory())
    month = book_in(last_month())
    propose_all(month, by=a_person("amal"))
    approve_all(month, by=a_person("badr"))
    return_part(other, actor=Actor.STAFF)

    outcome = pay_all([(its, "1") for its in to_pay(month)], paid_on=timezone.localdate(), by=a_person())

    assert [its.cooperative for its in outcome.done] == [part.cooperative]
    assert [(whose, type(why)) for whose, why in outcome.refused] == [(other.cooperative, MoreThanOwed)]


def test_proposing_a_month_again_adds_nothing(part):
    propose_all(last_month(), by=a_person())

    again = propose_all(last_month(), by=a_person())

    assert (again.done, again.refused) == ([], [])


# -- The controls: what each guard is good for ------------------------------------------------------------------------


@pytest.fixture
def a_stale_look(part, monkeypatch):
    """Everybody sees what was owed before anybody proposed anything, as if nobody had locked the cooperative."""
    month = last_month()
    monkeypatch.setattr(settle, "balances", lambda *_: [its for its in balances_before])
    balances_before = balances(month)
    return month


def test_without_the_lock_the_database_refuses_a_second_open_settlement(part, a_stale_look):
    proposed(part)

    with pytest.raises(IntegrityError), transaction.atomic():
        proposed(part)


def test_without_the_lock_a_month_that_was_proposed_at_this_moment_says_so(part, a_stale_look):
    assert len(propose_all(a_stale_look, by=a_person()).done) == 1

    outcome = propose_all(a_stale_look, by=a_person())

    assert [type(why) for _, why in outcome.refused] == [StillOpen]


def test_without_any_guard_it_pays_twice_and_the_invariants_say_so(part, a_stale_look):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("DROP INDEX settlement_one_open_per_cooperative")

    first, second = proposed(part), proposed(part)
    assert check_invariants() == [f"2 settlements of {part.cooperative.slug} are open at once."]
    for settlement in (first, second):
        approve(settlement, by=a_person("badr"))
        pay(settlement, reference="1", paid_on=timezone.localdate(), by=a_person())

    assert owed_to_cooperative(part.cooperative_id) == D("-170.00")
    assert check_invariants() == [
        f"Settlement {second.pk} of {part.cooperative.slug} paid 170,00\xa0MAD more than was owed."
    ]


def test_without_the_status_and_the_lock_the_key_of_the_ledger_alone_books_once(part, a_stale_look, monkeypatch):
    settlement = approved(part)
    monkeypatch.setattr(settle.settlements, "mark_paid", lambda *args, **kwargs: True)

    for _ in range(2):
        pay(settlement, reference="1", paid_on=timezone.localdate(), by=a_person())

    assert LedgerEntry.objects.filter(act=Act.SETTLED).count() == 1
