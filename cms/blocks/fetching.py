"""Rows that blocks name, fetched for a whole page by one query for each kind of chooser.

Wagtail asks once for each kind of block: a page with a picture, a portrait and a gallery would ask for pictures three times.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy

from django.db.models import QuerySet
from wagtail.blocks import BaseStreamBlock, BaseStructBlock, Block, ListBlock, StreamValue

#: Kind of chooser → its rows by their numbers, while the blocks of a page are read.
_at_hand: ContextVar[dict] = ContextVar("at_hand")


class Fetching:
    """A chooser that fetches the chosen rows through `rows()`, with what their templates show."""

    def rows(self) -> QuerySet:
        raise NotImplementedError

    def bulk_to_python(self, values):
        found = _at_hand.get({}).get(type(self))
        if found is None:
            found = self.rows().in_bulk([value for value in values if value is not None])
        return [copy(found.get(value)) for value in values]  # a page may show one row in several places


@contextmanager
def fetched_together(value) -> Iterator[None]:
    """Whoever reads a stream within finds everything that it names at hand; the value of one block has been read already."""
    if not isinstance(value, StreamValue):
        yield
        return
    choosers, numbers = {}, defaultdict(set)
    for chooser, number in _named(value.stream_block, value.raw_data):
        choosers[type(chooser)] = chooser
        numbers[type(chooser)].add(number)
    token = _at_hand.set({kind: chooser.rows().in_bulk(numbers[kind]) for kind, chooser in choosers.items()})
    try:
        yield
    finally:
        _at_hand.reset(token)


def _named(block: Block, raw) -> Iterator[tuple[Fetching, int]]:
    """The choosers within a block, with the numbers that are stored there."""
    if not raw:
        return
    if isinstance(block, Fetching):
        yield block, raw
    elif isinstance(block, BaseStreamBlock):
        for child in raw:
            if child["type"] in block.child_blocks:  # not one that there was once
                yield from _named(block.child_blocks[child["type"]], child["value"])
    elif isinstance(block, BaseStructBlock):
        for name, inner in block.child_blocks.items():
            yield from _named(inner, raw.get(name))
    elif isinstance(block, ListBlock):
        for child in raw:
            yield from _named(block.child_block, child["value"] if block._item_is_in_block_format(child) else child)
