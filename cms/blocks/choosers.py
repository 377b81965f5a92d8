"""Choosers that fetch, with the rows that an editor chose, what their templates show: as much for one as for thirty.

Prices, stock and renditions are asked for once for the whole page (shown.py).
"""

from django import forms
from django.db.models import QuerySet
from wagtail.blocks import ChooserBlock, PageChooserBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtail.snippets.blocks import SnippetChooserBlock

from catalog.media.models import ShopImage
from catalog.products.models import ProductPhoto
from catalog.products.queries import listing

from ..pages.base import is_restricted
from .fetching import Fetching


class _TheSame:
    """Chosen once, in the source: translated are words. A chosen page gives way to its translation when it is shown (shown.py)."""

    def get_translatable_segments(self, value):
        return []


class PictureChooserBlock(_TheSame, Fetching, ImageChooserBlock):
    def rows(self):
        return ShopImage.objects.all()

    def seen(self) -> QuerySet:
        """Pictures that a reader can see already, for previews."""
        photos = ProductPhoto.objects.filter(product__sale__in=listing().values("pk"))
        return ShopImage.objects.filter(pk__in=photos.values("image"))


class AnyPageChooserBlock(_TheSame, PageChooserBlock):
    pass


class _WithMore(_TheSame, Fetching):
    def seen(self) -> QuerySet:
        """Those that a reader can see, for previews."""
        raise NotImplementedError


class FigureChooserBlock(_WithMore, SnippetChooserBlock):
    def __init__(self, **options):
        super().__init__("cms.Figure", **options)

    def rows(self):
        return self.model_class.objects.select_related("counted_value", "superseded_by")

    def seen(self):
        return self.rows().filter(live=True)


class ProductChooserBlock(_WithMore, SnippetChooserBlock):
    def __init__(self, **options):
        super().__init__("catalog.Product", **options)

    def rows(self):
        return self.model_class.objects.select_related("sale__cooperative")

    def seen(self):
        return self.rows().filter(sale__in=listing().values("pk"))


class _FewBlock(_TheSame, ChooserBlock):
    """One of a few rows, from a list that opens."""

    widget = forms.Select

    def value_from_form(self, value):
        return super().value_from_form(value or None)  # a list that is left alone sends an empty text

    def get_form_state(self, value):
        return getattr(value, "pk", value)  # Wagtail would ask a chooser's widget


class CategoryChooserBlock(_FewBlock):
    target_model = "catalog.Category"


class SellerChooserBlock(_FewBlock):
    """A cooperative as the catalog knows it, not its page."""

    target_model = "catalog.Cooperative"


class CooperativeChooserBlock(_WithMore, PageChooserBlock):
    """The page of a cooperative, with its cover. One that is not published is kept: the form of the block must not lose it.
    The template shows what readers may see."""

    def __init__(self, **options):
        super().__init__(**{**options, "page_type": "cms.CooperativePage"})

    def rows(self):
        pages = self.target_model.objects.annotate(is_restricted=is_restricted())
        return pages.select_related("cooperative", "cover")

    def seen(self):
        return self.rows().filter(live=True, is_restricted=False, cooperative__suspended_at=None)
