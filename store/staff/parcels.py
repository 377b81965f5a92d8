"""What is done to a part on a page of its own: canceled, not taken, or back."""

from decimal import Decimal

from django import forms
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from catalog.admin_base import OperationView
from catalog.stock.errors import NotThatMany

from ..flows.cancel_by_hand import cancel_by_hand
from ..flows.fulfil_part import fail_part, return_part
from ..flows.refunds import paid_with
from ..flows.refusals import EXPECTED, worded
from ..orders.models import CooperativeOrder
from ..orders.reasons import CancelReason
from ..payments.methods import CARDS
from ..statuses import Actor, DiscountBearer, ShipmentStatus
from .forms import NOTE, CancelForm
from .views import order_url, part_at


class NotTakenForm(forms.Form):
    """Why the buyer has not got it, what the courier is owed for it, and by whom."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("What happened"),
        choices=[(status.value, status.label) for status in (ShipmentStatus.REFUSED, ShipmentStatus.UNREACHABLE)],
        widget=forms.RadioSelect,
    )
    price = forms.DecimalField(
        label=gettext_lazy("The courier is owed"),
        min_value=0,
        max_digits=7,
        decimal_places=2,
        help_text=gettext_lazy("In dirhams. A parcel costs this once, however often it is tried."),
    )
    bearer = forms.ChoiceField(
        label=gettext_lazy("Who bears it"), choices=DiscountBearer.choices, widget=forms.RadioSelect
    )
    note = NOTE


class ReturnForm(forms.Form):
    """How many units of each line are good to be sold again."""

    note = NOTE

    def __init__(self, *args, part: CooperativeOrder, **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = list(part.lines.all())
        self.fields = {
            **{f"line_{line.pk}": self._units(line) for line in self.lines},
            "note": self.fields["note"],
        }

    def _units(self, line) -> forms.IntegerField:
        return forms.IntegerField(
            label=f"{line.name} · {line.size_label}",
            min_value=0,
            max_value=line.units,
            initial=0,
            help_text=_("Of %(quantity)s, so many are good: they go back into their lot. The others are lost.")
            % {"quantity": line.units},
        )

    @property
    def restocked(self) -> dict[int, int]:
        return {line.pk: self.cleaned_data[f"line_{line.pk}"] for line in self.lines}


class PartOperation(OperationView):
    """Something that is done to a part, from the page of its order."""

    permission_required = "view"  # of the orders' own policy: who sees them may move them
    model = CooperativeOrder

    def get_object(self):
        return part_at(self.pk)

    @property
    def back_url(self):
        return order_url(self.object)

    @property
    def crumbs(self):
        return [{"url": reverse("orders:index"), "label": _("Orders")}, *super().crumbs]

    def do(self, deed, done: str):
        """Do it and say so, or say why it could not be done."""
        try:
            deed()
        except EXPECTED as error:
            messages.error(self.request, worded(error))
        else:
            messages.success(self.request, done)
        return redirect(self.back_url)


class CancelPart(PartOperation):
    """Ask for the reason and a confirmation, then cancel the part."""

    form_class = CancelForm
    page_title = gettext_lazy("Cancel a part")
    submit_button_label = gettext_lazy("Cancel this part")

    @property
    def explanation(self):
        payment = paid_with(self.object)
        if payment and payment.method in CARDS and CARDS[payment.method].refunds_itself:
            return _(
                "Its stock goes back on the shelf. What was paid by card for it goes back to the card by itself. "
                "This cannot be undone."
            )
        return _("Its stock goes back on the shelf and its payment is no longer expected. This cannot be undone.")

    def form_valid(self, form):
        reason, note = CancelReason(form.cleaned_data["reason"]), form.cleaned_data["note"]
        because = f"{reason.label}: {note}" if note else ""
        return self.do(
            lambda: cancel_by_hand(
                self.object, reason=reason, actor=Actor.STAFF, by=self.request.user, because=because
            ),
            _("The part of %(cooperative)s is canceled.") % {"cooperative": self.object.cooperative},
        )


class NotTaken(PartOperation):
    form_class = NotTakenForm
    page_title = gettext_lazy("Not taken")
    explanation = gettext_lazy("The parcel is still with the courier: it can be brought again, or it comes back.")

    def get_initial(self):
        shipment = getattr(self.object, "shipment", None)
        price = shipment.courier.price_in_vain if shipment and shipment.courier else Decimal(0)
        return {"outcome": ShipmentStatus.REFUSED, "price": price, "bearer": DiscountBearer.PLATFORM}

    def form_valid(self, form):
        answers = form.cleaned_data
        return self.do(
            lambda: fail_part(
                self.object,
                ShipmentStatus(answers["outcome"]),
                actor=Actor.STAFF,
                by=self.request.user,
                because=answers["note"],
                price=answers["price"],
                bearer=DiscountBearer(answers["bearer"]),
            ),
            _("It is written down that the parcel was not taken."),
        )


class CameBack(PartOperation):
    form_class = ReturnForm
    page_title = gettext_lazy("It came back")
    explanation = gettext_lazy("Cash that was not taken is no longer expected. What was paid is owed to the buyer.")

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "part": self.object}

    def form_valid(self, form):
        try:
            return self.do(
                lambda: return_part(
                    self.object,
                    actor=Actor.STAFF,
                    by=self.request.user,
                    because=form.cleaned_data["note"],
                    restocked=form.restocked,
                ),
                _("The part of %(cooperative)s came back.") % {"cooperative": self.object.cooperative},
            )
        except NotThatMany:
            form.add_error(None, _("Some of these units are back in their lot already."))
            return self.form_invalid(form)
