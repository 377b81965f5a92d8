"""What every drill is given: an empty shop's database, chance with a seed, and a book of what was seen."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from .shop import RunningShop


@dataclass
class Stage:
    """One drill on one database."""

    drill: str
    database: str  # sqlite or postgresql
    seed: int
    is_small: bool
    folder: Path
    #: The PostgreSQL that was started for the drill; None on SQLite.
    postgresql: object = None
    figures: list[tuple[str, str]] = field(default_factory=list)
    passed: int = 0
    failures: list[str] = field(default_factory=list)

    def __post_init__(self):
        self.chance = Random(self.seed)

    @property
    def disk(self) -> Path:
        """Where a small disk is mounted, for drills that have one."""
        return self.folder / "disk"

    def shop(self, **options) -> RunningShop:
        return RunningShop(self.folder, **{"processes": self.sizes(whole=4, small=2)} | options)

    def sizes(self, *, whole: int, small: int) -> int:
        """How many: the whole drill's number, or that of the sample that `make test` takes."""
        return small if self.is_small else whole

    def patience(self, promised: float) -> float:
        """Seconds that are promised, which a whole drill asserts: nothing runs beside it. A sample does not measure."""
        return 12 * promised if self.is_small else promised

    def figure(self, name: str, value) -> None:
        self.figures.append((name, str(value)))
        print(f"  {name}: {value}", flush=True)

    def check(self, claim: str, holds: bool, seen: object = "") -> None:
        """Count a claim as passed or failed; `seen` is printed when it does not hold."""
        if holds:
            self.passed += 1
        else:
            self.failures.append(f"{claim}: {seen}" if seen != "" else claim)
            print(f"  FAILED {claim}: {seen}", file=sys.stderr, flush=True)

    def check_none(self, claim: str, findings: Iterable) -> None:
        findings = list(findings)
        self.check(claim, not findings, findings[:10])

    def check_invariants(self) -> None:
        from store.flows.invariants import check_invariants  # here, because Django is set up by then

        self.check_none("the invariants hold", check_invariants())
