"""Ways to pay: where and for which orders each is offered, and what it costs whom. Its keys are settings, never shown."""

from dataclasses import dataclass
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.log_actions import log

from catalog.admin_base import OperationView, PlainViewSet
from catalog.money import format_money

from ...payments.methods import CARDS, METHODS, STRIPE, PaymentMethod
from ...payments.options import Currency, PaymentOption, option_of
from ..policies import WaysToPayPolicy
from .words import NAMES, rate_text, short

#: Cards that may be charged in another currency; the others are charged in dirhams.
ABROAD = {STRIPE.code}


def name_of(method: PaymentMethod) -> str:
    """As buyers read it, and whose it is."""
    return f"{method.label} · {NAMES[method.code]}" if method.code in NAMES else str(method.label)


def status_of(method: PaymentMethod, option: PaymentOption) -> str:
    if not method.is_there:
        return _("not set up")
    if not option.is_on:
        return _("off")
    return _("rests") if method.code in CARDS and CARDS[method.code].rests else _("offered")


def cost_text(option: PaymentOption) -> str:
    """What the provider keeps, as it is written down here; empty where nothing is."""
    parts = [
        f"{rate_text(Decimal(option.per_mille) / 10)} %" if option.per_mille else "",
        format_money(option.fixed) if option.fixed else "",
    ]
    return " + ".join(filter(None, parts))


@dataclass
class Way:
    """A way to pay with all that the list shows of it."""

    method: PaymentMethod
    option: PaymentOption
    zones: list[str]

    @property
    def name(self) -> str:
        return name_of(self.method)

    @property
    def status(self) -> str:
        return status_of(self.method, self.option)

    @property
    def is_offered(self) -> bool:
        return self.method.is_there and self.option.is_on

    @property
    def is_card(self) -> bool:
        return self.method.code in CARDS

    @property
    def rate(self) -> str:
        return rate_text(self.option.rate)

    @property
    def cost(self) -> str:
        return cost_text(self.option)


def ways() -> list[Way]:
    """All that the shop knows, written down or not; two queries."""
    rows = {row.method: row for row in PaymentOption.objects.prefetch_related("zones")}
    return [
        Way(method, rows.get(code) or PaymentOption(method=code), _zones(rows.get(code)))
        for code, method in METHODS.items()
    ]


def _zones(row: PaymentOption | None) -> list[str]:
    return [str(zone) for zone in row.zones.all()] if row else []


class WaysToPayPage(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    permission_policy = None
    permission_required = "view"
    template_name = "admin_pages/ways_to_pay.html"
    page_title = gettext_lazy("Ways to pay")
    header_icon = "sliders"

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs):
        may_edit = self.permission_policy.user_has_permission(self.request.user, "change")
        return {**super().get_context_data(**kwargs), "ways": ways(), "may_edit": may_edit}


class OptionForm(WagtailAdminModelForm):
    """Only what the way to pay has: cash costs no provider, and not every card is charged abroad."""

    class Meta(WagtailAdminModelForm.Meta):
        model = PaymentOption
        fields = ["is_on", "zones", "least", "most", "currency", "rate", "per_mille", "fixed", "bearer"]
        widgets = {"zones": forms.CheckboxSelectMultiple, "bearer": forms.RadioSelect, "currency": forms.RadioSelect}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        method = self.instance.method
        absent = [] if method in CARDS else ["per_mille", "fixed", "bearer"]
        self.initial["rate"] = short(self.instance.rate)
        for name in [*absent, *([] if method in ABROAD else ["currency", "rate"])]:
            del self.fields[name]

    def clean_per_mille(self) -> int:
        if self.cleaned_data["per_mille"] > 1000:
            raise ValidationError(_("At most 1000: the whole price."))
        return self.cleaned_data["per_mille"]

    def clean_rate(self) -> Decimal:
        if self.cleaned_data["rate"] <= 0:
            raise ValidationError(_("The rate is above zero."))
        return self.cleaned_data["rate"]

    def clean(self):
        answers = super().clean()
        least, most = answers.get("least"), answers.get("most")
        if least is not None and most is not None and least > most:
            self.add_error("most", _("This is less than the amount from which it is offered."))
        rate = answers.get("rate")
        if rate is not None and answers.get("currency") == Currency.MAD and rate != 1:
            self.add_error("rate", _("A dirham is a dirham: the rate is 1."))
        if rate == 1 and answers.get("currency") not in (None, Currency.MAD):
            self.add_error("rate", _("Say how many dirhams one unit of the currency is."))
        return answers


class EditOption(OperationView):
    form_class = OptionForm
    model = PaymentOption
    pk_url_kwarg = "method"
    page_title = gettext_lazy("Way to pay")
    header_icon = "sliders"

    def get_object(self):
        if self.pk not in METHODS:
            raise Http404("no way to pay has this name")
        return option_of(self.pk)

    def get_page_subtitle(self):
        return name_of(METHODS[self.pk])

    @property
    def back_url(self):
        return reverse("payment-options:index")

    @property
    def crumbs(self):
        return [{"url": self.back_url, "label": _("Ways to pay")}, {"url": "", "label": self.get_page_subtitle()}]

    @property
    def explanation(self):
        if not METHODS[self.pk].is_there:
            return _("It is not set up: its keys are missing in the settings of the shop, so nobody is offered it.")
        return _("What you change holds for orders from now on; payments keep the rate that they began with.")

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "instance": self.object, "for_user": self.request.user}

    @transaction.atomic
    def form_valid(self, form):
        # Two who are the first to write it down write one row.
        row, _is_new = PaymentOption.objects.get_or_create(method=self.pk)
        form.instance.pk, form.instance._state.adding = row.pk, False
        option = form.save()
        log(instance=option, action="wagtail.edit", user=self.request.user, content_changed=form.has_changed())
        messages.success(self.request, _("“%(name)s” is saved.") % {"name": name_of(METHODS[self.pk])})
        return redirect(self.back_url)


class OptionViewSet(PlainViewSet):
    """One page for each way that the shop knows; none is added or deleted."""

    model = PaymentOption
    name = "payment-options"
    icon = "sliders"
    menu_label = gettext_lazy("Ways to pay")
    menu_order = 701
    add_to_settings_menu = True
    pages = frozenset()

    @property
    def permission_policy(self):
        return WaysToPayPolicy(self.model)

    def get_urlpatterns(self):
        policy = self.permission_policy
        return [
            path("", WaysToPayPage.as_view(permission_policy=policy), name="index"),
            path("<slug:method>/", EditOption.as_view(permission_policy=policy), name="edit"),
        ]
