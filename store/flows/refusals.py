"""What could not be done to a part, in words for whoever tried."""

from django.utils.translation import gettext as _

from catalog.stock.errors import OtherVariant, OutOfStock, StockRaced, UnfitLot

from ..delivery.errors import TrackingTaken
from ..statuses import IllegalMove, Raced, status_label
from .fulfil_part import NotPaid

#: Why a verb of a part may refuse; nothing is written then.
EXPECTED = (IllegalMove, NotPaid, Raced, OutOfStock, OtherVariant, UnfitLot, StockRaced, TrackingTaken)


def worded(error: Exception) -> str:
    """What an expected failure tells."""
    match error:
        case IllegalMove():
            return _("This part is “%(now)s” by now and cannot become “%(to)s”.") % {
                "now": status_label(error.now),
                "to": status_label(error.to),
            }
        case OutOfStock():
            short = ", ".join(
                _("%(product)s: %(wanted)s needed, %(left)s left")
                % {
                    "product": line.variant,
                    "wanted": line.wanted,
                    "left": line.left,
                }
                for line in error.lines
            )
            return _("There is not enough stock. %(short)s.") % {"short": short}
        case UnfitLot():
            return _(
                "Lot %(code)s is blocked or past its date: it may not leave. Pack the part again from another lot."
            ) % {
                "code": error.lot.code,
            }
        case TrackingTaken():
            return _("This courier has another parcel with the number %(number)s.") % {"number": error.tracking}
        case NotPaid():
            return _(
                "The transfer for this order has not come yet. It is confirmed by itself when the money is matched."
            )
        case _:
            return _("Somebody changed this part or its stock at the same moment. Look again and retry.")
