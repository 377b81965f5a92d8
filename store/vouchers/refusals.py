"""Why a voucher takes nothing off, as data and in words."""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from catalog.money import ZERO, format_money

from .models import Voucher


class Why(Enum):
    NOT_YET = auto()
    OVER = auto()
    USED_UP = auto()
    #: The telephone number has used it as often as it may.
    PHONE = auto()
    OTHER_GOODS = auto()
    MINIMUM = auto()


#: What another cart would mend.
MENDABLE = {Why.OTHER_GOODS, Why.MINIMUM}


@dataclass(frozen=True)
class Refusal:
    voucher: Voucher
    why: Why
    #: Dirhams of goods up to the minimum.
    missing: Decimal = ZERO

    @property
    def is_mendable(self) -> bool:
        return self.why in MENDABLE

    def __str__(self) -> str:
        """In the active language, for whoever typed the code."""
        voucher = self.voucher
        match self.why:
            case Why.NOT_YET if voucher.begins_on:
                return _("This code can be used from %(day)s on.") % {"day": date_format(voucher.begins_on)}
            case Why.OVER:
                return _("This code is no longer valid.")
            case Why.USED_UP:
                return _("This code has been used as often as it may.")
            case Why.PHONE:
                return _("This telephone number has used the code as often as it may.")
            case Why.OTHER_GOODS if voucher.goods_label:
                return _("This code is for other goods: %(goods)s.") % {"goods": voucher.goods_label}
            case Why.OTHER_GOODS:
                return _("There is nothing in your cart that this code makes cheaper.")
            case Why.MINIMUM:
                told = {
                    "minimum": format_money(voucher.minimum),
                    "missing": format_money(self.missing),
                    "goods": voucher.goods_label,
                }
                if voucher.goods_label:
                    return _("This code needs %(minimum)s of goods (%(goods)s): %(missing)s are missing.") % told
                return _("This code needs %(minimum)s of goods: %(missing)s are missing.") % told
        raise AssertionError(self.why)
