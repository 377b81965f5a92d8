"""How often one network address may do something, counted in the shared cache."""

import time

from django.core.cache import cache


def too_often(what: str, *, who: str, limit: int, seconds: int = 3600) -> bool:
    """Count one attempt; True when there were more than `limit` in this stretch of time."""
    stretch = int(time.time()) // seconds
    key = f"limit:{what}:{who}:{stretch}"
    if cache.add(key, 1, seconds):
        return False
    try:
        return cache.incr(key) > limit
    except ValueError:  # the stretch ended between the two calls
        return False


def address_of(request) -> str:
    """The network address of the peer. Forwarded headers are not believed: anybody can write them."""
    return request.META.get("REMOTE_ADDR", "")
