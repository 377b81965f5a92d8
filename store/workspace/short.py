"""Less can be sent of an order than was ordered: how many there are, and what the buyer is told."""

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.members.models import CooperativeMember
from catalog.money import format_money
from catalog.stock.queries import NO_STOCK, stock_of

from ..flows.cancel_part import is_paid_in_advance
from ..flows.refusals import EXPECTED, worded
from ..flows.send_less import SHORT_FROM, send_less
from ..orders.models import CooperativeOrder
from ..permissions import Deed, part_of, sees_buyer
from ..statuses import Actor, PartStatus
from .door import for_members


class ShortForm(forms.Form):
    """Of each line, how many units there are to be sent. Nobody can say more than were ordered."""

    are_gone = forms.TypedChoiceField(
        label=gettext_lazy("Where are the others?"),
        choices=[
            ("1", gettext_lazy("They are not there: take them out of the stock")),
            ("", gettext_lazy("They are there, and others may buy them")),
        ],
        coerce=bool,
        empty_value=False,
        required=False,
        initial="1",
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Broken, not found… For your own books; the buyer does not read it."),
    )

    def __init__(self, *args, part: CooperativeOrder, **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = [line for line in part.lines.all() if line.units]
        stock = stock_of([line.variant_id for line in self.lines])
        units = {
            f"line_{line.pk}": _units(line, free=stock.get(line.variant_id, NO_STOCK).available) for line in self.lines
        }
        self.fields = {**units, **self.fields}

    def clean(self):
        answers = super().clean()
        if not self.errors and all(answers[f"line_{line.pk}"] == line.units for line in self.lines):
            raise forms.ValidationError(_("Nothing is missing then. Say of one product at least that there is less."))
        return answers

    @property
    def units(self) -> dict[int, int]:
        return {line.pk: self.cleaned_data[f"line_{line.pk}"] for line in self.lines}


def _units(line, *, free: int) -> forms.IntegerField:
    told = _("Of %(quantity)s, so many can be sent. 0 if there is none.") % {"quantity": line.units}
    if free:  # a jar that broke is replaced by another one
        others = _("%(free)s others are free on the shelf: take one of these first, then nothing is missing.")
        told = f"{told} {others % {'free': free}}"
    return forms.IntegerField(
        label=f"{line.name} · {line.size_label}",
        min_value=0,
        max_value=line.units,
        initial=line.units,
        help_text=told,
        error_messages={"required": _("Say how many can be sent, 0 too.")},
    )


@for_members(Deed.CONFIRM, methods=("GET", "HEAD", "POST"))
def short(request, member: CooperativeMember, part_id: int):
    """The form while less may be said; what to tell the buyer once it is."""
    part = part_of(member, part_id)
    is_told_of = part.reduced_by and part.status != PartStatus.CANCELED
    if part.status not in SHORT_FROM and (request.method == "POST" or not is_told_of):
        return _back(request, part)
    form = ShortForm(request.POST if request.method == "POST" else None, part=part)
    if request.method == "POST" and form.is_valid():
        return _said(request, part, form)
    context = {
        "part": part,
        "order": part.order,
        "lines": list(part.lines.all()),
        "form": form if part.status in SHORT_FROM else None,
        "shows_buyer": sees_buyer(part, now=timezone.now()),
        "words": words_for(part),
    }
    return render(request, "workspace/short.html", context, status=422 if form.errors else 200)


def _back(request, part: CooperativeOrder):
    told = _("This order is “%(status)s” by now. Nothing was changed.")
    messages.info(request, told % {"status": part.get_status_display()})
    return redirect("workspace_part", part.cooperative.slug, part.pk)


def _said(request, part: CooperativeOrder, form: ShortForm):
    at = (part.cooperative.slug, part.pk)
    answers = form.cleaned_data
    try:
        send_less(
            part,
            form.units,
            are_gone=answers["are_gone"],
            actor=Actor.COOPERATIVE,
            by=request.user,
            because=answers["note"],
        )
    except EXPECTED as error:
        messages.error(request, worded(error))
        return redirect("workspace_part", *at)
    part.refresh_from_db(fields=["status"])
    if part.status == PartStatus.CANCELED:
        messages.warning(request, _("Nothing of it can be sent: the order is canceled. Call the buyer, please."))
        return redirect("workspace_part", *at)
    messages.success(request, _("Written down. Now tell the buyer."))
    return redirect("workspace_short", *at)


def words_for(part: CooperativeOrder) -> str:
    """What a message to the buyer begins with, in the language in which they ordered."""
    with translation.override(part.order.language):
        missing = ", ".join(
            f"{line.missing} × {line.name} {line.size_label}" for line in part.lines.all() if line.missing
        )
        told = _(
            "Hello %(name)s, this is %(cooperative)s. In your order %(number)s something is missing: %(missing)s. We send the "
            "rest, and it costs %(total)s."
        ) % {
            "name": part.order.name,
            "cooperative": part.cooperative.name,
            "number": part.order.number,
            "missing": missing,
            "total": format_money(part.due),
        }
        is_paid = is_paid_in_advance(part)
        last = _("What you paid for it in advance goes back to you.") if is_paid else _("Is that all right?")
        return f"{told} {last}"
