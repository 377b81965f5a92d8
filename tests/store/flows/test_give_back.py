"""What the buyer is owed beside goods: the delivery or some dirhams for good will, with who goes without them."""

from decimal import Decimal

import pytest

from store.flows.fulfil_part import return_part
from store.flows.give_back import TooMuch, give_back, money_of
from store.flows.invariants import check_invariants
from store.flows.receipt import receipt_of
from store.ledger.models import Act
from store.ledger.queries import owed_to_cooperative
from store.models import LedgerEntry, LedgerLine, Order
from store.orders.queries import with_parts
from store.statuses import Actor, DiscountBearer, PartStatus
from tests.factories import CourierFactory, a_debt, a_part, a_rate, a_sold_part

pytestmark = pytest.mark.django_db

STAFF, PLATFORM, COOPERATIVE = Actor.STAFF, DiscountBearer.PLATFORM, DiscountBearer.COOPERATIVE
D = Decimal


def given_back(part, amount, act=Act.GOODWILL, *, bearer=PLATFORM, key="g", because="Un pot fêlé") -> bool:
    return give_back(part, D(amount), act=act, bearer=bearer, because=because, key=key)


@pytest.mark.parametrize(("bearer", "left"), [(PLATFORM, D("156.40")), (COOPERATIVE, D("136.40"))])
def test_dirhams_for_good_will_are_owed_to_the_buyer_and_borne_by_one(bearer, left):
    a_rate(80)
    part = a_sold_part(courier=CourierFactory())

    assert given_back(part, 20, bearer=bearer) is True

    assert money_of(part).owed == D("20.00")
    assert owed_to_cooperative(part.cooperative_id) == left
    assert LedgerEntry.objects.latest("pk").because == "Un pot fêlé"
    assert check_invariants() == []


def test_the_same_good_will_is_given_once():
    part = a_sold_part()
    given_back(part, 20)

    assert given_back(part, 20) is False

    assert money_of(part).owed == D("20.00")


def test_the_delivery_is_given_back_once_and_its_carrier_keeps_what_was_earned():
    part = a_sold_part(courier=CourierFactory())

    given_back(part, 35, Act.DELIVERY_BACK)
    with pytest.raises(TooMuch) as refusal:
        given_back(part, "0.01", Act.DELIVERY_BACK, key="again")

    assert refusal.value.left == 0
    assert sum(LedgerLine.objects.filter(account__holder="courier").values_list("amount", flat=True)) == D("170.00")
    assert check_invariants() == []


@pytest.mark.parametrize("amount", ["205.01", "0", "-1"])
def test_nobody_gives_more_than_was_paid_or_nothing(amount):
    part = a_sold_part()

    with pytest.raises(TooMuch):
        given_back(part, amount)

    assert money_of(part).owed == 0


def test_nothing_is_given_for_what_was_not_paid_or_without_a_reason():
    with pytest.raises(TooMuch):
        given_back(a_part(PartStatus.SHIPPED), 1)
    with pytest.raises(ValueError, match="needs a reason"):
        given_back(a_sold_part(), 1, because=" ")


def test_good_will_ends_where_goods_and_it_would_be_more_than_was_paid():
    a_rate(80)
    part = a_sold_part(courier=CourierFactory())
    given_back(part, 50, bearer=COOPERATIVE)

    return_part(part, actor=STAFF)

    assert money_of(part).owed == D("205.00")
    assert owed_to_cooperative(part.cooperative_id) == D("-35.00")
    assert check_invariants() == []


def test_the_receipt_follows_what_is_given_back():
    a_rate(80)
    part = a_sold_part(courier=CourierFactory())
    given_back(part, 35, Act.DELIVERY_BACK, key="d")
    given_back(part, 10, bearer=COOPERATIVE, key="g")
    a_debt(part)

    order = with_parts(Order.objects).get()
    receipt = receipt_of(order, order.parts.all())

    assert [row.amount for row in receipt.rows] == [D("68.20"), D("35.00"), D("-28.20"), D(0)]
    assert receipt.total == part.total - money_of(part).owed
