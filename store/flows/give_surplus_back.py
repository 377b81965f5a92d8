"""Money that came and that no order needs goes back to whoever sent it."""

from django.db import transaction
from django.utils.translation import gettext as _

from ..payments import tasks
from ..payments.bank import MoneyTask
from ..refunds.actions import needs_two
from . import books


class AnotherPerson(Exception):
    """So large an amount is written down by somebody else than the person whose work it is. Nothing is written."""


@transaction.atomic
def give_surplus_back(task: MoneyTask, *, reference: str, by) -> None:
    """The buyer has it back; `reference` is that of the transfer, or of the receipt that the buyer signed.

    Raises:
        AnotherPerson: see there.
        TaskEnded: somebody was quicker, or the rest of what the order costs came.
        ValueError: it is no surplus.
    """
    if not task.is_surplus or not reference.strip():
        raise ValueError("only a surplus goes back, and with a reference")
    tasks.end_of_surplus(
        task, reference=reference, because=_("Given back: %(reference)s") % {"reference": reference}, by=by
    )
    if needs_two(task.amount) and task.owner_id in (None, by.pk):
        raise AnotherPerson(task)
    books.book_surplus_back(task, by=by)
