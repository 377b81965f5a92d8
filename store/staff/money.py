"""Money to look at: whose work it is, and how it ends."""

from decimal import Decimal

import django_filters
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from catalog.admin_base import DayColumn, MoneyColumn, OperationView, PlainViewSet, ReadAlong
from catalog.money import format_money
from catalog.rib import in_groups

from ..flows.give_surplus_back import AccountChanged, AnotherPerson, give_surplus_back
from ..flows.refunds import parts_to_pay_back
from ..flows.set_aside import set_aside
from ..flows.take_money import AlreadyMatched, NotByTransfer, match_by_hand
from ..payments.bank import Ending, LineStatus, MoneyTask, TaskKind
from ..payments.models import Payment
from ..payments.tasks import TaskEnded, finish, take_on
from ..refunds.actions import needs_two
from ..statuses import PaymentStatus
from .admin import OrdersPolicy
from .bank_forms import FinishForm, MatchForm, SetAsideForm
from .forms import SurplusBackForm
from .search import SearchesOrders


class TaskFilterSet(WagtailFilterSet):
    waiting = django_filters.BooleanFilter(field_name="done_at", lookup_expr="isnull", label=gettext_lazy("Still open"))

    class Meta:
        model = MoneyTask
        fields = ["waiting", "kind"]


def status_of(task: MoneyTask) -> str:
    if not task.is_open:
        return _("done")
    return _("late") if task.due_on < timezone.localdate() else _("open")


class TaskIndexView(SearchesOrders, ReadAlong):
    related = ("order", "owner", "line")
    order_path = "order__"
    searched_too = ("line__label", "line__sender", "line__number", "reference")
    default_ordering = "due_on"

    @cached_property
    def columns(self):
        return [
            TitleColumn("kind", label=_("Kind"), accessor="get_kind_display", get_url=self.get_inspect_url),
            MoneyColumn("amount", label=_("Amount"), sort_key="amount"),
            Column("order", label=_("Order"), classname="nowrap"),
            Column("line", label=_("Label"), accessor=lambda task: task.line.label if task.line else "–"),
            Column("owner", label=_("Owner"), accessor=lambda task: str(task.owner or _("nobody yet"))),
            DayColumn("due_on", label=_("Until"), sort_key="due_on"),
            StatusTagColumn("done_at", label=_("Status"), accessor=status_of, primary=lambda task: task.is_open),
        ]


def task_at(pk: int) -> MoneyTask:
    return get_object_or_404(
        MoneyTask.objects.select_related("order", "owner", "line__statement", "line__payment__order", "done_by"), pk=pk
    )


def task_url(task: MoneyTask) -> str:
    return reverse("money-tasks:inspect", args=[task.pk])


def can_be_matched(task: MoneyTask) -> bool:
    return bool(
        task.is_open and task.kind == TaskKind.UNKNOWN_REFERENCE and task.line and task.line.status == LineStatus.TASK
    )


class TaskPage(generic.InspectView):
    page_title = gettext_lazy("Money to look at")

    def get_object(self, queryset=None):
        return task_at(self.pk)

    def get_context_data(self, **kwargs):
        task = self.object
        shown = {
            "task": task,
            "status": status_of(task),
            "can_be_matched": can_be_matched(task),
            "rib": in_groups(task.rib),
        }
        shown["is_like_another"] = shown["can_be_matched"] and task.line.is_like_another
        shown["owed_parts"] = parts_to_pay_back().filter(order=task.order_id) if task.is_open and task.order_id else ()
        return {**super().get_context_data(**kwargs), **shown}


def orders_that_wait_for(amount: Decimal) -> list[str]:
    """Numbers and names of orders that such a transfer would pay, a handful at most."""
    awaited = Payment.objects.filter(part=None, status=PaymentStatus.EXPECTED, amount=amount).select_related("order")
    return [f"{payment.order.number} ({payment.order.name})" for payment in awaited.order_by("pk")[:5]]


class TakeOn(PermissionCheckedMixin, View):
    """Make a task one's own; only ever by POST."""

    permission_policy = None
    permission_required = "view"  # of the orders' own policy
    http_method_names = ["post"]

    def post(self, request, pk):
        task = task_at(pk)
        try:
            take_on(task, owner=request.user)
        except TaskEnded:
            messages.error(request, _("Somebody has done this already."))
        else:
            messages.success(request, _("This is yours now, until %(day)s.") % {"day": task.due_on})
        return redirect(task_url(task))


class TaskOperation(OperationView):
    permission_required = "view"
    model = MoneyTask

    def get_object(self):
        return task_at(self.pk)

    @property
    def back_url(self):
        return task_url(self.object)

    @property
    def crumbs(self):
        return [{"url": reverse("money-tasks:index"), "label": _("Money to look at")}, *super().crumbs]


class Match(TaskOperation):
    form_class = MatchForm
    page_title = gettext_lazy("Match with an order")
    submit_button_label = gettext_lazy("Match with this order")

    @property
    def explanation(self):
        told = [
            _("%(amount)s came.") % {"amount": format_money(self.object.amount)},
            _("The money is booked on the order. If it pays the order, its parts are confirmed and the buyer is told."),
        ]
        if fitting := orders_that_wait_for(self.object.amount):
            told.append(_("These orders wait for as much: %(orders)s.") % {"orders": ", ".join(fitting)})
        return " ".join(told)

    def get_initial(self):
        return {"number": self.object.order.number} if self.object.order else {}

    def form_valid(self, form):
        order = form.cleaned_data["number"]
        if not self.object.line:
            form.add_error("number", _("No line of a statement belongs to this: there is nothing to match."))
            return self.form_invalid(form)
        try:
            match_by_hand(self.object.line, order, by=self.request.user, because=form.cleaned_data["because"])
        except AlreadyMatched:
            messages.error(self.request, _("Somebody has matched this money or set it aside already."))
        except NotByTransfer:
            form.add_error("number", _("This order is not paid by transfer."))
            return self.form_invalid(form)
        else:
            messages.success(self.request, _("The money is matched with order %(number)s.") % {"number": order.number})
        return redirect(self.back_url)


class Finish(TaskOperation):
    page_title = gettext_lazy("Done")
    submit_button_label = gettext_lazy("It is done")

    @property
    def is_nobodys(self) -> bool:
        return self.object.kind == TaskKind.UNKNOWN_REFERENCE

    def get_form_class(self):
        return SetAsideForm if self.is_nobodys else FinishForm

    @property
    def explanation(self):
        if not self.is_nobodys:
            return _("Say how it ended.")
        return _("%(amount)s are set aside: they can be matched with no order any more.") % {
            "amount": format_money(self.object.amount)
        }

    def dispatch(self, request, *args, **kwargs):
        if self.object.is_surplus:  # it is in the books, and ends there
            return redirect("money-tasks:give_back", self.pk)
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form):
        answers = form.cleaned_data
        try:
            if self.is_nobodys:
                ending, cooperative = Ending(answers["ending"]), answers["cooperative"]
                set_aside(
                    self.object, ending, because=answers["because"], by=self.request.user, cooperative=cooperative
                )
            else:
                finish(self.object, because=answers["because"], by=self.request.user)
        except TaskEnded:
            messages.error(self.request, _("Somebody has done this already."))
        else:
            messages.success(self.request, _("It is written down."))
        return redirect(self.back_url)


class GiveBack(TaskOperation):
    form_class = SurplusBackForm
    page_title = gettext_lazy("It was given back")
    submit_button_label = gettext_lazy("The buyer has it back")

    def dispatch(self, request, *args, **kwargs):
        if not self.object.is_surplus:
            return redirect(self.back_url)
        return super().dispatch(request, *args, **kwargs)

    @property
    def explanation(self):
        task = self.object
        told = [_("Give %(amount)s back, then write it down here.") % {"amount": format_money(task.amount)}]
        if task.rib:
            told.append(_("The buyer wants it on the account %(rib)s.") % {"rib": in_groups(task.rib)})
        if task.line and task.line.sender:
            told.append(_("%(sender)s sent it.") % {"sender": task.line.sender})
        if needs_two(task.amount):
            told.append(_("So large an amount is written down by somebody else than its owner."))
        return " ".join(told)

    def get_initial(self):
        return {"seen": self.object.rib}

    def form_valid(self, form):
        answers = form.cleaned_data
        try:
            give_surplus_back(self.object, reference=answers["reference"], by=self.request.user, seen=answers["seen"])
        except AccountChanged:
            form.add_error("reference", _("The buyer has given another account meanwhile. Open this page anew."))
            return self.form_invalid(form)
        except AnotherPerson:
            form.add_error("reference", _("Somebody else than the owner has to write this down. Nothing was written."))
            return self.form_invalid(form)
        except TaskEnded:
            messages.error(self.request, _("Somebody has done this already."))
        else:
            messages.success(self.request, _("It is written down that the buyer has the money."))
        return redirect(self.back_url)


class TaskViewSet(PlainViewSet):
    """Each ends with a word on how; none is deleted."""

    model = MoneyTask
    name = "money-tasks"
    icon = "warning"
    menu_label = gettext_lazy("Money to look at")
    menu_order = 123
    add_to_admin_menu = True
    pages = {"index", "index_results", "inspect"}
    index_view_class = TaskIndexView
    inspect_view_class = TaskPage
    inspect_view_enabled = True
    inspect_template_name = "admin_pages/money_task.html"
    filterset_class = TaskFilterSet
    search_fields = ["order__number", "line__label", "line__sender"]

    @property
    def permission_policy(self):
        return OrdersPolicy(self.model)

    def get_urlpatterns(self):
        views = {"take-on": TakeOn, "match": Match, "give-back": GiveBack, "finish": Finish}
        return [
            *super().get_urlpatterns(),
            *(
                path(f"<int:pk>/{name}/", self.construct_view(view), name=name.replace("-", "_"))
                for name, view in views.items()
            ),
        ]
