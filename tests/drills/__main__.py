"""Run drills: `python -m tests.drills [name …] [--on sqlite|postgresql] [--small] [--seed N] [--report FILE]`.

Each drill runs in a process of its own, on a database of its own. The last line counts what passed and what failed; a
drill that could not run has failed.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import nullcontext
from importlib import import_module
from pathlib import Path
from random import SystemRandom

from tests import migrated, postgres

from . import report
from .small_disk import a_small_disk
from .stage import Stage

#: Each drill with the databases it runs on; a drill is the function `drill(stage)` of the module of its name.
DRILLS = {
    "race": ("sqlite", "postgresql"),
    "deadlock": ("postgresql",),
    "crash": ("sqlite", "postgresql"),
    "money_crash": ("sqlite", "postgresql"),
    "cards": ("sqlite", "postgresql"),
    "cards_crash": ("sqlite", "postgresql"),
    "cards_silence": ("sqlite", "postgresql"),
    "stalled": ("sqlite", "postgresql"),
    "graceful_stop": ("sqlite",),
    "outage": ("postgresql",),
    "full_disk": ("sqlite", "postgresql"),
    "abuse": ("postgresql",),
}
#: These mount a disk of their own, which takes root: they are held in whole drills only.
ON_A_SMALL_DISK = {"full_disk"}
#: Of these the sample is held on one database: tests/store/flows races and repeats on both, in one process.
SAMPLED_ON = {
    "race": ("sqlite",),
    "crash": ("postgresql",),
    "money_crash": ("postgresql",),
    "cards": ("sqlite",),
    "cards_silence": ("sqlite",),
    "stalled": ("postgresql",),
    "cards_crash": ("postgresql",),
}
#: Proofs that are programs of their own; `make test` runs their samples by itself.
PROGRAMS = {
    "machine": ["tests.machine", "--examples=3000", "--steps=80"],
    "faults": ["tests.faults"],
    "fuzz": ["tests.fuzz", "--inputs=10000"],
    "journeys": ["tests.journeys"],
    "hostile": ["tests.hostile"],
    "isolation": ["tests.pages"],
    "money": ["tests.store.flows"],
}
#: Their titles, in the order of the report.
ORDER = [f"{name} on {database}" for name, databases in DRILLS.items() for database in databases] + [*PROGRAMS]
#: Those that draw their inputs from a seed.
DRAWN = {"machine", "fuzz"}
COUNTED = re.compile(r"(\d+) passed, (\d+) failed")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.drills", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*DRILLS, *PROGRAMS, []], help="all of them if none is named")
    parser.add_argument("--on", choices=["sqlite", "postgresql"], help="one database instead of each")
    parser.add_argument("--small", action="store_true", help="the samples that `make test` takes")
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(10**6))
    parser.add_argument("--report", type=Path, help="keep the figures of whole drills there")
    parser.add_argument("--here", type=Path, help=argparse.SUPPRESS)  # one drill in this process; the result goes there
    asked = parser.parse_args(arguments)
    if asked.here:
        return run_here(asked)
    if asked.small and asked.report:
        parser.error("samples are not reported")
    results = []
    for result in held(asked):
        results.append(result)
        if asked.report:  # each at once: whoever stops after an hour keeps what was seen
            report.keep(asked.report, result, asked.seed, ORDER)
    failed = [f"{report.title(result)}: {text}" for result in results for text in result["failures"]]
    for text in failed:
        print("FAILED", text)
    print(f"{sum(result['passed'] for result in results)} passed, {len(failed)} failed")
    return 1 if failed or not results else 0


def held(asked) -> Iterator[dict]:
    for name in asked.names or [name for name in DRILLS if not (asked.small and name in ON_A_SMALL_DISK)]:
        for database in databases_of(name, asked):
            if asked.on in (None, database):
                yield run_apart(name, database, asked)
    for name in programs_of(asked):
        yield run_program(name, asked)


def databases_of(name: str, asked) -> tuple[str, ...]:
    whole = DRILLS.get(name, ())
    return SAMPLED_ON.get(name, whole) if asked.small and not asked.on else whole


def programs_of(asked) -> list[str]:
    """The programs that were asked for; with `--small` or one database, none: `make test` runs their samples itself."""
    if asked.small or asked.on:
        return []
    return [name for name in asked.names or PROGRAMS if name in PROGRAMS]


def run_program(name: str, asked) -> dict:
    """A program that counts for itself and says so in its last line."""
    print(f"{name}, seed {asked.seed}", flush=True)
    started = time.monotonic()
    command = [sys.executable, "-m", *PROGRAMS[name], *([f"--seed={asked.seed}"] if name in DRAWN else [])]
    lines = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        for line in running.stdout:
            print(" ", line, end="", flush=True)
            lines.append(line.rstrip())
    counted = COUNTED.fullmatch(lines[-1]) if lines else None
    passed, failed = map(int, counted.groups()) if counted else (0, 0)
    failures = [f"{failed} of its proofs failed"] * bool(failed)
    if not passed or (running.returncode and not failed):
        failures.append(f"it could not run (exit status {running.returncode})")
    seconds = time.monotonic() - started
    return {
        "drill": name,
        "database": "",
        "seconds": seconds,
        "figures": [],
        "lines": lines,
        "passed": passed,
        "failures": failures,
    }


def run_apart(name: str, database: str, asked) -> dict:
    """One drill in a process of its own: what it wrote down, or that it could not run."""
    print(f"{name} on {database}, seed {asked.seed}{', small' if asked.small else ''}", flush=True)
    with tempfile.TemporaryDirectory(prefix="twiza-drill-") as folder:
        result = Path(folder) / "result.json"
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.drills.settings",
            "VAR_DIR": folder,
            "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
        }
        environment.pop("DATABASE_URL", None)
        command = [
            sys.executable,
            "-m",
            "tests.drills",
            name,
            f"--on={database}",
            f"--seed={asked.seed}",
            f"--here={result}",
        ]
        started = time.monotonic()
        code = subprocess.run(
            [*command, *(["--small"] if asked.small else [])], env=environment, check=False
        ).returncode
        seen = json.loads(result.read_text()) if result.exists() else {"figures": [], "passed": 0, "failures": []}
        if not result.exists() or not seen["passed"]:
            seen["failures"].append(f"it could not run (exit status {code})")
        return {"drill": name, "database": database, "seconds": time.monotonic() - started, **seen}


def run_here(asked) -> int:
    [name] = asked.names
    stage = Stage(name, asked.on, asked.seed, asked.small, folder=asked.here.parent)
    with a_small_disk(stage) if name in ON_A_SMALL_DISK else nullcontext():
        if asked.on == "sqlite":
            perform(stage)
        else:
            with postgres.a_postgresql_server(configuration="") as server:
                stage.postgresql = server
                os.environ["DATABASE_URL"] = postgres.address_of(server)
                perform(stage)
    seen = {"figures": stage.figures, "passed": stage.passed, "failures": stage.failures}
    asked.here.write_text(json.dumps(seen))
    return 1 if stage.failures else 0


def perform(stage: Stage) -> None:
    """Set up an empty shop, hold the drill, look whether everything still adds up, and take its guards out to see it fail."""
    import django
    from django.core.management import call_command
    from django.db import connection

    django.setup()
    if migrated.is_there():
        migrated.put(connection, connection.settings_dict["NAME"])
    call_command("migrate", verbosity=0)
    module = import_module(f"tests.drills.{stage.drill}")
    module.drill(stage)
    stage.check_invariants()
    if hasattr(module, "control"):  # last, because it leaves damage behind
        module.control(stage)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
