"""The courier is at the door: several parcels leave at once, and are signed for."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog.members.models import CooperativeMember
from catalog.money import total

from ..delivery.errors import TrackingTaken
from ..delivery.models import Courier, Shipment
from ..delivery.prices import DeliveryMethod
from ..flows.fulfil_part import ship_part
from ..flows.refusals import EXPECTED, worded
from ..orders.models import CooperativeOrder
from ..permissions import Deed, parts_of
from ..statuses import Actor, PartStatus
from .couriers import courier_choices, couriers_now
from .door import for_members
from .papers import paper, to_collect

#: Parcels on the page; the oldest come first. More than a courier's car takes.
MOST_PARCELS = 60
_TICKED = re.compile(r"leaves_(\d{1,18})", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True)
class Row:
    """A parcel that waits, and what is said of it."""

    part: CooperativeOrder
    leaves: forms.BoundField
    tracking: forms.BoundField

    @property
    def due(self):
        return to_collect(self.part)


class BatchForm(forms.Form):
    """Who takes them, and which of the parcels that wait."""

    courier = forms.ChoiceField(
        label=gettext_lazy("Who takes them"), error_messages={"required": gettext_lazy("Say who takes them.")}
    )

    def __init__(self, *args, parts: list[CooperativeOrder], **kwargs):
        super().__init__(*args, **kwargs)
        self.parts, self.couriers = parts, couriers_now()
        self.fields["courier"].choices = courier_choices(self.couriers)
        for part in parts:
            self.fields[f"leaves_{part.pk}"] = forms.BooleanField(label=part.order.number, required=False)
            self.fields[f"tracking_{part.pk}"] = forms.CharField(
                label=_("Number of the parcel"), max_length=60, required=False
            )

    @property
    def rows(self) -> list[Row]:
        return [Row(part, self[f"leaves_{part.pk}"], self[f"tracking_{part.pk}"]) for part in self.parts]

    @property
    def carrier(self) -> Courier | None:
        return self.couriers.get(self.cleaned_data["courier"])

    @property
    def ticked(self) -> list[CooperativeOrder]:
        return [part for part in self.parts if self.cleaned_data[f"leaves_{part.pk}"]]

    def tracking_of(self, part: CooperativeOrder) -> str:
        return self.cleaned_data[f"tracking_{part.pk}"]

    def clean(self):
        answers = super().clean()
        if not any(answers.get(f"leaves_{part.pk}") for part in self.parts):
            self.add_error(None, _("Tick the parcels that leave."))
        return answers


@for_members(Deed.HAND_OVER, methods=("GET", "HEAD", "POST"))
def hand_over(request, member: CooperativeMember):
    parts = list(_waiting(member)[:MOST_PARCELS])
    form = BatchForm(request.POST if request.method == "POST" else None, parts=parts)
    if request.method == "POST":
        _tell_of_those_that_are_gone(request, member, parts)
    if request.method == "POST" and form.is_valid():
        left = {part.pk for part in form.ticked if _leaves(part, form, by=request.user)}
        if left:
            told = ngettext("%(count)s parcel left.", "%(count)s parcels left.", len(left))
            messages.success(request, told % {"count": len(left)})
        if not form.errors:
            return redirect("workspace_hand_over", member.cooperative.slug)
        form.parts = [part for part in parts if part.pk not in left]
    today = timezone.localdate()
    context = {
        "page": "today",
        "form": form,
        "today": today.isoformat(),
        "couriers": _handed_over(member, today).values("courier", "courier__name").annotate(count=Count("pk")),
    }
    return render(request, "workspace/hand_over.html", context, status=422 if form.errors else 200)


@for_members(Deed.HAND_OVER)
def hand_over_slip(request, member: CooperativeMember, day: str, courier_id: int):
    """What a courier took on a day, to sign."""
    on = _day(day)
    taken = (
        _handed_over(member, on)
        .filter(courier__in=Courier.objects.filter(pk=courier_id))
        .select_related("courier", "part__order__commune")
    )
    parcels = list(taken.prefetch_related("part__payments").order_by("handed_over_at", "pk"))
    if not parcels:
        raise Http404("this courier took no parcel of this cooperative on that day")
    # What was to be collected when it left, whatever became of it since.
    rows = [(parcel, total(payment.amount for payment in parcel.part.payments.all())) for parcel in parcels]
    context = {
        "cooperative": member.cooperative,
        "courier": parcels[0].courier,
        "day": on,
        "rows": rows,
        "sum": total(due for _parcel, due in rows),
    }
    return paper(request, "workspace/papers/hand_over.html", context, name=f"remise-{on}")


def _waiting(member: CooperativeMember):
    """Parcels that somebody carries: what its buyer fetches is given to nobody else."""
    packed = parts_of(member).filter(status=PartStatus.PACKED).exclude(delivery_method=DeliveryMethod.PICKUP)
    return packed.select_related("order__commune").prefetch_related("payments").order_by("order__placed_at", "pk")


def _handed_over(member: CooperativeMember, day: date):
    return Shipment.objects.filter(
        part__in=parts_of(member), courier__isnull=False, handed_over_at__date=day
    ).order_by()


def _leaves(part: CooperativeOrder, form: BatchForm, *, by) -> bool:
    """One parcel, in a transaction of its own: another that may not leave keeps none back."""
    try:
        ship_part(part, actor=Actor.COOPERATIVE, by=by, courier=form.carrier, tracking=form.tracking_of(part))
    except TrackingTaken as error:
        form.add_error(f"tracking_{part.pk}", worded(error))
    except EXPECTED as error:
        form.add_error(f"leaves_{part.pk}", worded(error))
    else:
        return True
    return False


def _tell_of_those_that_are_gone(request, member: CooperativeMember, parts: list[CooperativeOrder]) -> None:
    """Ticked on a page that lay open while somebody else did something with them."""
    ticked = {int(found[1]) for name in request.POST if (found := _TICKED.fullmatch(name))}
    gone = parts_of(member).filter(pk__in=list(ticked - {part.pk for part in parts})[:MOST_PARCELS])
    for part in gone.select_related("order"):
        told = _("Order %(number)s is “%(status)s” by now. Nothing was changed.")
        messages.info(request, told % {"number": part.order.number, "status": part.get_status_display()})


def _day(written: str) -> date:
    try:
        if _DAY.fullmatch(written):
            return datetime.strptime(written, "%Y-%m-%d").date()
    except ValueError:
        pass
    raise Http404("this is no day")
