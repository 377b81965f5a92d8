"""Packing: the units come from the lots that were kept, or from another that the packer names."""

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from catalog.stock.codes import lot_by_code
from catalog.stock.errors import NotThatMany, UnfitLot
from catalog.stock.models import Lot
from catalog.stock.queries import kept_for

from ..flows.fulfil_part import pack_part
from ..orders.models import CooperativeOrder, OrderLine
from ..statuses import Actor

#: Characters: a code of 40, or the address of its page.
LONGEST_CODE = 200


class PackForm(forms.Form):
    """For each line the code of the lot that its units were taken from, where it is another than the one that was kept."""

    def __init__(self, *args, part: CooperativeOrder, lots: QuerySet[Lot], **kwargs):
        super().__init__(*args, **kwargs)
        self.lots = lots
        self.lines = {f"lot_{line.pk}": line for line in part.lines.all() if line.units}
        #: The lot of each line that has one named.
        self.chosen: dict[str, Lot] = {}
        for name, line in self.lines.items():
            self.fields[name] = forms.CharField(
                label=f"{line.name} · {line.size_label}", max_length=LONGEST_CODE, required=False
            )
            self.fields[name].hides_optional = True
            self.fields[name].widget.attrs |= {"autocomplete": "off", "autocapitalize": "characters"}

    @property
    def is_filled_in(self) -> bool:
        return self.is_bound and any(self[name].value() for name in self.lines)

    def clean(self):
        answers = super().clean()
        typed = {name: answers[name] for name in self.lines if answers.get(name)}
        if not typed:
            return answers
        lots = list(self.lots.filter(variant__in=[self.lines[name].variant_id for name in typed]))
        for name, code in typed.items():
            line = self.lines[name]
            lot = lot_by_code((lot for lot in lots if lot.variant_id == line.variant_id), code)
            if lot is None:
                self.add_error(name, _no_such_lot(code, line))
            else:
                self.chosen[name] = lot
        return answers

    @property
    def taken(self) -> dict[str, Lot]:
        """As the flow wants it: by holder."""
        return {self.lines[name].holder: lot for name, lot in self.chosen.items()}

    def refuse(self, lot: Lot, told: str) -> None:
        """Say beside the line that names it why a lot cannot be taken."""
        for name in [name for name, chosen in self.chosen.items() if chosen.pk == lot.pk]:
            self.add_error(name, told)


def pack(part: CooperativeOrder, by, form: PackForm) -> str:
    """Pack a part; what could not be taken is told by the form. Returns what has to be looked at once more."""
    named = _lots_of(part)
    try:
        pack_part(part, actor=Actor.COOPERATIVE, by=by, taken=form.taken)
    except NotThatMany as error:
        told = _("Lot %(code)s has only %(free)s for this order. Take another, or cancel the order.")
        form.refuse(error.lot, told % {"code": error.lot.code, "free": error.free})
    except UnfitLot as error:
        form.refuse(error.lot, _("Lot %(code)s is blocked or past its date: take another.") % {"code": error.lot.code})
    else:
        return _exchanged(named, _lots_of(part), form)
    part.refresh_from_db(fields=["status"])
    return ""


def _lots_of(part: CooperativeOrder) -> dict[str, set[str]]:
    """The codes of the lots that each line's units are kept in, by holder."""
    return {holder: {held.lot.code for held in its} for holder, its in kept_for(part.holders).items()}


def _exchanged(named: dict[str, set[str]], packed: dict[str, set[str]], form: PackForm) -> str:
    """What the page did not name when the jars were taken: a lot may not leave, and another was written instead."""
    new = {holder: codes - named.get(holder, set()) for holder, codes in packed.items() if holder not in form.taken}
    others = set().union(*new.values())
    if not others:
        return ""
    told = _("Packed, but a lot that was named may not leave: put units of %(codes)s into the parcel in its place.")
    return told % {"codes": ", ".join(sorted(others))}


def _no_such_lot(code: str, line: OrderLine) -> str:
    return _("“%(code)s” is no lot of %(product)s. Look at the jar once more.") % {
        "code": code[:40],
        "product": f"{line.name} · {line.size_label}",
    }
