"""Tries to pay by card: each with its whole story, and a way to ask its provider now."""

from dataclasses import dataclass

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets import BooleanRadioSelect

from catalog.admin_base import DayColumn, MomentColumn, MoneyColumn, PlainViewSet, ReadAlong

from ...flows.cards.look import look_at
from ...flows.cards.send import send
from ...ledger.models import Act, Holder, LedgerLine
from ...payments.cards import CardRefund, PaymentAttempt, PaymentEvent
from ...payments.methods import CARDS
from ...payments.options import Currency
from ...payments.providers.registry import provider_of
from ...permissions import may_see_statements
from ...statuses import Actor, AttemptStatus, CardRefundStatus
from ..policies import OrdersPolicy
from ..search import SearchesOrders
from .events import as_text
from .live import Live
from .words import (
    EXPECTED,
    attempt_url,
    charged_text,
    error_of,
    event_status,
    held_shown,
    page_of,
    provider_choices,
    provider_name,
    rate_text,
    worded,
)

#: How many callbacks the page of a try shows, newest first; a try has a handful.
MOST_EVENTS = 50
#: Statuses in which somebody or something is still to act.
UNDER_WAY = (AttemptStatus.STARTED, AttemptStatus.OPEN, AttemptStatus.WAITING, AttemptStatus.HELD)


class AttemptFilterSet(WagtailFilterSet):
    status = django_filters.ChoiceFilter(
        choices=AttemptStatus.choices, label=gettext_lazy("Status"), empty_label=gettext_lazy("All"),
        widget=forms.RadioSelect,
    )  # fmt: skip
    provider = django_filters.ChoiceFilter(
        choices=provider_choices, label=gettext_lazy("Provider"), empty_label=gettext_lazy("All"),
        widget=forms.RadioSelect,
    )  # fmt: skip

    to_send = django_filters.BooleanFilter(
        label=gettext_lazy("A refund is to be sent"), method="by_what_goes_back", widget=BooleanRadioSelect
    )

    class Meta:
        model = PaymentAttempt
        fields = ["status", "provider", "to_send"]

    def by_what_goes_back(self, attempts, name, value):
        waits = Exists(CardRefund.objects.filter(attempt=OuterRef("pk"), status=CardRefundStatus.TO_SEND))
        return attempts.filter(waits if value else ~waits)


def charged_abroad(attempt: PaymentAttempt) -> str:
    return "–" if attempt.currency == Currency.MAD else charged_text(attempt, attempt.currency)


class AttemptIndexView(Live, SearchesOrders, ReadAlong):
    related = ("payment__order",)
    order_path = "payment__order__"
    searched_too = ("key", "reference", "provider_payment")
    default_ordering = "-pk"
    page_title = gettext_lazy("Payments by card")

    @cached_property
    def columns(self):
        return [
            TitleColumn("key", label=_("Order"), get_url=self.get_inspect_url, classname="nowrap"),
            Column("name", label=_("Buyer"), accessor="payment.order.name"),
            Column("provider", label=_("Provider"), accessor=lambda attempt: provider_name(attempt.provider)),
            MoneyColumn("amount", label=_("Amount"), sort_key="amount"),
            Column("charged", label=_("Charged"), accessor=charged_abroad),
            MoneyColumn("fee", label=_("Fee"), sort_key="fee"),
            MoneyColumn("given_back", label=_("Given back"), sort_key="given_back"),
            DayColumn("started_at", label=_("Started"), sort_key="started_at"),
            MomentColumn("paid_at", label=_("Paid"), sort_key="paid_at"),
            StatusTagColumn(
                "status",
                label=_("Status"),
                accessor="get_status_display",
                primary=lambda attempt: attempt.status in UNDER_WAY,
                sort_key="status",
            ),
        ]

    def get_context_data(self, **kwargs):
        return {**super().get_context_data(**kwargs), "held": held_shown()}


@dataclass
class EventShown:
    event: PaymentEvent
    status: str
    error: str
    payload: str


def events_of(attempt: PaymentAttempt) -> list[EventShown]:
    """Callbacks that name a try, those too that nobody has applied."""
    named = Q(key=attempt.key)
    if attempt.reference:
        named |= Q(reference=attempt.reference)
    if attempt.provider_payment:
        named |= Q(provider_payment=attempt.provider_payment)
    rows = PaymentEvent.objects.filter(
        Q(attempt=attempt) | named & Q(provider=attempt.provider, attempt=None)
    ).distinct()
    return [
        EventShown(event, event_status(event), error_of(event), as_text(event.payload)) for event in rows[:MOST_EVENTS]
    ]


def cannot_be_asked(attempt: PaymentAttempt) -> str:
    """Why nobody can ask the provider about a try; empty where one can."""
    method = CARDS.get(attempt.provider)
    if method is None or not method.is_there:
        return _("The shop has no contract with this provider at present.")
    if not provider_of(attempt.provider).asks_back:
        return _("This provider cannot be asked: its callbacks alone say how a payment stands.")
    return "" if attempt.reference else _("The provider has not answered yet, so there is no page to ask about.")


class AttemptPage(Live, generic.InspectView):
    page_title = gettext_lazy("Payment by card")

    def get_object(self, queryset=None):
        return get_object_or_404(PaymentAttempt.objects.select_related("payment__order"), pk=self.pk)

    def get_context_data(self, **kwargs):
        attempt = self.object
        changes = attempt.status_changes.select_related("by")
        lines = LedgerLine.objects.filter(entry__order=attempt.payment.order_id).select_related("entry__by")
        booked = lines.filter(account__holder=Holder.PROVIDER, account__provider=attempt.provider)
        return {
            **super().get_context_data(**kwargs),
            "attempt": attempt,
            "order": attempt.payment.order,
            "provider": provider_name(attempt.provider),
            "charged": "" if attempt.currency == Currency.MAD else charged_text(attempt, attempt.currency),
            "rate": rate_text(attempt.rate),
            "is_under_way": attempt.status in UNDER_WAY,
            "history": [
                (change.at, change.now_label, change.by or Actor(change.actor).label, change.because)
                for change in changes
            ],
            "refunds": refunds_shown(attempt.card_refunds.select_related("refund", "task", "attempt")),
            "disputes": attempt.disputes.select_related("task"),
            "tasks": attempt.tasks.all(),
            "events": events_of(attempt),
            "lines": booked.exclude(entry__act=Act.SET_ASIDE),
            "may_see_ledger": may_see_statements(self.request.user),
            "cannot_be_asked": cannot_be_asked(attempt),
        }


@dataclass
class RefundShown:
    """Money that goes back to a card, as each page shows it."""

    card_refund: CardRefund
    url: str
    charged: str

    @property
    def can_be_sent(self) -> bool:
        return self.card_refund.status == CardRefundStatus.TO_SEND


def refunds_shown(rows) -> list[RefundShown]:
    """`rows` come with their refund, task and attempt."""
    return [RefundShown(row, page_of(row), charged_text(row, row.attempt.currency)) for row in rows]


class AskProvider(PermissionCheckedMixin, View):
    """Ask how a try stands, and apply the answer; only ever by POST."""

    permission_policy = None
    permission_required = "view"  # of the orders' own policy
    http_method_names = ["post"]

    def post(self, request, pk):
        attempt = get_object_or_404(PaymentAttempt, pk=pk)
        if why := cannot_be_asked(attempt):
            messages.warning(request, why)
            return redirect(attempt_url(attempt))
        try:
            attempt = look_at(attempt)
        except EXPECTED as error:
            messages.error(request, worded(error))
        else:
            told = _("The provider was asked. The payment is “%(status)s”.")
            messages.success(request, told % {"status": AttemptStatus(attempt.status).label})
        return redirect(attempt_url(attempt))


class SendAgain(PermissionCheckedMixin, View):
    """Ask the provider once more to send money back to a card; its key lets it go once. Only ever by POST."""

    permission_policy = None
    permission_required = "view"
    http_method_names = ["post"]

    def post(self, request, pk):
        rows = CardRefund.objects.select_related("attempt", "refund", "task")
        card_refund = get_object_or_404(rows, pk=pk)
        if CARDS[card_refund.attempt.provider].is_there:
            send(card_refund)
        card_refund = rows.get(pk=pk)
        match card_refund.status:
            case CardRefundStatus.DONE:
                messages.success(request, _("It went back to the card."))
            case CardRefundStatus.PENDING:
                messages.success(request, _("It is on its way to the card."))
            case CardRefundStatus.FAILED:
                told = _("It cannot go back to the card: %(why)s. Find another way with the buyer.")
                messages.error(request, told % {"why": card_refund.because or "–"})
            case _:
                messages.warning(request, _("The provider does not answer. It is tried again by itself."))
        return redirect(page_of(card_refund))


class AttemptViewSet(PlainViewSet):
    """A try is written by the flows alone."""

    model = PaymentAttempt
    name = "card-payments"
    icon = "credit-card"
    menu_label = gettext_lazy("Payments")
    pages = {"index", "index_results", "inspect"}
    index_view_class = AttemptIndexView
    inspect_view_class = AttemptPage
    inspect_view_enabled = True
    inspect_template_name = "admin_pages/card_payment.html"
    index_template_name = "admin_pages/live_index.html"
    index_results_template_name = "admin_pages/card_payments_results.html"
    filterset_class = AttemptFilterSet
    search_fields = ["key"]

    @property
    def permission_policy(self):
        return OrdersPolicy(self.model)

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/ask/", self.construct_view(AskProvider), name="ask"),
            path("refunds/<int:pk>/send/", self.construct_view(SendAgain, model=CardRefund), name="send"),
        ]
