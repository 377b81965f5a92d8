"""What a page is made of, with the place of each piece in words: `Text · 3. Gallery · what is seen`."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import models
from wagtail.blocks import Block, StreamValue
from wagtail.blocks.list_block import ListValue
from wagtail.blocks.struct_block import StructValue
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.rich_text import RichText, get_text_for_indexing


@dataclass(frozen=True)
class Piece:
    """A field or a block, at any depth, with its value."""

    place: str
    part: Block | models.Field
    value: object

    @property
    def html(self) -> str:
        """Its source, if it is a text with marks."""
        if isinstance(self.value, RichText):
            return self.value.source
        return self.value if isinstance(self.part, RichTextField) and isinstance(self.value, str) else ""

    @property
    def text(self) -> str:
        """What is read of it."""
        if self.html:
            return get_text_for_indexing(self.html)
        return self.value if isinstance(self.value, str) else ""


def pieces_of(page: Page) -> list[Piece]:
    """The title and all that this kind of page adds, in the order of its fields."""
    return [piece for field in _own_fields(page) for piece in _pieces(str(field.verbose_name), field, page)]


def _own_fields(page: Page) -> list[models.Field]:
    of_every_page = set(Page._meta.fields)
    own = [field for field in page._meta.fields if field not in of_every_page and not field.is_relation]
    told = [page._meta.get_field(name) for name in ("title", "seo_title", "search_description")]
    return [*told, *own]


def _pieces(place: str, field: models.Field, page: Page) -> Iterator[Piece]:
    value = getattr(page, field.attname)
    if isinstance(field, StreamField):
        for number, child in enumerate(value, 1):
            yield from _inside(f"{number}. {child.block.label}", child.block, child.value)
    elif isinstance(field, models.CharField | models.TextField):
        yield Piece(place, field, value or "")


def _inside(place: str, block: Block, value) -> Iterator[Piece]:
    yield Piece(place, block, value)
    if isinstance(value, StructValue):
        inner = [(bound.block.label, bound) for bound in value.bound_blocks.values()]
    elif isinstance(value, ListValue):
        inner = [(str(number), bound) for number, bound in enumerate(value.bound_blocks, 1)]
    elif isinstance(value, StreamValue):
        inner = [(f"{number}. {bound.block.label}", bound) for number, bound in enumerate(value, 1)]
    else:
        inner = []
    for name, bound in inner:
        yield from _inside(f"{place} · {name}", bound.block, bound.value)
