"""What goes wrong with the next calls: a status, garbage, silence or a cut line; before the work or after it."""

import threading
from dataclasses import asdict, dataclass
from fnmatch import fnmatch

#: What a broken front end sends with status 200.
GARBAGE = "<html><body><h1>It works!</h1>"


class CutOff(Exception):
    """The line is cut: no answer at all."""


@dataclass
class Mishap:
    #: The name of a route, such as `refunds.create`; `*` and `sessions.*` stand for several.
    call: str
    times: int = 1
    #: Answer so, instead of what is so.
    status: int = 0
    code: str = ""
    message: str = ""
    garbage: bool = False
    #: Seconds of silence.
    hang: float = 0
    #: Close the connection without an answer.
    reset: bool = False
    #: The work is done all the same, and then it goes wrong.
    after: bool = False
    #: The answer with `status` is what the idempotency key replays from now on.
    kept: bool = False

    @property
    def body(self) -> dict:
        kind = "api_error" if self.status >= 500 else "invalid_request_error"
        message = self.message or "Something is wrong here, on purpose."
        code = self.code or ("rate_limit" if self.status == 429 else "")
        return {"error": {"type": kind, "message": message} | ({"code": code} if code else {})}

    @property
    def replaces_the_answer(self) -> bool:
        return bool(self.status or self.garbage or self.reset)


class Mishaps:
    def __init__(self):
        self.lock = threading.Lock()
        self.over = threading.Event()
        self.waiting: list[Mishap] = []
        #: The name of each call that was made, in order.
        self.calls: list[str] = []

    def add(self, **how) -> None:
        with self.lock:
            self.waiting.append(Mishap(**how))

    def take(self, call: str) -> Mishap | None:
        with self.lock:
            self.calls.append(call)
            for mishap in self.waiting:
                if fnmatch(call, mishap.call):
                    mishap.times -= 1
                    self.waiting = [each for each in self.waiting if each.times > 0]
                    return mishap
        return None

    def sleep(self, seconds: float) -> None:
        """Say nothing for a while, or until the server ends."""
        if seconds and self.over.wait(seconds):
            raise CutOff

    def forget(self) -> None:
        with self.lock:
            self.waiting, self.calls = [], []

    def as_dicts(self) -> list[dict]:
        return [asdict(each) for each in self.waiting]
