"""Re-exports only: a model may move between folders without a migration."""

from .accounts.models import User
from .cart.models import Cart, CartLine
from .contact.models import ContactMessage
from .delivery.models import Commune, Courier, DeliveryZone, Province, Region, Shipment, ZoneArea
from .ledger.models import CommissionRate, LedgerAccount, LedgerEntry, LedgerLine
from .orders.models import CooperativeOrder, LineChange, Order, OrderLine
from .outbox.models import OutboxMessage
from .payments.models import CashSheet, Payment
from .refunds.models import Refund, ReturnLine, ReturnRequest
from .statuses import StatusChange

__all__ = [
    "Cart", "CartLine", "CashSheet", "CommissionRate", "Commune", "ContactMessage", "CooperativeOrder", "Courier",
    "DeliveryZone", "LedgerAccount", "LedgerEntry", "LedgerLine", "LineChange", "Order", "OrderLine", "OutboxMessage",
    "Payment", "Province", "Refund", "Region", "ReturnLine", "ReturnRequest", "Shipment", "StatusChange", "User", "ZoneArea",
]  # fmt: skip
