"""Ask a target again and again, each time spoiled in another way, and count what comes back."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

from tests.asking import Asking

from .attempts import Attempt
from .judge import SECONDS_ALLOWED, Answer, ask, faults_of
from .shop import Shop
from .targets import Target
from .tricks import spoil

SHOWN = 600  # of what is longer, so much is shown; the seed and the number bring back the rest


@dataclass
class Tally:
    target: str
    inputs: int = 0
    failed: int = 0
    statuses: Counter = field(default_factory=Counter)
    slowest: float = 0.0
    slowest_input: int = 0
    queries: int = 0
    #: The first input that shows a fault, as a report, and how often it was seen.
    reports: dict[str, str] = field(default_factory=dict)
    faults: Counter = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        self.inputs += other.inputs
        self.failed += other.failed
        self.statuses += other.statuses
        if other.slowest > self.slowest:
            self.slowest, self.slowest_input = other.slowest, other.slowest_input
        self.queries = max(self.queries, other.queries)
        self.reports = other.reports | self.reports
        self.faults += other.faults


def attempt_for(target: Target, shop: Shop, *, seed: int, number: int) -> Attempt:
    """The input of this number: always the same for a seed, whatever else is run."""
    chance = Random(f"{seed} {target.name} {number}")
    attempt = spoil(target.good_attempt(shop, chance), chance)
    # Everybody comes from somewhere else, so that a limit of requests by address stops nobody.
    attempt.remote_address = f"10.{number // 65536 % 256}.{number // 256 % 256}.{number % 256}"
    return attempt


def run(target: Target, shop: Shop, *, seed: int, numbers: Iterable[int], watch_time: bool = False) -> Tally:
    """Ask with each of these inputs. With `watch_time`, more than two seconds are a fault too."""
    tally, asking = Tally(target.name), Asking()
    for number in numbers:
        attempt = attempt_for(target, shop, seed=seed, number=number)
        answer = ask(attempt, asking)
        if watch_time and answer.seconds > SECONDS_ALLOWED:
            answer = ask(attempt, asking)  # once more: another program may have kept the machine busy
        faults = faults_of(attempt, answer, is_public=target.is_public, most_queries=target.most_queries)
        if watch_time and answer.seconds > SECONDS_ALLOWED:
            faults.append(f"took over {SECONDS_ALLOWED:g} seconds")
        tally.inputs += 1
        tally.failed += bool(faults)
        tally.statuses[f"{answer.status // 100}xx"] += 1
        tally.queries = max(tally.queries, answer.queries)
        if answer.seconds > tally.slowest:
            tally.slowest, tally.slowest_input = answer.seconds, number
        for fault in faults:
            tally.faults[fault] += 1
            tally.reports.setdefault(fault, report(target, seed, number, attempt, answer, fault))
    return tally


def report(target: Target, seed: int, number: int, attempt: Attempt, answer: Answer, fault: str) -> str:
    """What somebody needs to see the fault again."""
    lines = [
        f"{target.name}: {fault}",
        f"  again: python -m tests.fuzz --seed {seed} --only '{target.name}' --input {number}",
        f"  tricks: {', '.join(attempt.tricks)}",
        f"  {attempt.method} {_shown(attempt.full_path)} ? {_shown(attempt.query_string)}",
        f"  headers: {_shown(attempt.headers)} cookies: {_shown(attempt.cookies)}",
        f"  {_shown(attempt.content_type)}, length {attempt.content_length or 'true'}: {_shown(attempt.body)}",
        f"  answer: {answer.status} {answer.headers}",
    ]
    lines += ["    " + line for error in answer.errors for line in error.rstrip().splitlines()[-8:]]
    return "\n".join(lines)


def _shown(value) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}… ({len(text)} characters)"
