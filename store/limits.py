"""How often somebody may do something, counted in the cache: `RATE_LIMITS` says how often, `CACHE_URL` where it is counted."""

import hashlib
import logging
import math
import time
from collections.abc import Callable
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import wraps
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.core.cache import cache
from django.shortcuts import render
from django.utils import timezone

from catalog.text_folding import western_digits

from .accounts.queries import account_named
from .health import UNAVAILABLE

log = logging.getLogger(__name__)


def seconds_to_wait(what: str, *, who: str) -> int:
    """Count one attempt: 0 when it may go on, else the seconds until the next one may.

    While the cache is away nothing is refused: a shop that sells is worth more than one that counts.
    """
    times, seconds = settings.RATE_LIMITS[what]
    stretch, passed = divmod(int(time.time()), seconds)
    key = _key(what, who, stretch)
    try:
        cache.add(key, 0, timeout=seconds)
        count = cache.incr(key)
    except ValueError:  # the stretch ended between the two calls
        return 0
    except Exception as error:  # each kind of cache has errors of its own
        log.error("attempts are not counted, the cache does not answer: %r", error)
        return 0
    return seconds - passed if count > times else 0


def forgive(what: str, *, who: str) -> None:
    """Forget the attempts so far, because the last one succeeded."""
    _times, seconds = settings.RATE_LIMITS[what]
    try:
        cache.delete(_key(what, who, int(time.time()) // seconds))
    except Exception as error:
        log.error("attempts are not forgotten, the cache does not answer: %r", error)


def give_back(what: str, *, who: str) -> None:
    """The last attempt was none; those before it stay counted."""
    _times, seconds = settings.RATE_LIMITS[what]
    with suppress(Exception):  # the stretch ended, or the cache is away
        cache.decr(_key(what, who, int(time.time()) // seconds))


@contextmanager
def given_back_if_busy(what: str, *, who: str):
    """What our database could not do was no attempt: a disk that is full for a minute must not cost somebody an hour."""
    try:
        yield
    except UNAVAILABLE:
        give_back(what, who=who)
        raise


def is_sent(request) -> bool:
    """A form, not a look at its page: what most limits count."""
    return request.method == "POST"


def limited(what: str, *, counts: Callable = lambda request: True):
    """A view that one network may ask so often; `counts` says which requests are counted."""

    def decorate(view):
        @wraps(view)
        def inner(request, *args, **kwargs):
            if not counts(request):
                return view(request, *args, **kwargs)
            who = network_of(request)
            if wait := seconds_to_wait(what, who=who):
                return too_many(request, wait)
            with given_back_if_busy(what, who=who):
                return view(request, *args, **kwargs)

        return inner

    return decorate


class LimitedLogIn:
    """A view that logs people in and refuses to try passwords without end, from one network or for one account.

    `named_in` is the field that names the account.
    """

    named_in = "username"

    def post(self, request, *args, **kwargs):
        wait = seconds_to_wait("log_in", who=network_of(request)) or seconds_to_wait("log_in_account", who=self.account)
        if not wait:
            return super().post(request, *args, **kwargs)
        unread = self.unread_form({self.named_in: request.POST.get(self.named_in, "")[:150]})
        page = self.render_to_response(self.get_context_data(form=unread, **when(wait)), status=429)
        return say_when(page, wait)

    def unread_form(self, initial: dict):
        return self.get_form_class()(initial=initial)

    def form_valid(self, form):
        forgive("log_in_account", who=self.account)
        return super().form_valid(form)

    def get_redirect_url(self):
        """Django overlooks a host that stands behind a tab (`//<tab>/elsewhere.example`): nowhere that cannot be printed."""
        url = super().get_redirect_url()
        return url if url.isprintable() else ""

    @property
    def account(self) -> str:
        return account_named(western_digits(self.request.POST.get(self.named_in, "")[:150].replace("\0", "")))


def too_many(request, wait: int):
    """The page that says when to try again, with what was sent, so that nothing has to be typed twice."""
    fields = [] if {"password", "pin"} & set(request.POST) else [
        (name, value) for name in request.POST for value in request.POST.getlist(name)
    ]  # fmt: skip
    context = {"fields": fields, **when(wait)}
    return say_when(render(request, "429.html", context, status=429), wait)


def when(wait: int) -> dict:
    """What a page needs to say when to try again: `again_at`, a time of day, and `minutes`."""
    return {"again_at": timezone.localtime(timezone.now() + timedelta(seconds=wait)), "minutes": math.ceil(wait / 60)}


def say_when(response, wait: int):
    """The same for programs."""
    response.headers["Retry-After"] = str(wait)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def network_of(request) -> str:
    """Who asks: an IPv4 address, or the 64 bits that one household has of IPv6.

    Anybody can write X-Forwarded-For. Believed is what our own proxies added at its end, `TRUSTED_PROXY_HOPS` of them.
    """
    peer = request.META.get("REMOTE_ADDR", "")
    hops = settings.TRUSTED_PROXY_HOPS
    written = request.headers.get("X-Forwarded-For", "").split(",")
    try:
        address = ip_address(written[-hops].strip() if 0 < hops <= len(written) else peer)
    except ValueError:
        return peer
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or ip_network((address, 64), strict=False))
    return str(address)


def _key(what: str, who: str, stretch: int) -> str:
    return "limit:" + hashlib.sha256(f"{what}\0{who}\0{stretch}".encode()).hexdigest()
