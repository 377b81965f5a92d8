"""The parcel of a part, on its way."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from ..statuses import Actor, ShipmentStatus, first_status, move
from .errors import TrackingTaken
from .models import Courier, Shipment


def send(part, *, courier: Courier | None, tracking: str, actor: Actor, by=None) -> Shipment:
    """The parcel of a part left.

    Raises:
        TrackingTaken: the courier has a parcel with this number.
    """
    try:
        with transaction.atomic():
            shipment = Shipment.objects.create(
                part=part, courier=courier, tracking=tracking, handed_over_at=timezone.now()
            )
    except IntegrityError as error:
        if tracking and Shipment.objects.filter(courier=courier, tracking=tracking).exists():
            raise TrackingTaken(tracking) from error
        raise
    first_status(shipment, actor=actor, by=by)
    return shipment


def locked(part) -> Shipment | None:
    """The parcel, for whoever may move it; None for parts that left before parcels were written down."""
    shipments = Shipment.objects.select_for_update(of=("self",)).select_related("courier", "part__order")
    return shipments.filter(part=part).first()


def tell(part, status: ShipmentStatus, *, actor: Actor, by=None, because: str = "") -> None:
    """What became of the parcel."""
    if shipment := locked(part):
        move(shipment, status, actor=actor, by=by, because=because)


def unheard_of(now: datetime) -> QuerySet[Shipment]:
    """Parcels that left long ago, and nobody said what became of them."""
    return Shipment.objects.filter(
        status=ShipmentStatus.HANDED_OVER, handed_over_at__lte=now - timedelta(days=settings.OUTCOME_DAYS)
    )
