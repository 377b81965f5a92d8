"""Figures in Wagtail's admin."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    MultiFieldPanel,
    ObjectList,
    PublishingPanel,
    TabbedInterface,
)
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import SnippetViewSet

from catalog.admin_base import ClosedPolicy, text_panel

from . import live
from .models import WORDS_OF_FIGURE, Figure


def _words(language: str, name: str) -> ObjectList:
    return ObjectList([text_panel(field, language) for field in WORDS_OF_FIGURE], heading=name)


class QueryWidget(forms.Select):
    """The queries that the store has registered by the time the form is shown."""

    def __init__(self, attrs=None):
        super().__init__(attrs)

    def optgroups(self, name, value, attrs=None):
        self.choices = [("", "—"), *live.choices()]
        return super().optgroups(name, value, attrs)


class FigureViewSet(SnippetViewSet):
    """A figure is replaced, never deleted, because pages may show it. Its usage lists every page that does."""

    model = Figure
    icon = "table"
    menu_label = _("Figures")
    menu_name = "figures"
    menu_order = 250
    add_to_admin_menu = True
    copy_view_enabled = False

    @property
    def permission_policy(self):
        return ClosedPolicy(self.model, closed={"delete"})

    list_display = ["counted", Column("number", label=_("Number")), "kind", "review_by", "superseded_by"]
    list_filter = ["kind"]
    search_backend_name = None
    search_fields = ["counted_fr", "counted_ar", "counted_en", "source_fr"]
    edit_handler = TabbedInterface([
        ObjectList(
            [
                FieldPanel("kind"),
                MultiFieldPanel(
                    [
                        FieldRowPanel([FieldPanel("value"), FieldPanel("extent")]),
                        FieldPanel("link"),
                        FieldRowPanel([FieldPanel("published_on"), FieldPanel("is_undated"), FieldPanel("read_on")]),
                        FieldRowPanel([FieldPanel("review_by"), FieldPanel("superseded_by")]),
                    ],
                    heading=_("Read somewhere"),
                ),
                MultiFieldPanel(
                    [FieldPanel("query", widget=QueryWidget), FieldPanel("since")], heading=_("Counted by this shop")
                ),
                HelpPanel(content=_("What is counted, the unit and the source are written in each language.")),
                PublishingPanel(),
            ],
            heading=_("Number"),
        ),
        *[_words(code, name) for code, name in settings.LANGUAGES],
    ])  # fmt: skip
