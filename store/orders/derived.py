"""What an order's status is: it has no column, it follows from its parts."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..statuses import PartStatus


class OrderStatus(models.TextChoices):
    PLACED = "placed", _("to confirm")
    IN_PREPARATION = "in_preparation", _("being prepared")
    ON_ITS_WAY = "on_its_way", _("on its way")
    DELIVERED = "delivered", _("delivered")
    RETURNED = "returned", _("returned")
    CANCELED = "canceled", _("canceled")


_STAGE = {
    PartStatus.PLACED: OrderStatus.PLACED,
    PartStatus.CONFIRMED: OrderStatus.IN_PREPARATION,
    PartStatus.PACKED: OrderStatus.IN_PREPARATION,
    PartStatus.SHIPPED: OrderStatus.ON_ITS_WAY,
    PartStatus.DELIVERED: OrderStatus.DELIVERED,
    PartStatus.RETURNED: OrderStatus.RETURNED,
}
_SLOWEST_FIRST = list(OrderStatus)


def order_status(part_statuses: Iterable[str]) -> OrderStatus:
    """The stage of the slowest part that was not canceled; canceled when all were."""
    stages = [_STAGE[status] for status in map(PartStatus, part_statuses) if status != PartStatus.CANCELED]
    return min(stages, key=_SLOWEST_FIRST.index, default=OrderStatus.CANCELED)
