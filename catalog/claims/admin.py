"""The list of words that claim to cure, kept by editors and moderators."""

from django.utils.translation import gettext_lazy as _

from ..admin_base import PlainViewSet
from .models import ClaimWord


class ClaimWordViewSet(PlainViewSet):
    model = ClaimWord
    name = "claim-words"
    icon = "warning"
    menu_label = _("Words that claim to cure")
    menu_order = 720
    add_to_settings_menu = True
    closed = frozenset()
    pages = PlainViewSet.pages | {"delete"}
    list_display = ["words", "language"]
    list_filter = ["language"]
    search_fields = ["words"]
    list_per_page = 100
    form_fields = ("language", "words")
