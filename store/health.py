"""`/livez` and `/readyz`: what a watcher, a proxy or a person with a browser asks a server process."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from functools import cache as remember
from uuid import uuid4

from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import InterfaceError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import JsonResponse

#: What a database raises that is locked, full, away, or has broken the connection.
UNAVAILABLE = (OperationalError, InterfaceError)
#: Seconds within which `/readyz` answers, whatever hangs.
PATIENCE = 1.5


class Health:
    """Answers before anything else looks at the request: no host is checked, no session read, nothing redirected."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path == "/livez":
            return _answer({})
        if request.path == "/readyz":
            return _answer(readiness())
        return self.get_response(request)


def readiness() -> dict[str, bool]:
    """Each thing that orders need, and whether it works now."""
    until = time.monotonic() + PATIENCE
    asked = {name: _in_the_background().submit(_works, check) for name, check in CHECKS.items()}
    ready = {}
    for name, question in asked.items():
        try:
            ready[name] = question.result(timeout=max(0, until - time.monotonic()))
        except TooSlow:
            ready[name] = False
    return ready


def database_answers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


@remember  # a database does not lose its migrations while a process runs; what raises is asked again
def migrations_are_applied() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise LookupError("a migration is waiting")


def cache_answers() -> None:
    cache.set("readyz", "yes", timeout=10)
    if cache.get("readyz") != "yes":
        raise LookupError("the cache forgets at once")


def media_can_be_written() -> None:
    default_storage.delete(default_storage.save(f"readyz-{uuid4().hex}", ContentFile(b"")))


CHECKS: dict[str, Callable[[], None]] = {
    "database": database_answers,
    "migrations": migrations_are_applied,
    "cache": cache_answers,
    "media": media_can_be_written,
}


def _works(check: Callable[[], None]) -> bool:
    try:
        check()
    except Exception:  # whatever it is, it is not ready; the log of the requests tells the rest
        return False
    finally:
        connection.close()
    return True


@remember
def _in_the_background() -> ThreadPoolExecutor:
    """Made at the first question, in the process that answers it; a check that hangs keeps only its own thread."""
    return ThreadPoolExecutor(2 * len(CHECKS), thread_name_prefix="readyz")


def _answer(ready: dict[str, bool]) -> JsonResponse:
    response = JsonResponse({"ok": all(ready.values()), **ready}, status=200 if all(ready.values()) else 503)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
