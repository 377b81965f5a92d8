"""Stories of how the cooperatives got there, and their list."""

from django.core.paginator import Paginator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from catalog.cooperatives.models import Accent, Cooperative

from ..themes.models import Theme
from .articles import ArticlePage
from .base import ShopPage, pages_in, the_same
from .fixed import FixedPage

#: An address that the shop itself links to, the same in every language tree.
STORIES_SLUG = "recits"
PER_PAGE = 12
RELATED = 3


class StoriesPage(FixedPage):
    introduction = models.TextField(_("introduction"), blank=True)

    fixed_slug = STORIES_SLUG
    usual_title = _("Stories")
    content_panels = [*ShopPage.content_panels, FieldPanel("introduction")]
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.StoryPage"]
    template = "cms/pages/stories.html"

    class Meta:
        verbose_name = _("list of the stories")

    def get_context(self, request, *args, **kwargs):
        told = stories_of(self.own_locale).child_of(self)
        cooperatives = list(Cooperative.objects.filter(stories__in=told).distinct().order_by("pk"))
        themes = list(Theme.objects.filter(stories__in=told).distinct())
        years = [day.year for day in told.order_by().dates("told_on", "year", order="DESC")]
        wishes = {
            "cooperative": _named(request.GET.get("cooperative"), cooperatives),
            "theme": _named(request.GET.get("theme"), themes),
            "told_on__year": next((year for year in years if str(year) == request.GET.get("annee")), None),
        }
        wishes = {name: wish for name, wish in wishes.items() if wish}
        stories = told.filter(**wishes).prefetch_related("cover__renditions")
        return {
            **super().get_context(request, *args, **kwargs),
            "stories": Paginator(stories, PER_PAGE).get_page(request.GET.get("page")),
            "cooperatives": cooperatives,
            "themes": themes,
            "years": years,
            "chosen": wishes.values(),
        }


def _named(slug: str | None, rows: list):
    return next((row for row in rows if row.slug == slug), None)


class StoryPage(ArticlePage):
    """A story. `told_on` is the day that readers see."""

    cooperative = models.ForeignKey(
        Cooperative, verbose_name=_("cooperative"), null=True, blank=True, on_delete=models.SET_NULL,
        related_name="stories",
    )  # fmt: skip
    theme = models.ForeignKey(
        Theme, verbose_name=_("theme"), null=True, blank=True, on_delete=models.SET_NULL, related_name="stories"
    )
    told_on = models.DateField(_("date"), default=timezone.localdate)

    override_translatable_fields = the_same("cover", "cooperative", "theme")
    content_panels = [
        *ShopPage.content_panels,
        *ArticlePage.summary_panels,
        FieldPanel("cooperative"),
        FieldPanel("theme"),
        FieldPanel("told_on"),
        FieldPanel("body"),
    ]
    parent_page_types = ["cms.StoriesPage"]
    subpage_types = []
    template = "cms/pages/story.html"
    shown_with = ("cover", "cooperative", "theme")

    class Meta:
        verbose_name = _("story")

    @property
    def published_on(self):
        return self.told_on

    @property
    def share_line(self):
        return str(self.cooperative or self.theme or "")

    @property
    def share_accent(self):
        return self.cooperative.accent if self.cooperative else Accent.HONEY

    def related(self):
        """Other stories, those of the same cooperative first."""
        is_near = models.Case(models.When(cooperative=self.cooperative_id, then=0), default=1)
        others = stories_of(self.own_locale).exclude(pk=self.pk)
        return list(others.order_by(is_near, "-told_on", "-pk")[:RELATED])


def stories_of(locale) -> models.QuerySet:
    """The live stories in a language, newest first, with what their cards show."""
    stories = pages_in(locale, StoryPage).select_related("cover", "cooperative", "theme")
    return stories.order_by("-told_on", "-pk")
