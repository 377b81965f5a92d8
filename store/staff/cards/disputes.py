"""Disputes of buyers' banks, and who bears what a provider took back."""

import django_filters
from django import forms
from django.db.models import F
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn

from catalog.admin_base import DayColumn, MoneyColumn, PlainViewSet, ReadAlong
from catalog.money import format_money

from ...flows.cards.contested import TO_BE_BORNE, Bearer, StillDisputed, bear
from ...flows.give_back import TooMuch
from ...orders.models import CooperativeOrder
from ...payments.bank import MoneyTask, TaskKind
from ...payments.cards import Dispute, DisputeStatus
from ...payments.tasks import TaskEnded
from ..policies import OrdersPolicy
from ..search import SearchesOrders
from ..task_steps import TaskOperation

_OPEN = (DisputeStatus.INQUIRY, DisputeStatus.OPEN)


class DisputeFilterSet(WagtailFilterSet):
    status = django_filters.ChoiceFilter(
        choices=DisputeStatus.choices, label=gettext_lazy("Status"), empty_label=gettext_lazy("All"),
        widget=forms.RadioSelect,
    )  # fmt: skip
    waiting = django_filters.BooleanFilter(
        field_name="task__done_at", lookup_expr="isnull", label=gettext_lazy("Still open")
    )

    class Meta:
        model = Dispute
        fields = ["waiting", "status"]


class DisputeIndexView(SearchesOrders, ReadAlong):
    """The one to be answered first is at the top; each leads to the task of whoever looks after it."""

    related = ("attempt__payment__order", "task")
    order_path = "attempt__payment__order__"
    searched_too = ("reference", "attempt__key")
    default_ordering = (F("answer_by").asc(nulls_last=True), "-pk")

    @cached_property
    def columns(self):
        return [
            TitleColumn(
                "order", label=_("Order"), accessor="attempt.key",
                get_url=lambda dispute: reverse("money-tasks:inspect", args=[dispute.task.pk]),
            ),
            Column("name", label=_("Buyer"), accessor="attempt.payment.order.name"),
            MoneyColumn("amount", label=_("Amount"), sort_key="amount"),
            Column("reason", label=_("Reason"), accessor=lambda dispute: dispute.reason or "–"),
            DayColumn("answer_by", label=_("Answer by"), sort_key="answer_by"),
            Column(
                "is_withdrawn", label=_("Money"),
                accessor=lambda dispute: _("taken by the bank") if dispute.is_withdrawn else _("with us"),
            ),
            StatusTagColumn(
                "status", label=_("Status"), accessor="get_status_display",
                primary=lambda dispute: dispute.status in _OPEN,
            ),
        ]  # fmt: skip


class DisputeViewSet(PlainViewSet):
    """What a bank and a provider decide."""

    model = Dispute
    name = "disputes"
    icon = "warning"
    menu_label = gettext_lazy("Disputes")
    pages = {"index", "index_results"}
    index_view_class = DisputeIndexView
    filterset_class = DisputeFilterSet
    search_fields = ["reference"]

    @property
    def permission_policy(self):
        return OrdersPolicy(self.model)


class BearForm(forms.Form):
    """Who bears it, and why."""

    bearer = forms.ChoiceField(
        label=gettext_lazy("Who bears it"),
        choices=[
            (Bearer.PLATFORM.value, gettext_lazy("The platform")),
            (Bearer.COOPERATIVE.value, gettext_lazy("A cooperative: it is taken off what it is owed")),
            (Bearer.OWED.value, gettext_lazy("Nobody: the buyer was owed it, and has it by this")),
        ],
        widget=forms.RadioSelect,
    )
    part = forms.ModelChoiceField(
        CooperativeOrder.objects.none(), label=gettext_lazy("Part"), required=False,
        help_text=gettext_lazy("Whose cooperative bears it, or what the buyer was owed for."),
    )  # fmt: skip
    because = forms.CharField(label=gettext_lazy("Why"), max_length=200, help_text=gettext_lazy("Kept in the books."))

    def __init__(self, *args, task: MoneyTask, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["part"].queryset = task.order.parts.select_related("order", "cooperative")

    def clean(self):
        answers = super().clean()
        is_somebodys = answers.get("bearer") in (Bearer.COOPERATIVE, Bearer.OWED)
        if is_somebodys and not answers.get("part") and not self.has_error("part"):
            self.add_error("part", _("Choose the part."))
        if not is_somebodys:
            answers["part"] = None
        return answers


class Bear(TaskOperation):
    """Say who bears what was taken back."""

    form_class = BearForm
    page_title = gettext_lazy("Who bears it")

    def dispatch(self, request, *args, **kwargs):
        if self.object.kind not in TO_BE_BORNE:
            return redirect(self.back_url)
        return super().dispatch(request, *args, **kwargs)

    @property
    def explanation(self):
        amount = format_money(self.object.amount)
        if self.object.kind == TaskKind.DISPUTE:
            return _("The buyer’s bank took %(amount)s back for good. Say who goes without it.") % {"amount": amount}
        return _("%(amount)s were given back at the provider, and nobody here asked for it.") % {"amount": amount}

    def get_initial(self):
        parts = list(self.object.order.parts.all()[:2])
        return {"part": parts[0]} if len(parts) == 1 else {}

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "task": self.object}

    def form_valid(self, form):
        answers = form.cleaned_data
        bearer, by = Bearer(answers["bearer"]), self.request.user
        try:
            bear(self.object, bearer, part=answers["part"], because=answers["because"], by=by)
        except StillDisputed:
            messages.error(self.request, _("The bank has not decided, or has given the money back: nobody bears it."))
        except TaskEnded:
            messages.error(self.request, _("Somebody has done this already."))
        except TooMuch as error:
            told = _("Only %(left)s are owed for this part.") % {"left": format_money(error.left)}
            form.add_error("part", told)
            return self.form_invalid(form)
        else:
            messages.success(self.request, _("It is written down."))
        return redirect(self.back_url)
