"""How money goes back to a buyer, in words: what came by card goes to the card, unless the card did not take it."""

from django.utils.translation import gettext as _

from ..orders.models import CooperativeOrder
from ..payments.methods import CARDS, CASH
from ..payments.models import Payment
from ..refunds.models import Refund, RefundWay
from ..statuses import RefundStatus
from .cards.words import provider_name


def way_of(refund: Refund) -> str:
    """`refund` comes with its payment."""
    return _way(refund.way, refund.payment)


def _way(way: str, payment: Payment | None) -> str:
    if way == RefundWay.ORIGINAL and payment and payment.method in CARDS:
        return _("to the card")
    return str(RefundWay(way).label)


def ways_back(payment: Payment | None) -> list[tuple[str, str]]:
    """What may be chosen for a part that was paid so; to the card first."""
    is_cash = payment is None or payment.method == CASH.code
    ways = [way for way in RefundWay if way != RefundWay.ORIGINAL or not is_cash]
    by_card = payment is not None and payment.method in CARDS
    ways.sort(key=lambda way: by_card and way != RefundWay.ORIGINAL)
    return [(way.value, _way(way, payment)) for way in ways]


def card_to_give_back_to(part: CooperativeOrder, payment: Payment | None) -> str:
    """The name of the provider by which a part's money goes back to the card; empty where another way is needed."""
    if payment is None or payment.method not in CARDS or part.refunds.filter(status=RefundStatus.FAILED).exists():
        return ""
    return provider_name(payment.method)
