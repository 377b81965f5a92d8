from django.templatetags.static import static
from django.utils.html import format_html
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from .figures.admin import FigureViewSet
from .legal.admin import LegalTextViewSet
from .page_translations import hooks as _hooks  # noqa: F401 - registers them
from .rich_text import name_rows_by_number
from .themes.admin import ThemeViewSet

register_snippet(FigureViewSet)
register_snippet(LegalTextViewSet)
register_snippet(ThemeViewSet)
hooks.register("register_rich_text_features", name_rows_by_number, order=1000)  # after Wagtail's own, which it changes


@hooks.register("insert_editor_js")
def one_save_at_a_time():
    return format_html('<script src="{}"></script>', static("cms/saving.js"))
