"""What was done to a lot besides its counts, in the words of Wagtail's log: who, when and why."""

from django.db import transaction
from wagtail.log_actions import log

from . import actions
from .models import Lot

BLOCKED, UNBLOCKED = "catalog.lot_blocked", "catalog.lot_unblocked"


@transaction.atomic
def take_off_sale(lot: Lot, *, because: str, by) -> None:
    actions.block(lot, because=because)
    log(instance=lot, action=BLOCKED, user=by, data={"reason": because})


@transaction.atomic
def put_back_on_sale(lot: Lot, *, because: str, by) -> None:
    actions.unblock(lot)
    log(instance=lot, action=UNBLOCKED, user=by, data={"reason": because})
