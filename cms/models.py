"""Pages: home, the cooperatives' public pages, and plain pages such as the terms of sale."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from catalog.cooperatives.models import Cooperative
from catalog.products.queries import cards, listing, share_picture

#: What an editor may do in a text: few things, so that pages stay calm.
TEXT_FEATURES = ["h2", "h3", "bold", "italic", "ul", "ol", "link", "document-link"]
#: Addresses that the shop itself links to, the same in every language tree.
TERMS_SLUG = "conditions"
ABOUT_SLUG = "qui-sommes-nous"
COOPERATIVES_SLUG = "cooperatives"
#: Products that a page shows before its link to all of them.
SHOWN_ON_HOME = 8


class ShopPage(Page):
    """What all our pages share: an address that cannot hide one of the shop's own."""

    class Meta:
        abstract = True

    def clean(self):
        super().clean()
        if self.slug in settings.RESERVED_SLUGS:
            raise ValidationError({"slug": _("The shop uses this address itself. Choose another one.")})

    def get_context(self, request, *args, **kwargs):
        return {**super().get_context(request, *args, **kwargs), "languages": self.languages(request)}

    def languages(self, request) -> list[tuple[str, str, str]]:
        """(code, name, address) of each language: this page in it, or its home page where there is no translation."""
        live = self.get_translations(inclusive=True).live().select_related("locale")
        urls = {page.locale.language_code: page.get_url(request) for page in live}
        return [(code, name, urls.get(code) or f"/{code}/") for code, name in settings.LANGUAGES]


class Step(blocks.StructBlock):
    title = blocks.CharBlock()
    text = blocks.TextBlock()

    class Meta:
        icon = "list-ol"
        label = _("Step")


class HomePage(ShopPage):
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
    introduction = models.TextField(_("introduction"), blank=True)
    steps = StreamField([("step", Step())], verbose_name=_("how it works"), blank=True, max_num=4)

    content_panels = [
        *Page.content_panels,
        MultiFieldPanel(
            [FieldPanel("hero_title"), FieldPanel("hero_text"), FieldPanel("hero_image")], heading=_("Opening")
        ),
        FieldPanel("introduction"),
        FieldPanel("steps"),
    ]

    max_count_per_parent = 3  # one for each language
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["cms.CooperativesPage", "cms.StandardPage"]
    template = "cms/pages/home.html"

    class Meta:
        verbose_name = _("home page")

    def get_context(self, request, *args, **kwargs):
        return {
            **super().get_context(request, *args, **kwargs),
            "cards": cards(listing(in_stock=True)[:SHOWN_ON_HOME]),
            "cooperative_pages": cooperative_pages(self.locale),
        }


class CooperativesPage(ShopPage):
    introduction = models.TextField(_("introduction"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    max_count_per_parent = 1
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.CooperativePage"]
    template = "cms/pages/cooperatives.html"

    class Meta:
        verbose_name = _("list of the cooperatives")

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        return {**context, "cooperative_pages": cooperative_pages(self.locale)}


def cooperative_pages(locale) -> models.QuerySet:
    """The live pages of cooperatives that are selling, with what their cards show: three queries."""
    pages = CooperativePage.objects.live().filter(locale=locale, cooperative__suspended_at=None)
    return pages.select_related("cooperative", "cover").prefetch_related("cover__renditions").order_by("cooperative")


class CooperativePage(ShopPage):
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
    story = RichTextField(_("story"), features=TEXT_FEATURES, blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("cooperative"),
        FieldPanel("introduction"),
        FieldPanel("cover"),
        FieldPanel("story"),
    ]
    parent_page_types = ["cms.CooperativesPage"]
    subpage_types = []
    template = "cms/pages/cooperative.html"

    class Meta:
        verbose_name = _("page of a cooperative")

    def get_context(self, request, *args, **kwargs):
        products = cards(listing(cooperative=self.cooperative))
        index = self.get_parent()
        trail = [(index.title, index.get_url(request)), (self.title, "")]
        picture = share_picture(f"cooperative:{self.cooperative_id}")
        context = super().get_context(request, *args, **kwargs)
        return {**context, "cards": products, "trail": trail, "share_picture": picture}


class StandardPage(ShopPage):
    introduction = models.TextField(_("introduction"), blank=True)
    body = RichTextField(_("text"), features=TEXT_FEATURES)

    content_panels = [*Page.content_panels, FieldPanel("introduction"), FieldPanel("body")]
    parent_page_types = ["cms.HomePage"]
    subpage_types = []
    template = "cms/pages/standard.html"

    class Meta:
        verbose_name = _("plain page")


def terms_page(language: str) -> StandardPage | None:
    """The terms of sale that are in force in this language."""
    return StandardPage.objects.live().filter(slug=TERMS_SLUG, locale__language_code=language).first()
