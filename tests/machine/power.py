"""Power that fails in the middle of a transaction: before its n-th write, or at the latest before it is committed."""

from collections.abc import Callable
from contextlib import nullcontext

from django.db import connection, transaction


class PowerCut(BaseException):
    """As when a process is killed: no `except Exception` on its way is asked."""


def interrupt(deed: Callable[[], object], *, before_write: int, is_one_transaction: bool) -> None:
    """Begin a deed and let the power fail. What it refuses by itself before that comes out as it is.

    A deed of several transactions keeps those that were done, and may come to its end.
    """
    writes = 0

    def count_writes(execute, sql, params, many, context):
        nonlocal writes
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            writes += 1
            if writes == before_write:  # only here: what is rolled back afterwards is the database's own doing
                raise PowerCut
        return execute(sql, params, many, context)

    try:
        with transaction.atomic() if is_one_transaction else nullcontext():
            with connection.execute_wrapper(count_writes):
                deed()
            if is_one_transaction:
                raise PowerCut
    except PowerCut:
        return
