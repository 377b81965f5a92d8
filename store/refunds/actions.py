from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db.models import Sum

from catalog.money import ZERO

from ..statuses import Actor, RefundStatus, ReturnStatus, first_status, move
from .models import OPEN_REFUND, OPEN_RETURN, Refund, RefundWay, ReturnLine, ReturnRequest


def open_refund_of(part) -> Refund | None:
    """The one refund of a part that is still to come."""
    return Refund.objects.filter(part=part, status__in=OPEN_REFUND).first()


def counted_of(payment) -> Decimal:
    """What goes back, or went, out of a payment."""
    refunds = Refund.objects.filter(payment=payment).exclude(status__in=(RefundStatus.REFUSED, RefundStatus.FAILED))
    return refunds.aggregate(sum=Sum("amount"))["sum"] or ZERO


def needs_two(amount: Decimal) -> bool:
    return amount >= settings.SECOND_PERSON_ABOVE


def open_refund(part, payment, amount: Decimal, *, way: str, key: str, rib: str, actor: Actor, by=None) -> Refund:
    refund = Refund.objects.create(
        key=key, order_id=part.order_id, part=part, payment=payment, amount=amount, way=way, rib=rib, created_by=by,
        needs_two=needs_two(amount),
    )  # fmt: skip
    first_status(refund, actor=actor, by=by)
    return refund


def send_to(refund: Refund, rib: str, *, amount: Decimal) -> None:
    """The buyer says where a refund that nobody has approved yet is to go."""
    refund.rib, refund.amount, refund.way, refund.needs_two = rib, amount, RefundWay.TRANSFER, needs_two(amount)
    refund.save(update_fields=["rib", "amount", "way", "needs_two"])


def forget_ribs(*, now: datetime) -> int:
    """Delete the bank accounts of refunds that ended some time ago."""
    ended = Refund.objects.filter(ended_at__lte=now - timedelta(days=settings.RIB_DAYS)).exclude(rib="")
    return ended.update(rib="")


def open_request(part, units: Mapping[int, int], *, reason: str, because: str, photo=None) -> ReturnRequest:
    """`units` by line."""
    request = ReturnRequest(part=part, reason=reason, because=because)
    if photo:
        request.photo = photo
    request.save()
    ReturnLine.objects.bulk_create(
        ReturnLine(request=request, line_id=line, quantity=quantity) for line, quantity in units.items()
    )
    first_status(request, actor=Actor.BUYER)
    return request


def close_requests(part, *, actor: Actor, by=None) -> None:
    """Everything came back, asked for or not: nothing is left to decide."""
    for request in ReturnRequest.objects.filter(part=part, status__in=OPEN_RETURN):
        if request.status == ReturnStatus.ASKED:
            move(request, ReturnStatus.ACCEPTED, actor=actor, by=by)
        move(request, ReturnStatus.RECEIVED, actor=actor, by=by)
