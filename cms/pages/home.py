"""The home page."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail_localize.fields import BaseTranslatableField

from catalog.cooperatives.models import Accent
from catalog.media.sharing import sheet_of

from ..blocks import ONCE, home_blocks
from ..blocks.shown import show
from ..editing.publishing import CoverForm
from .base import the_same
from .cooperatives import SHOWN_STORIES, cooperative_pages
from .covers import CoveredPage, is_drawn, what_is_seen
from .shared import SharedPage
from .stories import stories_of

#: The picture of a link to a page that has none of its own is the home page's.
SHARED_BY_ALL = "shop"


def usual_body() -> list:
    """What a new home page begins with, in the active language."""
    titles = {"shelf": _("In the shop"), "cooperatives": _("The cooperatives"), "stories": _("Stories")}
    return [{"type": kind, "value": {"title": str(title)}} for kind, title in titles.items()]


class HomePageForm(CoverForm):
    """A new page begins with what most shops show, under titles in the language of its tree."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            with translation.override(self.instance.locale.language_code):
                self.instance.body = usual_body()
            self.initial["body"] = self.instance.body


class HomePage(CoveredPage, SharedPage):
    """An opening, which each home page has, and blocks below it."""

    hero_title = models.CharField(_("title over the picture"), max_length=90)
    hero_text = models.CharField(_("text under the title"), max_length=240, blank=True)
    hero_image = models.ForeignKey(
        "catalog.ShopImage",
        verbose_name=_("picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    hero_alt = what_is_seen()
    hero_is_illustration = is_drawn()
    body = StreamField(home_blocks(), verbose_name=_("below the opening"), blank=True, block_counts=ONCE)

    content_panels = [
        *SharedPage.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("hero_title"),
                FieldPanel("hero_text"),
                FieldPanel("hero_image"),
                FieldPanel("hero_alt"),
                FieldPanel("hero_is_illustration"),
            ],
            heading=_("Opening"),
        ),
        FieldPanel("body"),
    ]
    base_form_class = HomePageForm

    #: The home pages lie side by side, each under a slug of its own, which no reader sees.
    override_translatable_fields = [*the_same("hero_image"), BaseTranslatableField("slug")]

    max_count_per_parent = 1  # the others are its translations, which are not counted
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "cms.CooperativesPage", "cms.StandardPage", "cms.StoriesPage", "cms.GuidesPage",
        "cms.ImpactPage", "cms.ContactPage",
    ]  # fmt: skip
    template = "cms/pages/home.html"
    shown_with = ("hero_image",)
    described_by = "hero_text"
    cover_field, alt_field = "hero_image", "hero_alt"
    cover_place = _("Opening")

    class Meta:
        verbose_name = _("home page")

    share_subject = SHARED_BY_ALL

    @property
    def head_title(self):
        return self.seo_title or self.hero_title

    def share_sheet(self):
        return self.hero_image and sheet_of(self.hero_image, self.hero_title, line="", accent=Accent.HONEY)

    def clean(self):
        """Wagtail finds the home page of a language as the translation of the site's; any other would never be seen."""
        super().clean()
        homes = HomePage.objects.all()
        known = homes.exclude(sites_rooted_here=None) or homes  # until the site is told which page is its first
        if known and self.translation_key not in {home.translation_key for home in known}:
            raise ValidationError(_(
                "The shop has its home page already. For another language, open that one and choose “Translate this page”."
            ))  # fmt: skip

    def get_context(self, request, *args, **kwargs):
        kinds = {child["type"] for child in self.body.raw_data}  # `show` reads the blocks, all at once
        pages = list(cooperative_pages(self.own_locale)) if "cooperatives" in kinds else []
        stories = list(stories_of(self.own_locale)[:SHOWN_STORIES]) if "stories" in kinds else []
        images = [self.hero_image, *(page.cover for page in [*pages, *stories])]
        return {
            **super().get_context(request, *args, **kwargs),
            **show(self.body, self.own_locale, images=images),
            "cooperative_pages": pages,
            "stories": stories,
        }
