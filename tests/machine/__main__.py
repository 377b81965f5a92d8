"""Many lives of a shop, on SQLite: `python -m tests.machine [--examples 3000] [--steps 80] [--seed N]`.

Two processes share the examples. The last line counts the lives that passed and those that failed.
"""

import argparse
import os
import sys
import traceback
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from random import SystemRandom

PROCESSES = 2


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.machine", description=__doc__)
    parser.add_argument("--examples", type=int, default=3000)
    parser.add_argument("--steps", type=int, default=80)
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(10**6))
    asked = parser.parse_args(arguments)
    print(f"{asked.examples} lives of {asked.steps} steps, seed {asked.seed}", flush=True)
    share = asked.examples // PROCESSES
    with ProcessPoolExecutor(PROCESSES) as processes:
        lives = [processes.submit(live, share, asked.steps, asked.seed + number) for number in range(PROCESSES)]
        results = [life.result() for life in lives]
    counts = sum((counts for counts, _ in results), Counter())
    failures = [failure for _, failure in results if failure]
    for failure in failures:
        print(failure)
    for end in sorted(counts):
        print(f"{counts[end]:8} × {end}")
    print(f"{share * (PROCESSES - len(failures))} passed, {len(failures)} failed")
    return 1 if failures else 0


def live(examples: int, steps: int, seed: int) -> tuple[Counter[str], str]:
    """In a process and on a database of its own: how often what happened, and the first life that failed."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "store.settings.test"
    os.environ.pop("DATABASE_URL", None)
    import django  # here, because each process sets up its own

    django.setup()
    from django.db import transaction
    from django.test.utils import get_runner, setup_test_environment

    from tests.garbage import leave_what_stays

    from .running import run

    leave_what_stays()
    setup_test_environment()
    from django.conf import settings

    runner = get_runner(settings)(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        with transaction.atomic():
            counts = run(examples=examples, steps=steps, with_seed=seed)
            transaction.set_rollback(True)
        return counts, ""
    except Exception:
        return Counter(), traceback.format_exc()
    finally:
        runner.teardown_databases(databases)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
