"""Goods come back: asked for within the time, decided, received, some or all, and each once."""

import os
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from catalog.models import Lot, ProductSale
from catalog.stock.errors import NotThatMany
from store.flows.fulfil_part import return_part
from store.flows.give_back import money_of, return_lines
from store.flows.invariants import check_invariants
from store.flows.returns import Barrier, NothingToReturn, ask_return, barrier_of, decide_return, receive_return
from store.ledger.queries import owed_to_cooperative
from store.models import LineChange, OutboxMessage, ReturnRequest
from store.orders.errors import NotWithBuyer
from store.statuses import Actor, IllegalMove, PartStatus, ReturnStatus
from tests.factories import (
    CartFactory,
    CourierFactory,
    LotFactory,
    a_part,
    a_rate,
    a_return,
    a_sold_part,
    advance,
    place,
)

pytestmark = pytest.mark.django_db

STAFF = Actor.STAFF
D = Decimal


def back(part, units: int = 1, *, good: int = 0, key: str = "k") -> bool:
    line = part.lines.order_by("pk")[0]
    return return_lines(part, {line.pk: units}, key=key, actor=STAFF, restocked={line.pk: good})


# -- Units of a part --------------------------------------------------------------------------------------------------


def test_one_jar_of_two_comes_back_and_the_part_stays_delivered():
    a_rate(80)
    part = a_sold_part(courier=CourierFactory())

    assert back(part, good=1) is True

    part.refresh_from_db()
    assert part.status == PartStatus.DELIVERED
    assert Lot.objects.get().on_hand == 9
    assert money_of(part).owed == D("85.00")
    assert owed_to_cooperative(part.cooperative_id) == D("78.20")  # of 156.40
    assert check_invariants() == []


def test_the_part_is_returned_when_its_last_unit_is_back():
    part = a_sold_part(courier=CourierFactory())
    back(part, key="first")

    back(part, key="second")

    part.refresh_from_db()
    assert (part.status, part.shipment.status) == (PartStatus.RETURNED, "returned")
    assert money_of(part).owed == D("170.00")
    assert check_invariants() == []


def test_three_units_that_come_back_one_by_one_take_back_what_the_line_came_to():
    a_rate(80)  # of 99.99: 8.00, which no three centimes are a third of
    part = a_sold_part(price="33.33", quantity=3, courier=CourierFactory())

    for key in ("first", "second", "third"):
        back(part, key=key)

    assert money_of(part).owed == D("99.99")
    assert owed_to_cooperative(part.cooperative_id) == 0
    assert check_invariants() == []


def test_the_same_return_is_written_once():
    part = a_sold_part()
    back(part, key="k")

    assert back(part, key="k") is False

    assert LineChange.objects.count() == 1
    assert check_invariants() == []


def test_the_database_refuses_the_same_return_twice():
    line = a_sold_part().lines.get()
    written = {
        "line": line,
        "quantity": 1,
        "amount": D(85),
        "reason": "returned",
        "actor": STAFF,
        "key": f"k:{line.pk}",
    }
    LineChange.objects.create(**written)

    with pytest.raises(IntegrityError), transaction.atomic():
        LineChange.objects.create(**written)


def test_more_than_the_buyer_has_does_not_come_back():
    part = a_sold_part()
    back(part)

    with pytest.raises(NotWithBuyer) as refusal:
        back(part, 2, key="other")

    assert (refusal.value.units, refusal.value.left) == (2, 1)
    assert LineChange.objects.count() == 1


def test_more_than_came_back_is_not_put_on_the_shelf():
    part = a_sold_part()

    with pytest.raises(NotThatMany):
        back(part, 1, good=2)

    assert not LineChange.objects.exists() and Lot.objects.get().on_hand == 8


def test_a_jar_that_came_back_broken_is_not_on_the_shelf_when_the_rest_comes_back():
    part = a_sold_part()
    back(part, 1, good=0)

    with pytest.raises(NotThatMany):
        return_part(part, actor=STAFF, restocked={part.lines.get().pk: 2})

    return_part(part, actor=STAFF, restocked={part.lines.get().pk: 1})
    assert Lot.objects.get().on_hand == 9
    assert check_invariants() == []


@pytest.mark.parametrize("status", [PartStatus.PLACED, PartStatus.SHIPPED, PartStatus.CANCELED, PartStatus.RETURNED])
def test_units_come_back_from_a_buyer_only(status):
    part = a_part(status)

    with pytest.raises(IllegalMove):
        back(part)


def test_units_of_another_part_or_none_are_no_return():
    part, other = a_sold_part(), a_sold_part()

    for units in ({}, {other.lines.get().pk: 1}, {part.lines.get().pk: 0}):
        with pytest.raises(ValueError, match="names units of lines of its part"):
            return_lines(part, units, key="k", actor=STAFF, restocked={})

    assert not LineChange.objects.exists()


#: More of them, looked at after each step.
WHOLE = bool(os.environ.get("WHOLE"))


class PartialReturns(TestCase):
    @settings(max_examples=100 if WHOLE else 6, deadline=None)
    @given(
        centimes=st.integers(1, 30_000),
        counts=st.lists(st.integers(1, 3), min_size=2, max_size=5),
        order=st.randoms(use_true_random=False),
        per_mille=st.integers(0, 1000),
    )
    def test_partial_returns_in_any_order_add_up_to_the_centime(self, centimes, counts, order, per_mille):
        a_rate(per_mille)
        price, many = D(centimes) / 100, sum(counts)
        other = LotFactory(variant__price=D("33.33"), quantity=50)
        lot = LotFactory(variant__price=price, variant__product__sale__cooperative=other.cooperative, quantity=50)
        part = place(CartFactory(lines=[(lot.variant, many), (other.variant, 3)])).parts.get()
        advance(part, PartStatus.DELIVERED)
        first, second = part.lines.order_by("pk")
        steps = [*((first.pk, count) for count in counts), *[(second.pk, 1)] * 3]
        order.shuffle(steps)

        for number, (line, count) in enumerate(steps):
            return_lines(part, {line: count}, key=str(number), actor=STAFF, restocked={})
            if WHOLE or number == 0:
                assert check_invariants() == []

        assert check_invariants() == []
        part.refresh_from_db()
        assert part.status == PartStatus.RETURNED
        assert money_of(part).owed == part.goods_total
        changes = LineChange.objects.filter(line__part=part)
        for field in ("amount", "tax", "commission"):
            whole = sum(getattr(line, field) for line in part.lines.all())
            assert sum(getattr(change, field) for change in changes) == whole
        assert owed_to_cooperative(part.cooperative_id) == 0 - part.total + part.delivery_price


# -- The buyer asks ---------------------------------------------------------------------------------------------------


def test_a_buyer_asks_to_give_one_jar_back_and_the_shop_is_told(settings):
    settings.ORDERS_EMAIL = "federation@example.org"
    part = a_sold_part()

    request = a_return(part)

    assert (request.status, request.reason, request.because) == ("asked", "changed_mind", "Trop sucré")
    assert list(request.lines.values_list("line", "quantity")) == [(part.lines.get().pk, 1)]
    told = OutboxMessage.objects.filter(kind__startswith="return").values_list("kind", "recipient")
    assert list(told) == [("return_asked", part.cooperative.email), ("return_for_staff", "federation@example.org")]
    assert check_invariants() == []


def test_asking_twice_is_one_return():
    part = a_sold_part()

    assert a_return(part) == a_return(part, 2)

    assert ReturnRequest.objects.count() == 1


def test_the_database_keeps_one_open_return_of_a_part():
    request = a_return(a_sold_part())

    with pytest.raises(IntegrityError), transaction.atomic():
        ReturnRequest.objects.create(part=request.part, reason="other")


@pytest.mark.parametrize(("days", "barrier"), [(0, None), (7, None), (8, Barrier.TOO_LATE)])
def test_a_buyer_may_ask_until_the_last_legal_day(days, barrier):
    part = a_sold_part()

    assert barrier_of(part, now=timezone.now() + timedelta(days=days)) == barrier


def test_what_is_asked_too_late_is_not_written():
    part = a_sold_part()

    with pytest.raises(NothingToReturn) as refusal:
        ask_return(part, {part.lines.get().pk: 1}, reason="other", now=timezone.now() + timedelta(days=8))

    assert refusal.value.barrier == Barrier.TOO_LATE
    assert not ReturnRequest.objects.exists()


@pytest.mark.parametrize(
    ("status", "barrier"),
    [
        (PartStatus.PLACED, Barrier.NOT_DELIVERED),
        (PartStatus.SHIPPED, Barrier.NOT_DELIVERED),
        (PartStatus.CANCELED, Barrier.NOT_DELIVERED),
        (PartStatus.RETURNED, Barrier.NOT_DELIVERED),
        (PartStatus.DELIVERED, None),
    ],
)
def test_only_what_was_delivered_is_given_back(status, barrier):
    assert barrier_of(a_part(status)) == barrier


def test_a_product_that_is_never_taken_back_says_so_as_it_was_when_it_was_bought():
    lot = LotFactory()
    ProductSale.objects.update(returnable="never", kept_because="perishable")
    part = a_part(PartStatus.DELIVERED, lot=LotFactory(variant=lot.variant))
    ProductSale.objects.update(returnable="unopened", kept_because="")

    assert barrier_of(part) == Barrier.NEVER_TAKEN_BACK
    assert part.lines.get().get_kept_because_display() == "Il se périme vite"
    with pytest.raises(NothingToReturn):
        a_return(part)


@pytest.mark.parametrize("units", [3, -1])
def test_a_return_of_what_the_buyer_has_not_is_refused(units):
    part = a_sold_part()

    with pytest.raises(NotWithBuyer):
        a_return(part, units)

    assert not ReturnRequest.objects.exists()


def test_nobody_asks_for_lines_of_another_order_or_of_the_other_cooperative_in_it():
    order = place(CartFactory(lines=[(LotFactory().variant, 1), (LotFactory().variant, 1)]))
    mine, beside = (advance(part, PartStatus.DELIVERED) for part in order.parts.order_by("pk"))

    for other in (beside, a_sold_part()):
        with pytest.raises(ValueError, match="names units of lines of its part"):
            ask_return(mine, {mine.lines.get().pk: 1, other.lines.get().pk: 1}, reason="other")

    assert not ReturnRequest.objects.exists()


# -- The shop decides, and the goods arrive ---------------------------------------------------------------------------


def kinds_of_mail() -> list[str]:
    mails = OutboxMessage.objects.filter(kind__startswith="return").exclude(kind="return_for_staff")
    return list(mails.values_list("kind", flat=True))


def test_a_return_that_is_accepted_and_received_is_owed_to_the_buyer():
    part = a_sold_part()
    request, line = a_return(part, 2), part.lines.get()

    assert decide_return(request, accept=True, actor=STAFF) is True
    assert receive_return(request, good={line.pk: 1}, lost={line.pk: 1}, actor=STAFF, because="Un pot cassé") is True

    request.refresh_from_db()
    part.refresh_from_db()
    assert (request.status, part.status) == (ReturnStatus.RECEIVED, PartStatus.RETURNED)
    assert money_of(part).owed == D("170.00")
    assert Lot.objects.get().on_hand == 9
    assert kinds_of_mail() == ["return_asked", "return_accepted", "return_received"]
    assert check_invariants() == []


def test_what_is_received_twice_is_owed_once():
    part = a_sold_part()
    request, line = a_return(part), part.lines.get()
    decide_return(request, accept=True, actor=STAFF)
    receive_return(request, good={line.pk: 1}, lost={}, actor=STAFF)

    assert receive_return(request, good={line.pk: 1}, lost={}, actor=STAFF) is False

    assert money_of(part).owed == D("85.00")


def test_fewer_units_may_come_than_were_agreed_and_none_is_nothing():
    part = a_sold_part()
    request, line = a_return(part, 2), part.lines.get()
    decide_return(request, accept=True, actor=STAFF)

    with pytest.raises(ValueError, match="nothing came back"):
        receive_return(request, good={line.pk: 0}, lost={}, actor=STAFF)
    receive_return(request, good={line.pk: 1}, lost={}, actor=STAFF)

    assert money_of(part).owed == D("85.00")
    assert check_invariants() == []


def test_what_was_not_accepted_is_not_received():
    request = a_return(a_sold_part())

    with pytest.raises(IllegalMove):
        receive_return(request, good={request.part.lines.get().pk: 1}, lost={}, actor=STAFF)

    assert not LineChange.objects.exists()


def test_a_refusal_has_a_reason_and_the_buyer_may_ask_again():
    part = a_sold_part()
    request = a_return(part)

    with pytest.raises(ValueError, match="needs a reason"):
        decide_return(request, accept=False, actor=Actor.COOPERATIVE, answer=" ")
    decide_return(request, accept=False, actor=Actor.COOPERATIVE, answer="Le pot est ouvert")

    request.refresh_from_db()
    assert (request.status, request.answer) == ("refused", "Le pot est ouvert")
    assert kinds_of_mail() == ["return_asked", "return_refused"]
    assert a_return(part).pk != request.pk


def test_what_is_decided_one_way_is_not_decided_the_other_way():
    request = a_return(a_sold_part())
    decide_return(request, accept=False, actor=STAFF, answer="Ouvert")

    with pytest.raises(IllegalMove):
        decide_return(request, accept=True, actor=STAFF)
    assert decide_return(request, accept=False, actor=STAFF, answer="Encore") is False

    request.refresh_from_db()
    assert request.answer == "Ouvert"


@pytest.mark.parametrize("accepted", [False, True])
def test_a_return_is_over_when_the_whole_part_came_back_by_itself(accepted):
    part = a_sold_part()
    request = a_return(part)
    if accepted:
        decide_return(request, accept=True, actor=STAFF)

    return_part(part, actor=STAFF)

    request.refresh_from_db()
    assert request.status == ReturnStatus.RECEIVED
    assert check_invariants() == []
