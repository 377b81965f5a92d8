"""Messages from the contact page in Wagtail's admin: read, and marked as answered."""

import django_filters
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from catalog.admin_base import PlainViewSet

from ..contact.actions import mark_answered
from ..contact.models import ContactMessage


class MessageFilterSet(WagtailFilterSet):
    waiting = django_filters.BooleanFilter(
        field_name="answered_at", lookup_expr="isnull", label=gettext_lazy("Not answered yet")
    )

    class Meta:
        model = ContactMessage
        fields = ["waiting", "subject"]


class MessageIndexView(generic.IndexView):
    default_ordering = "-created_at"

    def search_queryset(self, queryset):
        if not self.is_searching:
            return queryset
        words = self.search_query.strip()
        found = Q()
        for field in ("name", "email", "phone", "order_number", "text"):
            found |= Q(**{f"{field}__icontains": words})
        return queryset.filter(found)

    @cached_property
    def columns(self):
        return [
            TitleColumn("name", label=_("Name"), sort_key="name", get_url=self.get_inspect_url),
            Column("subject", label=_("Subject"), accessor="get_subject_display"),
            DateColumn("created_at", label=_("Written"), sort_key="created_at"),
            StatusTagColumn(
                "answered_at",
                label=_("Status"),
                accessor=lambda message: _("answered") if message.answered_at else _("to be answered"),
                primary=lambda message: not message.answered_at,
            ),
        ]


class MessagePage(generic.InspectView):
    def get_queryset(self):
        return super().get_queryset().select_related("answered_by")

    def get_context_data(self, **kwargs):
        may_mark = self.permission_policy.user_has_permission(self.request.user, "change")
        return {**super().get_context_data(**kwargs), "message": self.object, "may_mark": may_mark}


class MarkAnswered(PermissionCheckedMixin, View):
    """Only ever by POST."""

    permission_policy = None
    permission_required = "change"
    http_method_names = ["post"]

    def post(self, request, pk):
        message = get_object_or_404(ContactMessage, pk=pk)
        if mark_answered(message, by=request.user, now=timezone.now()):
            messages.success(request, _("The message of %(name)s is answered.") % {"name": message.name})
        return redirect(reverse("contact-messages:inspect", args=[pk]))


class MessageViewSet(PlainViewSet):
    model = ContactMessage
    name = "contact-messages"
    icon = "mail"
    menu_label = gettext_lazy("Messages")
    menu_order = 130
    add_to_admin_menu = True
    pages = {"index", "index_results", "inspect"}
    closed = frozenset({"add", "delete"})
    index_view_class = MessageIndexView
    inspect_view_class = MessagePage
    inspect_view_enabled = True
    inspect_template_name = "admin_pages/message.html"
    filterset_class = MessageFilterSet
    search_fields = ["name"]

    def get_urlpatterns(self):
        mark = path("answered/<int:pk>/", self.construct_view(MarkAnswered), name="mark_answered")
        return [*super().get_urlpatterns(), mark]
