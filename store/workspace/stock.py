"""What lies on the shelf: lots that are taken in, counted, and taken off sale."""

from dataclasses import dataclass
from datetime import date, timedelta

from django import forms
from django.contrib import messages
from django.db import IntegrityError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from catalog.members.models import CooperativeMember
from catalog.products.models import Variant
from catalog.stock import actions
from catalog.stock.codes import free_code
from catalog.stock.errors import NotThatMany
from catalog.stock.models import Lot, Precision

from ..permissions import Deed, lot_of, may, variants_of
from .door import for_members

#: Days before its date from which a lot is to be sold soon.
SOON = 30
#: Movements that the page of a lot shows.
SHOWN_MOVEMENTS = 50
MOST_UNITS = 100_000
METHODS = ("GET", "HEAD", "POST")


@dataclass(frozen=True)
class Shelf:
    """A size of a product, with the lots that units of it lie in."""

    variant: Variant
    lots: list[Lot]
    today: date

    @property
    def available(self) -> int:
        return sum(lot.available for lot in self.lots if lot.is_sellable(self.today))


@dataclass(frozen=True)
class LotState:
    """A lot and what is to be said of it."""

    lot: Lot
    today: date

    @property
    def is_blocked(self) -> bool:
        return self.lot.blocked_at is not None

    @property
    def is_over(self) -> bool:
        return self.lot.best_before is not None and self.lot.best_before < self.today

    @property
    def is_soon_over(self) -> bool:
        return not self.is_over and bool(
            self.lot.best_before and self.lot.best_before <= self.today + timedelta(days=SOON)
        )


@for_members(Deed.KEEP_STOCK)
def stock(request, member: CooperativeMember):
    """Every size with its lots; two queries, however many there are."""
    today = timezone.localdate()
    lots: dict[int, list[Lot]] = {}
    for lot in Lot.objects.filter(cooperative=member.cooperative_id, on_hand__gt=0).first_expiring_first():
        lots.setdefault(lot.variant_id, []).append(lot)
    shelves = [
        Shelf(variant, lots.get(variant.pk, []), today)
        for variant in variants_of(member)
        if variant.is_active or variant.pk in lots
    ]
    shown = [(shelf, [LotState(lot, today) for lot in shelf.lots]) for shelf in shelves]
    return render(request, "workspace/stock.html", {"page": "stock", "shelves": shown})


class NewLotForm(forms.Form):
    """Three fields, and two more for who has them at hand."""

    variant = forms.ModelChoiceField(
        Variant.objects.none(),
        label=gettext_lazy("What is it"),
        empty_label=gettext_lazy("Choose"),
        error_messages={"required": gettext_lazy("Say what it is.")},
    )
    quantity = forms.IntegerField(
        label=gettext_lazy("How many"),
        min_value=1,
        max_value=MOST_UNITS,
        error_messages={"required": gettext_lazy("Say how many there are.")},
    )
    best_before = forms.DateField(
        label=gettext_lazy("Best before"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("The last good day, as on the label. Empty for what does not perish."),
    )
    origin = forms.CharField(
        label=gettext_lazy("Where it comes from"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("Apiary, plot or distillation."),
    )
    produced_on = forms.DateField(
        label=gettext_lazy("Made on"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args, member: CooperativeMember, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["variant"].queryset = variants_of(member).filter(is_active=True)

    def clean(self):
        answers = super().clean()
        made, until = answers.get("produced_on"), answers.get("best_before")
        if until and until < timezone.localdate():
            self.add_error("best_before", _("This day is over: such a lot cannot be sold."))
        elif made and until and until < made:
            self.add_error("best_before", _("This is before it was produced."))
        return answers


@for_members(Deed.KEEP_STOCK, methods=METHODS)
def new_lot(request, member: CooperativeMember):
    form = NewLotForm(
        request.POST if request.method == "POST" else None,
        member=member,
        initial={"variant": request.GET.get("variant", "")[:20]},
    )
    if request.method == "POST" and form.is_valid():
        lot = _received(form.cleaned_data, by=request.user)
        told = ngettext("%(count)s unit is on the shelf.", "%(count)s units are on the shelf.", lot.on_hand)
        messages.success(request, told % {"count": lot.on_hand})
        return redirect("workspace_lot", member.cooperative.slug, lot.pk)
    context = {"page": "stock", "form": form}
    return render(request, "workspace/new_lot.html", context, status=422 if form.errors else 200)


def _received(answers: dict, *, by, times: int = 3) -> Lot:
    """The lot with a code of its own; somebody who takes in the same at this moment gets the next one."""
    variant = answers["variant"]
    for left in reversed(range(times)):
        try:
            return actions.receive(
                variant,
                code=free_code(variant, timezone.localdate()),
                quantity=answers["quantity"],
                by=by,
                best_before=answers["best_before"],
                best_before_precision=Precision.DAY,
                produced_on=answers["produced_on"],
                **{f"origin_{get_language()}": answers["origin"]},
            )
        except IntegrityError:
            if not left:
                raise
    raise AssertionError("it is tried at least once")


class CountForm(forms.Form):
    """What was counted, and why it differs. `seen` is what the page said: who sold meanwhile has counted for nothing."""

    counted = forms.IntegerField(
        label=gettext_lazy("How many are there"),
        min_value=0,
        max_value=MOST_UNITS,
        error_messages={"required": gettext_lazy("Say how many there are.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Why it differs"),
        max_length=250,
        error_messages={"required": gettext_lazy("Say why: broken, given away, miscounted…")},
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)


class BlockForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=250)


@for_members(Deed.KEEP_STOCK, methods=METHODS)
def lot(request, member: CooperativeMember, pk: int):
    """A lot from its receipt on, and what can be done with it."""
    lot = lot_of(member, pk)
    blocks = request.method == "POST" and ("block" in request.POST or "unblock" in request.POST)
    if blocks and not may(member, Deed.BLOCK_LOTS):
        return render(request, "workspace/not_yours.html", status=403)
    count = CountForm(request.POST if request.method == "POST" and not blocks else None, initial={"seen": lot.on_hand})
    block = BlockForm(request.POST if "block" in request.POST else None)
    if request.method == "POST" and (told := _done(lot, count, block, request)):
        messages.success(request, told)
        return redirect("workspace_lot", member.cooperative.slug, lot.pk)
    context = {
        "page": "stock",
        "lot": lot,
        "state": LotState(lot, timezone.localdate()),
        "count": count,
        "block": block,
        "movements": lot.movements.select_related("by")[:SHOWN_MOVEMENTS],
    }
    return render(request, "workspace/lot.html", context, status=422 if count.errors or block.errors else 200)


def _done(lot: Lot, count: CountForm, block: BlockForm, request) -> str:
    """Do what was asked and say so; empty where a form says why not."""
    if "unblock" in request.POST:
        actions.unblock(lot)
        return _("The lot may be sold again.")
    if block.is_bound:
        if not block.is_valid():
            return ""
        actions.block(lot, because=block.cleaned_data["reason"])
        return _("The lot is blocked.")
    if not count.is_valid():
        return ""
    if count.cleaned_data["seen"] != lot.on_hand:
        told = _("Something left or came meanwhile: %(count)s are there by our books. Count once more.")
        count.add_error("counted", told % {"count": lot.on_hand})
        count.data = {**count.data.dict(), "seen": lot.on_hand}  # the next try is of what is there now
        return ""
    try:
        actions.adjust(
            lot, count.cleaned_data["counted"] - lot.on_hand, reason=count.cleaned_data["reason"], by=request.user
        )
    except NotThatMany:
        count.add_error(
            "counted", _("%(count)s are kept for orders. Cancel one of these first.") % {"count": lot.reserved}
        )
        return ""
    return _("The count was corrected.")
