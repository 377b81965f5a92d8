"""The rules of publishing in Wagtail's admin: one is added or taken away, and counts at once."""

from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic

from ..admin_base import PlainViewSet
from .models import Requirement


class RequirementIndexView(generic.IndexView):
    @cached_property
    def columns(self):
        """There is nothing to edit."""
        return [
            Column("use", label=_("Use"), accessor="get_use_display", sort_key="use"),
            Column("need", label=_("What is asked"), accessor="get_need_display", sort_key="need"),
            TitleColumn(
                "take_away", label="", accessor=lambda _row: gettext("Take away…"), get_url=self.get_delete_url
            ),
        ]


class RequirementCreateView(generic.CreateView):
    def get_success_buttons(self):
        return []


class RequirementViewSet(PlainViewSet):
    model = Requirement
    name = "publishing-rules"
    icon = "clipboard-list"
    menu_label = _("Rules of publishing")
    menu_order = 719
    add_to_settings_menu = True
    closed = {"change"}
    pages = {"index", "index_results", "add", "delete"}
    index_view_class = RequirementIndexView
    add_view_class = RequirementCreateView
    list_filter = ["use"]
    list_per_page = 100
    form_fields = ("use", "need")
