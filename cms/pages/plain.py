"""Plain pages such as who we are."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField

from .base import TEXT_FEATURES, ShopPage
from .fixed import keep_word

#: An address that the shop itself links to, the same in every language tree.
ABOUT_SLUG = "qui-sommes-nous"


class StandardPage(ShopPage):
    introduction = models.TextField(_("introduction"), blank=True)
    body = RichTextField(_("text"), features=TEXT_FEATURES)

    content_panels = [*ShopPage.content_panels, FieldPanel("introduction"), FieldPanel("body")]
    parent_page_types = ["cms.HomePage"]
    subpage_types = []
    template = "cms/pages/standard.html"

    class Meta:
        verbose_name = _("plain page")

    def clean(self):
        """Any plain page may be renamed but the one that tells who we are."""
        super().clean()
        if StandardPage.objects.filter(pk=self.pk, slug=ABOUT_SLUG).exists():
            keep_word(self, ABOUT_SLUG)
