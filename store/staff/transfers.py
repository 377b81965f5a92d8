"""What the bank transferred is noted, and what will not be transferred is withdrawn."""

from django import forms
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets import AdminDateInput

from catalog.admin_base import OperationView
from catalog.money import total
from catalog.rib import in_groups

from ..flows.month import Month
from ..flows.settle import pay_all, to_pay
from ..settlements.actions import withdraw
from ..settlements.models import BANK_REFERENCE_LENGTH, Settlement
from ..statuses import IllegalMove
from .settling import month_named, month_url, tell, worded


class TransferForm(forms.Form):
    """Which transfers the bank has made, and by which reference each can be found there."""

    paid_on = forms.DateField(label=gettext_lazy("Transferred on"), widget=AdminDateInput, localize=False)
    reference = forms.CharField(
        label=gettext_lazy("Reference of the bank"),
        max_length=BANK_REFERENCE_LENGTH,
        required=False,
        help_text=gettext_lazy(
            "For all that have none of their own, such as that of one order to the bank for them all."
        ),
    )

    def __init__(self, *args, settlements: list[Settlement], **kwargs):
        super().__init__(*args, **kwargs)
        self.settlements = settlements
        for settlement in settlements:
            name = str(settlement.cooperative)
            self.fields[f"paid_{settlement.pk}"] = forms.BooleanField(label=name, required=False, initial=True)
            self.fields[f"reference_{settlement.pk}"] = forms.CharField(
                label=_("Reference of the bank for %(cooperative)s") % {"cooperative": name},
                max_length=BANK_REFERENCE_LENGTH,
                required=False,
            )

    @property
    def rows(self) -> list[tuple]:
        return [
            (its, in_groups(its.rib), self[f"paid_{its.pk}"], self[f"reference_{its.pk}"]) for its in self.settlements
        ]

    @property
    def paid(self) -> list[tuple[Settlement, str]]:
        answers = self.cleaned_data
        return [
            (its, answers.get(f"reference_{its.pk}") or answers.get("reference", ""))
            for its in self.settlements
            if answers.get(f"paid_{its.pk}")
        ]

    def clean_paid_on(self):
        paid_on = self.cleaned_data["paid_on"]
        if paid_on > timezone.localdate():
            raise ValidationError(_("This day is still to come."))
        if any(paid_on <= its.until for its in self.settlements):
            raise ValidationError(_("The month was not over on this day."))
        return paid_on

    def clean(self):
        answers = super().clean()
        if not self.paid:
            raise ValidationError(_("Tick what was transferred."))
        for settlement, reference in self.paid:
            if not reference and not self.has_error(f"reference_{settlement.pk}") and not self.has_error("reference"):
                self.add_error(f"reference_{settlement.pk}", _("Write the reference by which the bank knows it."))
        return answers


class MarkTransferred(PermissionCheckedMixin, WagtailAdminTemplateMixin, FormView):
    """All approved settlements of a month, to be noted as paid in one go."""

    permission_required = "change"
    permission_policy = None
    form_class = TransferForm
    template_name = "admin_pages/transferred.html"
    page_title = gettext_lazy("Transferred")
    header_icon = "table"

    @cached_property
    def month(self) -> Month:
        return month_named(self.kwargs["month"])

    @cached_property
    def settlements(self) -> list[Settlement]:
        return to_pay(self.month)

    def get_page_subtitle(self):
        return self.month.label

    def get_breadcrumbs_items(self):
        month = {"url": month_url(self.month), "label": _("Owed to cooperatives"), "sublabel": self.month.label}
        return [*self.breadcrumbs_items, month, {"url": "", "label": _("Transferred")}]

    def get_initial(self):
        return {"paid_on": timezone.localdate()}

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "settlements": self.settlements}

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return {
            **context,
            "media": context["form"].media,
            "action_url": self.request.path,
            "back_url": month_url(self.month),
            "sum": total(its.amount for its in self.settlements),
            "submit_button_label": _("Note the transfers"),
        }

    def form_valid(self, form):
        outcome = pay_all(form.paid, paid_on=form.cleaned_data["paid_on"], by=self.request.user)
        count = len(outcome.done)
        done = ngettext("%(count)s transfer is noted.", "%(count)s transfers are noted.", count) % {"count": count}
        tell(self.request, outcome, done)
        return redirect(month_url(self.month))


class WithdrawForm(forms.Form):
    because = forms.CharField(label=gettext_lazy("Why"), max_length=300)


class Withdraw(OperationView):
    model = Settlement
    form_class = WithdrawForm
    page_title = gettext_lazy("Withdraw a settlement")
    submit_button_label = gettext_lazy("Withdraw it")
    explanation = gettext_lazy("It will not be paid. What is owed stays owed, and can be proposed anew.")

    def get_base_object_queryset(self):
        return Settlement.objects.select_related("cooperative")

    @property
    def back_url(self):
        its = self.object
        return reverse("statements:statement", args=[str(Month.of(its.until)), its.cooperative_id])

    def form_valid(self, form):
        try:
            withdraw(self.object, by=self.request.user, because=form.cleaned_data["because"])
        except IllegalMove as error:
            messages.error(self.request, f"{self.object.cooperative}: {worded(error)}")
        else:
            messages.success(self.request, _("The settlement is withdrawn."))
        return redirect(self.back_url)
