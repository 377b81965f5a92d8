"""Money of an unknown reference that is no order's: it leaves the books' account of what nobody has matched."""

from django.db import transaction

from catalog.cooperatives.models import Cooperative

from ..ledger.actions import Account
from ..ledger.models import Holder, Kind
from ..payments import tasks
from ..payments.bank import Ending, MoneyTask
from ..payments.methods import CARDS
from . import books
from .legs import BANK, provider_account


@transaction.atomic
def set_aside(
    task: MoneyTask, ending: Ending, *, because: str, by, cooperative: Cooperative | None = None, provider: str = ""
) -> None:
    """Say how it ended; it can be matched with an order no more.

    Raises:
        TaskEnded: somebody was quicker, or has matched it.
        ValueError: nothing is said of how it ended, or not which cooperative or provider of cards paid.
    """
    if task.line is None or (ending == Ending.PAID_BY_COOPERATIVE) != (cooperative is not None):
        raise ValueError("a cooperative is named where it paid, and nowhere else")
    if (ending == Ending.PAID_BY_PROVIDER) != (provider in CARDS):
        raise ValueError("a provider of cards is named where it paid out, and nowhere else")
    tasks.finish(task, because=because, ending=ending, by=by)
    books.book_set_aside(task.line, _where(ending, cooperative, provider), by=by, because=because)


def _where(ending: Ending, cooperative: Cooperative | None, provider: str) -> Account:
    """Who has it from now on; the bank where it went back, or never came. What a provider paid out, it holds no longer."""
    if provider:
        return provider_account(provider)
    if cooperative:
        return Account(Holder.COOPERATIVE, Kind.GOODS, cooperative.pk)
    return Account(Holder.PLATFORM, Kind.DIFFERENCE) if ending == Ending.KEPT else BANK
