"""Paying an order that is placed: choosing how, going to the provider's page, coming back from it."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from catalog.money import total
from catalog.stock.errors import OutOfStock, StockRaced

from ..card_door import go_to_pay, may_leave_to_pay
from ..flows.card import card_of, charges_abroad
from ..flows.cards.look import JustAsked, look_unless_just_asked
from ..flows.cards.start import current_attempt
from ..flows.change_method import (
    DoesNotFit,
    NoLongerOpen,
    change_method,
    kept_until,
    may_change,
    method_code_of,
    whole_payment,
)
from ..flows.transfer import transfer_of
from ..flows.ways_to_pay import ways_to_pay_order
from ..limits import is_sent, limited
from ..payments.cards import PaymentAttempt
from ..payments.methods import CARDS, METHODS, TRANSFER
from ..payments.providers.base import ProviderDown, ProviderRefused
from ..payments.providers.registry import provider_of
from ..permissions import order_by_link
from ..statuses import AttemptStatus, IllegalMove, PartStatus, PaymentStatus, Raced

#: Seconds between two questions to a provider about one try, however often its page is asked for.
PAUSE = 2
#: Said by the provider of a page that nobody paid in time.
EXPIRED = "expired"
#: So often the page that waits for the bank asks by itself.
MOST_LOOKS = 10


@limited("pay", counts=is_sent)
@limited("order")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@may_leave_to_pay
def pay(request, token: str):
    """How the order can be paid. Choosing the card leads to its page at once."""
    order = order_by_link(token)
    if request.method == "POST":
        return _choose(request, order)
    attempt, _is_silent = _look(order)
    if attempt:  # who paid and came back by another way finds it paid
        order = order_by_link(token)
    if not may_change(order) or _is_with_the_bank(order):
        return _to("order", token)
    return _pay_page(request, order)


def _is_with_the_bank(order) -> bool:
    """Money is under way, or came and is looked at: nothing is to be paid meanwhile."""
    card = card_of(order)
    return card is not None and (card.is_under_way or card.is_held)


def _choose(request, order) -> HttpResponse:
    if _is_with_the_bank(order):  # whose page says which of both
        return _to("order", order.token)
    method = METHODS.get(request.POST.get("payment", "")[:12])
    if method is None:
        messages.error(request, _("Choose how you pay."))
        return _to("order_pay", order.token)
    try:
        change_method(order, method)
    except (NoLongerOpen, IllegalMove, Raced):
        messages.info(request, _("This order is paid or being made ready: how it is paid stays as it is."))
        return _to("order", order.token)
    except DoesNotFit:
        messages.error(request, _("This order cannot be paid in the way that you chose. Choose another."))
    except OutOfStock:
        messages.error(request, _("Your products were kept no longer, and somebody else took the last. Order again."))
    except StockRaced:
        messages.error(request, _("Somebody ordered the same product at this very moment. Choose again."))
    except (ProviderDown, ProviderRefused):
        messages.error(
            request,
            _("The card page does not answer, and we cannot close it. Try again in a minute; your order is kept."),
        )
    else:
        if method.code in CARDS:
            return go_to_pay(request, order)
        messages.success(request, _("Done. This is how your order is paid now."))
        return _to("order", order.token)
    return _to("order_pay", order.token)


def _pay_page(request, order) -> HttpResponse:
    ways = ways_to_pay_order(order)
    awake = [way for way in ways if not way.rests]
    chosen = METHODS.get(method_code_of(order))
    card, transfer = card_of(order), transfer_of(order)
    whole = total(part.due for part in order.parts.all() if part.status != PartStatus.CANCELED)
    to_pay = card.amount if card else transfer.rest if transfer else whole
    context = {
        "order": order,
        "ways": ways,
        "is_awake": bool(awake),
        "way_chosen": chosen if chosen in awake else next(iter(awake), None),
        "charges": charges_abroad(ways, to_pay),
        "to_pay": to_pay,
        "deadline": kept_until(order),
        "transfer_deadline": TRANSFER.deadline(timezone.now()),
        "confirmation_hours": settings.CONFIRMATION_HOURS,
        "trail": [
            (_("Order %(number)s") % {"number": order.number}, reverse("order", args=[order.token])),
            (_("Pay"), ""),
        ],
    }
    return render(request, "account/pay.html", context)


@limited("order")
@never_cache
@require_safe
def card_return(request, token: str):
    """Back from the provider's page. It says what is true now, whoever comes and however often."""
    order = order_by_link(token)
    attempt, is_silent = _look(order)
    if attempt is None:
        return _to("order", token)
    if attempt.status == AttemptStatus.PAID:
        is_new = attempt.payment.status == PaymentStatus.PAID
        return _to("order_thanks" if is_new else "order", token)
    order = order_by_link(token)
    is_open, is_done = attempt.status == AttemptStatus.OPEN, attempt.status == AttemptStatus.WAITING
    if is_done or (is_open and (is_silent or not provider_of(attempt.provider).asks_back)):
        return _waiting_page(request, order, is_done=is_done)  # perhaps it is paid, even where it has lapsed here
    if attempt.status == AttemptStatus.HELD or not may_change(order) or not card_of(order):
        return _to("order", token)
    if is_open:
        messages.info(
            request, _("You have not paid yet. Your order is kept: go on where you were, or pay in another way.")
        )
    elif attempt.because == EXPIRED:
        messages.error(
            request,
            _("The card page was open too long and has closed. Nothing was paid: try again, or pay in another way."),
        )
    else:
        messages.error(
            request, _("The card was not charged. Try again, with another card if need be, or pay in another way.")
        )
    return _to("order_pay", token)


@csrf_exempt
@limited("order")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def card_back(request, token: str):
    """Where a provider sends the buyer's browser with a form. It is not read: the page that follows asks for the truth."""
    return _to("order_card_return", order_by_link(token).token)


def _waiting_page(request, order, *, is_done: bool) -> HttpResponse:
    """It asks again by itself, without script, and then says what happens next. `is_done`: the buyer has paid, as we know."""
    text = request.GET.get("n", "1")
    look = int(text) if text.isascii() and text.isdigit() and len(text) < 3 else MOST_LOOKS
    next_look = look + 1 if look < MOST_LOOKS else None
    context = {"order": order, "next_look": next_look, "pause": PAUSE + look, "is_done": is_done}
    return render(request, "account/card_waiting.html", context)


def _look(order) -> tuple[PaymentAttempt | None, bool]:
    """The newest try as its provider tells it, and whether it is not known how it stands at this moment."""
    attempt = current_attempt(whole_payment(order))
    if attempt is None:
        return None, False
    try:
        looked = look_unless_just_asked(attempt, seconds=PAUSE)
    except JustAsked:
        attempt.refresh_from_db()
        return attempt, attempt.status == AttemptStatus.OPEN
    except (ProviderDown, ProviderRefused):
        return attempt, True
    looked.payment.refresh_from_db()
    return looked, False


def _to(name: str, token: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse(name, args=[token]), status=303)
