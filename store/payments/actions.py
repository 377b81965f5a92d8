from decimal import Decimal

from ..statuses import Actor, PartStatus, PaymentStatus, first_status, move, reopen
from .methods import PaymentMethod
from .models import Payment


def expect(order, parts, *, method: PaymentMethod) -> list[Payment]:
    """Write down what is to come: a payment for each part, or one for the whole order."""
    owed = [(part, part.total) for part in parts] if method.per_part else [(None, order.total)]
    payments = [
        Payment.objects.create(order=order, part=part, method=method.code, amount=amount) for part, amount in owed
    ]
    for payment in payments:
        first_status(payment, actor=Actor.BUYER)
    return payments


def collect(part, *, actor: Actor, by=None) -> list[Payment]:
    """The cash of a part was taken at the door."""
    payments = list(part.payments.filter(status=PaymentStatus.EXPECTED))
    return [payment for payment in payments if move(payment, PaymentStatus.COLLECTED, actor=actor, by=by)]


def expect_no_longer(part, *, actor: Actor, by=None, because: str = "") -> None:
    """The part was canceled or came back before it was paid."""
    for payment in part.payments.filter(status=PaymentStatus.EXPECTED):
        move(payment, PaymentStatus.EXPIRED, actor=actor, by=by, because=because)
    payment = whole_of(part.order)
    if payment is None or payment.status != PaymentStatus.EXPECTED:
        return
    if part.order.parts.exclude(status=PartStatus.CANCELED).exists():
        _set_amount(payment, payment.amount - part.due)
    else:
        move(payment, PaymentStatus.EXPIRED, actor=actor, by=by, because=because)


def expect_less(part, amount: Decimal) -> bool:
    """So much less is to come for a part that is not paid yet. False where it is paid in advance: nothing changes then."""
    payment = part.payments.filter(status=PaymentStatus.EXPECTED).first() or whole_of(part.order)
    if payment is None or payment.status != PaymentStatus.EXPECTED:
        return False
    _set_amount(payment, payment.amount - amount)
    return True


def whole_of(order) -> Payment | None:
    """The payment for the whole of an order, locked: its parts and the money that comes for it ask here in turn."""
    return Payment.objects.filter(order=order, part=None).order_by("pk").select_for_update().first()


def pay(payment: Payment, amount: Decimal, *, actor: Actor, by=None, because: str = "") -> None:
    """The money for all open parts of an order is in the bank.

    Raises:
        IllegalMove: it is paid already.
    """
    if payment.status == PaymentStatus.EXPIRED:
        reopen(payment, actor=actor, by=by, because=because)
    else:
        move(payment, PaymentStatus.PAID, actor=actor, by=by, because=because, only_from=(PaymentStatus.EXPECTED,))
    _set_amount(payment, amount)


def _set_amount(payment: Payment, amount: Decimal) -> None:
    """It follows what is still wanted, and stays as it is once it is paid."""
    Payment.objects.filter(pk=payment.pk).update(amount=amount)
    payment.amount = amount


def hand_over(part, *, actor: Actor, by=None) -> None:
    """The cash of a part reached the platform, or is netted against what the cooperative that took it is owed."""
    for payment in part.payments.filter(status=PaymentStatus.COLLECTED):
        move(payment, PaymentStatus.HANDED_OVER, actor=actor, by=by)


def is_awaited(part) -> bool:
    """The part is to be paid in advance with its whole order, and is not."""
    return Payment.objects.filter(order=part.order_id, part=None, status=PaymentStatus.EXPECTED).exists()
