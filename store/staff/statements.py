"""The month in Wagtail's admin: what each cooperative is owed, proposed, approved and paid."""

from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.permissions import ModelPermissionPolicy

from catalog.admin_base import PlainViewSet

from ..flows.balances import balances, first_month, sum_of
from ..flows.month import Month
from ..flows.settle import MonthNotOver, approve_all, propose_all
from ..permissions import may_see_statements, may_settle
from ..settlements.models import Settlement
from ..statuses import SettlementStatus
from .settling import month_named, month_url, tell
from .statement import PrintedStatement, StatementFile, StatementPage
from .transfers import MarkTransferred, Withdraw


class StatementsPolicy(ModelPermissionPolicy):
    """Who manages orders looks; who settles proposes, approves and pays. Nobody adds, edits or deletes a row."""

    def user_has_permission(self, user, action):
        return {"view": may_see_statements, "change": may_settle}.get(action, lambda user: False)(user)


class StatementsPage(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """All cooperatives in a month; without `?month=`, the one that is to be settled now."""

    any_permission_required = ("view", "change")
    permission_policy = None
    template_name = "admin_pages/statements.html"
    page_title = gettext_lazy("Owed to cooperatives")
    header_icon = "table"

    @cached_property
    def month(self) -> Month:
        asked = self.request.GET.get("month")
        return month_named(asked) if asked else first_month(timezone.localdate())

    def get_page_subtitle(self):
        return self.month.label

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": "", "label": _("Owed to cooperatives"), "sublabel": self.month.label},
        ]

    def get_context_data(self, **kwargs):
        rows = balances(self.month)
        its = [row.settlement for row in rows if row.settlement]
        proposed = [settlement for settlement in its if settlement.status == SettlementStatus.PROPOSED]
        is_over, acts = self.month.is_over(timezone.localdate()), may_settle(self.request.user)
        return {
            **super().get_context_data(**kwargs),
            "month": self.month,
            "rows": rows,
            "sum": sum_of(rows),
            "is_over": is_over,
            "may_propose": acts and is_over and any(row.to_propose for row in rows),
            "to_approve": [row for row in proposed if acts and row.proposed_by_id != self.request.user.pk],
            "waits_for_another": any(row.proposed_by_id == self.request.user.pk for row in proposed),
            "may_pay": acts and any(row.status == SettlementStatus.APPROVED for row in its),
        }


class MonthDeed(PermissionCheckedMixin, View):
    """Something that is done for a whole month; only ever by POST."""

    permission_required = "change"
    permission_policy = None
    http_method_names = ["post"]

    def post(self, request, month):
        its = month_named(month)
        self.do(its)
        return redirect(month_url(its))


class ProposeAll(MonthDeed):
    def do(self, month: Month) -> None:
        try:
            outcome = propose_all(month, by=self.request.user)
        except MonthNotOver:
            messages.error(self.request, _("This month is not over: what it comes to may still change."))
            return
        count = len(outcome.done)
        done = ngettext("%(count)s settlement is proposed.", "%(count)s settlements are proposed.", count)
        tell(self.request, outcome, done % {"count": count})


class ApproveAll(MonthDeed):
    """Approve those that were on the page."""

    def do(self, month: Month) -> None:
        shown = {int(pk) for pk in self.request.POST.getlist("shown") if pk.isascii() and pk.isdigit() and len(pk) < 19}
        outcome = approve_all(month, by=self.request.user, shown=shown)
        count = len(outcome.done)
        done = ngettext("%(count)s settlement is approved.", "%(count)s settlements are approved.", count)
        tell(self.request, outcome, done % {"count": count})


class StatementsViewSet(PlainViewSet):
    model = Settlement
    name = "statements"
    icon = "table"
    menu_label = gettext_lazy("Owed to cooperatives")
    menu_order = 122
    add_to_admin_menu = True
    index_view_class = StatementsPage

    @property
    def permission_policy(self):
        return StatementsPolicy(self.model)

    def get_urlpatterns(self):
        def at(route: str, view, name: str):
            return path(route, self.construct_view(view), name=name)

        return [
            at("", StatementsPage, "index"),
            at("<str:month>/propose/", ProposeAll, "propose"),
            at("<str:month>/approve/", ApproveAll, "approve"),
            at("<str:month>/transferred/", MarkTransferred, "transferred"),
            at("settlements/<int:pk>/withdraw/", Withdraw, "withdraw"),
            at("<str:month>/<int:cooperative>/", StatementPage, "statement"),
            at("<str:month>/<int:cooperative>/print/", PrintedStatement, "print"),
            at("<str:month>/<int:cooperative>/csv/", StatementFile, "csv"),
        ]
