"""Paying an order that is placed: choosing how, going to the provider's page, coming back from it."""

from django.http import HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ..limits import limited
from ..permissions import order_by_link


@limited("order")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pay(request, token: str):
    order = order_by_link(token)
    return HttpResponseRedirect(reverse("order", args=[order.token]), status=303)


@limited("order")
@never_cache
@require_http_methods(["GET", "HEAD"])
def card_return(request, token: str):
    order = order_by_link(token)
    return HttpResponseRedirect(reverse("order", args=[order.token]), status=303)
