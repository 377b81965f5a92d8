"""What the drills saw, as docs/drills.md keeps it: of each drill its last run, whichever were held together."""

import os
import platform
import re
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from .shop import ROOT

HEAD = """# Drills

`make drills` tries to cost the shop a jar or a dirham: with real server processes, real databases, real kills. Each drill
ends by looking whether everything still adds up (`check_invariants`), and shows by a control that it would notice. This
report is written by `make drills`, or by some drills alone, which leave what is told of the others; `make test` runs small
samples of the same drills.

"""
COLUMNS = "| drill | held | commit | seed | took | passed | failed |\n|---|---|---|---|---|---|---|\n"


def keep(path: Path, result: dict, seed: int, order: Sequence[str]) -> None:
    """Put what a drill came to into the report, in the order of all titles. What is no drill any more is left out."""
    rows, sections = read(path)
    name, held = title(result), f"{datetime.now(UTC):%Y-%m-%d} | `{commit(path)}` | {seed}"
    came_to = f"{result['seconds']:.0f} s | {result['passed']} | {len(result['failures'])}"
    rows[name], sections[name] = f"| {name} | {held} | {came_to} |\n", section(result)
    told = [name for name in order if name in rows]
    machine = f"On {os.cpu_count()} cores, with Python {platform.python_version()}.\n\n"
    table = COLUMNS + "".join(rows[name] for name in told) + "\n"
    path.write_text(HEAD + machine + table + "".join(sections[name] for name in told), encoding="utf-8")


def read(path: Path) -> tuple[dict[str, str], dict[str, str]]:
    """The rows and the sections of a report, by the titles of their drills."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    head, *sections = re.split(r"^(?=## )", text, flags=re.MULTILINE)
    names = {part.partition("\n")[0].removeprefix("## "): part for part in sections}
    rows = re.findall(r"^(\| (.+?) \| .*\n)", head, flags=re.MULTILINE)
    return {name: row for row, name in rows if name in names}, names


def section(result: dict) -> str:
    figures = [f"- {name}: {value}\n" for name, value in result["figures"]]
    lines = ["```\n", *(f"{line}\n" for line in result["lines"]), "```\n"] if result.get("lines") else []
    failures = [f"- **failed** {text}\n" for text in result["failures"]]
    return f"## {title(result)}\n\n" + "".join([*figures, *lines, *failures]) + "\n"


def title(result: dict) -> str:
    return f"{result['drill']} on {result['database']}" if result["database"] else result["drill"]


def commit(report: Path) -> str:
    """The commit that was run, and whether something but the report was changed since."""
    git = ["git", "-C", str(ROOT)]
    name = subprocess.run([*git, "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, check=False)
    status = subprocess.run([*git, "status", "--porcelain"], capture_output=True, text=True, check=False)
    changed = {ROOT / line[3:] for line in status.stdout.splitlines()} - {report.resolve()}
    return name.stdout.strip() + (" with changes" if changed else "")
