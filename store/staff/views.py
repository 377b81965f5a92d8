"""An order as platform staff see and move it."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail.admin import messages
from wagtail.admin.views import generic
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from catalog.stock.models import Reservation
from catalog.stock.queries import kept_for

from ..delivery.models import Courier, Shipment
from ..delivery.prices import DeliveryMethod
from ..flows.fulfil_part import VERBS, repack_part, ship_part
from ..flows.refusals import EXPECTED, worded
from ..orders.derived import order_status
from ..orders.models import CooperativeOrder, Order, OrderLine
from ..orders.reasons import CancelReason
from ..payments.cards import PaymentAttempt
from ..payments.derived import order_payment_status
from ..payments.models import Payment
from ..statuses import MOVES, Actor, PartStatus, PaymentStatus, StatusChange
from .cards.words import provider_name
from .forms import MoveForm

#: What the button of each move says.
DEEDS = {
    PartStatus.CONFIRMED: gettext_lazy("The buyer confirmed"),
    PartStatus.PACKED: gettext_lazy("It is packed"),
    PartStatus.SHIPPED: gettext_lazy("It left"),
    PartStatus.DELIVERED: gettext_lazy("It was delivered and paid"),
}


#: A packed part stays packed, from other lots.
REPACK = "repack"


@dataclass
class Deed:
    """A button: the status that a part would move to, or `REPACK`."""

    to: str
    label: str


@dataclass
class LineShown:
    line: OrderLine
    lots: list[Reservation]

    @property
    def may_leave(self) -> bool:
        today = timezone.localdate()
        return all(reservation.lot.is_sellable(today) for reservation in self.lots)


@dataclass
class HistoryRow:
    at: datetime
    what: str
    who: str
    why: str


@dataclass
class PartShown:
    """A part with all that its panel shows."""

    part: CooperativeOrder
    lines: list[LineShown]
    payments: list[Payment]
    changes: list[StatusChange]
    deeds: list[Deed] = field(default_factory=list)

    @property
    def history(self) -> list[HistoryRow]:
        """What became of the part and of its payments, oldest first."""
        moves = [
            (change, _("Packed again") if change.was == change.now else PartStatus(change.now).label)
            for change in self.changes
        ]
        for payment in self.payments:
            moves += [
                (change, _("Payment: %(status)s") % {"status": PaymentStatus(change.now).label})
                for change in payment.status_changes.all()
            ]
        rows = [HistoryRow(change.at, what, _who(change), change.because) for change, what in moves]
        return sorted(rows, key=lambda row: row.at)

    @property
    def can_come_back(self) -> bool:
        return PartStatus.RETURNED in allowed_moves(self.part)

    @property
    def may_leave(self) -> bool:
        return any(deed.to == PartStatus.SHIPPED for deed in self.deeds)

    @property
    def shipment(self) -> Shipment | None:
        return getattr(self.part, "shipment", None)

    @property
    def can_be_canceled(self) -> bool:
        return PartStatus.CANCELED in allowed_moves(self.part)

    @property
    def delivery(self) -> str:
        method = self.part.delivery_method
        return DeliveryMethod(method).label if method in DeliveryMethod.values else method

    @property
    def cancel_reason(self) -> str:
        reason = self.part.cancel_reason
        return CancelReason(reason).label if reason in CancelReason.values else reason


def allowed_moves(part: CooperativeOrder) -> set[PartStatus]:
    return MOVES[part._meta.label][PartStatus(part.status)]


def _who(change: StatusChange) -> str:
    """The user who did it, else whose hand it was."""
    return str(change.by) if change.by else str(Actor(change.actor).label)


def deeds_of(part: CooperativeOrder, lines: list[LineShown], *, is_awaited: bool) -> list[Deed]:
    """The buttons of a part, in the order of its way; what is to be paid in advance waits for the money."""
    allowed = allowed_moves(part)
    deeds = [Deed(status, DEEDS[status]) for status in VERBS if status in allowed and status in DEEDS]
    if part.status == PartStatus.PLACED and is_awaited:
        return []
    if part.status == PartStatus.PACKED and not all(line.may_leave for line in lines):
        return [Deed(REPACK, _("Pack again from other lots"))]
    return deeds


def parts_shown(order: Order, *, is_awaited: bool) -> list[PartShown]:
    """The order's parts in a fixed number of queries."""
    parts = list(
        order.parts.select_related("cooperative", "shipment__courier").prefetch_related(
            "lines",
            Prefetch("payments", Payment.objects.prefetch_related(_changes())),
            _changes(),
        )
    )
    holders = [line.holder for part in parts for line in part.lines.all()]
    lots = kept_for(holders)
    return [
        _shown(part, [LineShown(line, lots.get(line.holder, [])) for line in part.lines.all()], is_awaited=is_awaited)
        for part in parts
    ]


def _shown(part: CooperativeOrder, lines: list[LineShown], *, is_awaited: bool) -> PartShown:
    return PartShown(
        part,
        lines=lines,
        payments=list(part.payments.all()),
        changes=list(part.status_changes.all()),
        deeds=deeds_of(part, lines, is_awaited=is_awaited),
    )


def _changes() -> Prefetch:
    return Prefetch("status_changes", StatusChange.objects.select_related("by"))


class OrderPage(generic.InspectView):
    page_title = capfirst(Order._meta.verbose_name)

    def get_object(self, queryset=None):
        return get_object_or_404(
            Order.objects.select_related("commune__province__region", "voucher_use__voucher"), pk=self.pk
        )

    def get_context_data(self, **kwargs):
        order = self.object
        payments = list(order.payments.all())
        whole = next((payment for payment in payments if payment.part_id is None), None)
        parts = parts_shown(order, is_awaited=whole is not None and whole.status == PaymentStatus.EXPECTED)
        return {
            **super().get_context_data(**kwargs),
            "order": order,
            "parts": parts,
            "attempts": attempts_shown(order),
            "couriers": Courier.objects.filter(is_active=True),
            "status": order_status(shown.part.status for shown in parts),
            "whole": whole,
            "payment_status": order_payment_status(
                (payment.status for payment in payments), in_advance=whole is not None
            ),
        }


def attempts_shown(order: Order) -> list[tuple[PaymentAttempt, str]]:
    """Each try to pay by card with the name of its provider, newest first."""
    tries = PaymentAttempt.objects.filter(payment__order=order)
    return [(attempt, provider_name(attempt.provider)) for attempt in tries]


def part_at(pk: int) -> CooperativeOrder:
    return get_object_or_404(CooperativeOrder.objects.select_related("order", "cooperative"), pk=pk)


class MovePart(PermissionCheckedMixin, View):
    """Move a part by one of the verbs; only ever by POST."""

    permission_policy = None
    permission_required = "view"  # of the orders' own policy: who sees them may move them
    http_method_names = ["post"]

    def post(self, request, pk):
        part = part_at(pk)
        form = MoveForm(request.POST)
        verb = {**VERBS, REPACK: repack_part}.get(form.cleaned_data["to"]) if form.is_valid() else None
        if verb is None:
            messages.error(request, _("Nothing was changed: the note is too long or the button is not known."))
        else:
            self.move(part, verb, form.cleaned_data)
        return redirect(order_url(part))

    def move(self, part, verb, answers):
        sent = {name: answers[name] for name in ("courier", "tracking")} if verb is ship_part else {}
        try:
            verb(part, actor=Actor.STAFF, by=self.request.user, because=answers["note"], **sent)
        except EXPECTED as error:
            messages.error(self.request, worded(error))
        else:
            messages.success(
                self.request,
                _("The part of %(cooperative)s is now “%(status)s”.")
                % {"cooperative": part.cooperative, "status": PartStatus(part.status).label},
            )


def order_url(part: CooperativeOrder) -> str:
    return reverse("orders:inspect", args=[part.order_id])
