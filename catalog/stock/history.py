"""What was done to a lot besides its counts, in the words of Wagtail's log: who, when and why."""

from collections.abc import Callable, Iterable
from datetime import date

from django.db import transaction
from wagtail.log_actions import log

from ..log import log_edits
from . import actions
from .errors import HeldBack, StockRaced
from .models import Lot

#: What may keep a blocked lot from being sold again. The catalog does not know why; the store fills it when it starts.
HELD_BACK_BY: list[Callable[[Lot], bool]] = []
BLOCKED, UNBLOCKED = "catalog.lot_blocked", "catalog.lot_unblocked"


@transaction.atomic
def take_off_sale(lot: Lot, *, because: str, by) -> None:
    actions.block(lot, because=because)
    log(instance=lot, action=BLOCKED, user=by, data={"reason": because})


@transaction.atomic
def put_back_on_sale(lot: Lot, *, because: str, by) -> None:
    """Raises HeldBack: it is recalled, and that is not closed."""
    if any(holds(lot) for holds in HELD_BACK_BY):
        raise HeldBack
    actions.unblock(lot)
    log(instance=lot, action=UNBLOCKED, user=by, data={"reason": because})


@transaction.atomic
def date_anew(dates: Iterable[tuple[Lot, date]], *, by) -> None:
    """Another best-before date for each of these lots; they tell those that were seen.

    Raises:
        StockRaced: one of them is no longer what was seen. Nothing is written then.
    """
    dates = list(dates)
    for lot, day in dates:
        if not Lot.objects.filter(pk=lot.pk, best_before=lot.best_before).update(best_before=day):
            raise StockRaced(lot)
    log_edits([(lot, {"best_before": [str(lot.best_before), str(day)]}) for lot, day in dates], by=by)
