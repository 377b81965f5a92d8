"""Ways to pay, each an adapter with one small interface. Cash on delivery is the first; cards and transfers join it."""

from datetime import datetime, timedelta
from typing import Protocol

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class PaymentMethod(Protocol):
    code: str
    label: str | Promise
    #: One payment for each part (two couriers collect at the door), or one for the whole order.
    per_part: bool

    def deadline(self, now: datetime) -> datetime:
        """Until when an order that is not paid or confirmed holds its stock."""
        ...


class CashOnDelivery:
    code = "cash"
    label: str | Promise = _("Cash on delivery")
    per_part = True

    def deadline(self, now: datetime) -> datetime:
        return now + timedelta(hours=settings.CONFIRMATION_HOURS)


CASH = CashOnDelivery()
METHODS: dict[str, PaymentMethod] = {CASH.code: CASH}
