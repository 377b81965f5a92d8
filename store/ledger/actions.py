"""The one verb that writes the ledger. What is booked when is said in `flows/books.py`."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from catalog.money import ZERO, dirhams

from .models import Act, Holder, Kind, LedgerAccount, LedgerEntry, LedgerLine


@dataclass(frozen=True)
class Account:
    """Names an account; `owner` is the key of the cooperative or courier, `provider` the code of a provider of cards."""

    holder: Holder
    kind: Kind
    owner: int | None = None
    provider: str = ""

    @property
    def code(self) -> str:
        return ":".join(
            [self.holder, self.kind, *([str(self.owner or self.provider)] if self.owner or self.provider else [])]
        )


#: An account and the dirhams that come onto it; below zero they leave it.
Leg = tuple[Account, Decimal]


class Unbalanced(Exception):
    """The lines do not add up to zero: nothing is written."""


def balanced(legs: Iterable[Leg], *, key: str) -> dict[Account, Decimal]:
    """What comes onto each account; those that nothing comes onto are left out.

    Raises:
        Unbalanced: the legs do not add up to zero.
    """
    amounts: dict[Account, Decimal] = defaultdict(lambda: ZERO)
    for account, amount in legs:
        amounts[account] += dirhams(amount)
    if sum(amounts.values()):
        raise Unbalanced(f"{key}: {sum(amounts.values())} too much")
    return {account: amount for account, amount in amounts.items() if amount}


@transaction.atomic
def write(
    act: Act, key: str, legs: Iterable[Leg], *, order=None, part=None, at: datetime | None = None, by=None, because=""
) -> bool:
    """Write an entry once; False when its key is written already, or when it moves nothing.

    Raises:
        Unbalanced: the legs do not add up to zero.
    """
    amounts = balanced(legs, key=key)
    if not amounts:
        return False
    entry, is_new = LedgerEntry.objects.get_or_create(
        key=key,
        defaults={
            "act": act,
            "order": part.order if part and order is None else order,
            "part": part,
            "at": at or timezone.now(),
            "by": by,
            "because": because,
        },
    )
    if not is_new:
        return False
    accounts = _accounts(amounts)
    LedgerLine.objects.bulk_create(
        LedgerLine(entry=entry, account=accounts[account.code], amount=amount) for account, amount in amounts.items()
    )
    return True


def _accounts(named: Iterable[Account]) -> dict[str, LedgerAccount]:
    """Their rows by code; those that are new are opened."""
    by_code = {account.code: account for account in named}
    rows = LedgerAccount.objects.in_bulk(list(by_code), field_name="code")
    for code in sorted(set(by_code) - set(rows)):
        account = by_code[code]
        rows[code], _ = LedgerAccount.objects.get_or_create(
            code=code,
            defaults={
                "holder": account.holder,
                "kind": account.kind,
                "cooperative_id": account.owner if account.holder == Holder.COOPERATIVE else None,
                "courier_id": account.owner if account.holder == Holder.COURIER else None,
                "provider": account.provider,
            },
        )
    return rows
