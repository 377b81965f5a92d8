"""How the checks read: whole tables, but a bounded number of rows at a time and never a query for each row.

What they look for is not there nearly always: they ask (and group) by the columns that a finding names, not for
whole rows.
"""

from collections.abc import Iterator

from django.db.models import Count, QuerySet


def batches(rows: QuerySet, size: int = 500) -> Iterator[list]:
    """The rows in the order of their primary keys, `size` at a time, each batch one query (and its prefetches)."""
    rows = rows.order_by("pk")
    batch = list(rows[:size])
    while batch:
        yield batch
        batch = list(rows.filter(pk__gt=batch[-1].pk)[:size]) if len(batch) == size else []


def doubles(rows: QuerySet, field: str) -> Iterator[tuple[str, int]]:
    """Values of a column that several rows share, with how many."""
    counted = rows.order_by().values(field).annotate(times=Count("pk")).filter(times__gt=1)
    yield from counted.values_list(field, "times")
