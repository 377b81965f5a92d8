"""Money to look at: whose work it is, and how it ends."""

import django_filters
from django.urls import path
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic

from catalog.admin_base import DayColumn, MoneyColumn, PlainViewSet, ReadAlong
from catalog.rib import in_groups

from ..flows.refunds import parts_to_pay_back
from ..payments.bank import LineStatus, MoneyTask, TaskKind
from .cards.disputes import Bear
from .cards.payments import refunds_shown
from .cards.words import card_refund_of, provider_name
from .policies import OrdersPolicy
from .search import SearchesOrders
from .task_steps import Finish, GiveBack, Match, TakeOn, deed_of, task_at
from .task_words import advice_on


class TaskFilterSet(WagtailFilterSet):
    waiting = django_filters.BooleanFilter(field_name="done_at", lookup_expr="isnull", label=gettext_lazy("Still open"))

    class Meta:
        model = MoneyTask
        fields = ["waiting", "kind"]


def status_of(task: MoneyTask) -> str:
    if not task.is_open:
        return _("done")
    return _("late") if task.due_on < timezone.localdate() else _("open")


def label_of(task: MoneyTask) -> str:
    """Where the money came from, as the bank or our own number of the payment by card says it."""
    if task.line:
        return task.line.label
    return f"{provider_name(task.attempt.provider)} · {task.attempt}" if task.attempt else "–"


class TaskIndexView(SearchesOrders, ReadAlong):
    related = ("order", "owner", "line", "attempt")
    order_path = "order__"
    searched_too = ("line__label", "line__sender", "line__number", "reference", "attempt__reference")
    default_ordering = "due_on"

    @cached_property
    def columns(self):
        return [
            TitleColumn("kind", label=_("Kind"), accessor="get_kind_display", get_url=self.get_inspect_url),
            MoneyColumn("amount", label=_("Amount"), sort_key="amount"),
            Column("order", label=_("Order"), classname="nowrap"),
            Column("line", label=_("Label"), accessor=label_of),
            Column("owner", label=_("Owner"), accessor=lambda task: str(task.owner or _("nobody yet"))),
            DayColumn("due_on", label=_("Until"), sort_key="due_on"),
            StatusTagColumn("done_at", label=_("Status"), accessor=status_of, primary=lambda task: task.is_open),
        ]


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
            "advice": advice_on(task),
            "deed": deed_of(task),
            "card_refunds": refunds_shown([task.card_refund]) if card_refund_of(task) else (),
        }
        shown["is_like_another"] = shown["can_be_matched"] and task.line.is_like_another
        shown["owed_parts"] = parts_to_pay_back().filter(order=task.order_id) if task.is_open and task.order_id else ()
        return {**super().get_context_data(**kwargs), **shown}


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
        views = {"take-on": TakeOn, "match": Match, "give-back": GiveBack, "finish": Finish, "bear": Bear}
        return [
            *super().get_urlpatterns(),
            *(
                path(f"<int:pk>/{name}/", self.construct_view(view), name=name.replace("-", "_"))
                for name, view in views.items()
            ),
        ]
