"""The columns of products and stock: the same for a table that goes out and for one that comes back."""

from functools import cache

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from catalog.text_folding import fold


class Column(models.TextChoices):
    """What a table may tell. Each is known by its head in every language of the shop, and by its name here."""

    REFERENCE = "reference", _("Reference")
    NAME = "product", _("Product")
    CATEGORY = "category", _("Category")
    USE = "use", _("Use")
    SIZE = "size", _("Size")
    UNIT = "unit", _("Unit")
    PRICE = "price", _("Price")
    LOT = "lot", _("Lot")
    BEST_BEFORE = "best_before", _("Best before")
    COUNT = "count", _("On hand")
    # What they were when the table was taken: nobody undoes what was sold or changed since.
    SEEN_PRICE = "seen_price", _("Price when taken")
    SEEN_COUNT = "seen_count", _("On hand when taken")
    # These are told, and not read: they follow from the others.
    KEPT = "kept", _("Kept for orders")
    FREE = "free", _("Free")
    STATUS = "status", _("Status")


ONLY_TOLD = {Column.KEPT, Column.FREE, Column.STATUS}


def column_headed(head: str) -> Column | None:
    return _heads().get(fold(head))


@cache
def _heads() -> dict[str, Column]:
    heads = {fold(column.value): column for column in Column}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            heads |= {fold(str(column.label)): column for column in Column}
    return heads
