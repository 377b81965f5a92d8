"""The table of addresses, as the fuzz has to cover it."""

import re
from collections.abc import Iterator

from django.conf.urls.i18n import LocalePrefixPattern
from django.urls import URLResolver, get_resolver

ADMIN = "admin/"
LOG_IN = "/admin/login/"
SAMPLES = {"int": "1", "uuid": "00000000-0000-0000-0000-000000000000", r"\d+": "1", ".+": "1"}
_PARAMETER = re.compile(r"<(?:(\w+):)?\w+>")
_GROUP = re.compile(r"\((?:\?P<\w+>)?([^)|]*)[^)]*\)")


def routes(patterns=None, prefix: str = "") -> Iterator[str]:
    """Every pattern of the shop, without its language."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix if isinstance(pattern.pattern, LocalePrefixPattern) else prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route


def a_path_of(route: str) -> str:
    """A path that a pattern of the admin matches."""
    path = _GROUP.sub(lambda found: SAMPLES.get(found[1], found[1]), route)
    path = _PARAMETER.sub(lambda found: SAMPLES.get(found[1], "a"), path)
    return "/" + path.replace(".*", "a").replace("\\", "").replace("^", "").replace("$", "")


def is_behind_the_log_in(route: str, client) -> bool:
    """A pattern of the admin that sends whoever is not logged in to the log-in."""
    if not route.startswith(ADMIN):
        return False
    answer = client.get(a_path_of(route))
    return answer.status_code == 302 and answer.headers["Location"].startswith(LOG_IN)
