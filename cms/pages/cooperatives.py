"""The cooperatives' public pages, and their list."""

from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField

from catalog.cooperatives.models import Cooperative
from catalog.products.queries import cards, listing, share_picture

from ..blocks import story_blocks
from ..blocks.shown import show
from ..editing.publishing import CoverForm
from .base import ShopPage, open_pages, pages_in, the_same
from .covers import CoveredPage, is_drawn, what_is_seen
from .fixed import FixedPage, keep_word
from .stories import stories_of

#: An address that the shop itself links to, the same in every language tree.
COOPERATIVES_SLUG = "cooperatives"
SHOWN_STORIES = 3


class CooperativesPage(FixedPage):
    introduction = models.TextField(_("introduction"), blank=True)

    fixed_slug = COOPERATIVES_SLUG
    usual_title = _("Cooperatives")
    content_panels = [*ShopPage.content_panels, FieldPanel("introduction")]
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.CooperativePage"]
    template = "cms/pages/cooperatives.html"

    class Meta:
        verbose_name = _("list of the cooperatives")

    def get_context(self, request, *args, **kwargs):
        pages = cooperative_pages(self.own_locale).prefetch_related("cover__renditions")
        return {**super().get_context(request, *args, **kwargs), "cooperative_pages": list(pages)}


def cooperative_pages(locale) -> models.QuerySet:
    """The live pages of cooperatives that are selling, with what their cards show, but for the renditions of their covers."""
    pages = pages_in(locale, CooperativePage).filter(cooperative__suspended_at=None)
    return pages.select_related("cooperative", "cover").order_by("cooperative")


def cooperatives_told(language: str) -> set[int]:
    """The cooperatives, by number, whose page a reader of this language finds."""
    pages = open_pages(CooperativePage).filter(locale__language_code=language)
    return set(pages.values_list("cooperative", flat=True))


class CooperativePageForm(CoverForm):
    """A new page has its cooperative's word in its address, unless the editor wrote another one."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.fields["slug"].required = False

    def clean(self):
        answers = self.cleaned_data
        # Wagtail writes the title's word there while the title is typed.
        nobody_wrote_one = answers.get("slug") in ("", slugify(answers.get("title", "")))
        cooperative = answers.get("cooperative")
        if not self.instance.pk and cooperative and nobody_wrote_one:
            answers["slug"] = cooperative.slug
        return super().clean()


class CooperativePage(CoveredPage):
    """A cooperative's public page: its story by editors, its products from the catalog."""

    cooperative = models.ForeignKey(
        Cooperative, verbose_name=_("cooperative"), on_delete=models.PROTECT, related_name="pages"
    )
    introduction = models.TextField(_("in one sentence"), blank=True)
    cover = models.ForeignKey(
        "catalog.ShopImage",
        verbose_name=_("cover picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    cover_alt = what_is_seen()
    cover_is_illustration = is_drawn()
    body = StreamField(story_blocks(), verbose_name=_("story"), blank=True)

    override_translatable_fields = the_same("cooperative", "cover")
    content_panels = [
        *ShopPage.content_panels,
        FieldPanel("cooperative"),
        FieldPanel("introduction"),
        MultiFieldPanel(
            [FieldPanel("cover"), FieldPanel("cover_alt"), FieldPanel("cover_is_illustration")], heading=_("Cover")
        ),
        FieldPanel("body"),
    ]
    base_form_class = CooperativePageForm
    parent_page_types = ["cms.CooperativesPage"]
    subpage_types = []
    template = "cms/pages/cooperative.html"
    shown_with = ("cooperative", "cover")

    class Meta:
        verbose_name = _("page of a cooperative")

    def clean(self):
        super().clean()
        if self.cooperative_id:  # else that is what is missing
            keep_word(self, self.cooperative.slug)

    def get_context(self, request, *args, **kwargs):
        products = cards(listing(cooperative=self.cooperative), with_renditions=False)
        told = list(self.stories())
        images = [self.cover, *(story.cover for story in told)]
        images += [photo.image for card in products for photo in card.photos]
        index = self.get_parent()
        return {
            **super().get_context(request, *args, **kwargs),
            **show(self.body, self.own_locale, images=images),
            "cards": products,
            "stories": told,
            "trail": [(index.title, index.get_url(request)), (self.title, "")],
            "share_picture": share_picture(f"cooperative:{self.cooperative_id}"),
        }

    def stories(self) -> models.QuerySet:
        """What was told about it, newest first."""
        return stories_of(self.own_locale).filter(cooperative=self.cooperative_id)[:SHOWN_STORIES]
