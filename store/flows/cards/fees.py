"""What a provider keeps of a payment, booked once it is known, on whoever bears it."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from catalog.money import dirhams, from_centimes, to_centimes, total

from ...orders.models import CooperativeOrder
from ...payments.cards import PaymentAttempt
from ...payments.methods import CARDS
from ...payments.options import PaymentOption, option_of
from ...payments.providers.base import State
from ...statuses import DiscountBearer, PartStatus
from .books import book_fee

#: Providers tell what they keep within this time.
TOLD_LATE = timedelta(days=3)


def note_fee(attempt: PaymentAttempt, state: State) -> None:
    """Of a try that brought money. Nothing happens where the fee is not known yet, or was noted before."""
    if attempt.fee is not None or not attempt.paid_at:
        return
    option = option_of(attempt.provider)
    fee = _in_dirhams(attempt, state)
    if fee is None and CARDS[attempt.provider].asks_back and attempt.paid_at > timezone.now() - TOLD_LATE:
        return  # it is told some time after the payment; what was agreed stands in for it only where it never is
    fee = option.cost_of(attempt.amount) if fee is None else fee
    if fee is None or not PaymentAttempt.objects.filter(pk=attempt.pk, fee=None).update(fee=fee):
        return
    attempt.fee = fee
    if fee:
        order = attempt.payment.order
        book_fee(attempt, _shares(order, fee, option), order=order)


def _in_dirhams(attempt: PaymentAttempt, state: State) -> Decimal | None:
    """None where the provider does not say, or says it in a currency of which no rate was kept."""
    if state.fee is None:
        return None
    if state.fee_currency == "MAD":
        return dirhams(state.fee)
    return dirhams(state.fee * attempt.rate) if state.fee_currency == attempt.currency else None


def _shares(order, fee: Decimal, option: PaymentOption) -> list[tuple[CooperativeOrder | None, Decimal]]:
    """The platform's alone, or that of each cooperative, by what its part costs."""
    parts = list(CooperativeOrder.objects.filter(order=order).exclude(status=PartStatus.CANCELED).order_by("pk"))
    weights = [to_centimes(part.due) for part in parts]
    if option.bearer == DiscountBearer.PLATFORM or not sum(weights):
        return [(None, fee)]
    shares, done = [], 0
    for part, weight in zip(parts, weights, strict=True):
        before, done = to_centimes(fee) * done // sum(weights), done + weight
        shares.append((part, from_centimes(to_centimes(fee) * done // sum(weights) - before)))
    if total(amount for _part, amount in shares) != fee:
        raise ArithmeticError("the shares are not the fee")
    return [(part, amount) for part, amount in shares if amount]
