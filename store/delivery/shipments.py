"""The parcel of a part, on its way."""

from django.utils import timezone

from ..statuses import Actor, ShipmentStatus, first_status, move
from .models import Courier, Shipment


def send(part, *, courier: Courier | None, tracking: str, actor: Actor, by=None) -> Shipment:
    """The parcel of a part left."""
    shipment = Shipment.objects.create(part=part, courier=courier, tracking=tracking, handed_over_at=timezone.now())
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
