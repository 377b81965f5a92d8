"""Commissions in Wagtail's admin. What was sold keeps the commission of its day."""

from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.widgets import AdminDateInput

from catalog.admin_base import DayColumn, PlainViewSet, ReadAlong

from ..ledger.models import CommissionRate
from ..ledger.rates import is_taken


class RateForm(WagtailAdminModelForm):
    class Meta(WagtailAdminModelForm.Meta):
        model = CommissionRate
        fields = ["cooperative", "category", "since", "per_mille"]
        widgets = {"since": AdminDateInput()}

    def clean_per_mille(self):
        if self.cleaned_data["per_mille"] > 1000:
            raise ValidationError(_("At most 1000: the whole price."))
        return self.cleaned_data["per_mille"]

    def clean(self):
        answers = super().clean()
        if not self.errors:
            rate = CommissionRate(pk=self.instance.pk, **answers)
            if is_taken(rate):
                self.add_error("since", _("There is a commission for the same goods since this day already."))
        return answers


class RateIndexView(ReadAlong):
    related = ("cooperative", "category")
    default_ordering = "-since"

    @cached_property
    def columns(self):
        return [
            TitleColumn(
                "since",
                label=_("Whose goods"),
                accessor=lambda rate: str(rate.cooperative or _("All cooperatives")),
                get_url=self.get_edit_url,
            ),
            Column("category", label=_("Category"), accessor=lambda rate: str(rate.category or _("All categories"))),
            Column("per_mille", label=_("Commission"), accessor=lambda rate: f"{rate.per_mille / 10:g} %"),
            DayColumn("since", label=_("Since"), sort_key="since"),
        ]


class RateViewSet(PlainViewSet):
    """An edited rate counts for orders that are placed from now on."""

    model = CommissionRate
    name = "commissions"
    icon = "calendar-alt"
    menu_label = gettext_lazy("Commissions")
    menu_order = 702
    add_to_settings_menu = True
    closed = frozenset()
    pages = PlainViewSet.pages | {"delete"}
    index_view_class = RateIndexView
    form_class = RateForm
