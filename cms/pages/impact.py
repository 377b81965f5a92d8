"""The impact page: figures that editors chose, and the same as a table to work with."""

from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.url_routing import RouteResult

from catalog.spreadsheets.writing import csv_file

from ..blocks import impact_blocks
from ..blocks.shown import chosen, show
from ..figures.models import Figure
from ..figures.table import rows_of
from .base import ShopPage
from .fixed import FixedPage

#: An address that the shop itself links to, the same in every language tree.
IMPACT_SLUG = "impact"
#: Below the page lie its figures as a table.
CSV = "csv"


class ImpactPage(FixedPage):
    introduction = models.TextField(_("introduction"), blank=True)
    body = StreamField(impact_blocks(), verbose_name=_("figures and texts"), blank=True)

    fixed_slug = IMPACT_SLUG
    usual_title = _("Impact")
    content_panels = [*ShopPage.content_panels, FieldPanel("introduction"), FieldPanel("body")]
    parent_page_types = ["cms.HomePage"]
    subpage_types = []
    template = "cms/pages/impact.html"

    class Meta:
        verbose_name = _("impact page")

    @property
    def figures(self) -> list[Figure]:
        """The published figures of its blocks, each once, in the order of the page."""
        shown = {row.pk: row for row in chosen(self.body) if isinstance(row, Figure) and row.live}
        return list(shown.values())

    def route(self, request, path_components):
        if path_components == [CSV] and self.live:
            return RouteResult(self, kwargs={"as_table": True})
        return super().route(request, path_components)

    def serve(self, request, *args, as_table=False, **kwargs):
        language = translation.get_language()
        if not as_table or self.own_locale.language_code != language:
            return super().serve(request, *args, **kwargs)
        return csv_file(rows_of(self.figures), name=f"{IMPACT_SLUG}-{language}.csv")

    def get_context(self, request, *args, **kwargs):
        context = {**super().get_context(request, *args, **kwargs), **show(self.body, self.own_locale)}
        address = self.get_url(request)
        return {**context, "table_url": f"{address}{CSV}/" if address and self.figures else ""}
