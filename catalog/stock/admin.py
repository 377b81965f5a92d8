"""Lots in Wagtail's admin: take them in, count them, block them. Counters are never edited; `actions` writes them."""

from datetime import date

import django_filters
from django import forms
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.ui.tables import Column, NumberColumn, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.widgets import AdminDateInput, BooleanRadioSelect
from wagtail.admin.widgets.button import HeaderButton
from wagtail.log_actions import log, registry
from wagtail.models import ModelLogEntry

from ..admin_base import ARABIC, OperationView, PlainViewSet
from ..cooperatives.models import Cooperative
from ..products.models import Variant
from . import actions
from .errors import HeldBack, NotThatMany
from .history import BLOCKED, UNBLOCKED, put_back_on_sale, take_off_sale
from .models import Lot
from .queries import expiring

#: Movements that the page of a lot shows.
SHOWN_MOVEMENTS = 200


def past(lots: QuerySet[Lot], *, today: date) -> QuerySet[Lot]:
    """Lots with units on hand whose date is over."""
    return lots.filter(on_hand__gt=0, best_before__lt=today)


class LotFilterSet(WagtailFilterSet):
    cooperative = django_filters.ModelChoiceFilter(
        queryset=Cooperative.objects.all(), label=gettext_lazy("Cooperative")
    )
    expiring = django_filters.ChoiceFilter(
        label=gettext_lazy("Best before"),
        method="by_date",
        choices=[("soon", gettext_lazy("within 30 days")), ("past", gettext_lazy("over"))],
        empty_label=gettext_lazy("All"),
        widget=forms.RadioSelect,
    )
    blocked = django_filters.BooleanFilter(
        field_name="blocked_at",
        lookup_expr="isnull",
        exclude=True,
        label=gettext_lazy("Blocked"),
        widget=BooleanRadioSelect,
    )

    class Meta:
        model = Lot
        fields = ["cooperative", "expiring", "blocked"]

    def by_date(self, lots, name, value):
        return {"soon": expiring, "past": past}[value](lots, today=timezone.localdate())


class VariantChoice(forms.ModelChoiceField):
    def label_from_instance(self, variant):
        return f"{variant} · {variant.sku} · {variant.product.sale.cooperative}"


class ReceiveForm(WagtailAdminModelForm):
    """A new lot with its first quantity."""

    variant = VariantChoice(
        Variant.objects.filter(product__sale__isnull=False)
        .select_related("product__sale__cooperative")
        .order_by("product__sale__cooperative", "product", "size"),
        label=gettext_lazy("Product and size"),
    )
    quantity = forms.IntegerField(
        label=gettext_lazy("Quantity"), min_value=1, max_value=1_000_000, help_text=gettext_lazy("In units.")
    )

    class Meta(WagtailAdminModelForm.Meta):
        model = Lot
        fields = [
            "variant",
            "code",
            "quantity",
            "produced_on",
            "best_before",
            "best_before_precision",
            "origin_fr",
            "origin_ar",
            "origin_en",
            "certificate",
        ]
        widgets = {
            "produced_on": AdminDateInput(),
            "best_before": AdminDateInput(),
            "origin_ar": forms.TextInput(attrs=ARABIC),
        }

    def clean(self):
        answers = super().clean()
        variant, code = answers.get("variant"), answers.get("code")
        if variant and code and Lot.objects.filter(cooperative=variant.product.sale.cooperative, code=code).exists():
            self.add_error("code", _("This cooperative has a lot with this code already."))
        produced_on, best_before = answers.get("produced_on"), answers.get("best_before")
        if produced_on and best_before and best_before < produced_on:
            self.add_error("best_before", _("This is before it was produced."))
        return answers


class ReceiveView(generic.CreateView):
    page_title = gettext_lazy("Take in a lot")
    submit_button_label = gettext_lazy("Take in")
    success_message = gettext_lazy("Lot %(object)s was taken in.")

    def save_instance(self):
        answers = dict(self.form.cleaned_data)
        lot = actions.receive(answers.pop("variant"), by=self.request.user, **answers)
        log(instance=lot, action="wagtail.create", content_changed=True)
        return lot

    def get_success_buttons(self):
        return []

    def get_success_url(self):
        return reverse("lots:inspect", args=[self.object.pk])


class AdjustForm(forms.Form):
    change = forms.IntegerField(
        label=gettext_lazy("Change"),
        min_value=-1_000_000,
        max_value=1_000_000,
        help_text=gettext_lazy("In units: 3 when three more were found, -2 when two broke."),
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=250)

    def clean_change(self):
        if self.cleaned_data["change"] == 0:
            raise forms.ValidationError(_("Nothing changes."))
        return self.cleaned_data["change"]


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=250)


class LotOperation(OperationView):
    model = Lot
    header_icon = "clipboard-list"

    @property
    def back_url(self):
        return reverse("lots:inspect", args=[self.object.pk])

    @property
    def crumbs(self):
        return [{"url": reverse("lots:index"), "label": _("Lots")}, *super().crumbs]


class AdjustView(LotOperation):
    form_class = AdjustForm
    page_title = gettext_lazy("Adjust")

    @property
    def explanation(self):
        return _("%(on_hand)s on hand, of which %(reserved)s are kept for orders.") % {
            "on_hand": self.object.on_hand,
            "reserved": self.object.reserved,
        }

    def form_valid(self, form):
        try:
            actions.adjust(
                self.object, form.cleaned_data["change"], reason=form.cleaned_data["reason"], by=self.request.user
            )
        except NotThatMany as error:
            form.add_error(
                "change", _("Only %(free)s units are free; the others are kept for orders.") % {"free": error.free}
            )
            return self.form_invalid(form)
        messages.success(self.request, _("The count was corrected."))
        return super().form_valid(form)


class BlockView(LotOperation):
    form_class = ReasonForm
    page_title = gettext_lazy("Block")
    submit_button_label = gettext_lazy("Block this lot")
    explanation = gettext_lazy(
        "It goes off sale at once. What is kept for orders moves to other lots when they are packed."
    )

    def form_valid(self, form):
        take_off_sale(self.object, because=form.cleaned_data["reason"], by=self.request.user)
        messages.success(self.request, _("The lot is blocked."))
        return super().form_valid(form)


class UnblockView(LotOperation):
    form_class = ReasonForm
    page_title = gettext_lazy("Unblock")
    submit_button_label = gettext_lazy("Put back on sale")

    @property
    def explanation(self):
        return _("Blocked because: %(reason)s") % {"reason": self.object.blocked_because}

    def form_valid(self, form):
        try:
            put_back_on_sale(self.object, because=form.cleaned_data["reason"], by=self.request.user)
        except HeldBack:
            form.add_error(None, _("It is recalled: close the recall first."))
            return self.form_invalid(form)
        messages.success(self.request, _("The lot may be sold again."))
        return super().form_valid(form)


class LotIndexView(generic.IndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().select_related("variant__product", "cooperative")

    @cached_property
    def columns(self):
        return [
            TitleColumn(
                "variant", label=_("Product"), sort_key="variant__product__name_fr", get_url=self.get_inspect_url
            ),
            Column("code", label=_("Lot"), sort_key="code", classname="nowrap"),
            Column("cooperative", label=_("Cooperative"), sort_key="cooperative__slug"),
            BestBeforeColumn("best_before", label=_("Best before"), sort_key="best_before"),
            NumberColumn("on_hand", label=_("On hand"), sort_key="on_hand"),
            NumberColumn("reserved", label=_("Kept for orders"), sort_key="reserved"),
            NumberColumn("available", label=_("Available")),
            StatusTagColumn(
                "status",
                label=_("Status"),
                accessor=lot_status,
                classname="nowrap",
                primary=lambda lot: lot.is_sellable(timezone.localdate()),
            ),
        ]


class BestBeforeColumn(Column):
    cell_template_name = "admin_pages/best_before_cell.html"


def lot_status(lot: Lot) -> str:
    if lot.blocked_at:
        return _("blocked")
    if not lot.is_sellable(timezone.localdate()):
        return _("past its date")
    return _("on sale") if lot.available else _("sold out")


class LotPage(generic.InspectView):
    page_title = gettext_lazy("Lot")

    def get_object(self, queryset=None):
        return get_object_or_404(
            Lot.objects.select_related("variant__product", "cooperative", "certificate"), pk=self.pk
        )

    @cached_property
    def header_buttons(self):
        if not self.user_has_permission("change"):
            return []
        at = [self.object.pk]
        block = (
            HeaderButton(_("Unblock"), url=reverse("lots:unblock", args=at), icon_name="lock-open", priority=20)
            if self.object.blocked_at
            else HeaderButton(_("Block"), url=reverse("lots:block", args=at), icon_name="lock", priority=20)
        )
        return [HeaderButton(_("Adjust"), url=reverse("lots:adjust", args=at), icon_name="edit", priority=10), block]

    def get_context_data(self, **kwargs):
        lot = self.object
        blocks = ModelLogEntry.objects.for_instance(lot).filter(action__in=[BLOCKED, UNBLOCKED])
        return {
            **super().get_context_data(**kwargs),
            "lot": lot,
            "status": lot_status(lot),
            "is_sellable": lot.is_sellable(timezone.localdate()),
            "movements": lot.movements.select_related("by")[:SHOWN_MOVEMENTS],
            "reservations": lot.reservations.live(),
            "blocks": [
                (entry, registry.get_formatter(entry).label)
                for entry in blocks.select_related("user").order_by("-timestamp")
            ],
        }


class LotViewSet(PlainViewSet):
    """Lots are taken in, adjusted and blocked; their row is never edited or deleted."""

    model = Lot
    name = "lots"
    icon = "clipboard-list"
    menu_label = gettext_lazy("Lots")
    menu_order = 160
    add_to_admin_menu = True
    pages = {"index", "index_results", "add", "inspect"}
    index_view_class = LotIndexView
    add_view_class = ReceiveView
    inspect_view_class = LotPage
    inspect_view_enabled = True
    inspect_template_name = "admin_pages/lot.html"
    filterset_class = LotFilterSet
    search_fields = [
        "code",
        "variant__sku",
        "variant__product__name_fr",
        "variant__product__name_ar",
        "variant__product__name_en",
    ]
    form_class = ReceiveForm

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("adjust/<int:pk>/", self.construct_view(AdjustView), name="adjust"),
            path("block/<int:pk>/", self.construct_view(BlockView), name="block"),
            path("unblock/<int:pk>/", self.construct_view(UnblockView), name="unblock"),
        ]
