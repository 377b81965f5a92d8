from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from store.delivery.models import ZoneArea
from store.delivery.prices import cheapest_courier_quote, courier_quote, zone_of
from store.models import Commune, DeliveryZone
from tests.factories import ZoneFactory, a_commune
from tests.factories.store import FES_MEKNES, MEKNES

pytestmark = pytest.mark.django_db


def a_neighbor() -> Commune:
    """Another commune of the same province."""
    return Commune.objects.filter(province=MEKNES).order_by("code")[1]


def elsewhere() -> Commune:
    """A commune of the same region and another province."""
    return Commune.objects.filter(province__region=FES_MEKNES).exclude(province=MEKNES).order_by("code")[0]


def test_the_narrowest_area_decides_the_zone():
    town, near, far = ZoneFactory(), ZoneFactory(), ZoneFactory()
    ZoneArea.objects.create(zone=far, region_id=FES_MEKNES)
    ZoneArea.objects.create(zone=near, province_id=MEKNES)
    ZoneArea.objects.create(zone=town, commune=a_commune())
    # A zone of several areas is judged by the one that the commune lies in.
    ZoneArea.objects.create(zone=far, commune=Commune.objects.exclude(province__region=FES_MEKNES)[0])
    ZoneArea.objects.create(zone=town, region=Commune.objects.exclude(province__region=FES_MEKNES)[0].province.region)

    assert [zone_of(commune) for commune in (a_commune(), a_neighbor(), elsewhere())] == [town, near, far]


def test_where_nobody_delivers_there_is_no_price():
    ZoneArea.objects.create(zone=ZoneFactory(), province_id=MEKNES)

    assert zone_of(elsewhere()) is None
    assert courier_quote(zone_of(elsewhere())) is None


def test_a_quote_tells_the_price_and_the_days_of_its_zone():
    ZoneArea.objects.create(zone=ZoneFactory(price=Decimal("25.50"), days_min=1, days_max=3), region_id=FES_MEKNES)

    quote = courier_quote(zone_of(a_commune()))

    assert (quote.method, quote.price, quote.days_min, quote.days_max) == ("courier", Decimal("25.50"), 1, 3)


def test_from_which_price_a_courier_comes():
    assert cheapest_courier_quote() is None

    ZoneFactory(price=Decimal("35.00"))
    ZoneFactory(price=Decimal("25.00"))

    assert cheapest_courier_quote().price == Decimal("25.00")


def test_an_area_names_one_place_and_a_place_is_in_one_zone():
    zone = ZoneFactory()
    ZoneArea.objects.create(zone=zone, province_id=MEKNES)

    for wrong in ({"province_id": MEKNES}, {"province_id": "03.171", "region_id": FES_MEKNES}, {}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ZoneArea.objects.create(zone=zone, **wrong)

    assert ZoneArea.objects.count() == 1


def test_days_out_of_order_and_negative_prices_are_refused():
    for wrong in ({"days_min": 5, "days_max": 4}, {"price": Decimal(-1)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ZoneFactory(**wrong)

    assert not DeliveryZone.objects.exists()
