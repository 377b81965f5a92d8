"""Ways to pay, each an adapter with one small interface. Cash on delivery is the first; cards join it."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalog.rib import clean_rib

SATURDAY = 5


class PaymentMethod(Protocol):
    code: str
    label: str | Promise
    #: The icon beside it.
    icon: str
    #: One payment for each part (two couriers collect at the door), or one for the whole order.
    per_part: bool

    @property
    def is_there(self) -> bool:
        """The shop can take money this way."""
        ...

    def deadline(self, now: datetime) -> datetime:
        """Until when an order that is not paid or confirmed holds its stock."""
        ...


class CashOnDelivery:
    code = "cash"
    label: str | Promise = _("Cash on delivery")
    icon = "cash"
    per_part = True
    is_there = True

    def deadline(self, now: datetime) -> datetime:
        return now + timedelta(hours=settings.CONFIRMATION_HOURS)


class BankTransfer:
    """The buyer sends the whole in advance, with the order's number; staff read the bank's statement."""

    code = "transfer"
    label: str | Promise = _("Bank transfer")
    icon = "bank"
    per_part = False

    @property
    def is_there(self) -> bool:
        return bool(self.rib)

    @property
    def rib(self) -> str:
        """Its 24 digits; empty where the shop has none, or one that cannot be right (`store/checks.py` says so)."""
        try:
            return clean_rib(settings.BANK_RIB)
        except ValidationError:
            return ""

    def deadline(self, now: datetime) -> datetime:
        """The evening of the last working day; public holidays are not counted out."""
        *_days, last = _working_days(timezone.localdate(now), settings.TRANSFER_DAYS)
        return timezone.make_aware(datetime.combine(last, time(23, 59)))


def _working_days(after: date, count: int) -> Iterator[date]:
    """So many days from Monday to Friday that follow a day; the day itself where none is asked for."""
    day = after
    yield day
    while count > 0:
        day += timedelta(days=1)
        if day.weekday() < SATURDAY:
            count -= 1
            yield day


CASH = CashOnDelivery()
TRANSFER = BankTransfer()
METHODS: dict[str, PaymentMethod] = {method.code: method for method in (CASH, TRANSFER)}
