"""The day's cash: what each courier has to hand over, and the sheets that settled it."""

from datetime import date
from decimal import Decimal

from django import forms
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views import generic

from catalog.admin_base import MoneyColumn, PlainViewSet, ReadAlong
from catalog.money import format_money, total

from ..delivery.models import Courier
from ..flows.hand_over import Brought, DifferenceUnexplained, SheetMoved, close_sheet, left_over, on, waiting
from ..flows.hand_over import to_hand_over as amounts_to_hand_over
from ..payments.models import CashSheet, DifferenceBearer
from .couriers import CourierOperation
from .outcomes import Outcomes
from .policies import OrdersPolicy


class CourierForm(WagtailAdminModelForm):
    class Meta(WagtailAdminModelForm.Meta):
        model = Courier
        fields = ["name", "phone", "price_in_vain", "is_active"]


class CourierIndexView(generic.IndexView):
    default_ordering = "name"

    @cached_property
    def amounts(self) -> dict:
        return amounts_to_hand_over()

    @cached_property
    def columns(self):
        return [
            TitleColumn("name", label=_("Courier"), sort_key="name", get_url=self.hand_over_url),
            Column("phone", label=_("Telephone")),
            Column("parcels", label=_("Parcels to settle"), accessor=lambda row: self.amounts.get(row.pk, (0, 0))[0]),
            MoneyColumn("cash", label=_("To hand over"), accessor=lambda row: self.amounts.get(row.pk, (0, 0))[1]),
        ]

    def hand_over_url(self, courier) -> str:
        return reverse("couriers:hand_over", args=[courier.pk])


class HandOverForm(forms.Form):
    """Which parcels are settled, and what was counted."""

    expected = forms.DecimalField(widget=forms.HiddenInput)
    parcels = forms.MultipleChoiceField(widget=forms.MultipleHiddenInput, required=False)
    counted = forms.DecimalField(
        label=gettext_lazy("Counted"),
        max_digits=9,
        decimal_places=2,
        help_text=gettext_lazy("The dirhams that were handed over; below zero, what was paid to the courier."),
    )
    bearer = forms.ChoiceField(
        label=gettext_lazy("Who answers for a difference"),
        choices=[("", "—"), *DifferenceBearer.choices],
        required=False,
    )
    because = forms.CharField(label=gettext_lazy("Why they differ"), max_length=300, required=False)

    def __init__(self, *args, parcels, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["parcels"].choices = [(row.shipment.pk, row.shipment.pk) for row in parcels]


def sums_of(parcels: list[Brought], earlier: Decimal) -> dict:
    """The last lines of a sheet."""
    return {
        "earlier": earlier,
        "cash": total(row.cash for row in parcels),
        "earned": total(row.earned for row in parcels),
        "to_hand_over": total(row.to_hand_over for row in parcels) + earlier,
    }


class UntilForm(forms.Form):
    """A courier may bring the cash of some days only."""

    until = forms.DateField(required=False)


class HandOver(CourierOperation):
    """The sheet of a courier: the parcels that are not settled, of all days or until one, and what they bring together."""

    form_class = HandOverForm
    template_name = "admin_pages/hand_over.html"
    page_title = gettext_lazy("Cash of a courier")
    submit_button_label = gettext_lazy("Take the cash in")

    @cached_property
    def until(self) -> date | None:
        form = UntilForm(self.request.GET)
        return form.cleaned_data["until"] if form.is_valid() else None

    @cached_property
    def parcels(self):
        return waiting(self.object, until=self.until)

    @cached_property
    def sums(self) -> dict:
        return sums_of(self.parcels, left_over(self.object))

    def get_initial(self):
        return {"expected": self.sums["to_hand_over"], "parcels": [row.shipment.pk for row in self.parcels]}

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "parcels": self.parcels}

    def get_context_data(self, **kwargs):
        shown = {"parcels": self.parcels, "courier": self.object, "until": self.until, **self.sums}
        # Sent to where it was shown, with its day.
        return {**super().get_context_data(**kwargs), **shown, "action_url": self.request.get_full_path()}

    def form_valid(self, form):
        answers = form.cleaned_data
        try:
            sheet = close_sheet(
                self.object,
                [int(pk) for pk in answers["parcels"]],
                expected=answers["expected"],
                counted=answers["counted"],
                bearer=DifferenceBearer(answers["bearer"]) if answers["bearer"] else None,
                because=answers["because"],
                by=self.request.user,
            )
        except SheetMoved:
            return self.told_anew()
        except DifferenceUnexplained:
            form.add_error(
                "counted",
                _("%(expected)s were to be handed over. Say why it differs, and who answers for it.")
                % {"expected": format_money(answers["expected"])},
            )
            return self.form_invalid(form)
        count = len(answers["parcels"])
        told = ngettext("%(count)s parcel is settled.", "%(count)s parcels are settled.", count)
        messages.success(self.request, told % {"count": count} if count else _("It is taken in."))
        return redirect(reverse("cash-sheets:inspect", args=[sheet.pk]))

    def form_invalid(self, form):
        if form.has_error("parcels") or form.has_error("expected"):
            return self.told_anew()  # a parcel was settled meanwhile: it is no choice any more
        return super().form_invalid(form)

    def told_anew(self):
        messages.error(self.request, _("A parcel changed meanwhile. Nothing was taken in; look at the sheet again."))
        return redirect(self.request.get_full_path())


class CourierViewSet(PlainViewSet):
    """A courier who stops is no longer active, never deleted."""

    model = Courier
    name = "couriers"
    icon = "site"
    menu_label = gettext_lazy("Couriers and cash")
    menu_order = 121
    add_to_admin_menu = True
    index_view_class = CourierIndexView
    form_class = CourierForm
    search_fields = ["name"]

    def get_urlpatterns(self):
        hand_over = self.construct_view(HandOver, permission_policy=OrdersPolicy(self.model))
        outcomes = self.construct_view(Outcomes, permission_policy=OrdersPolicy(self.model))
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/hand-over/", hand_over, name="hand_over"),
            path("<int:pk>/outcomes/", outcomes, name="outcomes"),
        ]


class SheetIndexView(ReadAlong):
    related = ("courier", "by")
    default_ordering = "-at"

    @cached_property
    def columns(self):
        return [
            TitleColumn("courier", label=_("Courier"), get_url=self.get_inspect_url),
            DateColumn("at", label=_("Handed over"), sort_key="at"),
            MoneyColumn("expected", label=_("To hand over"), sort_key="expected"),
            MoneyColumn("counted", label=_("Counted"), sort_key="counted"),
            Column("because", label=_("Why they differ")),
        ]


class SheetPage(generic.InspectView):
    page_title = gettext_lazy("Cash sheet")

    def get_context_data(self, **kwargs):
        sheet = self.object
        parcels = on(sheet)
        return {
            **super().get_context_data(**kwargs),
            "sheet": sheet,
            "parcels": parcels,
            **sums_of(parcels, sheet.earlier),
            "difference": sheet.counted - sheet.expected,
        }


class SheetViewSet(PlainViewSet):
    """What was settled stays as it is."""

    model = CashSheet
    name = "cash-sheets"
    icon = "table"
    menu_label = gettext_lazy("Cash sheets")
    menu_order = 711
    add_to_settings_menu = True
    pages = {"index", "index_results", "inspect"}
    index_view_class = SheetIndexView
    inspect_view_class = SheetPage
    inspect_view_enabled = True
    inspect_template_name = "admin_pages/cash_sheet.html"

    @property
    def permission_policy(self):
        return OrdersPolicy(self.model)
