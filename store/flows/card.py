"""How an order stands with its payment by card, as its buyer is told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from catalog.money import ZERO, total

from ..orders.models import Order
from ..payments.bank import MoneyTask, TaskKind
from ..payments.cards import CardRefund, PaymentAttempt
from ..payments.methods import CARDS, CardPayment, PaymentMethod
from ..payments.models import Payment
from ..payments.options import Currency, PaymentOption
from ..statuses import AttemptStatus, CardRefundStatus, PaymentStatus
from .cards.bills import charged_in
from .change_method import kept_until, method_code_of, whole_payment


@dataclass(frozen=True)
class Card:
    """Of one order; dirhams."""

    method: CardPayment
    #: What its wanted parts cost, less what came before and was too little; or what paid it.
    amount: Decimal
    status: str
    #: The newest try, if the buyer has begun one.
    attempt: PaymentAttempt | None
    #: Another amount came than was asked for, and somebody looks at it.
    is_held: bool
    #: Until when the stock is kept; None where no payment is expected any more.
    deadline: datetime | None
    #: What goes back to the card, and what is there.
    refunds: tuple[CardRefund, ...]
    #: What came and is not needed, and could not go back to the card.
    surplus: tuple[MoneyTask, ...]

    @property
    def is_awaited(self) -> bool:
        return self.status == PaymentStatus.EXPECTED and not self.is_held

    @property
    def is_paid(self) -> bool:
        return self.status == PaymentStatus.PAID

    @property
    def is_under_way(self) -> bool:
        """The buyer has done all, and the bank takes its time."""
        return self.is_awaited and self.attempt is not None and self.attempt.status == AttemptStatus.WAITING

    @property
    def on_its_way(self) -> Decimal:
        under_way = (CardRefundStatus.TO_SEND, CardRefundStatus.PENDING)
        return total(refund.amount for refund in self.refunds if refund.status in under_way)

    @property
    def given_back(self) -> Decimal:
        return total(refund.amount for refund in self.refunds if refund.status == CardRefundStatus.DONE)

    @property
    def left_over(self) -> Decimal:
        return total(task.amount for task in self.surplus)


def card_of(order: Order) -> Card | None:
    """How this order is paid by card, or None where it is not; asks nothing of what was fetched with it."""
    payment = whole_payment(order)
    if payment is None or payment.method not in CARDS or method_code_of(order) not in CARDS:
        return None
    return _card(order, payment, CARDS[payment.method])


def card_besides(order: Order) -> Card | None:
    """What goes back to a card that paid an order which is paid in another way; asks nothing of what was fetched with it."""
    payment = whole_payment(order)
    if payment is None or card_of(order):
        return None
    paid = [attempt for attempt in payment.attempts.all() if attempt.paid_at]
    return _card(order, payment, CARDS[paid[0].provider]) if paid else None


def _card(order: Order, payment: Payment, method: CardPayment) -> Card:
    attempts = list(payment.attempts.all())
    is_awaited = payment.status == PaymentStatus.EXPECTED
    tasks = [task for task in order.money_tasks.all() if task.is_open]
    waiting = total(task.amount for task in tasks if is_awaited and task.kind == TaskKind.TOO_LITTLE)
    return Card(
        method=method,
        amount=max(payment.amount - waiting, ZERO),
        status=payment.status,
        attempt=attempts[0] if attempts else None,
        is_held=any(task.kind == TaskKind.HELD for task in tasks),
        deadline=kept_until(order) if is_awaited else None,
        refunds=tuple(refund for attempt in attempts for refund in attempt.card_refunds.all()),
        surplus=tuple(task for task in tasks if task.is_surplus and task.attempt_id and _has_no_card(task)),
    )


@dataclass(frozen=True)
class Charge:
    """What a card is charged where that is not dirhams."""

    method: PaymentMethod
    amount: Decimal
    currency: str


def charges_abroad(ways: Iterable[PaymentMethod], amount: Decimal) -> list[Charge]:
    """For those of these ways that charge another currency; one query where cards are among them."""
    cards = [way for way in ways if way.is_card]
    options = PaymentOption.objects.exclude(currency=Currency.MAD).in_bulk(
        [way.code for way in cards], field_name="method"
    )
    return [
        Charge(way, charged_in(options[way.code], amount), options[way.code].currency)
        for way in cards
        if way.code in options
    ]


def _has_no_card(task: MoneyTask) -> bool:
    """Its way back to the card has failed: the buyer says where else it goes."""
    sent = getattr(task, "card_refund", None)
    return task.kind == TaskKind.REFUND_FAILED or bool(sent and sent.status == CardRefundStatus.FAILED)
