"""Which ways to pay fit an order, before it is placed and while it is unpaid. A new rule about them goes here."""

from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.utils import timezone

from catalog.money import total
from catalog.phones import MOROCCO

from ..delivery.models import DeliveryZone
from ..delivery.prices import DeliveryMethod, zone_of
from ..orders.models import Order
from ..payments.methods import CARDS, CASH, METHODS, PaymentMethod
from ..payments.options import offers
from ..statuses import PartStatus
from .summary import Summary


def cash_ceiling(summary: Summary) -> Decimal | None:
    """The most that this order may cost in cash, where a courier brings it to a zone that has a limit."""
    return _ceiling(summary.zone if summary.needs_address else None)


def ways_to_pay(summary: Summary, *, phone=None) -> list[PaymentMethod]:
    """Those that the shop has and that fit, the likeliest first."""
    zone = summary.zone if summary.needs_address else None
    return _fitting(summary.total, zone, phone=phone)


def ways_to_pay_order(order: Order) -> list[PaymentMethod]:
    """Those that fit an order that is placed and not paid, at what it costs now."""
    parts = [part for part in order.parts.all() if part.status != PartStatus.CANCELED]
    goes_out = any(part.delivery_method == DeliveryMethod.COURIER for part in parts)
    zone = zone_of(order.commune) if goes_out and order.commune else None
    ways = _fitting(total(part.due for part in parts), zone, phone=order.phone)
    is_old = timezone.now() > order.placed_at + timedelta(hours=settings.CARD_HOURS)
    return [way for way in ways if not (is_old and way.code in CARDS)]


def _fitting(amount: Decimal, zone: DeliveryZone | None, *, phone) -> list[PaymentMethod]:
    """Nothing is asked in advance for what costs nothing."""
    offered, ceiling = offers(), _ceiling(zone)
    ways: list[PaymentMethod] = []
    for method in METHODS.values():
        offer = offered.get(method.code)
        if not method.is_there or (offer and not offer.fits(amount, zone.pk if zone else None)):
            continue
        if method is CASH and ceiling is not None and amount > ceiling:
            continue
        if method is CASH or amount:
            ways.append(method)
    is_abroad = phone is not None and bool(phone) and phone.country_code != MOROCCO
    # Whoever lives abroad has no dirhams at hand: the card comes first.
    return sorted(ways, key=lambda way: way.code not in CARDS) if is_abroad else ways


def _ceiling(zone: DeliveryZone | None) -> Decimal | None:
    return zone.cash_ceiling if zone else None
