"""The buyer gives something back, and says where the money goes. Whoever knows the order's secret link may."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalog.money import ZERO, total

from ..flows.card import card_besides, card_of
from ..flows.cards.queue import goes_back_to_card
from ..flows.change_method import whole_payment
from ..flows.give_surplus_back import send_surplus_to
from ..flows.refunds import give_rib
from ..flows.returns import Barrier, NothingToReturn, ask_return, barrier_of, return_until, units_to_return
from ..flows.transfer import transfer_of
from ..ledger.queries import BuyersMoney, buyers_money
from ..limits import is_sent, limited
from ..orders.errors import NotWithBuyer
from ..orders.models import CooperativeOrder, OrderLine
from ..orders.reasons import ChangeReason
from ..permissions import order_by_link
from ..refunds.models import OPEN_REFUND, Refund, RefundWay, ReturnRequest
from ..statuses import PartStatus, PaymentStatus, RefundStatus
from .forms import ReturnForm, RibForm


@dataclass(frozen=True)
class GivenBack:
    """What became of a part after its delivery, as its buyer sees it."""

    part: CooperativeOrder
    money: BuyersMoney
    barrier: Barrier | None
    until: date | None

    @property
    def came_back(self) -> list[tuple[OrderLine, int, Decimal]]:
        """Lines with the units of them that came back and what was paid for those."""
        rows = [
            (line, [change for change in line.changes.all() if change.reason == ChangeReason.RETURNED])
            for line in self.part.lines.all()
        ]
        return [
            (line, sum(change.quantity for change in its), total(change.amount - change.discount for change in its))
            for line, its in rows
            if its
        ]

    @property
    def request(self) -> ReturnRequest | None:
        """The last time that the buyer asked."""
        return max(self.part.return_requests.all(), key=lambda request: request.pk, default=None)

    @property
    def can_return(self) -> bool:
        return self.barrier is None

    @property
    def owed(self) -> Decimal:
        return max(self.money.refundable, ZERO)

    @property
    def refunds(self) -> list[Refund]:
        return list(self.part.refunds.all())

    @property
    def open_refund(self) -> Refund | None:
        return next((refund for refund in self.refunds if refund.status in OPEN_REFUND), None)

    @property
    def paid_refunds(self) -> list[Refund]:
        return [refund for refund in self.refunds if refund.status == RefundStatus.PAID]

    @property
    def was_refused(self) -> bool:
        """The last refund was refused, and nothing has been asked for since."""
        return bool(self.refunds) and self.refunds[-1].status == RefundStatus.REFUSED

    @property
    def has_failed(self) -> bool:
        """It could not go back to the card, and nobody knows yet where else."""
        return self.lacks_account and any(refund.status == RefundStatus.FAILED for refund in self.refunds)

    @property
    def is_void(self) -> bool:
        """Nothing of its price is to be paid any more, or what was paid goes back."""
        ended = self.part.status in (PartStatus.CANCELED, PartStatus.RETURNED)
        return ended and not self.came_back

    @property
    def sum_label(self) -> str:
        """What its price is, in words."""
        if self.is_void and not self.money.collected:
            is_canceled = self.part.status == PartStatus.CANCELED
            return _("Canceled, nothing to pay") if is_canceled else _("Sent back, nothing to pay")
        if any(
            payment.part_id is None and payment.status != PaymentStatus.EXPIRED
            for payment in self.part.order.payments.all()
        ):
            return _("Total")
        return _("Paid in cash") if self.money.collected else _("To pay in cash")

    @property
    def goes_back_to_card(self) -> bool:
        """What is owed was paid by card, and goes back there."""
        owed = ZERO if self.open_refund else self.owed  # one that is open has its room already
        return goes_back_to_card(whole_payment(self.part.order), self.refunds, owed=owed)

    @property
    def lacks_account(self) -> bool:
        """Nobody knows yet where the money goes."""
        return self.needs_account and not (self.open_refund and self.open_refund.rib)

    @property
    def needs_account(self) -> bool:
        """The buyer may say where the money goes, or say it anew."""
        refund = self.open_refund
        if refund is None:
            return self.owed > 0 and not self.goes_back_to_card
        return refund.status == RefundStatus.ASKED and refund.way == RefundWay.TRANSFER


def given_back(parts: Iterable[CooperativeOrder]) -> list[GivenBack]:
    """Of the parts of an order; a fixed number of queries."""
    parts = list(parts)
    prefetch_related_objects(parts, "lines__changes", "return_requests", "refunds")
    money = buyers_money(part.pk for part in parts)
    return [GivenBack(part, money.get(part.pk, BuyersMoney()), barrier_of(part), return_until(part)) for part in parts]


@limited("return", counts=is_sent)
@limited("order")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def return_part(request, token: str, part_id: int):
    """Ask to give back some of what one cooperative sent, or read why that cannot be."""
    order = order_by_link(token)
    part = next((part for part in order.parts.all() if part.pk == part_id), None)
    if part is None:
        raise Http404("this order has no such part")
    [state] = given_back([part])
    lines = [(line, units_to_return(line)) for line in part.lines.all()]
    form = ReturnForm(request.POST if is_sent(request) else None, request.FILES or None, lines=lines)
    context = {"order": order, "part": part, "state": state, "form": form, "lines": lines}
    context["kept"] = [line for line in part.lines.all() if line.kept_because]
    if not is_sent(request) or state.barrier:
        return render(request, "account/return.html", context)
    if not form.is_valid():
        return render(request, "account/return.html", context, status=422)
    answers = form.cleaned_data
    try:
        ask_return(part, form.units, reason=answers["reason"], because=answers["because"], photo=form.picture)
    except (NothingToReturn, NotWithBuyer):
        messages.error(request, _("Something changed meanwhile. Look at your order again."))
    else:
        messages.success(request, _("Your request is with the cooperative. You are told what it decides."))
    return HttpResponseRedirect(reverse("order", args=[token]), status=303)


@limited("refund", counts=is_sent)
@limited("order")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def order_refund(request, token: str):
    """What is owed to the buyer, and to which bank account it goes. The account is never shown again."""
    order = order_by_link(token)
    states = [state for state in given_back(order.parts.all()) if state.owed or state.paid_refunds]
    transfer, card = transfer_of(order), card_of(order) or card_besides(order)
    surplus = [*(transfer.surplus if transfer else ()), *(card.surplus if card else ())]
    form = RibForm(request.POST if is_sent(request) else None)
    context = {
        "order": order,
        "states": states,
        "surplus": surplus,
        "owed": total([*(state.owed for state in states), *(task.amount for task in surplus)]),
        "needs_account": bool(surplus) or any(state.needs_account for state in states),
        "has_failed": any(state.has_failed for state in states),
        "rib_days": settings.RIB_DAYS,
        "form": form,
    }
    if not is_sent(request) or not context["needs_account"]:
        return render(request, "account/refund.html", context)
    if not form.is_valid():
        return render(request, "account/refund.html", context, status=422)
    rib = form.cleaned_data["rib"]
    refunds, sent = give_rib(order, rib), send_surplus_to(surplus, rib)
    if refunds or sent:
        messages.success(request, _("We have the number of your account. You are told when the money is on its way."))
    return HttpResponseRedirect(request.path, status=303)
