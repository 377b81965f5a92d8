"""What is to be paid back to buyers, in Wagtail's admin: what is owed, to whom, who approved it and who paid it."""

import secrets
from dataclasses import dataclass

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
from ..flows.refunds import TAKEN, paid_with, parts_with_money_back
from ..ledger.models import Act, Kind, LedgerLine
from ..orders.models import CooperativeOrder
from ..payments.cards import GOES_BACK
from ..payments.methods import CARDS
from ..refunds.models import OPEN_REFUND, Refund, RefundWay
from ..statuses import Actor, RefundStatus
from .cards.payments import RefundShown, refunds_shown
from .cards.words import card_refund_of
from .policies import OrdersPolicy
from .refund_steps import Approve, Ask, Give, Pay, Refuse
from .refund_words import card_to_give_back_to, way_of
from .search import SearchesOrders
from .views import part_at


def open_refund(part: CooperativeOrder) -> Refund | None:
    """From refunds that came with the part."""
    return next((refund for refund in part.refunds.all() if refund.status in OPEN_REFUND), None)


def references(part: CooperativeOrder) -> str:
    """Of what was paid back so far."""
    return ", ".join(refund.reference for refund in part.refunds.all() if refund.reference) or "–"


def is_paid_by_card(part: CooperativeOrder) -> bool:
    """From payments that came with its order; a part that was paid at the door was not."""
    paid = [payment for payment in part.order.payments.all() if payment.status in TAKEN]
    return any(payment.part_id is None and payment.method in CARDS for payment in paid) and not any(
        payment.part_id == part.pk for payment in paid
    )


def next_step(part: CooperativeOrder) -> str:
    refund = open_refund(part)
    if refund is None and not part.balance:
        return _("paid back")
    if refund is None:
        could_not = any(its.status == RefundStatus.FAILED for its in part.refunds.all())
        return _("to be asked for") if is_paid_by_card(part) and not could_not else _("account missing")
    if refund.status == RefundStatus.APPROVED:
        sent = card_refund_of(refund)
        return _("on its way to the card") if sent and sent.status in GOES_BACK else _("to be paid")
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
        parts = parts_with_money_back().order_by("pk")
        return parts.prefetch_related("refunds__card_refund", "refunds__payment", "order__payments")

    def filter_queryset(self, queryset):
        is_wider = self.is_searching or self.request.GET.get("paid")
        return super().filter_queryset(queryset if is_wider else queryset.filter(balance__lt=ZERO))

    @cached_property
    def columns(self):
        return [
            TitleColumn("part", label=_("Part"), accessor=str, get_url=self.get_inspect_url),
            Column("name", label=_("Buyer"), accessor="order.name"),
            MoneyColumn("owed", label=_("Owed"), accessor=lambda part: -(part.balance or ZERO)),
            Column("way", label=_("Way"), accessor=lambda part: ((it := open_refund(part)) and way_of(it)) or "–"),
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
        refunds = list(
            part.refunds.select_related("payment", "card_refund__attempt").prefetch_related("status_changes__by")
        )
        money, payment = money_of(part), paid_with(part)
        credits = (
            LedgerLine.objects.filter(entry__part=part, account__kind=Kind.REFUND_DUE)
            .exclude(entry__act=Act.REFUNDED)
            .select_related("entry__by")
        )
        return {
            **super().get_context_data(**kwargs),
            "part": part,
            "money": money,
            "by_card": card_to_give_back_to(part, payment),
            "key": secrets.token_hex(16),
            "credits": [(line.entry, -line.amount) for line in credits],
            "refunds": [_shown(refund) for refund in refunds],
            "has_open": any(refund.status in OPEN_REFUND for refund in refunds),
        }


@dataclass
class RefundOfPart:
    """A refund with all that the page shows of it."""

    refund: Refund
    way: str
    rib: str
    history: list[tuple]
    #: How it goes back to its card, where its provider sends it.
    to_card: list[RefundShown]

    @property
    def is_on_its_way(self) -> bool:
        return any(shown.card_refund.status in GOES_BACK for shown in self.to_card)


def _shown(refund: Refund) -> RefundOfPart:
    sent = card_refund_of(refund)
    return RefundOfPart(
        refund, way_of(refund), in_groups(refund.rib), _history(refund), refunds_shown([sent] if sent else [])
    )


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
