"""Money goes back to buyers: to a real account, by two people where it is much, and never more than came."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from store.flows.fulfil_part import return_part
from store.flows.give_back import TooMuch, give_back, money_of
from store.flows.invariants import check_invariants
from store.flows.refunds import (
    BadRib,
    RefundChanged,
    RefundUnderWay,
    RibMissing,
    SecondPersonNeeded,
    approve_refund,
    ask_refund,
    give_rib,
    pay_refund,
    refuse_refund,
    seal,
)
from store.flows.returns import decide_return, receive_return
from store.flows.tick import tick
from store.ledger.models import Act
from store.ledger.queries import owed_to_cooperative
from store.models import LedgerLine, OutboxMessage, Refund, User
from store.refunds.models import RefundWay
from store.statuses import Actor, DiscountBearer, IllegalMove, PartStatus, RefundStatus
from tests.factories import CourierFactory, a_debt, a_part, a_return, a_rib, a_sold_part

pytestmark = pytest.mark.django_db

STAFF, PLATFORM, COOPERATIVE = Actor.STAFF, DiscountBearer.PLATFORM, DiscountBearer.COOPERATIVE
D = Decimal


@pytest.fixture
def amina() -> User:
    return User.objects.create_user("amina")


@pytest.fixture
def bachir() -> User:
    return User.objects.create_user("bachir")


def asked(part, amount="85.00", *, key="k", way=RefundWay.CASH, by=None, rib="") -> Refund:
    return ask_refund(part, D(amount), way=way, key=key, rib=rib, actor=STAFF, by=by)


def status_of(refund) -> str:
    return Refund.objects.values_list("status", flat=True).get(pk=refund.pk)


def bank() -> Decimal:
    return sum((line.amount for line in LedgerLine.objects.filter(account__code="bank:cash")), D(0))


# -- A refund ---------------------------------------------------------------------------------------------------------


def pay(refund, *, by, then=None) -> bool:
    approve_refund(refund, seen=seal(refund), by=by)
    return pay_refund(refund, reference="VIR-1", by=then or by)


def test_what_is_owed_is_asked_for_approved_and_paid(amina):
    part = a_debt(a_sold_part())

    assert pay(asked(part, by=amina), by=amina) is True

    refund = Refund.objects.get()
    assert (refund.status, refund.reference, refund.paid_by) == ("paid", "VIR-1", amina)
    assert list(refund.status_changes.values_list("now", "by")) == [
        ("asked", amina.pk), ("approved", amina.pk), ("paid", amina.pk),
    ]  # fmt: skip
    assert money_of(part).owed == 0 and bank() == D("-85.00")
    assert OutboxMessage.objects.filter(kind="refund_paid", recipient=part.order.email).count() == 1
    assert check_invariants() == []


def test_the_same_refund_is_asked_for_approved_and_paid_once(amina):
    part = a_debt(a_sold_part())

    assert asked(part) == asked(part)
    refund = Refund.objects.get()
    assert [approve_refund(refund, seen=seal(refund), by=amina) for _ in range(2)] == [True, False]
    assert [pay_refund(refund, reference="VIR-1", by=amina) for _ in range(2)] == [True, False]

    assert bank() == D("-85.00")
    assert check_invariants() == []


def test_a_part_has_one_refund_under_way():
    part = a_debt(a_sold_part(), 2)
    asked(part, 50)

    with pytest.raises(RefundUnderWay):
        asked(part, 50, key="other")
    first = Refund.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Refund.objects.create(
            key="z", order=first.order, part=part, payment=first.payment, amount=1, way=RefundWay.CASH
        )


@pytest.mark.parametrize("amount", ["85.01", "0", "-5"])
def test_no_more_goes_back_than_is_owed(amount):
    part = a_debt(a_sold_part())

    with pytest.raises(TooMuch):
        asked(part, amount)

    assert not Refund.objects.exists()


def test_nothing_goes_back_of_what_was_never_collected():
    with pytest.raises(TooMuch):
        asked(a_part(PartStatus.RETURNED), 1)


def test_a_refund_of_less_leaves_the_rest_owed(amina):
    part = a_debt(a_sold_part())

    pay(asked(part, "28.33"), by=amina)

    assert money_of(part).owed == D("56.67")
    pay(asked(part, "56.67", key="rest"), by=amina)
    assert money_of(part).owed == 0
    assert check_invariants() == []


def test_a_refund_that_is_not_approved_is_not_paid(amina):
    refund = asked(a_debt(a_sold_part()))

    with pytest.raises(IllegalMove):
        pay_refund(refund, reference="VIR-1", by=amina)

    assert status_of(refund) == RefundStatus.ASKED and bank() == 0


def test_from_a_limit_on_nobody_does_two_steps_in_a_row(settings, amina, bachir):
    settings.SECOND_PERSON_ABOVE = 85
    refund = asked(a_debt(a_sold_part()), by=amina)

    with pytest.raises(SecondPersonNeeded):
        approve_refund(refund, seen=seal(refund), by=amina)
    approve_refund(refund, seen=seal(refund), by=bachir)
    with pytest.raises(SecondPersonNeeded):
        pay_refund(refund, reference="VIR-1", by=bachir)
    pay_refund(refund, reference="VIR-1", by=amina)

    assert status_of(refund) == RefundStatus.PAID
    assert check_invariants() == []


def test_below_the_limit_one_person_is_enough(settings, amina):
    settings.SECOND_PERSON_ABOVE = D("85.01")

    assert pay(asked(a_debt(a_sold_part()), by=amina), by=amina) is True


def test_what_a_buyer_asked_for_above_the_limit_goes_through_two_hands(settings, amina, bachir):
    settings.SECOND_PERSON_ABOVE = 85
    [refund] = give_rib(a_debt(a_sold_part()).order, a_rib())

    with pytest.raises(SecondPersonNeeded):
        pay(refund, by=amina)
    assert status_of(refund) == RefundStatus.APPROVED
    assert pay_refund(refund, reference="VIR-1", by=bachir) is True


def test_the_database_holds_the_rule_of_two_people(amina):
    refund = asked(a_debt(a_sold_part()), by=amina)

    with pytest.raises(IntegrityError), transaction.atomic():
        Refund.objects.filter(pk=refund.pk).update(needs_two=True, approved_by=amina)


def test_a_refusal_leaves_the_debt_and_another_refund_may_be_asked_for(amina):
    part = a_debt(a_sold_part())
    refund = asked(part)

    assert refuse_refund(refund, because="Mauvais compte", by=amina) is True
    assert refuse_refund(refund, because="Encore", by=amina) is False

    assert money_of(part).owed == D("85.00")
    assert list(refund.status_changes.values_list("because", flat=True)) == ["", "Mauvais compte"]
    assert OutboxMessage.objects.filter(kind="refund_refused").count() == 1
    assert pay(asked(part, key="other"), by=amina) is True
    assert check_invariants() == []


def test_what_is_paid_is_not_refused(amina):
    refund = asked(a_debt(a_sold_part()))
    pay(refund, by=amina)

    with pytest.raises(IllegalMove):
        refuse_refund(refund, because="Trop tard", by=amina)


def test_after_the_cooperative_was_paid_a_refund_is_its_debt(amina):
    part = a_sold_part()
    a_debt(part, 2)
    pay(asked(part, 170), by=amina)

    assert owed_to_cooperative(part.cooperative_id) == D("-170.00")  # it holds the cash, and owes it


def test_good_will_that_was_paid_is_taken_off_the_goods_that_come_back_later(amina):
    part = a_sold_part()
    give_back(part, D(50), act=Act.GOODWILL, bearer=PLATFORM, because="Un pot fêlé", key="g")
    pay(asked(part, 50), by=amina)

    return_part(part, actor=STAFF)

    assert (money_of(part).owed, money_of(part).refunded) == (D("155.00"), D("50.00"))
    assert check_invariants() == []


def test_a_return_and_its_refund_take_their_price_from_the_cooperative_once(amina):
    part = a_sold_part(courier=CourierFactory())
    request, line = a_return(part), part.lines.get()
    decide_return(request, accept=True, actor=STAFF)
    owed = owed_to_cooperative(part.cooperative_id)

    for _ in range(2):
        receive_return(request, good={line.pk: 1}, lost={}, actor=STAFF)
    refund = asked(part)
    approve_refund(refund, seen=seal(refund), by=amina)
    for _ in range(2):
        pay_refund(refund, reference="VIR-1", by=amina)

    assert owed_to_cooperative(part.cooperative_id) == owed - D(85)
    assert (money_of(part).owed, bank()) == (0, D("-85.00"))
    assert check_invariants() == []


# -- The buyer's account ----------------------------------------------------------------------------------------------


def test_a_buyer_says_where_the_money_goes_and_asks_for_all_that_is_owed():
    part = a_debt(a_sold_part())

    [refund] = give_rib(part.order, a_rib())

    assert (refund.part, refund.amount, refund.way, refund.rib) == (part, D("85.00"), "transfer", a_rib())
    assert check_invariants() == []


def test_an_account_that_is_given_twice_is_one_refund_and_the_last_one_counts():
    part = a_debt(a_sold_part())
    give_rib(part.order, a_rib(1))
    a_debt(part)

    give_rib(part.order, a_rib(2))

    assert list(Refund.objects.values_list("rib", "amount")) == [(a_rib(2), D("170.00"))]
    assert check_invariants() == []


def test_an_account_is_not_changed_once_the_refund_is_approved(amina):
    part = a_debt(a_sold_part())
    [refund] = give_rib(part.order, a_rib(1))
    approve_refund(refund, seen=seal(refund), by=amina)

    give_rib(part.order, a_rib(2))

    assert Refund.objects.get().rib == a_rib(1)


def test_nobody_approves_an_account_that_they_have_not_seen(amina):
    part = a_debt(a_sold_part())
    [refund] = give_rib(part.order, a_rib(1))
    seen = seal(refund)
    give_rib(part.order, a_rib(2))

    with pytest.raises(RefundChanged):
        approve_refund(refund, seen=seen, by=amina)

    assert status_of(refund) == RefundStatus.ASKED


def test_a_refund_that_staff_began_keeps_its_amount(amina):
    part = a_debt(a_sold_part())
    refund = asked(part, 40, way=RefundWay.TRANSFER, by=amina)
    with pytest.raises(RibMissing):
        approve_refund(refund, seen=seal(refund), by=amina)

    give_rib(part.order, a_rib())

    assert list(Refund.objects.values_list("rib", "amount")) == [(a_rib(), D("40.00"))]


def test_an_account_with_a_wrong_key_is_refused_and_nothing_is_written():
    part = a_debt(a_sold_part())
    wrong = a_rib()[:-2] + "00"

    with pytest.raises(BadRib):
        give_rib(part.order, wrong)
    with pytest.raises(BadRib):
        asked(part, way=RefundWay.TRANSFER, rib=wrong)

    assert not Refund.objects.exists()


def test_where_nothing_is_owed_an_account_asks_for_nothing():
    assert give_rib(a_sold_part().order, a_rib()) == []
    assert not Refund.objects.exists()


def test_the_account_is_forgotten_thirty_days_after_the_refund_was_paid(amina):
    [refund] = give_rib(a_debt(a_sold_part()).order, a_rib())
    pay(refund, by=amina)

    tick(timezone.now() + timedelta(days=29))
    assert Refund.objects.get().rib == a_rib()
    tick(timezone.now() + timedelta(days=30))

    assert Refund.objects.get().rib == ""
    assert check_invariants(timezone.now() + timedelta(days=60)) == []
