"""Zones, couriers and the commission of the demonstration: invented, in the order of size of what couriers ask."""

from datetime import date
from decimal import Decimal

from ..delivery.models import Courier, DeliveryZone, Province, Region, ZoneArea
from ..ledger.models import CommissionRate

MEKNES, FES_MEKNES = "03.061", "03"
SOUTH = ("10", "11", "12")
COURIERS = [("Livreurs de Meknès", "+212600000101"), ("Messagerie du Saïss", "+212600000102")]


def load_zones() -> None:
    near = _zone("25.00", 1, 2, "Meknès et environs", "مكناس ونواحيها", "Meknès and around")
    region = _zone("35.00", 2, 3, "Région Fès-Meknès", "جهة فاس-مكناس", "Fès-Meknès region")
    country = _zone("45.00", 2, 4, "Autres régions", "باقي الجهات", "Other regions")
    south = _zone("65.00", 4, 7, "Régions du Sud", "جهات الجنوب", "Southern regions")
    ZoneArea.objects.create(zone=near, province=Province.objects.get(code=MEKNES))
    for place in Region.objects.all():
        zone = region if place.code == FES_MEKNES else south if place.code in SOUTH else country
        ZoneArea.objects.create(zone=zone, region=place)


def load_couriers() -> None:
    for name, phone in COURIERS:
        Courier.objects.create(name=name, phone=phone, price_in_vain=Decimal("15.00"))


def load_commission() -> None:
    """Eight of a hundred dirhams, for the running of the shop."""
    CommissionRate.objects.create(since=date(2026, 1, 1), per_mille=80)


def _zone(price: str, least: int, most: int, fr: str, ar: str, en: str) -> DeliveryZone:
    return DeliveryZone.objects.create(
        name_fr=fr, name_ar=ar, name_en=en, price=Decimal(price), days_min=least, days_max=most
    )
