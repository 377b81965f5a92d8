"""Seed mistakes that cost other shops goods, orders or money, and see that a test of ours catches each: `python -m tests.faults`.

Each patch in this folder names its incident, the database that shows it, and the test that must fail. The patches are put
into a copy of the project, one after the other. The last line counts what was caught and what was not.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.postgres import a_postgresql

ROOT = Path(__file__).resolve().parents[2]
#: What pytest's exit status says.
PASSED, FAILED = 0, 1


@dataclass(frozen=True)
class Fault:
    patch: Path
    incident: str
    what: str
    database: str
    test: str

    @property
    def row(self) -> str:
        """Of the table of incidents in the reliability notes."""
        return self.patch.name[:2]


def read(patch: Path) -> Fault:
    told = dict(re.findall(r"^([A-Z][a-z-]+): (.*)$", patch.read_text(encoding="utf-8"), re.MULTILINE))
    return Fault(patch, told["Incident"], told["Fault"], told["Database"], told["Caught-by"])


def main() -> int:
    faults = [read(patch) for patch in sorted(Path(__file__).parent.glob("*.patch"))]
    caught, troubles = 0, []
    with tempfile.TemporaryDirectory(prefix="twiza-faults-") as folder, a_postgresql() as postgresql:
        copy_project(Path(folder))
        for database in ("sqlite", "postgresql"):
            environment = environment_for(database, postgresql)
            its = [fault for fault in faults if fault.database == database]
            tests = sorted({fault.test for fault in its})
            if run(tests, folder, environment) != PASSED:
                troubles.append(f"without any fault, these do not pass on {database}: {tests}")
                continue
            # What Python has compiled of the sound project serves all; of a file with a fault nothing may stay.
            environment |= {"PYTHONDONTWRITEBYTECODE": "1"}
            for fault in its:
                try:
                    with seeded(fault, folder):
                        ended = run([fault.test], folder, environment)
                except subprocess.CalledProcessError:
                    troubles.append(f"{fault.patch.name} does not fit the code any more")
                    continue
                found = ended == FAILED
                caught += found
                print(f"{fault.row} {fault.incident}: {fault.what}")
                print(f"   {'caught' if found else 'NOT CAUGHT'} on {database} by {fault.test}", flush=True)
                if not found:
                    troubles.append(f"{fault.patch.name}: {fault.test} ended with status {ended}")
    for trouble in troubles:
        print(trouble)
    print(f"{caught} passed, {len(troubles)} failed")
    return 1 if troubles or not caught else 0


def copy_project(folder: Path) -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


def environment_for(database: str, postgresql: str) -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return environment | ({"DATABASE_URL": postgresql} if database == "postgresql" else {})


@contextmanager
def seeded(fault: Fault, folder: str):
    """The copy has the fault inside this block."""
    for direction in ([], ["--reverse"]):
        subprocess.run(["git", "apply", *direction, str(fault.patch)], cwd=folder, check=True)
        if not direction:
            yield


def run(tests: list[str], folder: str, environment: dict[str, str]) -> int:
    """How pytest ended. A test that is not found or cannot be read ends with another status than one that fails."""
    # Nobody reads what it says: it need not be worded, nor kept. Without a browser it begins a second earlier.
    quick = ["-p", "no:cacheprovider", "--assert=plain", "-p", "no:playwright", "-p", "no:xdist", "-o", "addopts="]
    command = [sys.executable, "-m", "pytest", "-q", "-x", *quick, *tests]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
