"""A buyer pays an order in another way than was chosen, as long as nothing of it is paid or being made ready."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from ..orders.models import Order
from ..outbox import actions as outbox
from ..payments import actions as payments
from ..payments.cards import OPEN_ATTEMPT, PaymentAttempt
from ..payments.methods import PaymentMethod
from ..payments.models import Payment
from ..statuses import Actor, PartStatus, PaymentStatus
from . import mails
from .cards.start import keep_longer, let_go
from .take_money import locked_parts, open_parts
from .ways_to_pay import ways_to_pay_order

#: However often somebody changes, the stock is kept no longer than so after the order was placed.
LONGEST = timedelta(days=7)


class NoLongerOpen(Exception):
    """It is paid, lapsed, or being made ready: the way to pay stays as it is."""


class DoesNotFit(Exception):
    """This order cannot be paid so."""


def method_code_of(order: Order) -> str:
    """The way in which an order is to be paid, or was; asks nothing of what was fetched with it."""
    live = [payment for payment in order.payments.all() if payment.status != PaymentStatus.EXPIRED]
    every = live or list(order.payments.all())
    return every[0].method if every else ""


def may_change(order: Order) -> bool:
    """Every open part still waits, and nothing is paid; asks nothing of what was fetched with the order."""
    parts = [part for part in order.parts.all() if part.status != PartStatus.CANCELED]
    return (
        bool(parts) and all(part.status == PartStatus.PLACED for part in parts) and not _is_paid(order.payments.all())
    )


def change_method(order: Order, method: PaymentMethod, *, now: datetime | None = None) -> None:
    """From now on the order is to be paid so. The same way again changes nothing; never called within a transaction.

    A page of a provider where it could still be paid is closed first.

    Raises:
        NoLongerOpen, DoesNotFit: see there.
        OutOfStock: the stock was kept no longer, and somebody else took it.
        ProviderDown: the page that is open cannot be closed at this moment.
    """
    for attempt in PaymentAttempt.objects.filter(payment__order=order, status__in=OPEN_ATTEMPT):
        if attempt.provider != method.code:
            let_go(attempt)
    _change(order, method, now or timezone.now())


@transaction.atomic
def _change(order: Order, method: PaymentMethod, now: datetime) -> None:
    parts = open_parts(locked_parts(order))
    payments.whole_of(order)
    order = Order.objects.prefetch_related("parts", "payments").select_related("commune__province").get(pk=order.pk)
    if not may_change(order):
        raise NoLongerOpen
    if method not in ways_to_pay_order(order):
        raise DoesNotFit
    if method_code_of(order) == method.code:
        return
    if method.per_part:
        payments.expect_at_the_door(order, parts, method=method, actor=Actor.BUYER)
        for part in parts:
            cooperative = part.cooperative
            outbox.write(
                mails.PART_TO_CONFIRM, about_id=part.pk, recipient=cooperative.email, language=cooperative.language
            )
        mails.deliver_soon()
    else:
        payments.expect_in_advance(order, parts, method=method, actor=Actor.BUYER)
    keep_longer(parts, until=min(method.deadline(now), order.placed_at + LONGEST))


def _is_paid(its_payments) -> bool:
    open_ = (PaymentStatus.EXPECTED, PaymentStatus.EXPIRED)
    return any(payment.status not in open_ for payment in its_payments)


def whole_payment(order: Order) -> Payment | None:
    """The payment of the whole; asks nothing of what was fetched with the order."""
    return next((payment for payment in order.payments.all() if payment.part_id is None), None)


def kept_until(order: Order) -> datetime | None:
    """Until when the stock of what still waits to be paid or confirmed is kept; asks nothing of what was fetched with it."""
    return min((part.confirm_by for part in order.parts.all() if part.status == PartStatus.PLACED), default=None)
