"""Many orders with one voucher at once: it is never used oftener than it may, and each guard alone is enough."""

import pytest
from django.db import IntegrityError

from catalog.money import ZERO
from store.flows import mails
from store.flows.cancel_part import cancel_part
from store.flows.invariants import check_invariants
from store.flows.place_order import SummaryMoved
from store.flows.summary import summarize
from store.models import CooperativeOrder, Order, Voucher, VoucherUse
from store.orders.reasons import CancelReason
from store.statuses import Actor
from store.vouchers import queries
from store.vouchers.models import VoucherQuerySet
from tests.checks import without_checks
from tests.factories import CartFactory, LotFactory, a_commune, a_contact, a_voucher, a_zone, place
from tests.store.flows.test_race import at_once, kinds, race

BUYERS, LIMIT = 100, 3


@pytest.fixture(autouse=True)
def _no_mail(monkeypatch):
    monkeypatch.setattr(mails, "deliver_soon", lambda: None)


def orders_with(voucher: Voucher, *, buyers: int, phone: str | None = None) -> list:
    """So many buyers who have seen the price with the voucher, each about to order."""
    a_zone()
    variant = LotFactory(quantity=buyers).variant
    carts = CartFactory.create_batch(buyers, lines=[(variant, 1)], voucher=voucher)
    seen = summarize(carts[0], commune=a_commune(), methods={}).accepted()
    contacts = [a_contact(**({"phone": phone} if phone else {})) for _ in carts]
    return [
        lambda cart=cart, contact=contact: place(cart, contact=contact, accepted=seen)
        for cart, contact in zip(carts, contacts, strict=True)
    ]


@at_once
def test_a_hundred_orders_at_once_use_a_voucher_of_three_exactly_three_times():
    outcomes = race(*orders_with(a_voucher(limit=LIMIT), buyers=BUYERS))

    assert kinds(outcomes) == {Order: LIMIT, SummaryMoved: BUYERS - LIMIT}
    assert {change.now for moved in outcomes if isinstance(moved, SummaryMoved) for change in moved.changes} == {ZERO}
    assert (Voucher.objects.get().used, VoucherUse.objects.count()) == (LIMIT, LIMIT)
    assert Order.objects.count() == LIMIT
    assert check_invariants() == []


@at_once
def test_one_telephone_uses_it_no_oftener_than_it_may_however_fast_it_orders():
    outcomes = race(*orders_with(a_voucher(limit_per_phone=1), buyers=8, phone="+212611223344"))

    assert kinds(outcomes) == {Order: 1, SummaryMoved: 7}
    assert check_invariants() == []


@at_once
def test_two_parts_that_are_canceled_at_once_give_the_voucher_back_once():
    cart = CartFactory(lines=[(LotFactory().variant, 1), (LotFactory().variant, 1)], voucher=a_voucher(limit=1))
    parts = [part.pk for part in place(cart).parts.all()]

    outcomes = race(
        *(
            lambda pk=pk: cancel_part(
                CooperativeOrder.objects.get(pk=pk), reason=CancelReason.CHANGED_MIND, actor=Actor.BUYER
            )
            for pk in parts * 2
        )
    )

    assert sorted(map(bool, outcomes)) == [False, False, True, True]
    assert Voucher.objects.get().used == 0
    assert check_invariants() == []


# -- The controls: nobody sees that others have used it ---------------------------------------------------------------


@pytest.fixture
def nobody_looks(monkeypatch):
    """As if every buyer had looked before the first order."""
    monkeypatch.setattr(queries, "is_used_up", lambda voucher: False)


@pytest.fixture
def without_the_condition(monkeypatch):
    """The UPDATE that counts a use no longer asks whether there is room."""
    monkeypatch.setattr(VoucherQuerySet, "with_room", lambda vouchers: vouchers)


def outcomes_of(deeds) -> list:
    outcomes = []
    for deed in deeds:
        try:
            outcomes.append(deed())
        except (SummaryMoved, IntegrityError) as error:
            outcomes.append(error)
    return outcomes


@pytest.mark.django_db
def test_without_the_look_the_conditional_update_refuses(nobody_looks):
    outcomes = outcomes_of(orders_with(a_voucher(limit=LIMIT), buyers=12))

    assert kinds(outcomes) == {Order: LIMIT, SummaryMoved: 9}
    assert check_invariants() == []


@pytest.mark.django_db
def test_without_the_look_and_the_condition_the_check_of_the_database_refuses(nobody_looks, without_the_condition):
    outcomes = outcomes_of(orders_with(a_voucher(limit=LIMIT), buyers=12))

    assert kinds(outcomes) == {Order: LIMIT, IntegrityError: 9}
    assert check_invariants() == []


@pytest.mark.django_db
def test_without_any_guard_it_is_used_too_often_and_the_invariants_say_so(nobody_looks, without_the_condition):
    deeds = orders_with(a_voucher(limit=LIMIT), buyers=12)

    with without_checks(Voucher):
        outcomes = outcomes_of(deeds)

    assert kinds(outcomes) == {Order: 12}
    assert check_invariants() == ["Voucher BIENVENUE is used 12 times of 3."]
