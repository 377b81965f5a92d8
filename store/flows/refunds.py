"""Money goes back to a buyer: asked for, approved, paid. Each step once, and never more than is owed and than came."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Subquery, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.money import ZERO, MoneyField, to_centimes
from catalog.rib import is_rib

from ..ledger.models import Kind, LedgerLine
from ..orders.models import CooperativeOrder, Order
from ..outbox import actions as outbox
from ..payments import tasks
from ..payments.cards import GOES_BACK, CardRefund
from ..payments.models import Payment
from ..refunds import actions as refunds
from ..refunds.models import Refund, RefundWay
from ..statuses import Actor, IllegalMove, PaymentStatus, RefundStatus, move
from . import books, mails
from .cards.queue import goes_back_to_card, send_to_card
from .give_back import TooMuch, lock_part, money_of

TAKEN = (PaymentStatus.COLLECTED, PaymentStatus.HANDED_OVER, PaymentStatus.PAID)


class BadRib(ValueError):
    """These digits are no bank account: some are missing, or the key does not fit."""


class RefundUnderWay(Exception):
    """A refund of this part is still to come; it is paid or refused first."""


class RefundChanged(Exception):
    """It is not what was shown any more: the buyer gave another account, or more is owed."""


class RibMissing(Exception):
    """The buyer has not said to which account the money is to go."""


class SecondPersonNeeded(Exception):
    """Of such an amount nobody does two steps in a row."""


def paid_with(part: CooperativeOrder) -> Payment | None:
    """The payment that a part was paid with: its own, else that of the whole order."""
    payments = Payment.objects.filter(order=part.order_id, status__in=TAKEN)
    return payments.filter(part=part).first() or payments.filter(part=None).first()


@transaction.atomic
def ask_refund(
    part: CooperativeOrder, amount: Decimal, *, way: str, key: str, rib: str = "", actor: Actor, by=None
) -> Refund:
    """So many dirhams are to go back to the buyer; the same refund (`key`) is asked for once.

    Raises:
        BadRib: the account is not one.
        RefundUnderWay: another one of this part is still to come.
        TooMuch: more than is owed, or than the payment brought.
    """
    if rib and not is_rib(rib):
        raise BadRib(rib)
    part = lock_part(part)
    if same := Refund.objects.filter(key=key).first():
        return same
    if refunds.open_refund_of(part):
        raise RefundUnderWay
    payment = _with_room(part, amount)
    return refunds.open_refund(part, payment, amount, way=way, key=key, rib=rib, actor=actor, by=by)


def _with_room(part: CooperativeOrder, amount: Decimal) -> Payment:
    """The payment out of which so much can go back; locked, because it may be that of other parts too."""
    payment = paid_with(part)
    if payment is None:
        raise TooMuch(ZERO)
    Payment.objects.select_for_update().get(pk=payment.pk)
    left = min(money_of(part).refundable, payment.amount - refunds.counted_of(payment))
    if not 0 < amount <= left:
        raise TooMuch(left)
    return payment


@transaction.atomic
def give_rib(order: Order, rib: str) -> list[Refund]:
    """The buyer says where the money goes: a refund of all that is owed for each part of the order.

    One that staff began keeps its amount; one that is approved keeps its account too.

    Raises:
        BadRib: the account is not one.
    """
    if not is_rib(rib):
        raise BadRib(rib)
    return [refund for part in order.parts.order_by("pk") if (refund := _give_rib(lock_part(part), rib))]


def _give_rib(part: CooperativeOrder, rib: str) -> Refund | None:
    refund = refunds.open_refund_of(part)
    owed = money_of(part).refundable
    if refund and refund.status == RefundStatus.ASKED:
        refunds.send_to(refund, rib, amount=refund.amount if refund.created_by_id else owed)
    if refund or owed <= 0 or goes_back_to_card(paid_with(part), part.refunds.all(), owed=owed):
        return refund
    key = f"part:{part.pk}:{part.refunds.count()}"
    return ask_refund(part, owed, way=RefundWay.TRANSFER, key=key, rib=rib, actor=Actor.BUYER)


def seal(refund: Refund) -> str:
    """Of what somebody approves: how much goes how to which account."""
    return f"{to_centimes(refund.amount)}:{refund.way}:{refund.rib}"


@transaction.atomic
def approve_refund(refund: Refund, *, seen: str, by) -> bool:
    """Somebody looked at it and lets it be paid; `seen` is the `seal` of what they saw. False when it is approved already.

    Raises:
        RefundChanged, RibMissing, SecondPersonNeeded: see there.
        IllegalMove: it was paid or refused.
    """
    refund = _locked(refund)
    if refund.status == RefundStatus.ASKED:
        if seal(refund) != seen:
            raise RefundChanged
        if refund.way == RefundWay.TRANSFER and not refund.rib:
            raise RibMissing
        if refund.needs_two and refund.created_by_id == by.pk:
            raise SecondPersonNeeded
    if not move(refund, RefundStatus.APPROVED, actor=Actor.STAFF, by=by):
        return False
    refund.approved_by = by
    refund.save(update_fields=["approved_by"])
    send_to_card(refund)
    return True


def is_on_its_way(refund: Refund) -> bool:
    """The provider sends it, or was asked to: nobody pays it by hand."""
    return CardRefund.objects.filter(refund=refund, status__in=GOES_BACK).exists()


@transaction.atomic
def pay_refund(refund: Refund, *, reference: str, by, at: datetime | None = None) -> bool:
    """The buyer has the money; `reference` is that of the bank or the receipt. False when it is paid already.

    Raises:
        SecondPersonNeeded: see there.
        IllegalMove: it is not approved.
        TooMuch: less is owed by now.
    """
    refund = _locked(refund)
    if refund.status == RefundStatus.PAID:
        return False
    if refund.status != RefundStatus.APPROVED or is_on_its_way(refund):
        raise IllegalMove(refund, refund.status, RefundStatus.PAID)
    if refund.needs_two and refund.approved_by_id == by.pk:
        raise SecondPersonNeeded
    left = money_of(refund.part).refundable
    if refund.amount > left:
        raise TooMuch(left)
    _paid(refund, reference=reference, actor=Actor.STAFF, by=by, at=at)
    return True


def paid_by_provider(refund: Refund, *, reference: str) -> None:
    """The provider has sent it to the card: that is so whatever is owed by now, and whoever wanted to refuse it."""
    refund = _locked(refund)
    if refund.status == RefundStatus.APPROVED:
        _paid(refund, reference=reference, actor=Actor.PROVIDER)


def _paid(refund: Refund, *, reference: str, actor: Actor, by=None, at: datetime | None = None) -> None:
    refund.paid_by, refund.reference, refund.ended_at = by, reference, at or timezone.now()
    refund.save(update_fields=["paid_by", "reference", "ended_at"])
    move(refund, RefundStatus.PAID, actor=actor, by=by, because=reference)
    books.book_refunded(refund, by=by)
    left = money_of(refund.part)
    if not left.owed:
        tasks.end_of_undelivered(refund.part, because=_("Paid back: %(reference)s") % {"reference": reference}, by=by)
    _tell(refund, mails.REFUND_PAID)


@transaction.atomic
def refuse_refund(refund: Refund, *, because: str, by) -> bool:
    """It will not be paid like this; what is owed stays owed. False when it is refused already.

    Raises:
        IllegalMove: it is paid, or is on its way to the card.
    """
    refund = _locked(refund)
    if is_on_its_way(refund):
        raise IllegalMove(refund, refund.status, RefundStatus.REFUSED)
    if not refund.ended_at:
        refund.ended_at = timezone.now()
        refund.save(update_fields=["ended_at"])
    if not move(refund, RefundStatus.REFUSED, actor=Actor.STAFF, by=by, because=because):
        return False
    _tell(refund, mails.REFUND_REFUSED)
    return True


def _locked(refund: Refund) -> Refund:
    lock_part(refund.part)
    return Refund.objects.select_for_update(of=("self",)).select_related("part__order").get(pk=refund.pk)


def _tell(refund: Refund, kind: str) -> None:
    order = refund.part.order
    outbox.write(kind, about_id=refund.pk, recipient=order.email, language=order.language)
    mails.deliver_soon()


def parts_with_money_back():
    """Parts of which something is or was paid back to the buyer, each with its refunds; owed is what `balance` is below zero."""
    lines = LedgerLine.objects.filter(account__kind=Kind.REFUND_DUE, entry__part=OuterRef("pk")).order_by()
    balance = Subquery(lines.values("entry__part").annotate(sum=Sum("amount")).values("sum"), output_field=MoneyField())
    was_asked = Exists(Refund.objects.filter(part=OuterRef("pk")))
    parts = CooperativeOrder.objects.annotate(balance=balance).filter(Q(balance__lt=ZERO) | was_asked)
    return parts.select_related("order", "cooperative").prefetch_related("refunds")


def parts_to_pay_back():
    """Those of which something is owed still."""
    return parts_with_money_back().filter(balance__lt=ZERO)
