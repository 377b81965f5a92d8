"""What the shop counts of itself, against orders whose outcome is known."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cms.figures.live import Count
from store.flows.live_figures import QUERIES
from store.statuses import PartStatus
from tests.factories import LotFactory, a_part

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
    }


def test_what_was_delivered_before_the_day_does_not_count():
    a_part(PartStatus.DELIVERED, lot=LotFactory(), quantity=2)
    today = timezone.localdate()
    assert counted(today)["units"] == Count(2, 1)
    assert counted(today + timedelta(days=1))["units"] == Count(0, 0)
