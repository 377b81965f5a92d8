"""The way out to a provider's page, for every page of the shop from which an order is paid by card."""

import time
from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.stock.errors import OutOfStock

from .flows.cards.start import MoneyUnderWay, NothingToPay, TooLate, start_card
from .orders.models import Order
from .payments.methods import CMI, STRIPE
from .payments.providers.base import Form, ProviderDown, ProviderRefused, StillAtIt


def may_leave_to_pay(view: Callable) -> Callable:
    """Forms of this page may end at the providers' pages; those of all others stay here.

    Browsers ask the page with the form whether it may be sent on to where our answer leads.
    """

    @wraps(view)
    def allowing(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        if origins := origins_of_providers():
            response._csp_update = {"form-action": origins}
        return response

    return allowing


def origins_of_providers() -> list[str]:
    origins = [settings.STRIPE_PAY_ORIGIN] if STRIPE.is_there else []
    if CMI.is_there:
        page = urlsplit(settings.CMI_PAGE)
        origins.append(f"{page.scheme}://{page.netloc}")
    return origins


def _started(order: Order):
    """The page; where somebody pressed twice, that of the first press, which is being opened."""
    try:
        return start_card(order).to
    except StillAtIt:
        time.sleep(1)
        return start_card(order).to


def go_to_pay(request, order: Order) -> HttpResponse:
    """To the provider's page; where that cannot be, to the page that says why and what else there is."""
    try:
        to = _started(order)
    except ProviderDown:
        messages.error(
            request,
            _("The card page does not answer at this moment. Your order is kept: try again, or pay in another way."),
        )
    except ProviderRefused:
        messages.error(request, _("This order cannot be paid by card. Choose another way to pay it."))
    except OutOfStock:
        messages.error(request, _("Your products were kept no longer, and somebody else took the last. Order again."))
    except MoneyUnderWay:
        messages.info(request, _("Your bank is still at work on your payment. There is nothing to do."))
        return HttpResponseRedirect(reverse("order", args=[order.token]), status=303)
    except TooLate:
        messages.error(request, _("This order is too old to be paid by card. Order again."))
    except NothingToPay:
        return HttpResponseRedirect(reverse("order", args=[order.token]), status=303)
    else:
        if isinstance(to, Form):
            return render(request, "checkout/card_form.html", {"order": order, "to": to})
        return HttpResponseRedirect(to.url, status=303)
    return HttpResponseRedirect(reverse("order_pay", args=[order.token]), status=303)
