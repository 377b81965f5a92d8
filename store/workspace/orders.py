"""One order of the cooperative, from the call to the door. Each deed is a button of one page."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.members.models import CooperativeMember
from catalog.money import format_money
from catalog.stock.errors import NotThatMany, OutOfStock
from catalog.stock.queries import kept_for

from ..delivery.models import Courier
from ..delivery.prices import DeliveryMethod
from ..flows.cancel_by_hand import cancel_by_hand
from ..flows.fulfil_part import confirm_part, deliver_part, fail_part, repack_part, return_part, ship_part
from ..flows.refusals import EXPECTED, worded
from ..orders.calls import BuyerCall, CallOutcome
from ..orders.models import CooperativeOrder, OrderLine
from ..orders.reasons import STAFF_REASONS, CancelReason
from ..payments import actions as payments
from ..permissions import Deed, lots_of, may, part_of, sees_buyer
from ..statuses import MOVES, Actor, PartStatus, ShipmentStatus
from . import packing
from .couriers import courier_choices, couriers_now
from .door import for_members
from .papers import papers_of, to_collect


class DeedForm(forms.Form):
    """What somebody did, and what goes with it."""

    deed = forms.CharField(max_length=20)
    courier = forms.ChoiceField(label=gettext_lazy("Who takes it"), required=False)
    tracking = forms.CharField(
        label=gettext_lazy("Number of the parcel"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("On the courier’s receipt."),
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Why?"),
        choices=[(reason.value, reason.label) for reason in STAFF_REASONS],
        required=False,
    )
    note = forms.CharField(label=gettext_lazy("A word about it"), max_length=200, required=False)

    def __init__(self, *args, part: CooperativeOrder, **kwargs):
        super().__init__(*args, **kwargs)
        self.part, self.lines = part, list(part.lines.all())
        self.couriers = couriers_now()
        self.fields["courier"].hides_optional = True  # other deeds have none
        self.fields["courier"].choices = courier_choices(self.couriers)
        wanted = CancelReason.CHANGED_MIND if part.status == PartStatus.PLACED else CancelReason.OUT_OF_STOCK
        self.fields["reason"].initial = wanted
        for line in self.lines:
            self.fields[f"line_{line.pk}"] = _good_units(line)
            self.fields[f"line_{line.pk}"].hides_optional = True

    def clean(self):
        answers = super().clean()
        match answers.get("deed"):
            case "hand_over" if not answers.get("courier") and not self.is_fetched:
                self.add_error("courier", _("Say who takes it."))
            case "back" if any(answers.get(f"line_{line.pk}") is None for line in self.lines):
                self.add_error(None, _("Say of each product how many are good, 0 too."))
        return answers

    @property
    def is_fetched(self) -> bool:
        """The buyer comes for it."""
        return self.part.delivery_method == DeliveryMethod.PICKUP

    @property
    def carrier(self) -> Courier | None:
        return self.couriers.get(self.cleaned_data["courier"])

    @property
    def told(self) -> str:
        """Why nothing was done, in one line."""
        return " ".join(str(error) for errors in self.errors.values() for error in errors)

    @property
    def units(self) -> list[forms.BoundField]:
        """How many units of each line are good, when the parcel is back."""
        return [self[f"line_{line.pk}"] for line in self.lines]

    @property
    def restocked(self) -> dict[int, int]:
        return {line.pk: self.cleaned_data[f"line_{line.pk}"] or 0 for line in self.lines}


def _good_units(line: OrderLine) -> forms.IntegerField:
    return forms.IntegerField(
        label=f"{line.name} · {line.size_label}",
        min_value=0,
        max_value=line.units,
        required=False,
        help_text=_("Of %(quantity)s, so many are good: they go back into their lot. The others are lost.")
        % {"quantity": line.units},
    )


@dataclass(frozen=True)
class Act:
    """A button: who may press it, at which statuses, what it does, and what is said when it is done.

    What it does may say something else that has to be looked at.
    """

    deed: Deed
    at: set[PartStatus]
    do: Callable
    done: Promise


def _call(outcome: CallOutcome) -> Callable:
    def note(part: CooperativeOrder, by, form: DeedForm) -> None:
        BuyerCall.objects.create(part=part, outcome=outcome, note=form.cleaned_data["note"], by=by)

    return note


def _moved_by(verb: Callable) -> Callable:
    def do(part: CooperativeOrder, by, form: DeedForm) -> None:
        verb(part, actor=Actor.COOPERATIVE, by=by)

    return do


def _hand_over(part: CooperativeOrder, by, form: DeedForm) -> None:
    ship_part(part, actor=Actor.COOPERATIVE, by=by, courier=form.carrier, tracking=form.cleaned_data["tracking"])


def _not_taken(outcome: ShipmentStatus) -> Callable:
    def do(part: CooperativeOrder, by, form: DeedForm) -> None:
        fail_part(part, outcome, actor=Actor.COOPERATIVE, by=by, because=form.cleaned_data["note"])

    return do


def _cancel(part: CooperativeOrder, by, form: DeedForm) -> None:
    reason = CancelReason(form.cleaned_data["reason"] or CancelReason.OTHER)
    cancel_by_hand(part, reason=reason, actor=Actor.COOPERATIVE, by=by, because=form.cleaned_data["note"])


def _back(part: CooperativeOrder, by, form: DeedForm) -> None:
    because = form.cleaned_data["note"]
    return_part(
        part,
        actor=Actor.COOPERATIVE,
        by=by,
        because=because,
        restocked=form.restocked,
        only_from={PartStatus.SHIPPED},
    )


_P = PartStatus
ACTS = {
    "confirm": Act(
        Deed.CONFIRM, {_P.PLACED}, _moved_by(confirm_part), gettext_lazy("Confirmed. Now it can be packed.")
    ),
    "unreachable": Act(
        Deed.CONFIRM, {_P.PLACED}, _call(CallOutcome.UNREACHABLE), gettext_lazy("Noted. The order stays on the list.")
    ),
    "wants_change": Act(
        Deed.CONFIRM, {_P.PLACED}, _call(CallOutcome.WANTS_CHANGE), gettext_lazy("Noted. The order stays on the list.")
    ),
    "cancel": Act(
        Deed.CONFIRM, {_P.PLACED, _P.CONFIRMED}, _cancel, gettext_lazy("Canceled. Its stock is on the shelf again.")
    ),
    "pack": Act(Deed.PACK, {_P.CONFIRMED}, packing.pack, gettext_lazy("Packed. Next it is handed over.")),
    "repack": Act(
        Deed.PACK, {_P.PACKED}, _moved_by(repack_part), gettext_lazy("Exchanged. Look at the lots once more.")
    ),
    "hand_over": Act(Deed.HAND_OVER, {_P.PACKED}, _hand_over, gettext_lazy("It is on its way.")),
    "delivered": Act(
        Deed.HAND_OVER, {_P.SHIPPED}, _moved_by(deliver_part), gettext_lazy("Delivered. The sale is in your books.")
    ),
    "refused": Act(
        Deed.HAND_OVER,
        {_P.SHIPPED},
        _not_taken(ShipmentStatus.REFUSED),
        gettext_lazy("Noted. Say here when the parcel is back."),
    ),
    "absent": Act(
        Deed.HAND_OVER,
        {_P.SHIPPED},
        _not_taken(ShipmentStatus.UNREACHABLE),
        gettext_lazy("Noted. It can be brought again."),
    ),
    "back": Act(Deed.HAND_OVER, {_P.SHIPPED}, _back, gettext_lazy("It is back. What is good can be bought again.")),
}


#: Deeds that say more than that they were done.
WITH_MORE = {"wants_change", "cancel", "hand_over", "back"}
NOT_TAKEN = {"refused": ShipmentStatus.REFUSED, "absent": ShipmentStatus.UNREACHABLE}


@for_members(Deed.SEE_ORDERS, methods=("GET", "HEAD", "POST"))
def part(request, member: CooperativeMember, part_id: int):
    part = part_of(member, part_id)
    if request.method == "POST":
        return _done(request, member, part)
    return render(request, "workspace/part.html", _context(member, part))


def _done(request, member: CooperativeMember, part: CooperativeOrder):
    name = request.POST.get("deed", "")
    packs = name == "pack"
    form = _pack_form(member, part, request.POST) if packs else DeedForm(request.POST, part=part)
    act = ACTS.get(name)
    if act and not may(member, act.deed):
        return render(request, "workspace/not_yours.html", status=403)
    if act is None:
        messages.error(request, _("Nothing was changed: this button is not known."))
    elif part.status not in act.at:
        told = _("This order is “%(status)s” by now. Nothing was changed.")
        messages.info(request, told % {"status": part.get_status_display()})
    elif not form.is_valid():
        if not packs:
            messages.error(request, form.told)
    else:
        try:
            told = act.do(part, request.user, form)
        except (*EXPECTED, NotThatMany) as error:
            messages.error(request, worded(error))
            if isinstance(error, OutOfStock) and part.status == PartStatus.PACKED:
                messages.info(request, _("No other lot has enough: ask the federation to cancel this parcel."))
        else:
            if told:
                messages.warning(request, told)
            elif not form.errors:
                messages.success(request, act.done)
    if packs and form.errors and part.status in ACTS["pack"].at:
        return render(request, "workspace/part.html", _context(member, part, packs=form), status=422)
    return redirect("workspace_part", member.cooperative.slug, part.pk)


def _acts(member: CooperativeMember, part: CooperativeOrder) -> set[str]:
    """The buttons that fit: a parcel that was refused is not refused again."""
    shipment = getattr(part, "shipment", None)
    fitting = {name for name, act in ACTS.items() if part.status in act.at and may(member, act.deed)}
    if shipment:
        left = MOVES[shipment._meta.label][ShipmentStatus(shipment.status)]
        fitting -= {name for name, status in NOT_TAKEN.items() if status not in left}
    return fitting


def _pack_form(member: CooperativeMember, part: CooperativeOrder, data=None) -> packing.PackForm:
    return packing.PackForm(data, part=part, lots=lots_of(member), auto_id="pack_%s")


def _context(member: CooperativeMember, part: CooperativeOrder, packs: packing.PackForm | None = None) -> dict:
    order, lines = part.order, list(part.lines.all())
    kept, today = kept_for(line.holder for line in lines), timezone.localdate()
    lots = {line.pk: kept.get(line.holder, []) for line in lines}
    acts = _acts(member, part)
    return {
        "part": part,
        "order": order,
        "lines": [(line, lots[line.pk]) for line in lines],
        "may_leave": all(held.lot.is_sellable(today) for its in lots.values() for held in its),
        "to_collect": to_collect(part),
        "papers": papers_of(part) if may(member, Deed.PACK) else set(),
        "is_awaited": part.status == PartStatus.PLACED and payments.is_awaited(part),
        "acts": acts,
        # Each with inputs of its own: the same note is asked for by several.
        "forms": {name: DeedForm(part=part, auto_id=f"{name}_%s") for name in acts & WITH_MORE},
        "packs": packs or (_pack_form(member, part) if "pack" in acts else None),
        "shipment": getattr(part, "shipment", None),
        "calls": part.calls.select_related("by"),
        "changes": part.status_changes.select_related("by"),
        "shows_buyer": sees_buyer(part, now=timezone.now()),
        "question": _question(part),
    }


def _question(part: CooperativeOrder) -> str:
    """What a message to the buyer begins with, in the language in which they ordered."""
    with translation.override(part.order.language):
        return _(
            "Hello %(name)s, this is %(cooperative)s. You ordered %(number)s for %(total)s. Shall we send it to you?"
        ) % {
            "name": part.order.name,
            "cooperative": part.cooperative.name,
            "number": part.order.number,
            "total": format_money(part.due),
        }
