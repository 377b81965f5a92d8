"""Re-exports only: a model may move between folders without a migration."""

from .accounts.models import User
from .cart.models import Cart, CartLine
from .contact.models import ContactMessage
from .delivery.models import Commune, DeliveryZone, Province, Region, ZoneArea
from .orders.models import CooperativeOrder, Order, OrderLine
from .outbox.models import OutboxMessage
from .payments.models import Payment
from .statuses import StatusChange

__all__ = [
    "Cart", "CartLine", "Commune", "ContactMessage", "CooperativeOrder", "DeliveryZone", "Order", "OrderLine",
    "OutboxMessage", "Payment", "Province", "Region", "StatusChange", "User", "ZoneArea",
]  # fmt: skip
