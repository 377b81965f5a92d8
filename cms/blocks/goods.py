"""Blocks that show what the catalog and the figures know. They compute nothing themselves."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from ..figures.models import FigureKind
from .choosers import CooperativeChooserBlock, FigureChooserBlock, ProductChooserBlock
from .words import LineBlock


class ProductBlock(blocks.StructBlock):
    product = ProductChooserBlock(label=_("product"))
    words = LineBlock(label=_("why it is here"), required=False, max_length=160)

    class Meta:
        icon = "tag"
        label = _("Product")
        description = _("A product with its price and stock of this moment, and the button that buys it.")
        template = "cms/blocks/product.html"

    def get_preview_value(self):
        return self.normalize({"product": self.child_blocks["product"].seen().first()})


class ProductRowBlock(blocks.StructBlock):
    title = LineBlock(label=_("title"), required=False, max_length=80)
    products = blocks.ListBlock(ProductChooserBlock(), label=_("products"), min_num=2, max_num=8)

    class Meta:
        icon = "grip"
        label = _("Products in a row")
        description = _("Several products as cards.")
        template = "cms/blocks/product_row.html"

    def get_preview_value(self):
        return self.normalize({"products": list(self.child_blocks["products"].child_block.seen()[:2])})


class CooperativeBlock(blocks.StructBlock):
    cooperative = CooperativeChooserBlock(label=_("cooperative"))

    class Meta:
        icon = "group"
        label = _("Cooperative")
        description = _("The card of a cooperative, with the way to its page.")
        template = "cms/blocks/cooperative.html"

    def get_preview_value(self):
        return self.normalize({"cooperative": self.child_blocks["cooperative"].seen().first()})


class FiguresValue(blocks.StructValue):
    @property
    def apart(self) -> list[list]:
        """The published figures: those read somewhere, then those counted by this shop. The two never stand in one row."""
        published = [figure for figure in self["figures"] if figure and figure.live]
        groups = ([figure for figure in published if figure.kind == kind] for kind in FigureKind)
        return [group for group in groups if group]


class FiguresBlock(blocks.StructBlock):
    title = LineBlock(label=_("title"), required=False, max_length=80)
    figures = blocks.ListBlock(FigureChooserBlock(), label=_("figures"), min_num=1, max_num=6)

    class Meta:
        icon = "table"
        label = _("Figures")
        description = _("Numbers with their source, or counted by the shop.")
        value_class = FiguresValue
        template = "cms/blocks/figures.html"

    def get_preview_value(self):
        return self.normalize({"figures": list(self.child_blocks["figures"].child_block.seen()[:2])})
