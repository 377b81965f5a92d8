from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from catalog.money import ZERO
from catalog.stock import actions as stock

from ..cart import actions as carts
from ..cart.models import Cart
from ..cart.queries import PricedLine
from ..orders import actions as orders
from ..orders.actions import Contact
from ..orders.models import Order
from ..orders.queries import unconfirmed_orders_of
from ..outbox import actions as outbox
from ..payments import actions as payments
from ..payments.methods import PaymentMethod
from ..vouchers import actions as vouchers
from ..vouchers.refusals import Refusal, Why
from . import mails
from .pricing import Pricing
from .summary import DiscountMoved, Moved, Summary, summarize, what_moved
from .ways_to_pay import ways_to_pay


class CartEmpty(Exception):
    """There is nothing to order."""


class NoLongerOnSale(Exception):
    def __init__(self, lines: list[PricedLine]):
        super().__init__(", ".join(line.variant.sku for line in lines))
        self.lines = lines


class SummaryMoved(Exception):
    """A price, a quantity, the price of delivery or a discount is not what the buyer accepted."""

    def __init__(self, changes: list[Moved]):
        super().__init__(f"{len(changes)} changes")
        self.changes = changes


class NoDelivery(Exception):
    """No courier goes to this commune."""


class NotPayableSo(Exception):
    """This order cannot be paid in the way that was chosen."""


class TooManyUnconfirmed(Exception):
    """This phone number has as many orders to confirm as it may."""


@transaction.atomic
def place_order(
    *,
    cart: Cart,
    contact: Contact,
    delivery: Mapping[int, str],
    payment_method: PaymentMethod,
    accepted: str,
    terms_revision=None,
    now: datetime | None = None,
) -> Order:
    """Turn a cart into an order, one part per cooperative, with its stock held.

    `delivery` maps cooperatives to delivery methods; `accepted` is the summary that the buyer saw. Amounts are dirhams
    including tax, at this moment's prices. Placing the same cart twice returns the same order.

    Raises:
        CartEmpty, NoLongerOnSale, SummaryMoved, NoDelivery, NotPayableSo, TooManyUnconfirmed: see there.
        OutOfStock: lists the variants and the units left. Nothing is written in any of these cases.
    """
    cart = carts.lock(cart)
    if cart.order:
        return cart.order
    now = now or timezone.now()
    orders.take_turns(contact.phone)
    summary = summarize(cart, commune=contact.commune, methods=delivery, phone=contact.phone, now=now)
    if summary.contents.gone:
        raise NoLongerOnSale(summary.contents.gone)
    if not summary.parts:
        raise CartEmpty
    if not summary.is_complete:
        raise NoDelivery
    if changes := what_moved(summary, accepted):
        raise SummaryMoved(changes)
    if payment_method not in ways_to_pay(summary):
        raise NotPayableSo
    if unconfirmed_orders_of(contact.phone) >= settings.UNCONFIRMED_ORDERS_PER_PHONE:
        raise TooManyUnconfirmed

    deadline = payment_method.deadline(now)
    order = orders.open_order(
        contact=contact, checkout_key=f"cart:{cart.pk}", placed_at=now, terms_revision=terms_revision
    )
    pricing = Pricing.on(timezone.localdate(now))
    bearer = summary.voucher.bearer if summary.voucher else ""
    parts = [
        orders.add_part(
            order, part.cooperative, pricing.lines(part.lines, part.discounts, bearer=bearer), delivery=part.quote,
            confirm_by=deadline, discount_bearer=bearer,
        )
        for part in summary.parts
    ]  # fmt: skip
    orders.close_order(order, parts)
    payments.expect(order, parts, method=payment_method)
    carts.close(cart, order=order)
    _write_mails(order, parts, is_to_confirm=payment_method.per_part)
    _redeem(summary, order, now)
    # Last, because other buyers wait for these lots.
    wants = [stock.Wanted(line.variant, line.quantity, line.holder) for part in parts for line in part.lines.all()]
    stock.hold(wants, until=deadline)
    return order


def _redeem(summary: Summary, order: Order, now: datetime) -> None:
    """Count the voucher as used. Other buyers wait for it until this order is placed."""
    if not summary.voucher or not summary.discount:
        return
    if not vouchers.redeem(summary.voucher, order, discount=summary.discount, at=now):
        refused = Refusal(summary.voucher, Why.USED_UP)  # since we looked, a moment ago
        raise SummaryMoved([DiscountMoved(was=summary.discount, now=ZERO, refused=refused)])


def _write_mails(order: Order, parts, *, is_to_confirm: bool) -> None:
    """The cooperatives are told at once of what they have to confirm, and of a transfer's order once it is paid."""
    outbox.write(mails.ORDER_RECEIVED, about_id=order.pk, recipient=order.email, language=order.language)
    for part in parts if is_to_confirm else []:
        cooperative = part.cooperative
        outbox.write(
            mails.PART_TO_CONFIRM, about_id=part.pk, recipient=cooperative.email, language=cooperative.language
        )
    outbox.write(
        mails.ORDER_FOR_STAFF, about_id=order.pk, recipient=settings.ORDERS_EMAIL, language=settings.LANGUAGE_CODE
    )
    mails.deliver_soon()
