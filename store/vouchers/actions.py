from datetime import datetime
from decimal import Decimal

from django.db.models import F
from django.utils import timezone

from .models import Voucher, VoucherUse


def redeem(voucher: Voucher, order, *, discount: Decimal, at: datetime) -> bool:
    """An order uses a voucher; False if others have used it up by now. An order uses one at most."""
    if not Voucher.objects.filter(pk=voucher.pk).with_room().update(used=F("used") + 1):
        return False
    VoucherUse.objects.create(voucher=voucher, order=order, discount=discount, at=at)
    return True


def locked_use(order) -> VoucherUse | None:
    """What an order uses, locked until this transaction ends; None if nothing, or if it was released."""
    return VoucherUse.objects.select_for_update().filter(order=order, released_at=None).first()


def release(use: VoucherUse) -> bool:
    """Somebody else may use the voucher instead; False if it was released already."""
    if not VoucherUse.objects.filter(pk=use.pk, released_at=None).update(released_at=timezone.now()):
        return False
    Voucher.objects.filter(pk=use.voucher_id).update(used=F("used") - 1)
    return True


def take_again(order) -> bool:
    """An order that gave its voucher back goes on after all; False if others have used it up since."""
    use = VoucherUse.objects.select_for_update().filter(order=order).first()
    if use is None or use.released_at is None:
        return True
    if not Voucher.objects.filter(pk=use.voucher_id).with_room().update(used=F("used") + 1):
        return False
    VoucherUse.objects.filter(pk=use.pk).update(released_at=None)
    return True
