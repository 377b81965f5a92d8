from decimal import Decimal

import pytest

from catalog.models import Cooperative, Variant
from store.delivery.prices import DeliveryMethod
from store.flows.summary import DeliveryMoved, PriceMoved, QuantityMoved, summarize, what_moved
from store.models import DeliveryZone
from tests.factories import CartFactory, CooperativeFactory, LotFactory, a_commune, a_zone

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_parcels():
    """A cart with two jars of one cooperative and an oil of another, and a zone of 35 dirhams."""
    a_zone()
    honey = LotFactory(variant__price=Decimal("85.00")).variant
    oil = LotFactory(variant__price=Decimal("40.50")).variant
    return CartFactory(lines=[(honey, 2), (oil, 1)])


def test_each_cooperative_sends_a_parcel_of_its_own(two_parcels):
    summary = summarize(two_parcels, commune=a_commune(), methods={})

    assert [(part.goods, part.quote.price, part.total) for part in summary.parts] == [
        (Decimal("170.00"), Decimal("35.00"), Decimal("205.00")),
        (Decimal("40.50"), Decimal("35.00"), Decimal("75.50")),
    ]
    assert (summary.goods, summary.delivery, summary.total) == (Decimal("210.50"), Decimal("70.00"), Decimal("280.50"))
    assert (summary.is_complete, summary.needs_address) == (True, True)


def test_a_parcel_that_is_picked_up_costs_nothing(two_parcels):
    cooperatives = [part.cooperative.pk for part in summarize(two_parcels, commune=None, methods={}).parts]

    one = summarize(two_parcels, commune=a_commune(), methods={cooperatives[0]: "pickup"})
    both = summarize(two_parcels, commune=None, methods=dict.fromkeys(cooperatives, "pickup"))

    assert ([part.quote.price for part in one.parts], one.needs_address) == ([Decimal("0.00"), Decimal("35.00")], True)
    assert (both.total, both.is_complete, both.needs_address) == (both.goods, True, False)


def test_nothing_is_picked_up_where_that_is_not_offered(two_parcels):
    Cooperative.objects.update(offers_pickup=False)
    cooperatives = [part.cooperative.pk for part in summarize(two_parcels, commune=None, methods={}).parts]

    summary = summarize(two_parcels, commune=a_commune(), methods=dict.fromkeys(cooperatives, "pickup"))

    assert [part.quote.method for part in summary.parts] == ["courier", "courier"]


def test_without_a_commune_or_a_zone_the_total_is_not_the_whole(two_parcels):
    assert not summarize(two_parcels, commune=None, methods={}).is_complete
    DeliveryZone.objects.all().delete()
    assert not summarize(two_parcels, commune=a_commune(), methods={}).is_complete


def now_and_accepted(cart, **changes):
    accepted = summarize(cart, commune=a_commune(), methods={}).accepted()
    for change in changes.values():
        change()
    return summarize(cart, commune=a_commune(), methods={}), accepted


def test_when_nothing_moved_nothing_is_said(two_parcels):
    assert what_moved(*now_and_accepted(two_parcels)) == []


def test_a_price_that_moved_is_told_with_both_amounts(two_parcels):
    variant = two_parcels.lines.first().variant
    summary, accepted = now_and_accepted(
        two_parcels, price=lambda: Variant.objects.filter(pk=variant.pk).update(price=Decimal("90.00"))
    )

    assert what_moved(summary, accepted) == [
        PriceMoved(summary.parts[0].lines[0], was=Decimal("85.00"), now=Decimal("90.00"))
    ]


def test_a_tariff_that_moved_is_told_for_each_parcel(two_parcels):
    summary, accepted = now_and_accepted(
        two_parcels, tariff=lambda: DeliveryZone.objects.update(price=Decimal("40.00"))
    )

    assert what_moved(summary, accepted) == [
        DeliveryMoved(part.cooperative, was=Decimal("35.00"), now=Decimal("40.00")) for part in summary.parts
    ]


def test_a_cart_that_another_tab_changed_is_told_by_line(two_parcels):
    added = LotFactory(variant__product__sale__cooperative=CooperativeFactory()).variant
    summary, accepted = now_and_accepted(
        two_parcels,
        more=lambda: two_parcels.lines.filter(quantity=2).update(quantity=3),
        new=lambda: two_parcels.lines.create(variant=added, quantity=1),
    )

    lines = summary.contents.lines
    assert what_moved(summary, accepted) == [
        QuantityMoved(lines[0], was=2),
        QuantityMoved(lines[2], was=0),
        DeliveryMoved(summary.parts[2].cooperative, was=None, now=Decimal("35.00")),
    ]


def test_a_buyer_who_will_pick_it_up_for_nothing_need_not_look_twice(two_parcels):
    no_place_yet = summarize(two_parcels, commune=None, methods={})
    picked_up = {part.cooperative.pk: DeliveryMethod.PICKUP for part in no_place_yet.parts}

    assert what_moved(summarize(two_parcels, commune=None, methods=picked_up), no_place_yet.accepted()) == []


@pytest.mark.parametrize(
    "nonsense",
    ["", "v", "v1x@", "@@@", "v1x2@-5", "d1:courier@99999999999999", "v²x²@²", "x" * 9000, "v1x1@" + "9" * 400, "\x00"],
)
def test_nonsense_counts_as_never_seen(two_parcels, nonsense):
    summary = summarize(two_parcels, commune=a_commune(), methods={})

    assert len(what_moved(summary, nonsense)) == 4
