from django.db import models
from django.db.models import Q

from .models import OrderLine


class LineLot(models.Model):
    """Units of a lot that lie in the parcel of a line.

    Written when it is packed, and anew when it is packed again; from then on it says what was sent. A line that is not
    packed, or no longer, has none.
    """

    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="lots")
    lot = models.ForeignKey("catalog.Lot", on_delete=models.PROTECT, related_name="line_lots")
    quantity = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["line", "lot"], name="linelot_lot_once_per_line"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="linelot_quantity_positive"),
        ]

    def __str__(self):
        return f"{self.quantity} of line {self.line_id} from lot {self.lot_id}"
