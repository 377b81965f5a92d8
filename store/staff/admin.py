"""Orders, delivery zones and mails in Wagtail's admin, for platform staff."""

import django_filters
from django import forms
from django.db.models import Exists, OuterRef
from django.urls import path
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.widgets import BooleanRadioSelect

from catalog.admin_base import MoneyColumn, PlainViewSet
from catalog.cooperatives.models import Cooperative

from ..delivery.models import DeliveryZone
from ..delivery.shipments import unheard_of
from ..orders.derived import OrderStatus, order_status
from ..orders.models import CooperativeOrder, Order
from ..outbox.models import OutboxMessage
from ..statuses import PartStatus
from ..templatetags.shop import phone
from .forms import ZoneForm
from .parcels import CameBack, CancelPart, NotTaken
from .policies import OrdersPolicy
from .returns import LinesBack
from .search import SearchesOrders
from .views import MovePart, OrderPage

DONE = {OrderStatus.DELIVERED, OrderStatus.RETURNED, OrderStatus.CANCELED}


class OrderFilterSet(WagtailFilterSet):
    """Status and cooperative are asked of the same part."""

    status = django_filters.ChoiceFilter(
        choices=PartStatus.choices,
        label=gettext_lazy("Status of a part"),
        method="leave",
        empty_label=gettext_lazy("All"),
        widget=forms.RadioSelect,
    )
    cooperative = django_filters.ModelChoiceFilter(
        queryset=Cooperative.objects.all(), label=gettext_lazy("Cooperative"), method="leave"
    )
    unheard_of = django_filters.BooleanFilter(
        label=gettext_lazy("Left long ago, nothing heard"), method="by_silence", widget=BooleanRadioSelect
    )
    placed_at = django_filters.DateFromToRangeFilter(label=gettext_lazy("Placed"), widget=DateRangePickerWidget)

    class Meta:
        model = Order
        fields = ["status", "cooperative", "unheard_of", "placed_at"]

    def by_silence(self, orders, name, value):
        silent = Exists(unheard_of(timezone.now()).filter(part__order=OuterRef("pk")))
        return orders.filter(silent if value else ~silent)

    def leave(self, orders, name, value):
        return orders  # filter_queryset asks both at once

    def filter_queryset(self, queryset):
        queryset = super().filter_queryset(queryset)
        asked = {
            name: self.form.cleaned_data[name] for name in ("status", "cooperative") if self.form.cleaned_data.get(name)
        }
        return (
            queryset.filter(Exists(CooperativeOrder.objects.filter(order=OuterRef("pk"), **asked)))
            if asked
            else queryset
        )


def status_of(order: Order) -> OrderStatus:
    return order_status(part.status for part in order.parts.all())


class NameColumn(Column):
    cell_template_name = "admin_pages/bdi_cell.html"


class OrderIndexView(SearchesOrders, generic.IndexView):
    default_ordering = "-placed_at"

    def get_base_queryset(self):
        return Order.objects.select_related("commune").prefetch_related("parts")

    @cached_property
    def columns(self):
        return [
            TitleColumn("number", label=_("Number"), sort_key="number", get_url=self.get_inspect_url),
            DateColumn("placed_at", label=_("Placed"), sort_key="placed_at"),
            NameColumn("name", label=_("Name"), sort_key="name"),
            Column("phone", label=_("Telephone"), accessor=lambda order: phone(order.phone)),
            NameColumn("commune", label=_("Commune")),
            MoneyColumn("total", label=_("Total"), sort_key="total"),
            StatusTagColumn(
                "status",
                label=_("Status"),
                accessor=lambda order: status_of(order).label,
                primary=lambda order: status_of(order) not in DONE,
            ),
        ]


class OrderViewSet(PlainViewSet):
    model = Order
    name = "orders"
    icon = "clipboard-list"
    menu_label = gettext_lazy("Orders")
    menu_order = 120
    add_to_admin_menu = True
    pages = {"index", "index_results", "inspect"}
    index_view_class = OrderIndexView
    inspect_view_class = OrderPage
    inspect_view_enabled = True
    inspect_template_name = "admin_pages/order.html"
    filterset_class = OrderFilterSet
    search_fields = ["number", "name", "phone"]

    @property
    def permission_policy(self):
        return OrdersPolicy(self.model)

    def part_view(self, view):
        return self.construct_view(view, model=CooperativeOrder)

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("parts/<int:pk>/move/", self.construct_view(MovePart), name="move_part"),
            path("parts/<int:pk>/not-taken/", self.part_view(NotTaken), name="not_taken"),
            path("parts/<int:pk>/came-back/", self.part_view(CameBack), name="came_back"),
            path("parts/<int:pk>/lines-back/", self.part_view(LinesBack), name="lines_back"),
            path("parts/<int:pk>/cancel/", self.part_view(CancelPart), name="cancel_part"),
        ]


class ZoneViewSet(PlainViewSet):
    model = DeliveryZone
    name = "delivery-zones"
    icon = "site"
    menu_label = gettext_lazy("Delivery zones")
    menu_order = 700
    add_to_settings_menu = True
    closed = frozenset()
    pages = PlainViewSet.pages | {"delete"}
    list_display = [
        "name",
        MoneyColumn("price", label=gettext_lazy("Price of a parcel"), sort_key="price"),
        "days_min",
        "days_max",
    ]
    form_class = ZoneForm


class MailIndexView(generic.IndexView):
    default_ordering = "-created_at"

    @cached_property
    def columns(self):
        return [
            Column("kind", label=_("Kind")),
            DateColumn("created_at", label=_("Written"), sort_key="created_at"),
            Column("recipient", label=_("Recipient")),
            DateColumn("sent_at", label=_("Sent"), sort_key="sent_at"),
            Column("tries", label=_("Tries"), sort_key="tries"),
            Column("last_error", label=_("Last error")),
        ]


class MailFilterSet(WagtailFilterSet):
    waiting = django_filters.BooleanFilter(
        field_name="sent_at", lookup_expr="isnull", label=gettext_lazy("Not sent yet")
    )

    class Meta:
        model = OutboxMessage
        fields = ["waiting"]


class MailViewSet(PlainViewSet):
    """What the shop wrote, to whom, and whether it went. Only for looking."""

    model = OutboxMessage
    name = "mails"
    icon = "mail"
    menu_label = gettext_lazy("Mails")
    menu_order = 710
    add_to_settings_menu = True
    pages = {"index", "index_results"}
    index_view_class = MailIndexView
    filterset_class = MailFilterSet
    search_fields = ["recipient", "kind"]

    @property
    def permission_policy(self):
        return OrdersPolicy(self.model)
