"""What the drills saw, as docs/drills.md keeps it."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from .shop import ROOT

HEAD = """# Drills

`make drills` tries to cost the shop a jar or a dirham: with real server processes, real databases, real kills. Each drill
ends by looking whether everything still adds up (`check_invariants`), and shows by a control that it would notice. This
report is written by `make drills`; `make test` runs small samples of the same drills.

"""


def write(path: Path, results: list[dict], seed: int, *, is_small: bool) -> None:
    """Write the report of a run."""
    passed, failed = sum(result["passed"] for result in results), sum(len(result["failures"]) for result in results)
    minutes = sum(result["seconds"] for result in results) / 60
    kind = "Samples only. " if is_small else ""
    ran = (
        f"{kind}Commit `{commit()}`, {datetime.now(UTC):%Y-%m-%d}, seed {seed}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}: **{passed} passed, {failed} failed** in {minutes:.0f} minutes.\n\n"
    )
    path.write_text(HEAD + ran + summary(results) + "".join(map(section, results)), encoding="utf-8")


def summary(results: list[dict]) -> str:
    rows = [
        f"| {title(result)} | {result['seconds']:.0f} s | {result['passed']} | {len(result['failures'])} |\n"
        for result in results
    ]
    return "| drill | took | passed | failed |\n|---|---|---|---|\n" + "".join(rows) + "\n"


def section(result: dict) -> str:
    figures = [f"- {name}: {value}\n" for name, value in result["figures"]]
    lines = ["```\n", *(f"{line}\n" for line in result["lines"]), "```\n"] if result.get("lines") else []
    failures = [f"- **failed** {text}\n" for text in result["failures"]]
    return f"## {title(result)}\n\n" + "".join([*figures, *lines, *failures]) + "\n"


def title(result: dict) -> str:
    return f"{result['drill']} on {result['database']}" if result["database"] else result["drill"]


def commit() -> str:
    """The commit that was run, and whether something was changed since."""
    git = ["git", "-C", str(ROOT)]
    name = subprocess.run([*git, "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, check=False)
    changed = subprocess.run([*git, "status", "--porcelain"], capture_output=True, text=True, check=False)
    return name.stdout.strip() + (" with changes" if changed.stdout.strip() else "")
