"""The log: one line for each request and each event, which can be searched, and tells nothing about people."""

import json
import logging
import re
import time
from contextvars import ContextVar
from datetime import UTC, datetime
from uuid import uuid4

from django.conf import settings

log = logging.getLogger("store.requests")
#: Of the request that is being answered; empty elsewhere.
request_id: ContextVar[str] = ContextVar("request_id", default="")
_GIVEN = re.compile(r"[A-Za-z0-9-]{8,64}")
#: What names a person or opens an order: addresses, telephone numbers, the secret links, the values in a database's complaint.
#: Each looks at a bounded stretch from any letter on, so that a long line, which anybody can cause, takes no time.
_PERSONAL = [
    (re.compile(r"[^\s\"'<>(@]{1,64}@[^\s\"'<>)@]{1,253}\.\w+"), "<e-mail>"),
    (re.compile(r"(?<![\w.-])(?:(?:\+|00)\d(?:[ .-]?\d){7,13}|0?[5-8](?:[ .-]?\d){8})(?![\w-])"), "<telephone>"),
    (re.compile(r"/commande/[-\w]{16,}"), "/commande/<link>"),
    (re.compile(r"/espace/(invitation|mot-de-passe)/\w+/[-\w]+"), r"/espace/\1/<link>"),
    (re.compile(r"\bDETAIL:.*"), "DETAIL: <left out>"),
    # Keys of card providers, and thirteen to nineteen digits that could be a card's.
    (re.compile(r"\b(?:sk|rk|pk)_(?:live|test)_\w{1,200}|\bwhsec_[\w+/=]{1,200}"), "<key>"),
    (re.compile(r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-])"), "<card>"),
]


def without_people(text: str) -> str:
    if settings.CMI_STORE_KEY:
        text = text.replace(settings.CMI_STORE_KEY, "<key>")
    for pattern, instead in _PERSONAL:
        text = pattern.sub(instead, text)
    return text


class Lines(logging.Formatter):
    """For people at a terminal."""

    def format(self, record):
        return without_people(super().format(record))


class JsonLines(logging.Formatter):
    """For programs: an object on each line."""

    def format(self, record):
        event = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": without_people(record.getMessage()),
        }
        if current := request_id.get():
            event["request"] = current
        event |= getattr(record, "seen", {})
        if record.exc_info:
            event["traceback"] = without_people(self.formatException(record.exc_info))
        return json.dumps(event, ensure_ascii=False)


class RequestLog:
    """Give each request a name, which the answer and all its lines in the log bear, and write one line about it.

    The line has the pattern of the address, never the address itself: the link of an order opens it.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        given = request.headers.get("X-Request-ID", "") if settings.TRUSTED_PROXY_HOPS else ""
        name = given if _GIVEN.fullmatch(given) else uuid4().hex
        token = request_id.set(name)
        started = time.monotonic()
        try:
            response = self.get_response(request)
            response.headers["X-Request-ID"] = name
            if not request.path.startswith(settings.STATIC_URL):
                log.info(
                    "%s %s", request.method, response.status_code, extra={"seen": _seen(request, response, started)}
                )
            return response
        finally:
            request_id.reset(token)


def _seen(request, response, started: float) -> dict:
    user = getattr(request, "_cached_user", None)  # only if somebody asked: looking would read the session
    return {
        "method": request.method if request.method in _METHODS else "other",
        "route": getattr(request.resolver_match, "route", None),
        "status": response.status_code,
        "ms": round(1000 * (time.monotonic() - started)),
        **({"user": user.pk} if user and user.pk else {}),
    }


_METHODS = {"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"}
