"""Figures that the shop counts itself. This registry names what can be counted; the store fills it when it starts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise

#: A figure that rests on fewer orders than this is told in words: a small number says who bought.
FEWEST_ORDERS = 5


@dataclass(frozen=True)
class Count:
    """What was counted, and on how many orders it rests."""

    value: int
    orders: int


@dataclass(frozen=True)
class LiveQuery:
    """Something that can be counted since a day. `label` is what is counted, `definition` how, in the reader's language."""

    name: str
    label: str | Promise
    definition: str | Promise
    count: Callable[[date | None], Count]


_queries: dict[str, LiveQuery] = {}


def register(query: LiveQuery) -> None:
    """Make a query known under its name; the same one may be registered again."""
    _queries[query.name] = query


def query_named(name: str) -> LiveQuery | None:
    return _queries.get(name)


def choices() -> list[tuple[str, str | Promise]]:
    """(name, label) of every query, for the editor."""
    return [(name, query.label) for name, query in sorted(_queries.items())]
