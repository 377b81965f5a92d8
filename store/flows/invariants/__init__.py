"""What must be true of the rows at any moment. Every drill ends with it, and `manage.py check_invariants` asks it of a shop."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from . import (
    bank,
    books,
    cards,
    evidence,
    history,
    lines,
    mail,
    orders,
    payments,
    products,
    recalls,
    refunds,
    settlements,
    stock,
    vouchers,
)

__all__ = ["check_invariants"]

#: A new invariant is a function in one of these modules' `CHECKS`: it takes the time and yields a sentence per finding.
CHECKS: list[Callable[[datetime], Iterator[str]]] = [
    *stock.CHECKS, *lines.CHECKS, *orders.CHECKS, *payments.CHECKS, *books.CHECKS, *bank.CHECKS, *cards.CHECKS,
    *refunds.CHECKS,
    *settlements.CHECKS, *vouchers.CHECKS, *products.CHECKS, *evidence.CHECKS, *recalls.CHECKS, *history.CHECKS, *mail.CHECKS,
]  # fmt: skip


def check_invariants(now: datetime | None = None) -> list[str]:
    """Every finding as a sentence that names its rows; an empty list when all is well."""
    now = now or timezone.now()
    with one_moment():
        return [finding for check in CHECKS for finding in check(now)]


@contextmanager
def one_moment():
    """All checks see the same moment: a sale between two queries must not look like a fault."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
