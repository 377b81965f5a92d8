"""One cooperative's statement of a month: as a page of the admin, as a sheet of paper, as a table for a spreadsheet."""

from collections.abc import Iterator
from decimal import Decimal

from django.conf import settings
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from catalog.cooperatives.models import Cooperative
from catalog.money import dirhams
from catalog.rib import in_groups
from catalog.spreadsheets.writing import Cell, csv_file

from ..flows.month import Month
from ..flows.statement import Amounts, Statement, statement_of
from ..permissions import may_settle
from ..settlements.models import OPEN
from .settling import month_named, month_url

#: Rows that fit on a page in letters of each size, in all but the largest on one line each. More than 60 begin a second page.
SIZES = ((8, "large"), (34, "medium"), (10_000, "small"))


class OfCooperative(PermissionCheckedMixin):
    """A view of a cooperative in a month, in `?language=` or in the language of the cooperative's mails."""

    any_permission_required = ("view", "change")
    permission_policy = None

    @cached_property
    def month(self) -> Month:
        return month_named(self.kwargs["month"])

    @cached_property
    def cooperative(self) -> Cooperative:
        return get_object_or_404(Cooperative, pk=self.kwargs["cooperative"])

    @cached_property
    def statement(self) -> Statement:
        return statement_of(self.cooperative, self.month)

    @property
    def language(self) -> str:
        asked = self.request.GET.get("language")
        return asked if asked in dict(settings.LANGUAGES) else self.cooperative.language

    def get_context_data(self, **kwargs):
        settlement = self.statement.settlement
        return {
            **super().get_context_data(**kwargs),
            "statement": self.statement,
            "month": self.month,
            "cooperative": self.cooperative,
            "rib": in_groups(settlement.rib if settlement else self.cooperative.rib),
            "back_url": month_url(self.month),
        }


class StatementPage(OfCooperative, WagtailAdminTemplateMixin, TemplateView):
    template_name = "admin_pages/statement.html"
    page_title = gettext_lazy("Statement")
    header_icon = "table"

    def get_page_subtitle(self):
        return str(self.cooperative)

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": month_url(self.month), "label": _("Owed to cooperatives"), "sublabel": self.month.label},
            {"url": "", "label": str(self.cooperative)},
        ]

    def get_context_data(self, **kwargs):
        settlement = self.statement.settlement
        may_withdraw = settlement and settlement.status in OPEN and may_settle(self.request.user)
        return {**super().get_context_data(**kwargs), "may_withdraw": may_withdraw, "languages": settings.LANGUAGES}


class PrintedStatement(OfCooperative, TemplateView):
    """A sheet of A4 by itself, in the language of the cooperative."""

    template_name = "statements/printed.html"

    def get(self, request, *args, **kwargs):
        with translation.override(self.language):
            return super().get(request, *args, **kwargs).render()

    def get_context_data(self, **kwargs):
        rows = len(self.statement.rows)
        return {
            **super().get_context_data(**kwargs),
            "language": self.language,
            "is_rtl": translation.get_language_bidi(),
            "size": next(size for most, size in SIZES if rows <= most),
            "operator": settings.OPERATOR["name"] or settings.SITE_NAMES[self.language],
        }


class StatementFile(OfCooperative, View):
    """The same rows for a spreadsheet, without the currency."""

    def get(self, request, *args, **kwargs):
        with translation.override(self.language):
            return csv_file(self.rows(), name=f"{self.cooperative.slug}-{self.month}.csv")

    def rows(self) -> Iterator[list[Cell]]:
        statement = self.statement
        yield [
            _("Date"), _("What happened"), _("Order"), _("Detail"), _("Goods"), _("of which tax"), _("Commission"),
            _("Delivery"), _("Cash held"), _("Paid out, other"), _("For the cooperative"),
        ]  # fmt: skip
        yield self.balance(_("Balance carried from before"), self.month.first, statement.opening)
        for row in statement.rows:
            yield [row.on, row.label, row.number, row.what, *plain(row)]
        yield self.balance(_("Balance carried on"), self.month.last, statement.closing)

    def balance(self, label: str, on, amount) -> list[Cell]:
        return [on, label, "", *[""] * 7, dirhams(amount)]


def plain(row: Amounts) -> list[Decimal]:
    amounts = (row.goods, row.tax, -row.commission, row.delivery, -row.cash, row.other, row.amount)
    return [dirhams(amount) + 0 for amount in amounts]  # + 0: there is no −0.00
