from ..statuses import Actor, PaymentStatus, first_status, move
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


def hand_over(part, *, actor: Actor, by=None) -> None:
    """The cash of a part reached the platform, or is netted against what the cooperative that took it is owed."""
    for payment in part.payments.filter(status=PaymentStatus.COLLECTED):
        move(payment, PaymentStatus.HANDED_OVER, actor=actor, by=by)
