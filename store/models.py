"""Re-exports only: a model may move between folders without a migration."""

from .accounts.models import User
from .applications.models import Application, ApplicationFile
from .cart.models import Cart, CartLine
from .contact.models import ContactMessage
from .delivery.models import Commune, Courier, DeliveryZone, Province, Region, Shipment, ZoneArea
from .ledger.models import CommissionRate, LedgerAccount, LedgerEntry, LedgerLine
from .orders.calls import BuyerCall
from .orders.lots import LineLot
from .orders.models import CooperativeOrder, LineChange, Order, OrderLine
from .outbox.models import OutboxMessage
from .payments.bank import BankFormat, BankStatement, MoneyTask, StatementLine
from .payments.cards import CardRefund, Dispute, PaymentAttempt, PaymentEvent
from .payments.models import CashSheet, Payment
from .payments.options import PaymentOption
from .recalls.models import Recall, RecallContact, RecallReading
from .refunds.models import Refund, ReturnLine, ReturnRequest
from .settlements.models import Settlement
from .statuses import StatusChange
from .tables.models import TableImport
from .vouchers.models import Voucher, VoucherUse

__all__ = [
    "Application", "ApplicationFile", "BankFormat", "BankStatement", "BuyerCall", "CardRefund", "Cart", "CartLine", "CashSheet",
    "CommissionRate", "Commune", "ContactMessage", "CooperativeOrder", "Courier", "DeliveryZone", "Dispute", "LedgerAccount",
    "LedgerEntry", "LedgerLine", "LineChange", "LineLot", "MoneyTask", "Order", "OrderLine", "OutboxMessage", "Payment",
    "PaymentAttempt", "PaymentEvent", "PaymentOption",
    "Province", "Recall", "RecallContact", "RecallReading", "Refund", "Region", "ReturnLine", "ReturnRequest", "Settlement",
    "Shipment", "StatementLine", "StatusChange", "TableImport", "User", "Voucher", "VoucherUse", "ZoneArea",
]  # fmt: skip
