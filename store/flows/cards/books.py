"""What payments by card write in the ledger. Money that a provider took lies with it until it pays out to the bank."""

from collections.abc import Iterable
from decimal import Decimal

from ...ledger.actions import Account, Leg, write
from ...ledger.models import Act, Holder, Kind
from ...orders.models import CooperativeOrder
from ...payments.bank import MoneyTask
from ...payments.cards import CardRefund, Dispute, PaymentAttempt
from ..legs import REFUND_DUE, TAKEN_BACK, fee_legs, provider_account, transferred_legs


def book_charged(attempt: PaymentAttempt, *, order, applied: Decimal) -> None:
    """A card was charged: `applied` of it pays the order, the rest is owed back."""
    legs = transferred_legs(attempt.amount, applied=applied, to=provider_account(attempt.provider))
    write(Act.CHARGED, f"charged:{attempt.pk}", legs, order=order)


def book_fee(attempt: PaymentAttempt, shares: Iterable[tuple[CooperativeOrder | None, Decimal]], *, order) -> None:
    """The provider kept its fee. With a part, its cooperative bears the share; else the platform does."""
    for part, amount in shares:
        bearer = (
            Account(Holder.COOPERATIVE, Kind.FEE, part.cooperative_id) if part else Account(Holder.PLATFORM, Kind.FEE)
        )
        legs = fee_legs(attempt.provider, [(bearer, amount)])
        write(Act.FEE, f"fee:{attempt.pk}:{part.pk if part else ''}", legs, order=order, part=part)


def book_refund_failed(card_refund: CardRefund) -> None:
    """The card's bank sent back what had gone: the buyer is owed it again."""
    refund, attempt = card_refund.refund, card_refund.attempt
    legs = [(REFUND_DUE, -card_refund.amount), (provider_account(attempt.provider), card_refund.amount)]
    part = refund.part if refund else None
    order = attempt.payment.order
    write(Act.REFUND_FAILED, f"refund-failed:{card_refund.pk}", legs, order=order, part=part)


def book_seen(card_refund: CardRefund) -> None:
    """Somebody gave money back at the provider, and nobody said here what for."""
    _take_back(f"seen:{card_refund.pk}", card_refund.attempt, card_refund.amount, because=card_refund.reference)


def book_seen_failed(card_refund: CardRefund) -> None:
    """It did not reach the card after all."""
    _reinstate(f"unseen:{card_refund.pk}", card_refund.attempt, card_refund.amount, because=card_refund.reference)


def book_dispute(dispute: Dispute) -> None:
    """The provider took a disputed amount off our balance, or gave it back: the dispute says which."""
    move = _take_back if dispute.is_withdrawn else _reinstate
    move(f"dispute:{dispute.pk}:{dispute.moves}", dispute.attempt, dispute.amount, because=dispute.reference)


def book_borne(task: MoneyTask, to: Leg, *, part: CooperativeOrder | None, by, because: str) -> None:
    """Somebody said what was taken back for: it is borne, or it is what the buyer was owed."""
    account, amount = to
    legs = [(account, amount), (TAKEN_BACK, -amount)]
    write(Act.BORNE, f"borne:{task.pk}", legs, order=task.order, part=part, by=by, because=because)


def _take_back(key: str, attempt: PaymentAttempt, amount: Decimal, *, because: str) -> None:
    legs = [(TAKEN_BACK, amount), (provider_account(attempt.provider), -amount)]
    write(Act.TAKEN_BACK, f"taken-back:{key}", legs, order=attempt.payment.order, because=because)


def _reinstate(key: str, attempt: PaymentAttempt, amount: Decimal, *, because: str) -> None:
    legs = [(TAKEN_BACK, -amount), (provider_account(attempt.provider), amount)]
    write(Act.REINSTATED, f"reinstated:{key}", legs, order=attempt.payment.order, because=because)
