"""Why a part is canceled or a line is less. A new reason is a new line here; the lists below say who may choose it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CancelReason(models.TextChoices):
    CHANGED_MIND = "changed_mind", _("The buyer changed their mind")
    ORDERED_TWICE = "ordered_twice", _("Ordered twice by mistake")
    TOO_SLOW = "too_slow", _("Takes too long")
    UNREACHABLE = "unreachable", _("The buyer could not be reached")
    OUT_OF_STOCK = "out_of_stock", _("The product is no longer there")
    NO_DELIVERY = "no_delivery", _("The address cannot be delivered to")
    NOT_CONFIRMED = "not_confirmed", _("Not confirmed in time")
    NOT_PAID = "not_paid", _("Not paid in time")
    OTHER = "other", _("Another reason")


BUYER_REASONS = [CancelReason.CHANGED_MIND, CancelReason.ORDERED_TWICE, CancelReason.TOO_SLOW, CancelReason.OTHER]
STAFF_REASONS = [
    CancelReason.UNREACHABLE,
    CancelReason.OUT_OF_STOCK,
    CancelReason.NO_DELIVERY,
    CancelReason.ORDERED_TWICE,
    CancelReason.CHANGED_MIND,
    CancelReason.OTHER,
]


class ChangeReason(models.TextChoices):
    """Why there is less of a line than was placed."""

    RETURNED = "returned", _("came back")
    MISSING = "missing", _("could not be sent")
