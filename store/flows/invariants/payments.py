"""What is to be paid, and whether it fits where the parcel is."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Exists, F, OuterRef

from ...orders.models import CooperativeOrder
from ...payments.methods import CASH
from ...payments.models import Payment
from ...statuses import PartStatus, PaymentStatus

_M = PaymentStatus
#: Where the cash of a part may be, by where the part is.
CASH_FITS = {
    PartStatus.PLACED: {_M.EXPECTED},
    PartStatus.CONFIRMED: {_M.EXPECTED},
    PartStatus.PACKED: {_M.EXPECTED},
    PartStatus.SHIPPED: {_M.EXPECTED, _M.COLLECTED, _M.HANDED_OVER},
    PartStatus.DELIVERED: {_M.COLLECTED, _M.HANDED_OVER},
    PartStatus.RETURNED: {_M.EXPIRED, _M.COLLECTED, _M.HANDED_OVER},
    PartStatus.CANCELED: {_M.EXPIRED},
}


def every_part_has_its_payment(now: datetime) -> Iterator[str]:
    own = Payment.objects.filter(part=OuterRef("pk"))
    of_the_whole = Payment.objects.filter(order=OuterRef("order"), part=None)
    unpaid = CooperativeOrder.objects.exclude(Exists(own)).exclude(Exists(of_the_whole))
    for part in unpaid.select_related("order"):
        yield f"Part {part.pk} of order {part.order.number} has no payment."


def payments_fit_their_part(now: datetime) -> Iterator[str]:
    payments = Payment.objects.exclude(part=None).select_related("part__order")
    for payment in payments.exclude(amount=F("part__total")):
        yield f"Payment {payment.pk} of order {_number(payment)} is not the total of its part {payment.part_id}."
    for payment in payments.exclude(order=F("part__order")):
        yield f"Payment {payment.pk} names another order than its part {payment.part_id} of order {_number(payment)}."


def cash_is_where_the_parcel_says(now: datetime) -> Iterator[str]:
    for part_status, fitting in CASH_FITS.items():
        payments = Payment.objects.filter(method=CASH.code, part__status=part_status).exclude(status__in=fitting)
        for payment in payments.select_related("part__order"):
            yield (
                f"Payment {payment.pk} is {payment.status} while part {payment.part_id} "
                f"of order {_number(payment)} is {part_status}."
            )


def _number(payment: Payment) -> str:
    return payment.part.order.number if payment.part else payment.order.number


CHECKS = [every_part_has_its_payment, payments_fit_their_part, cash_is_where_the_parcel_says]
