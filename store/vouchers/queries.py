from datetime import date
from decimal import Decimal

from .codes import MOST_LETTERS, fold_code
from .models import Voucher, VoucherUse
from .refusals import Refusal, Why


def voucher_called(typed: str) -> Voucher | None:
    """The voucher of a code as somebody typed it."""
    code = fold_code(typed)
    if not 0 < len(code) <= MOST_LETTERS:
        return None
    return Voucher.objects.select_related("cooperative", "category").filter(code=code).first()


def refusal_of(voucher: Voucher, *, goods: Decimal, on: date, phone=None) -> Refusal | None:
    """Why it takes nothing off goods of this sum that it is for; None if it does.

    Without a telephone number nobody asks how often that number has used it.
    """
    if not voucher.is_active or (voucher.ends_on and voucher.ends_on < on):
        return Refusal(voucher, Why.OVER)
    if voucher.begins_on and on < voucher.begins_on:
        return Refusal(voucher, Why.NOT_YET)
    if is_used_up(voucher):
        return Refusal(voucher, Why.USED_UP)
    if phone and voucher.limit_per_phone is not None and uses_of(voucher, phone) >= voucher.limit_per_phone:
        return Refusal(voucher, Why.PHONE)
    if voucher.discount_on(goods) <= 0:
        return Refusal(voucher, Why.OTHER_GOODS)
    if goods < voucher.minimum:
        return Refusal(voucher, Why.MINIMUM, missing=voucher.minimum - goods)
    return None


def is_used_up(voucher: Voucher) -> bool:
    return voucher.limit is not None and voucher.used >= voucher.limit


def uses_of(voucher: Voucher, phone) -> int:
    """Orders of a telephone number that use it now."""
    return VoucherUse.objects.filter(voucher=voucher, released_at=None, order__phone=phone).count()
