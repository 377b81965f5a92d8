"""What an order's payment status is: it has no column, it follows from its payments."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..statuses import PaymentStatus


class OrderPaymentStatus(models.TextChoices):
    NOTHING_DUE = "nothing_due", _("nothing to pay")
    DUE = "due", _("to be paid on delivery")
    AWAITED = "awaited", _("waiting for the transfer")
    CARD_AWAITED = "card_awaited", _("waiting for the payment by card")
    PARTLY_PAID = "partly_paid", _("partly paid")
    PAID = "paid", _("paid")


_PAID = (PaymentStatus.COLLECTED, PaymentStatus.HANDED_OVER, PaymentStatus.PAID)


def order_payment_status(
    payment_statuses: Iterable[str], *, in_advance: bool = False, by_card: bool = False
) -> OrderPaymentStatus:
    live = [status for status in payment_statuses if status != PaymentStatus.EXPIRED]
    paid = [status for status in live if status in _PAID]
    if not live:
        return OrderPaymentStatus.NOTHING_DUE
    if len(paid) == len(live):
        return OrderPaymentStatus.PAID
    if paid:
        return OrderPaymentStatus.PARTLY_PAID
    if by_card:
        return OrderPaymentStatus.CARD_AWAITED
    return OrderPaymentStatus.AWAITED if in_advance else OrderPaymentStatus.DUE
