"""Ways to pay, each with one small interface: cash, bank transfer, and cards through the providers of `providers/`."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalog.rib import clean_rib

from .providers.registry import PROVIDERS

SATURDAY = 5


class PaymentMethod(Protocol):
    code: str
    label: str | Promise
    #: The icon beside it.
    icon: str
    #: One payment for each part (two couriers collect at the door), or one for the whole order.
    per_part: bool
    is_card: bool

    @property
    def rests(self) -> bool:
        """Whoever takes the money did not answer of late, and is left alone for a moment."""
        ...

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
    is_card = rests = False
    is_there = True

    def deadline(self, now: datetime) -> datetime:
        return now + timedelta(hours=settings.CONFIRMATION_HOURS)


class BankTransfer:
    """The buyer sends the whole in advance, with the order's number; staff read the bank's statement."""

    code = "transfer"
    label: str | Promise = _("Bank transfer")
    icon = "bank"
    per_part = is_card = rests = False

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


class CardPayment:
    """The buyer pays the whole on a provider's page at once; no card number ever comes here."""

    icon = "card"
    per_part = False
    is_card = True

    def __init__(self, code: str, label: str | Promise):
        self.code, self.label = code, label

    @property
    def is_there(self) -> bool:
        """The shop has a contract with the provider. Whether it answers now is another question: see `rests`."""
        return PROVIDERS[self.code].is_there

    @property
    def rests(self) -> bool:
        """The provider did not answer of late: it is left alone for a moment, and the other ways sell on."""
        return PROVIDERS[self.code].rests

    @property
    def asks_back(self) -> bool:
        """It can be asked how a payment stands."""
        return PROVIDERS[self.code].asks_back

    @property
    def refunds_itself(self) -> bool:
        """The shop can have money sent back to the card; else staff do it at the provider."""
        return PROVIDERS[self.code].refunds_itself

    def page_open_until(self, now: datetime) -> datetime:
        return now + timedelta(minutes=settings.CARD_MINUTES)

    def deadline(self, now: datetime) -> datetime:
        """The stock is kept a little longer than the provider's page is open."""
        return self.page_open_until(now) + timedelta(minutes=settings.CARD_MARGIN_MINUTES)


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
STRIPE = CardPayment("stripe", _("Card"))
CMI = CardPayment("cmi", _("Moroccan card"))
CARDS: dict[str, CardPayment] = {method.code: method for method in (STRIPE, CMI)}
METHODS: dict[str, PaymentMethod] = {CASH.code: CASH, TRANSFER.code: TRANSFER, **CARDS}
