"""What the shop counts of itself, against orders whose outcome is known."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cms.figures.live import Count
from store.flows.fulfil_part import return_part
from store.flows.give_back import return_lines
from store.flows.live_figures import QUERIES
from store.flows.settle import approve, pay, propose
from store.statuses import Actor, PartStatus
from tests.factories import CourierFactory, LotFactory, a_part, a_person, a_rate, book_in, last_month

pytestmark = pytest.mark.django_db


def counted(since=None) -> dict[str, Count]:
    return {query.name: query.count(since) for query in QUERIES}


def test_nothing_sold_counts_as_nothing():
    assert set(counted().values()) == {Count(0, 0)}


def test_only_what_was_delivered_and_not_sent_back_counts():
    thyme, sage = LotFactory(quantity=50), LotFactory(quantity=50)
    a_part(PartStatus.DELIVERED, lot=thyme, quantity=3)
    a_part(PartStatus.DELIVERED, lot=thyme, quantity=2)
    a_part(PartStatus.DELIVERED, lot=sage, quantity=1)
    a_part(PartStatus.RETURNED, lot=LotFactory(), quantity=4)
    for status in (PartStatus.SHIPPED, PartStatus.CANCELED, PartStatus.PLACED):
        a_part(status, lot=sage, quantity=1)
    assert counted() == {
        "cooperatives": Count(2, 3),
        "orders": Count(3, 3),
        "units": Count(6, 3),
        "lots": Count(2, 3),
        "dirhams_recorded": Count(510, 3),
        "dirhams_settled": Count(0, 0),
    }


def test_units_that_came_back_of_a_parcel_that_stayed_do_not_count():
    part = a_part(PartStatus.DELIVERED, lot=LotFactory(quantity=50), quantity=5)
    back = {part.lines.get().pk: 2}
    return_lines(part, back, key="some", actor=Actor.STAFF, restocked={})
    assert counted()["units"] == counted(timezone.localdate())["units"] == Count(3, 1)
    assert counted()["orders"] == Count(1, 1)


def test_what_was_delivered_before_the_day_does_not_count():
    a_part(PartStatus.DELIVERED, lot=LotFactory(), quantity=2)
    today = timezone.localdate()
    assert counted(today)["units"] == Count(2, 1)
    assert counted(today + timedelta(days=1))["units"] == Count(0, 0)


def test_dirhams_are_recorded_for_cooperatives_when_sold_and_taken_off_when_they_come_back():
    a_rate(85)
    lot = LotFactory(quantity=50)
    a_part(PartStatus.DELIVERED, lot=lot)  # 170 less 14.45, its cash and delivery do not count
    return_part(a_part(PartStatus.DELIVERED, lot=lot, quantity=5), actor=Actor.STAFF)

    assert counted()["dirhams_recorded"] == Count(156, 1)
    assert counted(timezone.localdate() + timedelta(days=1))["dirhams_recorded"] == Count(0, 0)


def test_dirhams_settled_are_what_was_transferred_and_rest_on_the_orders_that_it_paid_for():
    lot, courier = LotFactory(quantity=50), CourierFactory()
    for _ in range(2):
        part = a_part(PartStatus.DELIVERED, lot=lot, courier=courier)
    month = book_in(last_month())
    a_part(PartStatus.DELIVERED, lot=lot, courier=courier)  # of this month: not settled yet
    settlement = propose(part.cooperative, month, by=a_person("amal"))
    approve(settlement, by=a_person("badr"))
    assert counted()["dirhams_settled"] == Count(0, 0)

    today = timezone.localdate()
    pay(settlement, reference="VIR 1", paid_on=today, by=a_person("amal"))

    assert counted()["dirhams_settled"] == counted(today)["dirhams_settled"] == Count(340, 2)
    assert counted(today + timedelta(days=1))["dirhams_settled"] == Count(0, 0)
