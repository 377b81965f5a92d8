"""Send one request to the shop as a server would, within a transaction that is taken back, and say what is wrong."""

import time
import traceback
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from io import StringIO

from django.conf import settings
from django.core import mail
from django.core.signals import got_request_exception, request_finished, request_started
from django.db import close_old_connections, connection, transaction
from django.test import TestCase
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from store.wsgi import application
from tests.asking import Asking, what_is_broken

from .attempts import Attempt
from .inputs import ATTRIBUTES, ELEMENT, EVALUATED, HEADER, SCRIPT_ADDRESS
from .remembered import forget_visitors

SECONDS_ALLOWED = 2.0
READING = ("GET", "HEAD", "OPTIONS", "TRACE")
KEEPING = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")
#: Tables that the invariants do not look at: a request that wrote nothing else needs no check.
UNCHECKED = {"store_cart", "store_cartline", "store_user", "django_session"}
#: What only the inside of the shop says. No hostile value contains these words.
INSIDES = [
    b"Traceback (most recent", b"django.db", b"psycopg", b"sqlite3.", b'FROM "store_', b'FROM "catalog_',
    b'FROM "wagtail', b"INSERT INTO",
    b"site-packages", b"ProgrammingError", b"DataError", b"IntegrityError", b"OperationalError", b"DJANGO_SETTINGS_MODULE",
    b"UnicodeEncodeError", b"ValueError", b"store.settings", b"/lib/python",
]  # fmt: skip


@dataclass
class Answer:
    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    seconds: float = 0.0
    queries: int = 0
    writes: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def header(self, name: str) -> str:
        return ", ".join(value for key, value in self.headers if key.lower() == name.lower())

    @property
    def is_page(self) -> bool:
        return self.header("Content-Type").startswith("text/html")


def ask(attempt: Attempt, asking: Asking) -> Answer:
    """The shop's answer; whatever was written is taken back. `asking` sees all that is written in a row of attempts."""
    answer = Answer()
    if attempt.method.upper() not in READING:
        forget_visitors()  # how often somebody asked counts nothing here
    if hasattr(mail, "outbox"):
        mail.outbox.clear()
    with connection.execute_wrapper(asking), _one_connection(), transaction.atomic(), _errors_noted(answer):
        try:
            with connection.execute_wrapper(_statements_noted(answer)), TestCase.captureOnCommitCallbacks(execute=True):
                _serve(attempt, answer)
        except Exception as error:  # outside of Django's own net, or in what follows a commit
            answer.status = answer.status or 500
            answer.errors.append("".join(traceback.format_exception(error)))
        if not connection.needs_rollback and not _tables(answer.writes) <= UNCHECKED:
            answer.broken = what_is_broken(asking, timezone.now())
        transaction.set_rollback(True)
    return answer


def _serve(attempt: Attempt, answer: Answer) -> None:
    environ = {**attempt.environ(), "wsgi.errors": StringIO()}

    def start_response(status, headers, exc_info=None):
        answer.status, answer.headers = int(status.split()[0]), headers

    started = time.perf_counter()
    response = application(environ, start_response)
    try:
        answer.body = b"".join(response)
    finally:
        if hasattr(response, "close"):
            response.close()
        answer.seconds = time.perf_counter() - started


def faults_of(attempt: Attempt, answer: Answer, *, is_public: bool = False, most_queries: int = 100) -> list[str]:
    """Whatever is wrong with an answer, a sentence each."""
    faults = [f"broke: {_last_line(error)}" for error in answer.errors]
    if answer.status >= 500:
        faults.append(f"answered {answer.status}")
    faults += [f"the body shows {word.decode()!r}" for word in INSIDES if word in answer.body]
    if str(settings.BASE_DIR).encode() in answer.body or settings.SECRET_KEY.encode() in answer.body:
        faults.append("the body shows a path or a secret")
    if not answer.header("Content-Security-Policy"):
        faults.append("there is no Content-Security-Policy")
    if answer.queries > most_queries:
        faults.append(f"asked more than {most_queries} queries")
    faults += [*_of_headers(attempt, answer), *_of_cookies(attempt, answer, is_public=is_public), *_of_page(answer)]
    if attempt.method.upper() in READING and answer.writes:
        faults.append(f"wrote when asked to read: {answer.writes[0][:60]}")
    faults += [f"left the shop broken: {finding}" for finding in answer.broken]
    if answer.status >= 400 and not answer.body and attempt.method.upper() != "HEAD":
        faults.append(f"answered {answer.status} with an empty page")
    return faults


def _of_headers(attempt, answer):
    if any(HEADER.decode().lower() in name.lower() or "\n" in value for name, value in answer.headers):
        yield "a header was put in"
    host = attempt.headers.get("Host", b"testserver").decode("latin-1")
    location = answer.header("Location")
    # Only its beginning: what is longer than a browser takes, the function refuses too.
    if location and not url_has_allowed_host_and_scheme(location[:1000], {host}):
        yield "sends people to another host"
    if 300 <= answer.status < 400 and answer.status != 304 and not location:
        yield f"answered {answer.status} without saying where"


def _of_cookies(attempt, answer, *, is_public):
    is_read = attempt.method.upper() in READING
    is_public = is_public and not attempt.full_path.startswith(b"/admin/")  # where a hostile language may lead
    if is_read and (is_public or "public" in answer.header("Cache-Control")):
        if answer.header("Set-Cookie"):
            yield "a page for everybody set a cookie"
        if "cookie" in answer.header("Vary").lower():
            yield "a page for everybody depends on cookies"


def _of_page(answer):
    if not answer.is_page:
        return
    if ELEMENT in answer.body or any(mark in answer.body for mark in ATTRIBUTES) or _runs_a_script(answer.body):
        yield "what was typed came back unescaped"
    if EVALUATED in answer.body:
        yield "what was typed was evaluated"


def _runs_a_script(body: bytes) -> bool:
    """An attribute that holds an address holds that of a script."""
    if SCRIPT_ADDRESS.lower() not in body.lower():
        return False
    addresses = _Addresses()
    addresses.feed(body.decode(errors="replace"))
    return any(address.lower().startswith(SCRIPT_ADDRESS.decode().lower()) for address in addresses.found)


_BLANKS = "".join(map(chr, range(33)))


class _Addresses(HTMLParser):
    NAMES = {"href", "src", "action", "formaction", "hx-get", "hx-post", "poster", "srcdoc"}

    def __init__(self):
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attributes):
        # Browsers pass over blanks and control characters at the beginning.
        self.found += [value.lstrip(_BLANKS) for name, value in attributes if name in self.NAMES and value]


def _statements_noted(answer):
    def note(execute, sql, params, many, context):
        if not sql.startswith(KEEPING):
            answer.queries += 1
            if not sql.startswith("SELECT"):
                answer.writes.append(sql)
        return execute(sql, params, many, context)

    return note


@contextmanager
def _one_connection():
    """Django would close the connection between requests, and the transaction with it."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in signals:
            signal.connect(close_old_connections)


@contextmanager
def _errors_noted(answer):
    def note(sender, request=None, **kwargs):
        answer.errors.append(traceback.format_exc())

    got_request_exception.connect(note)
    try:
        yield
    finally:
        got_request_exception.disconnect(note)


def _tables(writes: list[str]) -> set[str]:
    """The tables that were written to: their names stand first in what Django writes."""
    return {sql.split('"')[1] if '"' in sql else sql for sql in writes}


def _last_line(error: str) -> str:
    """The exception and the last place of ours that it came through."""
    lines = error.rstrip().splitlines()
    places = [line.strip() for line in lines if line.strip().startswith("File ")]
    ours = [place for place in places if "site-packages" not in place and "/tests/" not in place]
    place = (ours or places or [""])[-1]
    return f"{lines[-1][:160]} in {place.rpartition('/')[2][:80]}"
