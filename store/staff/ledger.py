"""The ledger in Wagtail's admin, line by line: to be read, searched and taken along; nobody edits it."""

import django_filters
from django import forms
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic

from catalog.admin_base import DayColumn, MoneyColumn, PlainViewSet, ReadAlong
from catalog.cooperatives.models import Cooperative
from catalog.spreadsheets.writing import harmless

from ..delivery.models import Courier
from ..ledger.models import Act, Holder, Kind, LedgerLine
from ..ledger.queries import balance
from .cards.words import held_shown, provider_choices, provider_name
from .policies import LedgerPolicy
from .search import SearchesOrders


class LineFilterSet(WagtailFilterSet):
    holder = django_filters.ChoiceFilter(
        field_name="account__holder",
        choices=Holder.choices,
        label=gettext_lazy("Whose account"),
        empty_label=gettext_lazy("All"),
        widget=forms.RadioSelect,
    )
    kind = django_filters.ChoiceFilter(
        field_name="account__kind", choices=Kind.choices, label=gettext_lazy("What it counts")
    )
    act = django_filters.ChoiceFilter(field_name="entry__act", choices=Act.choices, label=gettext_lazy("What happened"))
    cooperative = django_filters.ModelChoiceFilter(
        field_name="account__cooperative", queryset=Cooperative.objects.all(), label=gettext_lazy("Cooperative")
    )
    courier = django_filters.ModelChoiceFilter(
        field_name="account__courier", queryset=Courier.objects.all(), label=gettext_lazy("Courier")
    )
    provider = django_filters.ChoiceFilter(
        field_name="account__provider", choices=provider_choices, label=gettext_lazy("Card provider")
    )
    at = django_filters.DateFromToRangeFilter(
        field_name="entry__at", label=gettext_lazy("Day"), widget=DateRangePickerWidget
    )

    class Meta:
        model = LedgerLine
        fields = ["holder", "kind", "act", "cooperative", "courier", "provider", "at"]


def whose(line: LedgerLine) -> str:
    """The holder of a line's account, with the name of the cooperative, courier or provider of cards."""
    account = line.account
    owner = account.cooperative or account.courier or provider_name(account.provider)
    return f"{Holder(account.holder).label} · {owner}" if owner else str(Holder(account.holder).label)


class LineIndexView(SearchesOrders, ReadAlong):
    related = ("entry__order", "entry__by", "account__cooperative", "account__courier")
    default_ordering = ("-entry__at", "-entry__pk", "pk")
    order_path = "entry__order__"
    searched_too = ("entry__key", "entry__because")
    list_export = ["at", "key", "act", "account", "holder", "kind", "amount", "order", "by", "because"]
    export_filename = "ledger"

    @cached_property
    def columns(self):
        return [
            TitleColumn(
                "act", label=_("What happened"), accessor="entry.get_act_display", get_url=self.get_inspect_url
            ),
            DayColumn("at", label=_("On"), accessor=lambda line: timezone.localtime(line.entry.at)),
            Column("holder", label=_("Whose account"), accessor=whose),
            Column("kind", label=_("What it counts"), accessor="account.get_kind_display"),
            MoneyColumn("amount", label=_("Amount"), sort_key="amount", classname="number"),
            Column("order", label=_("Order"), accessor=lambda line: line.entry.order or "–", classname="nowrap"),
            Column("by", label=_("Who"), accessor=lambda line: line.entry.by or "–"),
        ]

    def get_context_data(self, **kwargs):
        return {
            **super().get_context_data(**kwargs),
            "together": balance(self.object_list.order_by()),
            "held": held_shown(),
        }

    @cached_property
    def export_headings(self):
        return {
            "at": _("On"), "key": _("Entry"), "act": _("What happened"), "account": _("Account"),
            "holder": _("Whose account"), "kind": _("What it counts"), "amount": _("Amount"), "order": _("Order"),
            "by": _("Who"), "because": _("Why"),
        }  # fmt: skip

    def to_row_dict(self, line):
        entry = line.entry
        texts = {
            "key": entry.key, "act": entry.get_act_display(), "account": line.account.code, "holder": whose(line),
            "kind": line.account.get_kind_display(), "order": entry.order.number if entry.order else "",
            "by": str(entry.by or ""), "because": entry.because,
        }  # fmt: skip
        cells = {name: harmless(text) for name, text in texts.items()}
        cells |= {"at": entry.at.isoformat(timespec="seconds"), "amount": f"{line.amount:f}"}
        return {name: cells[name] for name in self.list_export}


class EntryPage(generic.InspectView):
    """The whole entry that a line belongs to: its lines add up to zero."""

    page_title = gettext_lazy("Entry of the ledger")

    def get_page_subtitle(self):
        return self.object.entry.key

    def get_context_data(self, **kwargs):
        entry = self.object.entry
        lines = entry.lines.select_related("account__cooperative", "account__courier")
        told = {"entry": entry, "lines": [(whose(line), line.account.get_kind_display(), line) for line in lines]}
        if entry.order_id:
            others = entry.order.ledger_entries.exclude(pk=entry.pk).prefetch_related("lines")
            told["others"] = [(other, other.lines.all()[0].pk) for other in others if other.lines.all()]
        return {**super().get_context_data(**kwargs), **told}


class LedgerViewSet(PlainViewSet):
    """Every entry, for whoever has to follow it."""

    model = LedgerLine
    name = "ledger"
    icon = "list-ol"
    menu_label = gettext_lazy("Ledger")
    menu_order = 126
    add_to_admin_menu = True
    pages = {"index", "index_results", "inspect"}
    index_view_class = LineIndexView
    inspect_view_class = EntryPage
    inspect_view_enabled = True
    inspect_template_name = "admin_pages/ledger_entry.html"
    index_results_template_name = "admin_pages/ledger_results.html"
    filterset_class = LineFilterSet
    search_fields = ["entry__key"]

    @property
    def permission_policy(self):
        return LedgerPolicy(self.model)
