"""What is to be paid, and whether it fits where the parcel is."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q

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
    for part, number in unpaid.values_list("pk", "order__number"):
        yield f"Part {part} of order {number} has no payment."


def payments_fit_their_part(now: datetime) -> Iterator[str]:
    payments = Payment.objects.exclude(part=None).values_list("pk", "part", "part__order__number")
    live = payments.exclude(status=_M.EXPIRED)
    for payment, part, number in live.exclude(amount=F("part__total") - F("part__reduced_by")):
        yield f"Payment {payment} of order {number} is not the total of its part {part}."
    for payment, part, number in payments.exclude(order=F("part__order")):
        yield f"Payment {payment} names another order than its part {part} of order {number}."


def cash_is_where_the_parcel_says(now: datetime) -> Iterator[str]:
    fits = Q()
    for part_status, fitting in CASH_FITS.items():
        fits |= Q(part__status=part_status, status__in=fitting)
    # The buyer chose another way to pay: what was expected first is not any more.
    other = Payment.objects.filter(Q(part=OuterRef("part")) | Q(part=None), order=OuterRef("order"))
    fits |= Q(Exists(other.exclude(status=_M.EXPIRED)), status=_M.EXPIRED)
    misplaced = Payment.objects.filter(method=CASH.code).exclude(part=None).exclude(fits)
    rows = misplaced.values_list("pk", "status", "part", "part__status", "part__order__number")
    for payment, status, part, at, number in rows:
        yield f"Payment {payment} is {status} while part {part} of order {number} is {at}."


CHECKS = [every_part_has_its_payment, payments_fit_their_part, cash_is_where_the_parcel_says]
