"""Themes in Wagtail's admin."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.snippets.views.snippets import SnippetViewSet

from catalog.admin_base import text_panel

from .models import Theme


class ThemeViewSet(SnippetViewSet):
    """A theme that is deleted leaves its stories without one."""

    model = Theme
    icon = "tag"
    menu_label = _("Themes")
    menu_name = "themes"
    menu_order = 260
    add_to_admin_menu = True
    copy_view_enabled = False
    list_display = ["name", "slug"]
    search_backend_name = None
    search_fields = ["name_fr", "name_ar", "name_en"]
    panels = [*(text_panel("name", code) for code, _name in settings.LANGUAGES), FieldPanel("slug")]
