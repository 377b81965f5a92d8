"""Places where a process of the shop ends itself by SIGKILL, as in a power cut. They exist in drills only.

A point is armed by a file of its name in the folder DRILL_FAIL_POINTS. Renaming it claims it, so that exactly one process
dies each time; what it leaves in the folder says who died there, when, and doing what.
"""

import json
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from pathlib import Path

import psutil

from .shop import wait_until_gone

PLACE, CANCEL, ADD = "placing an order", "canceling a part", "adding to the cart"
BEFORE_COMMIT, AFTER_COMMIT, BEFORE_ANSWER = "before the commit", "after the commit", "before the answer"
#: In the processes that answer requests.
IN_SERVER = [
    f"{deed}, {when}" for deed in (PLACE, CANCEL, ADD) for when in (BEFORE_COMMIT, AFTER_COMMIT, BEFORE_ANSWER)
]
BEFORE_SENDING, BEFORE_MARKING = (
    "worker, before sending a mail",
    "worker, between sending a mail and marking it as sent",
)
IN_WORKER = [BEFORE_SENDING, BEFORE_MARKING]
BETWEEN_PARTS = "clock, between two parts that lapse"


@dataclass(frozen=True)
class Death:
    pid: int
    #: Seconds since 1970, as `time.time` counts.
    at: float
    #: What the process was about: the token of the buyer's cart, or a mail's Message-ID.
    about: str


class FailPoints:
    """The drill's side: arm points and see who died there."""

    def __init__(self, folder: Path):
        self.folder = folder
        folder.mkdir(exist_ok=True)

    @property
    def environment(self) -> dict[str, str]:
        return {"DRILL_FAIL_POINTS": str(self.folder)}

    def arm(self, point: str) -> None:
        (self.folder / point).touch()

    def disarm(self, point: str) -> None:
        (self.folder / point).unlink(missing_ok=True)

    def deaths(self, point: str) -> list[Death]:
        return [Death(**json.loads(path.read_text())) for path in sorted(self.folder.glob(f"{point}.*.death"))]

    def kill_once(self, point: str, *, before=lambda: None, seconds: float = 60) -> bool:
        """Arm a point and wait until a process has died there; False if nobody came by. `before` is done once it is armed."""
        died_before = len(self.deaths(point))
        self.arm(point)
        before()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if len(deaths := self.deaths(point)) > died_before:
                with suppress(psutil.NoSuchProcess):
                    wait_until_gone(psutil.Process(deaths[-1].pid))
                return True
            time.sleep(0.01)
        self.disarm(point)
        return False


# -- In the processes of the shop -------------------------------------------------------------------------------------

_now = threading.local()


def reach(point: str, about: str = "") -> None:
    """Die here if somebody armed this point."""
    folder = Path(os.environ["DRILL_FAIL_POINTS"])
    at, pid = time.time(), os.getpid()
    claimed = folder / f"{point}.{time.time_ns()}.{pid}"
    try:
        os.rename(folder / point, claimed)
    except FileNotFoundError:
        return
    claimed.write_text(json.dumps({"pid": pid, "at": at, "about": about}))
    os.rename(claimed, f"{claimed}.death")  # whoever reads it reads the whole of it
    os.kill(pid, signal.SIGKILL)


class Deeds:
    """The outermost middleware: it knows what a request is about to do, and stands between commit and answer."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        _now.deed, _now.about, _now.is_written = deed_of(request), request.COOKIES.get("cart", ""), False
        response = self.get_response(request)
        if _now.deed and _now.is_written:
            reach(f"{_now.deed}, {BEFORE_ANSWER}", _now.about)
        _now.deed = ""
        return response


def deed_of(request) -> str:
    if request.method != "POST":
        return ""
    if request.path.endswith("/commande/"):
        return PLACE
    if request.path.endswith("/panier/ajouter/"):
        return ADD
    return CANCEL if "/annuler/" in request.path else ""


def install() -> None:
    _around_commits()
    if "work" in sys.argv:
        _around_mails()
    if "tick" in sys.argv:
        _between_lapsing_parts()


def shorten_claims(seconds: float) -> None:
    """A mail whose sender died is taken up after these seconds instead of two minutes, so that drills need not wait."""
    from store.outbox import actions

    actions.CLAIM = timedelta(seconds=seconds)


def _around_commits() -> None:
    """Before and after the first commit of a deed; the hooks that wait for the commit have not run yet."""
    from django.db.backends.base.base import BaseDatabaseWrapper

    commit = BaseDatabaseWrapper.commit

    @wraps(commit)
    def watched(connection):
        deed = getattr(_now, "deed", "")
        if not deed or _now.is_written:
            return commit(connection)
        reach(f"{deed}, {BEFORE_COMMIT}", _now.about)
        commit(connection)
        _now.is_written = True
        reach(f"{deed}, {AFTER_COMMIT}", _now.about)

    BaseDatabaseWrapper.commit = watched


def _around_mails() -> None:
    from django.core.mail import EmailMultiAlternatives

    send = EmailMultiAlternatives.send

    @wraps(send)
    def watched(mail, *args, **options):
        reach(BEFORE_SENDING, mail.extra_headers["Message-ID"])
        sent = send(mail, *args, **options)
        reach(BEFORE_MARKING, mail.extra_headers["Message-ID"])
        return sent

    EmailMultiAlternatives.send = watched


def _between_lapsing_parts() -> None:
    """After the first part that this process lets lapse in a round, before the second."""
    from store.flows import tick

    cancel_part, lapse_unconfirmed = tick.cancel_part, tick.lapse_unconfirmed

    @wraps(lapse_unconfirmed)
    def a_round(now):
        _now.has_canceled = False
        return lapse_unconfirmed(now)

    @wraps(cancel_part)
    def watched(part, **options):
        if _now.has_canceled:
            reach(BETWEEN_PARTS, str(part.pk))
        _now.has_canceled = True
        return cancel_part(part, **options)

    tick.cancel_part = watched
    tick.STEPS[:] = [(name, a_round if step is lapse_unconfirmed else step) for name, step in tick.STEPS]
