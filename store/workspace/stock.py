"""What lies on the shelf: lots that are taken in, counted, and taken off sale."""

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django import forms
from django.contrib import messages
from django.core.validators import FileExtensionValidator
from django.db import IntegrityError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from catalog.media.forms import PictureField
from catalog.media.models import ShopDocument, ShopImage
from catalog.media.uploads import checked_document
from catalog.members.models import CooperativeMember
from catalog.products.models import Variant
from catalog.stock import actions
from catalog.stock.codes import free_code
from catalog.stock.errors import NotThatMany, StockRaced
from catalog.stock.history import take_off_sale
from catalog.stock.models import Lot, MovementKind, Precision, StockMovement
from catalog.stock.queries import SOON

from ..flows.recall import call_back, move_holds, open_recall
from ..flows.recall_page import told_of
from ..flows.recalled import parts_with
from ..permissions import Deed, lot_of, lots_of, may, orders_kept_as, variants_of
from ..recalls.errors import LotOnSale
from .door import for_members

#: Movements that the page of a lot shows.
SHOWN_MOVEMENTS = 50
MOST_UNITS = 100_000
#: Minutes within which the same lot is asked about before it is taken in once more.
JUST_NOW = 30
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
    for lot in lots_of(member).filter(on_hand__gt=0).first_expiring_first():
        lots.setdefault(lot.variant_id, []).append(lot)
    shelves = [
        Shelf(variant, lots.get(variant.pk, []), today)
        for variant in variants_of(member)
        if variant.is_active or variant.pk in lots
    ]
    shown = [(shelf, [LotState(lot, today) for lot in shelf.lots]) for shelf in shelves]
    return render(request, "workspace/stock.html", {"page": "stock", "shelves": shown})


class NewLotForm(forms.Form):
    """Three fields, and four more for who has them at hand."""

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
    photo = PictureField(
        label=gettext_lazy("Photo of the harvest"),
        required=False,
    )
    certificate = forms.FileField(
        label=gettext_lazy("Certificate"),
        required=False,
        max_length=150,
        validators=[FileExtensionValidator(["pdf"]), checked_document],
        widget=forms.FileInput({"accept": ".pdf,application/pdf"}),
        help_text=gettext_lazy("A PDF, such as an analysis. Buyers can read it on the page of the lot."),
    )
    #: Shown where the same was taken in a moment ago: somebody went back and pressed again, or there are really more.
    again = forms.BooleanField(label=gettext_lazy("Yes, these are others"), required=False)

    def __init__(self, *args, member: CooperativeMember, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["photo"].widget = forms.FileInput({"accept": "image/*"})
        self.fields["variant"].queryset = variants_of(member).filter(is_active=True)
        self.asks_again = False

    def clean(self):
        answers = super().clean()
        made, until = answers.get("produced_on"), answers.get("best_before")
        if until and until < timezone.localdate():
            self.add_error("best_before", _("This day is over: such a lot cannot be sold."))
        elif made and until and until < made:
            self.add_error("best_before", _("This is before it was produced."))
        if not self.errors and not answers["again"] and self._was_just_taken_in(answers):
            self.asks_again = True
            told = _("%(count)s of these were put on the shelf a moment ago. Are these others?")
            self.add_error("again", told % {"count": answers["quantity"]})
        return answers

    @staticmethod
    def _was_just_taken_in(answers: dict) -> bool:
        just_now = timezone.now() - timedelta(minutes=JUST_NOW)
        return StockMovement.objects.filter(
            kind=MovementKind.RECEIVED,
            quantity=answers["quantity"],
            at__gt=just_now,
            lot__variant=answers["variant"],
            lot__best_before=answers["best_before"],
        ).exists()


@for_members(Deed.KEEP_STOCK, methods=METHODS)
def new_lot(request, member: CooperativeMember):
    form = NewLotForm(
        request.POST if request.method == "POST" else None,
        request.FILES or None,
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
    variant, certificate = answers["variant"], _kept(answers["certificate"], by=by)
    photo = _shown(answers["photo"], variant, by=by)
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
                certificate=certificate,
                photo=photo,
                **{f"origin_{get_language()}": answers["origin"]},
            )
        except IntegrityError:
            if not left:
                raise
    raise AssertionError("it is tried at least once")


def _shown(file, variant: Variant, *, by) -> ShopImage | None:
    if not file:
        return None
    return ShopImage.sent_by(variant.product.sale.cooperative, file, title=str(variant), by=by)


def _kept(file, *, by) -> ShopDocument | None:
    """The certificate under the name that its file had; on the disk it has another, which nobody can guess."""
    if not file:
        return None
    title, file.name = Path(file.name).stem[:200], f"{secrets.token_urlsafe(12)}.pdf"
    return ShopDocument.objects.create(title=title, file=file, uploaded_by_user=by)


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
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class BlockForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=250)
    #: Asked where units of it have left, or lie in parcels.
    tells = forms.BooleanField(
        label=gettext_lazy("People who have it must be told"),
        required=False,
        initial=True,  # whoever forgets to tick it would believe that all is done
        help_text=gettext_lazy(
            "The lot is recalled: you see whom to call, and buyers read the reason with their order."
        ),
    )


@for_members(Deed.KEEP_STOCK, methods=METHODS)
def lot(request, member: CooperativeMember, pk: int):
    """A lot from its receipt on, and what can be done with it."""
    lot = lot_of(member, pk)
    blocks = request.method == "POST" and "block" in request.POST
    recalls = request.method == "POST" and "recall" in request.POST
    if (blocks or recalls) and not may(member, Deed.BLOCK_LOTS):
        return render(request, "workspace/not_yours.html", status=403)
    if recalls:
        return _recalled(request, member, lot)
    count = CountForm(request.POST if request.method == "POST" and not blocks else None, initial={"seen": lot.on_hand})
    blocking = BlockForm(request.POST if blocks else None, auto_id="blocking_%s")
    if blocks and blocking.is_valid() and blocking.cleaned_data["tells"]:
        _recall, moved = call_back(lot, because=blocking.cleaned_data["reason"], by=request.user)
        messages.success(request, told_of(moved))
        return redirect("workspace_recall", member.cooperative.slug, lot.pk)
    if request.method == "POST" and (told := _done(lot, count, blocking, by=request.user)):
        messages.success(request, told)
        return redirect("workspace_lot", member.cooperative.slug, lot.pk)
    movements = list(lot.movements.select_related("by")[:SHOWN_MOVEMENTS])
    kept = list(lot.reservations.live()[:SHOWN_MOVEMENTS])
    orders = orders_kept_as(member, [row.holder for row in (*movements, *kept)])
    context = {
        "page": "stock",
        "lot": lot,
        "state": LotState(lot, timezone.localdate()),
        "count": count,
        "blocking": blocking,
        "movements": [(movement, orders.get(movement.holder)) for movement in movements],
        "kept": [(reservation, orders.get(reservation.holder)) for reservation in kept],
        "has_gone_out": bool(parts_with([lot])[lot.pk]),
        "recall": lot.recalls.first(),
    }
    return render(request, "workspace/lot.html", context, status=422 if count.errors or blocking.errors else 200)


def _recalled(request, member: CooperativeMember, lot: Lot):
    try:
        open_recall(lot, by=request.user)
    except LotOnSale:
        messages.error(request, _("This lot is on sale. Block it first."))
        return redirect("workspace_lot", member.cooperative.slug, lot.pk)
    messages.success(request, told_of(move_holds(lot)))
    return redirect("workspace_recall", member.cooperative.slug, lot.pk)


def _done(lot: Lot, count: CountForm, blocking: BlockForm, *, by) -> str:
    """Do what was asked and say so; empty where a form says why not."""
    if blocking.is_bound:
        if not blocking.is_valid():
            return ""
        take_off_sale(lot, because=blocking.cleaned_data["reason"], by=by)
        return _("The lot is blocked.")
    if not count.is_valid():
        return ""
    counted, seen = count.cleaned_data["counted"], count.cleaned_data["seen"] or 0
    try:
        actions.adjust(lot, counted - seen, reason=count.cleaned_data["reason"], by=by, seen=seen)
    except StockRaced:
        told = _("Something left or came meanwhile: %(count)s are there by our books. Count once more.")
        count.add_error("counted", told % {"count": lot.on_hand})
        count.data = {**count.data.dict(), "seen": lot.on_hand}  # the next try is of what is there now
        return ""
    except NotThatMany:
        told = _("%(count)s are kept for orders. Cancel one of these first.")
        count.add_error("counted", told % {"count": lot.reserved})
        return ""
    return _("The count was corrected.")
