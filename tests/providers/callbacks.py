"""Callbacks to the shop's server: from threads of their own, again when it does not take them, and disturbed on demand."""

import heapq
import http.client
import itertools
import json
import random
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from urllib.parse import urlsplit

from stripe import WebhookSignature

from .stripe_like.lists import fits

#: Seconds until the next try. A real provider takes minutes, then hours, for three days.
BACK_OFF = (0.2, 0.5, 1, 2, 5)
OWN_MACHINE = {"127.0.0.1", "localhost", "::1"}


class NotHere(Exception):
    """An address that is not on this machine."""


def check_address(url: str) -> str:
    parts = urlsplit(url)
    if url and (parts.scheme != "http" or parts.hostname not in OWN_MACHINE):
        raise NotHere(f"Callbacks go to this machine only (http://127.0.0.1 or localhost), not to {url}")
    return url


def post(url: str, body: bytes, headers: dict[str, str], timeout: float = 20) -> tuple[int, str]:
    """The status and the beginning of what the shop answers; status 0 where it does not."""
    parts = urlsplit(check_address(url))
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=timeout)
    try:
        connection.request("POST", parts.path + (f"?{parts.query}" if parts.query else ""), body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read(2000).decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return 0, f"{type(error).__name__}: {error}"
    finally:
        connection.close()


def as_bytes(event: dict) -> bytes:
    return json.dumps(event, indent=2, ensure_ascii=False).encode()


@dataclass
class Sent:
    """One try to tell the shop of one event."""

    event: str
    type: str
    attempt: int
    status: int
    answer: str
    at: float


@dataclass
class Disturbance:
    """What happens to the next events whose type fits, instead of being sent at once."""

    kind: str  # hold, drop, double, delay, shuffle
    types: tuple[str, ...]
    times: int | None = None
    number: float = 0
    held: list[dict] = field(default_factory=list)

    def takes(self, event: dict) -> bool:
        return self.times != 0 and (not self.types or any(fits(each, event["type"]) for each in self.types))


class Callbacks:
    """Sends events to `url`, signed with every one of `secrets`. One worker keeps their order, more race."""

    def __init__(
        self, url: str, secrets: list[str], delivered: Callable[[str], None], workers: int = 1, log=lambda line: None
    ):
        self.url = check_address(url)
        self.secrets = secrets
        self.delivered = delivered
        self.log = log
        self.back_off = BACK_OFF
        self.changed = threading.Condition()
        self.seed = random.Random(0)
        self.is_over = False
        self.number = itertools.count()
        self.busy = 0
        self.forget()
        self.threads = [threading.Thread(target=self.work, daemon=True) for _ in range(workers)]

    def forget(self) -> None:
        with self.changed:
            self.waiting: list[tuple[float, int, int, dict]] = []
            self.changed.wait_for(lambda: not self.busy, timeout=2)
            self.waiting = []  # what has just failed would come again
            self.sent: list[Sent] = []
            self.disturbances: list[Disturbance] = []
            #: What was to be sent while there was no address.
            self.untaken: list[dict] = []

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        with self.changed:
            self.is_over = True
            self.changed.notify_all()

    # -- Sending -------------------------------------------------------------------------------------------------------

    def sign(self, body: bytes | str, at: float | None = None) -> str:
        """Stripe's header for this body."""
        text = body.decode() if isinstance(body, bytes) else body
        at = int(time.time() if at is None else at)
        signatures = [WebhookSignature.generate_signature_header(text, each, timestamp=at) for each in self.secrets]
        return ",".join([signatures[0], *(each.partition(",")[2] for each in signatures[1:])])

    def tell(self, event: dict) -> None:
        with self.changed:
            for each in self.disturbances:
                if each.takes(event):
                    each.times = each.times and each.times - 1
                    self.disturb(each, event)
                    return
            self.plan(event)

    def disturb(self, how: Disturbance, event: dict) -> None:
        if how.kind == "double":
            for _ in range(int(how.number)):
                self.plan(event)
        elif how.kind == "delay":
            self.plan(event, how.number)
        elif how.kind in {"hold", "shuffle"}:
            how.held.append(event)
            if how.kind == "shuffle" and len(how.held) >= how.number:
                self.let_go(how, shuffled=True)

    def let_go(self, how: Disturbance, *, shuffled: bool = False, backwards: bool = False) -> None:
        events, how.held = how.held, []
        if shuffled:
            self.seed.shuffle(events)
        for event in reversed(events) if backwards else events:
            self.plan(event)

    def plan(self, event: dict, later: float = 0, attempt: int = 1) -> None:
        with self.changed:
            if not self.url:
                self.untaken.append(event)
            else:
                heapq.heappush(self.waiting, (time.monotonic() + later, next(self.number), attempt, event))
                self.changed.notify()

    def work(self) -> None:
        while True:
            with self.changed:
                while not self.is_over and (not self.waiting or self.waiting[0][0] > time.monotonic()):
                    self.changed.wait(self.waiting[0][0] - time.monotonic() if self.waiting else None)
                if self.is_over:
                    return
                _, _, attempt, event = heapq.heappop(self.waiting)
                self.busy += 1
            try:
                self.send(event, attempt)
            finally:
                with self.changed:
                    self.busy -= 1
                    self.changed.notify_all()

    def send(self, event: dict, attempt: int) -> None:
        body = as_bytes(event)
        headers = {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": self.sign(body)}
        status, answer = post(self.url, body, headers | {"User-Agent": "Stripe/1.0 (local provider)"})
        self.log(f"  told {event['type']}: {status or answer[:60]}")
        self.sent.append(Sent(event["id"], event["type"], attempt, status, answer[:200], time.time()))
        if 200 <= status < 300:
            self.delivered(event["id"])
        elif attempt <= len(self.back_off):
            self.plan(event, self.back_off[attempt - 1], attempt + 1)

    def settle(self, timeout: float = 10) -> bool:
        """Wait until nothing is on its way any more; False if that takes too long."""
        until = time.monotonic() + timeout
        with self.changed:
            while self.busy or self.waiting:
                if not self.changed.wait(until - time.monotonic()) and time.monotonic() >= until:
                    return False
        return True

    def take(self) -> list[tuple[bytes, str]]:
        """For who has no address: the body and the signature of all that would have been sent since the last time."""
        with self.changed:
            events, self.untaken = self.untaken, []
        for event in events:
            self.delivered(event["id"])
        return [(body, self.sign(body)) for body in map(as_bytes, events)]

    def as_dicts(self) -> list[dict]:
        return [asdict(each) for each in self.sent]
