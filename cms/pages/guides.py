"""Guides: how to use what is sold, and how to tell a good one; and their list."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from catalog.products.models import Category

from .articles import ArticlePage
from .base import ShopPage, open_pages, pages_in, the_same
from .fixed import FixedPage

#: An address that the shop itself links to, the same in every language tree.
GUIDES_SLUG = "guides"
RELATED = 3


class GuidesPage(FixedPage):
    introduction = models.TextField(_("introduction"), blank=True)

    fixed_slug = GUIDES_SLUG
    usual_title = _("Guides")
    content_panels = [*ShopPage.content_panels, FieldPanel("introduction")]
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.GuidePage"]
    template = "cms/pages/guides.html"

    class Meta:
        verbose_name = _("list of the guides")

    def get_context(self, request, *args, **kwargs):
        guides = guides_of(self.own_locale).child_of(self).prefetch_related("cover__renditions")
        return {**super().get_context(request, *args, **kwargs), "guides": list(guides)}


class GuidePage(ArticlePage):
    category = models.ForeignKey(
        Category,
        verbose_name=_("shelf"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="guides",
        help_text=_("The pages of the products on this shelf name the guide."),
    )

    override_translatable_fields = the_same("cover", "category")
    content_panels = [
        *ShopPage.content_panels,
        *ArticlePage.summary_panels,
        FieldPanel("category"),
        FieldPanel("body"),
    ]
    parent_page_types = ["cms.GuidesPage"]
    subpage_types = []
    template = "cms/pages/guide.html"
    shown_with = ("cover", "category")

    class Meta:
        verbose_name = _("guide")

    @property
    def share_line(self):
        return str(self.category or "")

    def related(self):
        """Other guides, those of the same shelf first."""
        is_near = models.Case(models.When(category=self.category_id, then=0), default=1)
        return list(guides_of(self.own_locale).exclude(pk=self.pk).order_by(is_near, "path")[:RELATED])


def guides_of(locale) -> models.QuerySet:
    """The live guides in a language, in the order that editors gave them, with what their cards show."""
    return pages_in(locale, GuidePage).select_related("cover").order_by("path")


def guides_about(category: Category, *, language: str) -> models.QuerySet:
    """The live guides to a shelf or to the one that it is part of."""
    guides = open_pages(GuidePage).filter(locale__language_code=language)
    return guides.filter(category__in=[category.pk, category.parent_id]).order_by("path")
