"""What it costs to bring a part of an order to its buyer. A new rule about the price of delivery goes here."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import models
from django.db.models import Case, IntegerField, Q, Value, When
from django.utils.translation import gettext_lazy as _

from catalog.money import ZERO

from .models import Commune, DeliveryZone


class DeliveryMethod(models.TextChoices):
    """How a part reaches its buyer."""

    COURIER = "courier", _("Delivered to your door")
    PICKUP = "pickup", _("Picked up at the cooperative")


@dataclass(frozen=True)
class Quote:
    """The price of one parcel, in dirhams including tax, and how many working days it takes."""

    method: DeliveryMethod
    price: Decimal
    days_min: int = 0
    days_max: int = 0


PICKUP_QUOTE = Quote(DeliveryMethod.PICKUP, ZERO)


def zone_of(commune: Commune) -> DeliveryZone | None:
    """The zone of the narrowest area that the commune lies in; None: nobody delivers there."""
    narrowness = Case(
        When(areas__commune=commune, then=Value(0)), When(areas__province=commune.province_id, then=Value(1)), default=Value(2),
        output_field=IntegerField(),
    )  # fmt: skip
    lies_in = (
        Q(areas__commune=commune) | Q(areas__province=commune.province_id) | Q(areas__region=commune.province.region_id)
    )
    return DeliveryZone.objects.filter(lies_in).order_by(narrowness).first()


def courier_quote(zone: DeliveryZone | None) -> Quote | None:
    """What the courier costs for one cooperative's parcel; None: nobody delivers there.

    `flows/summary.py` asks it for each parcel and can pass whatever a new rule looks at.
    """
    return Quote(DeliveryMethod.COURIER, zone.price, zone.days_min, zone.days_max) if zone else None


def cheapest_courier_quote() -> Quote | None:
    """The lowest price of a parcel, for "from …" on product pages."""
    zone = DeliveryZone.objects.order_by("price").first()
    return Quote(DeliveryMethod.COURIER, zone.price, zone.days_min, zone.days_max) if zone else None
