"""The voucher of the demonstration."""

from decimal import Decimal

from ..statuses import DiscountBearer
from ..vouchers.models import Voucher


def load_voucher() -> None:
    """Ten of a hundred dirhams for whoever comes for the first time, borne by the platform."""
    Voucher.objects.create(
        code="BIENVENUE",
        percent=10,
        minimum=Decimal(100),
        bearer=DiscountBearer.PLATFORM,
        limit=100,
        limit_per_phone=1,
    )
