"""Callbacks of providers: what came, whether it was applied, and a button to apply it now."""

import json

import django_filters
from django import forms
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from catalog.admin_base import MomentColumn, PlainViewSet, ReadAlong

from ...flows.cards.events import apply_event
from ...payments.cards import PaymentEvent
from ..policies import OrdersPolicy
from ..search import SearchesOrders
from .live import Live
from .words import error_of, event_status, provider_choices, provider_name


def as_text(payload) -> str:
    """What was sent, for people."""
    return json.dumps(payload, indent=2, ensure_ascii=False)


class EventFilterSet(WagtailFilterSet):
    waiting = django_filters.BooleanFilter(
        field_name="done_at", lookup_expr="isnull", label=gettext_lazy("Not applied yet")
    )
    is_foreign = django_filters.BooleanFilter(label=gettext_lazy("Of another shop"))
    provider = django_filters.ChoiceFilter(
        choices=provider_choices, label=gettext_lazy("Provider"), empty_label=gettext_lazy("All"),
        widget=forms.RadioSelect,
    )  # fmt: skip

    class Meta:
        model = PaymentEvent
        fields = ["waiting", "is_foreign", "provider"]


class EventIndexView(Live, SearchesOrders, ReadAlong):
    related = ("attempt__payment__order",)
    order_path = "attempt__payment__order__"
    searched_too = ("event_id", "type", "key", "reference", "provider_payment")
    default_ordering = "-pk"

    @cached_property
    def columns(self):
        return [
            TitleColumn("type", label=_("Type"), get_url=self.get_inspect_url, sort_key="type"),
            Column("provider", label=_("Provider"), accessor=lambda event: provider_name(event.provider)),
            Column("order", label=_("Order"), accessor=lambda event: event.attempt or event.key or "–"),
            MomentColumn("happened_at", label=_("Happened"), sort_key="happened_at"),
            Column("tries", label=_("Tries"), sort_key="tries"),
            Column("error", label=_("Error"), accessor=lambda event: error_of(event) or "–"),
            StatusTagColumn(
                "done_at", label=_("Status"), accessor=event_status, primary=lambda event: event.done_at is None
            ),
        ]


class EventPage(generic.InspectView):
    page_title = gettext_lazy("Event of a provider")

    def get_object(self, queryset=None):
        return get_object_or_404(PaymentEvent.objects.select_related("attempt__payment__order"), pk=self.pk)

    def get_context_data(self, **kwargs):
        event = self.object
        return {
            **super().get_context_data(**kwargs),
            "event": event,
            "provider": provider_name(event.provider),
            "status": event_status(event),
            "error": error_of(event),
            "payload": as_text(event.payload),
        }


class ApplyNow(PermissionCheckedMixin, View):
    """Apply a callback that waits; only ever by POST. Applied twice it changes nothing."""

    permission_policy = None
    permission_required = "view"  # of the orders' own policy
    http_method_names = ["post"]

    def post(self, request, pk):
        event = get_object_or_404(PaymentEvent, pk=pk)
        is_done = event.done_at is None and apply_event(event)
        event.refresh_from_db()
        if is_done:
            messages.success(request, _("The event is applied."))
        elif event.done_at:
            messages.warning(request, _("This event was applied already."))
        else:
            told = _("It could not be applied, and is tried again by itself. %(error)s")
            messages.error(request, told % {"error": error_of(event)})
        return redirect(reverse("payment-events:inspect", args=[pk]))


class EventViewSet(PlainViewSet):
    """What a provider said stays as it is."""

    model = PaymentEvent
    name = "payment-events"
    icon = "history"
    menu_label = gettext_lazy("Events of providers")
    pages = {"index", "index_results", "inspect"}
    index_view_class = EventIndexView
    inspect_view_class = EventPage
    inspect_view_enabled = True
    inspect_template_name = "admin_pages/payment_event.html"
    index_template_name = "admin_pages/live_index.html"
    filterset_class = EventFilterSet
    search_fields = ["event_id"]

    @property
    def permission_policy(self):
        return OrdersPolicy(self.model)

    def get_urlpatterns(self):
        return [*super().get_urlpatterns(), path("<int:pk>/apply/", self.construct_view(ApplyNow), name="apply")]
