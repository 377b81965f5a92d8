"""Money that came and that no order needs goes back to whoever sent it."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.rib import is_rib

from ..payments import tasks
from ..payments.bank import MoneyTask
from ..payments.methods import CARDS
from ..refunds.actions import needs_two
from . import books
from .cards.queue import goes_to_card
from .legs import BANK, provider_account
from .refunds import BadRib


class AccountChanged(Exception):
    """The buyer has given another account since it was shown. Nothing is written."""


class AnotherPerson(Exception):
    """So large an amount is written down by somebody else than the person whose work it is. Nothing is written."""


def send_surplus_to(tasks_: Iterable[MoneyTask], rib: str) -> int:
    """The buyer says where it goes, or says it anew; of what has gone nothing changes. How many are to go there.

    Raises:
        BadRib: the account is not one.
    """
    if not is_rib(rib):
        raise BadRib(rib)
    return MoneyTask.objects.filter(pk__in=[task.pk for task in tasks_], done_at=None).update(rib=rib)


@transaction.atomic
def give_surplus_back(task: MoneyTask, *, reference: str, by, seen: str | None = None) -> None:
    """The buyer has it back; `reference` is that of the transfer, or of the receipt that the buyer signed.

    `seen` is the account that was shown to whoever made the transfer.

    Raises:
        AccountChanged, AnotherPerson: see there.
        TaskEnded: somebody was quicker, it is on its way to the card, or the rest of what the order costs came.
        ValueError: it is no surplus.
    """
    if not task.is_surplus or not reference.strip():
        raise ValueError("only a surplus goes back, and with a reference")
    rib = MoneyTask.objects.select_for_update(of=("self",)).get(pk=task.pk).rib
    if goes_to_card(task):
        raise tasks.TaskEnded
    # Of a provider that we cannot ask, staff send it back to the card themselves.
    provider = (
        "" if rib or task.attempt is None or CARDS[task.attempt.provider].refunds_itself else task.attempt.provider
    )
    if seen is not None and seen != rib:
        raise AccountChanged(task)
    tasks.end_of_surplus(
        task, reference=reference, because=_("Given back: %(reference)s") % {"reference": reference},
        by_card=bool(provider), by=by,
    )  # fmt: skip
    if needs_two(task.amount) and task.owner_id in (None, by.pk):
        raise AnotherPerson(task)
    books.book_surplus_back(task, out_of=provider_account(provider) if provider else BANK, by=by)
