"""What our pages in Wagtail's admin share: closed actions, columns, and forms that do one thing to one row."""

from types import SimpleNamespace

from django import forms
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.ui.side_panels import ChecksSidePanel, PreviewSidePanel
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import BaseObjectMixin, WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.permissions import ModelPermissionPolicy

from .money import format_money

#: Attributes of inputs that are written from right to left.
ARABIC = {"dir": "rtl", "lang": "ar"}


class ClosedPolicy(ModelPermissionPolicy):
    """Django's permissions of a model, without the actions that are closed to everybody, superusers too."""

    def __init__(self, model, *, closed):
        super().__init__(model)
        self.closed = closed

    def user_has_permission(self, user, action):
        return action not in self.closed and super().user_has_permission(user, action)


class PlainViewSet(ModelViewSet):
    """A model in the admin with only the pages and actions that it allows; never a copy view, which overwrites."""

    pages = {"index", "index_results", "add", "edit", "history", "history_results"}
    closed = {"delete"}
    copy_view_enabled = False
    add_to_reference_index = False
    search_backend_name = None
    #: The form of the add and edit pages; needed where there are any.
    form_class = None
    form_fields = ()

    def get_form_class(self, for_update=False):
        return self.form_class or super().get_form_class(for_update)

    @property
    def permission_policy(self):
        return ClosedPolicy(self.model, closed=self.closed)

    def get_common_view_kwargs(self, **kwargs):
        absent = {
            f"{page}_url_name": None for page in ("add", "edit", "delete", "history", "usage") if page not in self.pages
        }
        return super().get_common_view_kwargs(**{**absent, **kwargs})

    def get_urlpatterns(self):
        return [pattern for pattern in super().get_urlpatterns() if pattern.name in self.pages]

    def register_admin_url_finder(self):
        if "edit" in self.pages:
            super().register_admin_url_finder()


class MoneyColumn(Column):
    def get_value(self, instance):
        amount = super().get_value(instance)
        return "–" if amount is None else format_money(amount)


class DayColumn(Column):
    """A day as a date: Wagtail's own column says of each that it was so long ago, of those to come too."""

    def get_value(self, instance):
        day = super().get_value(instance)
        return date_format(day, "SHORT_DATE_FORMAT") if day else "–"


class MomentColumn(Column):
    """A moment to the minute, on our clocks."""

    def get_value(self, instance):
        at = super().get_value(instance)
        return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT") if at else "–"


class OperationView(PermissionCheckedMixin, BaseObjectMixin, WagtailAdminTemplateMixin, FormView):
    """A form that does one thing to one row: asked on GET, done on POST by `form_valid`."""

    template_name = "admin_pages/operation.html"
    permission_policy = None
    permission_required = "change"
    header_icon = "edit"
    explanation = ""
    submit_button_label = _("Save")
    #: Names the row's own page, where the operation begins and ends.
    back_url = ""

    def get_page_subtitle(self):
        return str(self.object)

    @property
    def crumbs(self) -> list[dict]:
        """The way from the list to this page."""
        return [{"url": self.back_url, "label": str(self.object)}, {"url": "", "label": self.page_title}]

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, *self.crumbs]

    def get_success_url(self):
        return self.back_url

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return {
            **context,
            "media": context["form"].media,
            "action_url": self.request.path,
            "back_url": self.back_url,
            "explanation": self.explanation,
            "submit_button_label": self.submit_button_label,
            "submit_button_active_label": _("Saving…"),
        }


def text_panel(field: str, language: str, *, long: bool = False, required: bool = False) -> FieldPanel:
    """The panel of a translated field, its input in the direction of its language."""
    attrs = ARABIC if language == "ar" else {"lang": language, "dir": "ltr"}
    widget = AdminAutoHeightTextInput(attrs=attrs) if long else forms.TextInput(attrs=attrs)
    return FieldPanel(f"{field}_{language}", widget=widget, required_on_save=required or None)


class ReadAlong(generic.IndexView):
    """A list that fetches the related rows which its columns show."""

    related: tuple[str, ...] = ()

    def get_base_queryset(self):
        return super().get_base_queryset().select_related(*self.related)


class OneByOne:
    """A list whose rows are published and taken offline one by one: there is nothing to tick."""

    @cached_property
    def columns(self):
        return [column for column in super().columns if not isinstance(column, BulkActionsCheckboxColumn)]


def publishing_status(row) -> str:
    """In words, how far a row with drafts is; `is_scheduled` and `is_in_review` come from the query, if its kind has them."""
    if getattr(row, "is_scheduled", False):
        return gettext("published, new version scheduled") if row.live else gettext("scheduled")
    if getattr(row, "is_in_review", False):
        return gettext("published, changes in review") if row.live else gettext("in review")
    if row.live:
        return gettext("published, with a draft") if row.has_unpublished_changes else gettext("published")
    return gettext("draft")


class AllOrNothing:
    """A POST that is done whole or not at all: publishing writes the row, its photos and its revision in turn."""

    def post(self, request, *args, **kwargs):
        with transaction.atomic():
            return super().post(request, *args, **kwargs)


class PreviewInEachLanguage(PreviewSidePanel):
    """The preview panel with a choice of the shop's languages."""

    def get_context_data(self, parent_context):
        shown = SimpleNamespace(
            preview_modes=settings.LANGUAGES,
            default_preview_mode=settings.LANGUAGE_CODE,
            preview_sizes=self.object.preview_sizes,
            default_preview_size=self.object.default_preview_size,
        )
        return {**super().get_context_data(parent_context), "object": shown, "has_multiple_modes": True}


class InAskedLanguage:
    """A preview in the language of `?mode=`. Its page is a request of its own, which finds its language in a cookie."""

    def get(self, request, *args, **kwargs):
        language = request.GET.get("mode")
        if language not in dict(settings.LANGUAGES):
            language = settings.LANGUAGE_CODE
        cookies = [request.META.get("HTTP_COOKIE", ""), f"{settings.LANGUAGE_COOKIE_NAME}={language}"]
        request.META["HTTP_COOKIE"] = "; ".join(filter(None, cookies))
        return super().get(request, *args, **kwargs)


class PreviewsInEachLanguage:
    """An edit view whose preview panel offers each language, without the checks that need Wagtail's script in the preview."""

    def get_side_panels(self):
        return MediaContainer(
            PreviewInEachLanguage(panel.object, panel.request, preview_url=panel.preview_url)
            if isinstance(panel, PreviewSidePanel)
            else panel
            for panel in super().get_side_panels()
            if not isinstance(panel, ChecksSidePanel)
        )
