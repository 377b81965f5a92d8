"""Blocks of the home page alone: what the shop has, chosen by a rule instead of one by one."""

from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from catalog.products.models import ProductSale
from catalog.products.queries import ProductCard, listing

from .choosers import CategoryChooserBlock, SellerChooserBlock
from .words import LineBlock

#: Products on a shelf before the link to all of them.
SHELF_LENGTH = 8


class Shelf(blocks.StructValue):
    """`cards` are put here together with those of the whole page (shown.py)."""

    cards: tuple[ProductCard, ...] | list[ProductCard] = ()

    @cached_property
    def sales(self) -> list[ProductSale]:
        """The newest that are in stock: one query."""
        newest = listing(category=self.get("category"), cooperative=self.get("cooperative"), in_stock=True)
        return list(newest.select_related("product", "cooperative")[:SHELF_LENGTH])

    @property
    def parameter(self) -> str:
        """What narrows the list of the shop to this shelf."""
        cooperative = self.get("cooperative")
        return f"?cooperative={cooperative.slug}" if cooperative else ""


class ShelfBlock(blocks.StructBlock):
    title = LineBlock(label=_("title"), max_length=80)
    category = CategoryChooserBlock(label=_("of this shelf only"), required=False)
    cooperative = SellerChooserBlock(label=_("or of this cooperative only"), required=False)

    class Meta:
        icon = "table"
        label = _("Products by rule")
        description = _("The newest products in stock: of the whole shop, of a shelf or of a cooperative.")
        template = "cms/blocks/shelf.html"
        value_class = Shelf
        preview_value = {"title": _("In the shop")}

    def clean(self, value):
        cleaned = super().clean(value)
        if cleaned["category"] and cleaned["cooperative"]:
            fault = ValidationError(_("Choose a shelf or a cooperative, not both."))
            raise blocks.StructBlockValidationError(block_errors={"cooperative": fault})
        return cleaned


class CooperativesBlock(blocks.StructBlock):
    title = LineBlock(label=_("title"), max_length=80)

    class Meta:
        icon = "group"
        label = _("Cooperatives")
        description = _("The cards of all cooperatives that are selling.")
        template = "cms/blocks/cooperatives.html"
        preview_value = {"title": _("The cooperatives")}


class StoriesBlock(blocks.StructBlock):
    title = LineBlock(label=_("title"), max_length=80)

    class Meta:
        icon = "doc-full"
        label = _("Stories")
        description = _("The three newest stories.")
        template = "cms/blocks/stories.html"
        preview_value = {"title": _("Stories")}
