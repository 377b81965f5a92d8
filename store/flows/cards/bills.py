"""What stands on the bill that a provider shows: a line for each line of the order and each delivery, in the card's currency."""

from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from catalog.money import CENT, total

from ...orders.models import CooperativeOrder
from ...orders.shares import shares_sent
from ...payments.cards import PaymentAttempt
from ...payments.options import PaymentOption
from ...payments.providers.base import Item
from ...statuses import PartStatus


def charged_in(option: PaymentOption, amount: Decimal) -> Decimal:
    """What a card is charged for so many dirhams, in the currency of its provider."""
    return (amount / option.rate).quantize(CENT, rounding=ROUND_HALF_UP)


def items_of(attempt: PaymentAttempt) -> tuple[Item, ...]:
    """They add up to what is charged; one line alone where the order is more than what is left to pay of it."""
    order = attempt.payment.order
    parts = CooperativeOrder.objects.filter(order=order).exclude(status=PartStatus.CANCELED)
    priced = [item for part in parts.select_related("cooperative").order_by("pk") for item in _priced(part)]
    if total(amount for _name, amount in priced) != attempt.amount:
        priced = [(_("Order %(number)s") % {"number": order.number}, attempt.amount)]
    items, done, charged = [], Decimal(0), Decimal(0)
    for name, amount in priced:
        done += amount
        upto = attempt.charged_for(done)  # cents that rounding leaves go to the next line
        if upto > charged:
            items.append(Item(name, upto - charged))
        charged = upto
    return tuple(items)


def _priced(part: CooperativeOrder) -> list[tuple[str, Decimal]]:
    lines = [
        (f"{line.units} × {line.name} {line.size_label}", shares_sent(line).paid)
        for line in part.lines.order_by("pk")
        if line.units
    ]
    delivery = (_("Delivery, %(cooperative)s") % {"cooperative": part.cooperative}, part.delivery_price)
    return [*lines, *([delivery] if part.delivery_price else [])]
