"""Which ways to pay fit an order. A new rule about them goes here."""

from decimal import Decimal

from ..payments.methods import CASH, METHODS, PaymentMethod
from .summary import Summary


def cash_ceiling(summary: Summary) -> Decimal | None:
    """The most that this order may cost in cash, where a courier brings it to a zone that has a limit."""
    return summary.zone.cash_ceiling if summary.zone and summary.needs_address else None


def ways_to_pay(summary: Summary) -> list[PaymentMethod]:
    """Those that the shop has and that fit; nothing is asked in advance for what costs nothing."""
    ceiling = cash_ceiling(summary)
    fitting = [method for method in METHODS.values() if method.is_there and (method is CASH or summary.total)]
    return [method for method in fitting if not (method is CASH and ceiling is not None and summary.total > ceiling)]
