from decimal import Decimal

from catalog.money import ZERO, total

from ..statuses import Actor, PartStatus, PaymentStatus, first_status, move, redo, reopen
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


def pay(payment: Payment, amount: Decimal, *, method: PaymentMethod, actor: Actor, by=None, because: str = "") -> None:
    """The money for all open parts of an order is there; it came so, whatever was chosen before.

    Raises:
        IllegalMove: it is paid already.
    """
    if payment.status == PaymentStatus.EXPIRED:
        reopen(payment, PaymentStatus.PAID, actor=actor, by=by, because=because)
    else:
        move(payment, PaymentStatus.PAID, actor=actor, by=by, because=because, only_from=(PaymentStatus.EXPECTED,))
    _set_amount(payment, amount)
    _set_method(payment, method)


def expect_in_advance(order, parts, *, method: PaymentMethod, actor: Actor) -> Payment:
    """The whole is to be paid in advance in this way, not at the door nor in another one; `parts` are those still open.

    Raises:
        IllegalMove: it is paid, or some of it was taken at the door.
    """
    because = str(method.label)
    for payment in order.payments.exclude(part=None).exclude(status=PaymentStatus.EXPIRED):
        move(payment, PaymentStatus.EXPIRED, actor=actor, because=because)
    payment = whole_of(order)
    if payment is None:
        payment = Payment.objects.create(order=order, method=method.code, amount=ZERO)
        first_status(payment, actor=actor)
    elif payment.status == PaymentStatus.EXPIRED:
        reopen(payment, PaymentStatus.EXPECTED, actor=actor, because=because)
    else:
        redo(payment, PaymentStatus.EXPECTED, actor=actor, because=because)
    _set_amount(payment, total(part.due for part in parts))
    _set_method(payment, method)
    return payment


def expect_at_the_door(order, parts, *, method: PaymentMethod, actor: Actor) -> list[Payment]:
    """Each of these parts is to be paid when it is delivered, and the whole no longer in advance.

    Raises:
        IllegalMove: it is paid.
    """
    payment = whole_of(order)
    if payment is not None:
        move(payment, PaymentStatus.EXPIRED, actor=actor, because=str(method.label))
    expected = [
        Payment.objects.create(order=order, part=part, method=method.code, amount=part.due)
        for part in parts
        if not part.payments.exclude(status=PaymentStatus.EXPIRED).exists()
    ]
    for payment in expected:
        first_status(payment, actor=actor)
    return expected


def is_at_the_door(order) -> bool:
    """It is paid part by part when it is delivered."""
    return order.payments.exclude(part=None).exclude(status=PaymentStatus.EXPIRED).exists()


def _set_method(payment: Payment, method: PaymentMethod) -> None:
    Payment.objects.filter(pk=payment.pk).update(method=method.code)
    payment.method = method.code


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
