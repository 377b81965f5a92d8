"""The contact page. What is sent to it is the store's business (store/shopfront/contact.py)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from .base import ShopPage
from .fixed import FixedPage

#: An address that the shop itself links to, the same in every language tree.
CONTACT_SLUG = "contact"


class ContactPage(FixedPage):
    introduction = models.TextField(_("introduction"), blank=True)
    address = models.TextField(_("address"), blank=True, help_text=_("Where people find you; empty: nowhere."))
    opening_hours = models.CharField(_("opening hours"), max_length=200, blank=True)
    thanks = models.TextField(_("thanks"), blank=True, help_text=_("What somebody reads who has sent a message."))

    fixed_slug = CONTACT_SLUG
    usual_title = _("Contact")
    content_panels = [
        *ShopPage.content_panels,
        FieldPanel("introduction"),
        MultiFieldPanel([FieldPanel("address"), FieldPanel("opening_hours")], heading=_("Beside the form")),
        FieldPanel("thanks"),
    ]
    parent_page_types = ["cms.HomePage"]
    subpage_types = []
    template = "cms/pages/contact.html"

    class Meta:
        verbose_name = _("contact page")
