"""What a page's blocks show of the catalog and of other pages, asked once for all of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model, prefetch_related_objects
from wagtail.blocks import StreamValue
from wagtail.blocks.list_block import ListValue
from wagtail.blocks.struct_block import StructValue
from wagtail.models import Locale, Page

from catalog.media.models import ShopImage
from catalog.products.models import Product, ProductSale
from catalog.products.queries import ProductCard, cards

from ..pages.base import pages_in
from .fetching import fetched_together
from .home import Shelf


def values_in(value) -> Iterator:
    """A value of a block and those within it, at any depth."""
    yield value
    if isinstance(value, StreamValue):
        for child in value:
            yield from values_in(child.value)
    elif isinstance(value, StructValue):
        for inner in value.values():
            yield from values_in(inner)
    elif isinstance(value, ListValue):
        for inner in value:
            yield from values_in(inner)


def chosen(stream: StreamValue) -> Iterator[Model]:
    """The rows that the blocks name."""
    return (value for value in values_in(stream) if isinstance(value, Model))


def show(stream: StreamValue, locale: Locale, *, images: Iterable[ShopImage | None] = ()) -> dict:
    """Make the blocks ready for their page; returns what their templates find in the context.

    `images` are pictures that the page shows beside the blocks: their renditions come by the same query.
    """
    with fetched_together(stream):
        put_translations_in(stream, locale)
    found = cards_in(stream, with_renditions=False)
    fetch_renditions(stream, *images, *(photo.image for card in found.values() for photo in card.photos))
    return {"cards_shown": found}


def cards_in(stream: StreamValue, *, with_renditions: bool = True) -> dict[int, ProductCard]:
    """Product → its card with the price and stock of this moment, for the products that can be seen in the shop.

    Shelves are filled by the way.
    """
    values = list(values_in(stream))
    shelves = [value for value in values if isinstance(value, Shelf)]
    by_hand = {value.pk: _sale_of(value) for value in values if isinstance(value, Product)}
    sales = [sale for sale in [*by_hand.values(), *(sale for shelf in shelves for sale in shelf.sales)] if sale]
    found = {card.product.pk: card for card in cards(sales, with_renditions=with_renditions) if card.offers}
    for shelf in shelves:
        shelf.cards = [found[sale.product_id] for sale in shelf.sales if sale.product_id in found]
    return found


def _sale_of(product: Product) -> ProductSale | None:
    """Its sale, if a buyer can see it."""
    try:
        sale = product.sale
    except ObjectDoesNotExist:
        return None
    sale.product = product
    return sale if sale.is_on_sale else None


def fetch_renditions(stream: StreamValue, *others: ShopImage | None) -> None:
    """Have the renditions at hand of every picture that the blocks show, and of these others, by one query."""
    rows = list(chosen(stream))
    covers = [row.cover for row in rows if hasattr(row, "cover")]
    images: Iterable = [row for row in [*rows, *covers, *others] if isinstance(row, ShopImage)]
    prefetch_related_objects(list(images), "renditions")


def put_translations_in(stream: StreamValue, locale: Locale) -> None:
    """Put, for each page that the blocks name, the same page in this language in its place, where there is one.

    For a page that is about to be shown: saved after this, it would name other pages than its editor chose.
    """
    keys = defaultdict(set)
    for row in chosen(stream):
        if isinstance(row, Page) and row.locale_id != locale.pk:
            keys[type(row)].add(row.translation_key)
    found = {
        (model, page.translation_key): page
        for model, of_it in keys.items()
        for page in pages_in(locale, model)
        .filter(translation_key__in=of_it)
        .select_related(*getattr(model, "shown_with", ()))
    }
    if found:
        _swap(stream, found)


def _swap(value, found: dict):
    if isinstance(value, Page):
        return found.get((type(value), value.translation_key), value)
    if isinstance(value, StreamValue):
        for child in value:
            child.value = _swap(child.value, found)
    elif isinstance(value, StructValue):
        for name, inner in value.items():
            value[name] = _swap(inner, found)
    elif isinstance(value, ListValue):
        for place, inner in enumerate(value):
            value[place] = _swap(inner, found)
    return value
