"""What is to be paid back to buyers, in Wagtail's admin: what is owed, to whom, who approved it and who paid it."""

import django_filters
from django import forms
from django.urls import path
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic

from catalog.admin_base import MoneyColumn, PlainViewSet
from catalog.money import ZERO
from catalog.rib import in_groups

from ..flows.give_back import money_of
from ..flows.refunds import parts_with_money_back
from ..ledger.models import Act, Kind, LedgerLine
from ..orders.models import CooperativeOrder
from ..refunds.models import OPEN_REFUND, Refund, RefundWay
from ..statuses import Actor, RefundStatus
from .policies import OrdersPolicy
from .refund_steps import Approve, Ask, Give, Pay, Refuse
from .search import SearchesOrders
from .views import part_at


def open_refund(part: CooperativeOrder) -> Refund | None:
    """From refunds that came with the part."""
    return next((refund for refund in part.refunds.all() if refund.status in OPEN_REFUND), None)


def references(part: CooperativeOrder) -> str:
    """Of what was paid back so far."""
    return ", ".join(refund.reference for refund in part.refunds.all() if refund.reference) or "–"


def next_step(part: CooperativeOrder) -> str:
    refund = open_refund(part)
    if refund is None and not part.balance:
        return _("paid back")
    if refund is None:
        return _("account missing")
    if refund.status == RefundStatus.APPROVED:
        return _("to be paid")
    return _("account missing") if refund.way == RefundWay.TRANSFER and not refund.rib else _("to be approved")


class RefundFilterSet(WagtailFilterSet):
    paid = django_filters.ChoiceFilter(
        choices=[("yes", gettext_lazy("Paid back"))],
        label=gettext_lazy("Show"),
        empty_label=gettext_lazy("To be paid back"),
        method="by_what_is_owed",
        widget=forms.RadioSelect,
    )

    class Meta:
        model = CooperativeOrder
        fields = ["paid"]

    def by_what_is_owed(self, parts, name, value):
        return parts.filter(refunds__status=RefundStatus.PAID).distinct()


class ToPayBackView(SearchesOrders, generic.IndexView):
    """What is owed; what was paid back too, where somebody asks for it or searches."""

    page_title = gettext_lazy("To be paid back")
    order_path = "order__"
    searched_too = ("refunds__reference",)

    def get_base_queryset(self):
        return parts_with_money_back().order_by("pk")

    def filter_queryset(self, queryset):
        is_wider = self.is_searching or self.request.GET.get("paid")
        return super().filter_queryset(queryset if is_wider else queryset.filter(balance__lt=ZERO))

    @cached_property
    def columns(self):
        return [
            TitleColumn("part", label=_("Part"), accessor=str, get_url=self.get_inspect_url),
            Column("name", label=_("Buyer"), accessor="order.name"),
            MoneyColumn("owed", label=_("Owed"), accessor=lambda part: -(part.balance or ZERO)),
            Column(
                "way", label=_("Way"), accessor=lambda part: ((it := open_refund(part)) and it.get_way_display()) or "–"
            ),
            Column("reference", label=_("Reference"), accessor=references),
            StatusTagColumn(
                "step", label=_("Status"), accessor=next_step, primary=lambda part: open_refund(part) is not None
            ),
        ]


class PartRefundsPage(generic.InspectView):
    page_title = gettext_lazy("What is paid back")

    def get_object(self, queryset=None):
        return part_at(self.pk)

    def get_context_data(self, **kwargs):
        part = self.object
        refunds = list(part.refunds.prefetch_related("status_changes__by"))
        credits = (
            LedgerLine.objects.filter(entry__part=part, account__kind=Kind.REFUND_DUE)
            .exclude(entry__act=Act.REFUNDED)
            .select_related("entry__by")
        )
        return {
            **super().get_context_data(**kwargs),
            "part": part,
            "money": money_of(part),
            "credits": [(line.entry, -line.amount) for line in credits],
            "refunds": [(refund, in_groups(refund.rib), _history(refund)) for refund in refunds],
            "has_open": any(refund.status in OPEN_REFUND for refund in refunds),
        }


def _history(refund: Refund) -> list[tuple]:
    return [
        (change.at, RefundStatus(change.now).label, change.by or Actor(change.actor).label, change.because)
        for change in refund.status_changes.all()
    ]


class RefundViewSet(PlainViewSet):
    """By part: a debt is there before anybody asks for the refund."""

    model = CooperativeOrder
    name = "refunds"
    icon = "rotate"
    menu_label = gettext_lazy("To be paid back")
    menu_order = 123
    add_to_admin_menu = True
    pages = {"index", "index_results", "inspect"}
    index_view_class = ToPayBackView
    inspect_view_class = PartRefundsPage
    inspect_view_enabled = True
    inspect_template_name = "admin_pages/refunds.html"
    filterset_class = RefundFilterSet
    search_fields = ["order__number", "order__name"]

    @property
    def permission_policy(self):
        return OrdersPolicy(self.model)

    def get_urlpatterns(self):
        of_refund = {"approve": Approve, "pay": Pay, "refuse": Refuse}
        return [
            *super().get_urlpatterns(),
            path("part/<int:pk>/ask/", self.construct_view(Ask), name="ask"),
            path("part/<int:pk>/give/", self.construct_view(Give), name="give"),
            *[
                path(f"<int:pk>/{name}/", self.construct_view(view, model=Refund), name=name)
                for name, view in of_refund.items()
            ],
        ]
