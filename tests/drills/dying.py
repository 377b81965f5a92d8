"""A deed in a process of its own, which may die on its way by SIGKILL, as in a power cut."""

import os
import signal
import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from types import ModuleType

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

#: Done in the process before the deed: it takes something out, or puts something in the way.
Change = Callable[[], None]
DIED = -signal.SIGKILL


@dataclass(frozen=True)
class Place:
    """Where a process dies, and how much of the deed must be written by then."""

    when: str
    arm: Change
    written: int
    #: Reached only when the deed itself is over.
    is_last: bool = False


@dataclass(frozen=True)
class Act:
    """What somebody does, and does again when no answer came; `written` counts how much of it is there."""

    name: str
    deed: Callable[[], object]
    written: Callable[[], int]
    places: list[Place]

    def point(self, place: Place) -> str:
        return f"{self.name}, {place.when}"


def or_told(deed: Callable[[], object], *told: type[Exception]) -> Callable[[], None]:
    """Whoever comes second may be told that it is done."""

    def deed_or_told() -> None:
        with suppress(*told):
            deed()

    return deed_or_told


def do(deed: Callable[[], object], *, until: Place | None = None, without: Iterable[Change] = ()) -> int:
    """How the process ended: its exit status, or below zero the signal that it died of."""
    connection.close()  # each process has its own
    child = os.fork()
    if child == 0:
        status = 1
        try:
            for take_out in without:
                take_out()
            if until and not until.is_last:
                until.arm()
            deed()
            if until and until.is_last:
                until.arm()
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def die(*_, **__) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def before(module: ModuleType, verb: str, *, time: int = 1) -> Change:
    """Where this verb of a module is called, for the first time or a later one."""

    def arm() -> None:
        real, times = getattr(module, verb), 0

        @wraps(real)
        def watched(*args, **kwargs):
            nonlocal times
            times += 1
            return die() if times == time else real(*args, **kwargs)

        setattr(module, verb, watched)

    return arm


def at_commit(*, is_written: bool, time: int) -> Change:
    """Where the process commits for the so manieth time: before it, or after it and before what waits for it."""

    def arm() -> None:
        commit, times = BaseDatabaseWrapper.commit, 0

        def watched(connection) -> None:
            nonlocal times
            times += 1
            if times < time or is_written:
                commit(connection)
            if times == time:
                die()

        BaseDatabaseWrapper.commit = watched

    return arm


def around_commit(*, before: int = 0, written: int, time: int = 1) -> list[Place]:
    """The places that every deed has. The commit looked at is the last that brings something: from `before` to `written`."""
    return [
        Place("before the commit", at_commit(is_written=False, time=time), before),
        Place("after the commit", at_commit(is_written=True, time=time), written),
        Place("before the answer", die, written, is_last=True),
    ]
