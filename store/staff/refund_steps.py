"""The steps of a refund in Wagtail's admin: asked for, approved, paid or refused; and what is given beside goods."""

import secrets
from collections.abc import Callable

from django import forms
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from catalog.admin_base import OperationView
from catalog.money import format_money
from catalog.rib import clean_rib, in_groups

from ..flows.give_back import TooMuch, delivery_left, give_back, goodwill_left, money_of
from ..flows.refunds import (
    RefundChanged,
    RefundUnderWay,
    RibMissing,
    SecondPersonNeeded,
    approve_refund,
    ask_refund,
    is_on_its_way,
    paid_with,
    pay_refund,
    refuse_refund,
    seal,
)
from ..ledger.models import Act
from ..orders.models import CooperativeOrder
from ..payments.methods import CARDS
from ..refunds.models import Refund, RefundWay
from ..statuses import Actor, DiscountBearer, IllegalMove, Raced
from .cards.words import provider_name
from .forms import NOTE, OF_A_PROVIDER, PaidBackForm
from .parcels import PartOperation
from .refund_words import card_to_give_back_to, way_of, ways_back

EXPECTED = (TooMuch, RefundUnderWay, RefundChanged, RibMissing, SecondPersonNeeded, IllegalMove, Raced)


def worded(error: Exception) -> str:
    """What an expected failure tells to staff."""
    match error:
        case TooMuch():
            return _("At most %(left)s can go back now.") % {"left": format_money(error.left)}
        case RefundUnderWay():
            return _("Another refund of this part is still to come. Pay or refuse it first.")
        case RibMissing():
            return _("The buyer has not said to which account the money goes.")
        case SecondPersonNeeded():
            return _("Of such an amount nobody does two steps in a row: somebody else has to do this one.")
        case _:
            return _("Somebody changed this refund meanwhile. Look at it again.")


class AskForm(forms.Form):
    """How much goes back to the buyer, and how."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=40)
    amount = forms.DecimalField(label=gettext_lazy("Amount"), max_digits=9, decimal_places=2)
    way = forms.ChoiceField(label=gettext_lazy("Way"), widget=forms.RadioSelect)
    rib = forms.CharField(
        label=gettext_lazy("RIB of the buyer"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("24 digits. Empty: the buyer gives it on the page of the order."),
    )

    def __init__(self, *args, part: CooperativeOrder, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["way"].choices = ways_back(paid_with(part))

    def clean(self):
        answers = super().clean()
        typed = answers.get("rib") if answers.get("way") == RefundWay.TRANSFER else ""
        try:
            answers["rib"] = clean_rib(typed) if typed else ""
        except forms.ValidationError as error:
            self.add_error("rib", error)
        return answers


class FromRefundsPage(PartOperation):
    """Something that is done to what a part's buyer gets back."""

    @property
    def back_url(self):
        return reverse("refunds:inspect", args=[self.object.pk])

    @property
    def crumbs(self):
        return [{"url": reverse("refunds:index"), "label": _("To be paid back")}, *OperationView.crumbs.fget(self)]


class Ask(FromRefundsPage):
    form_class = AskForm
    page_title = gettext_lazy("Pay back")

    def get_initial(self):
        part = self.object
        way = RefundWay.ORIGINAL if card_to_give_back_to(part, paid_with(part)) else RefundWay.TRANSFER
        return {"amount": money_of(part).refundable, "way": way, "key": secrets.token_hex(16)}

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "part": self.object}

    def form_valid(self, form):
        answers = form.cleaned_data
        try:
            ask_refund(
                self.object,
                answers["amount"],
                way=answers["way"],
                key=f"staff:{answers['key']}",
                rib=answers["rib"],
                actor=Actor.STAFF,
                by=self.request.user,
            )
        except TooMuch as error:
            form.add_error("amount", worded(error))
            return self.form_invalid(form)
        except RefundUnderWay as error:
            messages.error(self.request, worded(error))
        else:
            messages.success(self.request, _("The refund is written down; it is to be approved."))
        return redirect(self.back_url)


class GiveForm(forms.Form):
    """The delivery or some dirhams, who goes without them, and why."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=40)
    act = forms.ChoiceField(
        label=gettext_lazy("What is given"),
        choices=[(Act.DELIVERY_BACK.value, gettext_lazy("The delivery")), (Act.GOODWILL.value, Act.GOODWILL.label)],
        widget=forms.RadioSelect,
    )
    amount = forms.DecimalField(label=gettext_lazy("Amount"), max_digits=9, decimal_places=2)
    bearer = forms.ChoiceField(
        label=gettext_lazy("Who bears it"), choices=DiscountBearer.choices, widget=forms.RadioSelect
    )
    because = forms.CharField(label=gettext_lazy("Why"), max_length=300)


class Give(FromRefundsPage):
    form_class = GiveForm
    page_title = gettext_lazy("Give delivery or goodwill back")

    @property
    def explanation(self):
        left = {"delivery": format_money(delivery_left(self.object)), "left": format_money(goodwill_left(self.object))}
        return _("Of the delivery %(delivery)s can be given back, of everything %(left)s.") % left

    def get_initial(self):
        return {"bearer": DiscountBearer.PLATFORM, "key": secrets.token_hex(16)}

    def form_valid(self, form):
        answers = form.cleaned_data
        try:
            give_back(
                self.object,
                answers["amount"],
                act=Act(answers["act"]),
                bearer=DiscountBearer(answers["bearer"]),
                because=answers["because"],
                key=answers["key"],
                by=self.request.user,
            )
        except TooMuch as error:
            form.add_error("amount", worded(error))
            return self.form_invalid(form)
        messages.success(self.request, _("It is owed to the buyer now."))
        return redirect(self.back_url)


class RefundOperation(OperationView):
    """A step of a refund."""

    permission_required = "view"
    model = Refund

    def get_object(self):
        return get_object_or_404(
            Refund.objects.select_related("part__order", "part__cooperative", "payment"), pk=self.pk
        )

    @property
    def back_url(self):
        return reverse("refunds:inspect", args=[self.object.part_id])

    @property
    def crumbs(self):
        return [{"url": reverse("refunds:index"), "label": _("To be paid back")}, *super().crumbs]

    @property
    def explanation(self):
        refund = self.object
        told = [format_money(refund.amount), way_of(refund), in_groups(refund.rib), refund.part.order.name]
        return " · ".join(filter(None, told))

    def do(self, deed, done: Callable[[], str]):
        try:
            is_new = deed()
        except EXPECTED as error:
            messages.error(self.request, worded(error))
        else:
            messages.success(self.request, done() if is_new else _("It was written down already."))
        return redirect(self.back_url)


class ApproveForm(forms.Form):
    seen = forms.CharField(widget=forms.HiddenInput, max_length=80)


class Approve(RefundOperation):
    form_class = ApproveForm
    page_title = gettext_lazy("Approve the refund")
    submit_button_label = gettext_lazy("Approve")

    def get_initial(self):
        return {"seen": seal(self.object)}

    def form_valid(self, form):
        seen = form.cleaned_data["seen"]
        return self.do(
            lambda: approve_refund(self.object, seen=seen, by=self.request.user),
            self.told,
        )

    def told(self) -> str:
        if is_on_its_way(self.object):
            return _("The refund is approved; it is on its way to the card.")
        return _("The refund is approved; it is to be paid.")


class Pay(RefundOperation):
    form_class = PaidBackForm
    page_title = gettext_lazy("The refund was paid")
    submit_button_label = gettext_lazy("It was paid")

    @property
    def is_to_card(self) -> bool:
        return self.object.way == RefundWay.ORIGINAL and self.object.payment.method in CARDS

    @property
    def explanation(self):
        if not self.is_to_card:
            return super().explanation
        told = _("Give it back to the card in the back office of %(provider)s, then note its reference here.")
        return f"{super().explanation} · {told % {'provider': provider_name(self.object.payment.method)}}"

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        if self.is_to_card:
            form.fields["reference"].help_text = OF_A_PROVIDER
        return form

    def form_valid(self, form):
        reference = form.cleaned_data["reference"]
        return self.do(
            lambda: pay_refund(self.object, reference=reference, by=self.request.user),
            lambda: _("It is written down that the buyer has the money."),
        )


class RefuseForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("Why"), max_length=NOTE.max_length, help_text=gettext_lazy("The buyer reads it.")
    )


class Refuse(RefundOperation):
    form_class = RefuseForm
    page_title = gettext_lazy("Do not pay it like this")
    submit_button_label = gettext_lazy("Refuse the refund")

    def form_valid(self, form):
        because = form.cleaned_data["note"]
        return self.do(
            lambda: refuse_refund(self.object, because=because, by=self.request.user),
            lambda: _("The refund is refused; what is owed stays owed."),
        )
