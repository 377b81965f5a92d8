"""The buyer's own pages. Whoever knows an order's secret link may see it and cancel a part until it is packed."""

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from catalog.money import total
from cms.models import LegalText

from ..card_door import may_leave_to_pay
from ..flows.cancel_by_hand import cancel_by_hand
from ..flows.card import card_besides, card_of
from ..flows.change_method import may_change
from ..flows.recalled import recalls_of
from ..flows.receipt import receipt_of
from ..flows.transfer import transfer_of
from ..limits import limited
from ..orders.derived import order_status
from ..orders.reasons import CancelReason
from ..payments.derived import order_payment_status
from ..permissions import order_by_link
from ..statuses import Actor, IllegalMove, PartStatus, PaymentStatus, Raced
from .forms import CancelForm
from .returns import given_back


@limited("order")
@never_cache
@require_safe
@may_leave_to_pay
def order(request, token: str):
    return render(request, "account/order.html", _context(order_by_link(token)))


@limited("order")
@never_cache
@require_safe
@may_leave_to_pay
def order_thanks(request, token: str):
    return render(request, "account/order.html", {**_context(order_by_link(token)), "is_new": True})


@limited("order")
@never_cache
@require_safe
def order_terms(request, token: str):
    """The terms of sale as this order's buyer accepted them, whatever was published since."""
    order = order_by_link(token)
    accepted = order.terms_revision.as_object() if order.terms_revision_id else None
    if not isinstance(accepted, LegalText):
        raise Http404("no terms were accepted with this order")
    trail = [
        (_("Order %(number)s") % {"number": order.number}, reverse("order", args=[token])),
        (_("Terms of sale"), ""),
    ]
    context = {"order": order, "text": accepted, "words": accepted.words_in(get_language()), "trail": trail}
    return render(request, "account/terms.html", context)


@limited("order")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request, token: str, part_id: int):
    """Ask once, then cancel one cooperative's part."""
    order = order_by_link(token)
    part = next((part for part in order.parts.all() if part.pk == part_id), None)
    if part is None:
        raise Http404("this order has no such part")
    transfer, card = transfer_of(order), card_of(order)
    back = HttpResponseRedirect(reverse("order", args=[token]), status=303)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            cancel_by_hand(part, reason=CancelReason(form.cleaned_data["reason"]), actor=Actor.BUYER)
        except (IllegalMove, Raced):
            messages.error(
                request,
                _("This part has been packed meanwhile and can no longer be canceled here. Write to the cooperative."),
            )
        else:
            messages.success(request, _told_of_money(transfer, card))
        return back
    if part.status == PartStatus.CANCELED or not part.is_cancelable:
        return back
    return render(
        request, "account/cancel.html", {"order": order, "part": part, "transfer": transfer, "card": card, "form": form}
    )


def _told_of_money(transfer, card) -> str:
    if card and card.is_paid:
        return _("Canceled. You paid this part by card: the money goes back to the card.")
    if transfer and transfer.is_paid:
        return _(
            "Canceled. You paid this part in advance. Give your bank account below, and the money goes back there."
        )
    return _("Canceled. You have nothing to pay for this part.")


def _context(order) -> dict:
    states = given_back(order.parts.all())
    parts = [state.part for state in states]
    recalls = recalls_of(parts)
    payments, transfer, card = list(order.payments.all()), transfer_of(order), card_of(order)
    in_advance = transfer or card
    return {
        "order": order,
        "parts": parts,
        "states": [(state, recalls.get(state.part.pk, [])) for state in states],
        "owed": total(state.owed for state in states),
        "all_back_to_card": all(state.goes_back_to_card for state in states if state.owed),
        "lacks_account": any(state.lacks_account for state in states),
        "receipt": receipt_of(order, parts),
        "status": order_status(part.status for part in parts),
        "transfer": transfer,
        "card": card,
        "card_besides": card_besides(order),
        "in_advance": in_advance,
        "may_change_method": may_change(order),
        "payment_status": order_payment_status(
            (payment.status for payment in payments), in_advance=transfer is not None, by_card=card is not None
        ),
        "to_pay": transfer.rest
        if transfer and transfer.is_awaited
        else card.amount
        if card and card.is_awaited
        else total(payment.amount for payment in payments if payment.status == PaymentStatus.EXPECTED),
    }
