"""The report of the drills keeps of each its last run."""

from tests.drills import report

ORDER = ["race on sqlite", "race on postgresql", "fuzz"]


def test_a_drill_that_is_held_alone_leaves_what_is_told_of_the_others(tmp_path):
    path = tmp_path / "drills.md"
    report.keep(path, of("fuzz", "", passed=70), 5, ORDER)
    report.keep(path, of("race", "sqlite", passed=22), 5, ORDER)
    report.keep(path, of("race", "sqlite", passed=21, failures=["two jars too many"]), 6, ORDER)

    rows, sections = report.read(path)
    assert [*rows] == [*sections] == ["race on sqlite", "fuzz"]
    assert rows["race on sqlite"].endswith("| 6 | 9 s | 21 | 1 |\n")
    assert rows["fuzz"].endswith("| 5 | 9 s | 70 | 0 |\n")
    assert "- **failed** two jars too many" in sections["race on sqlite"]
    assert "seen: 70 times" in sections["fuzz"]


def test_what_is_no_drill_any_more_is_left_out(tmp_path):
    path = tmp_path / "drills.md"
    for it in (of("race", "sqlite"), of("fuzz", "")):
        report.keep(path, it, 5, ORDER)
    report.keep(path, of("race", "postgresql"), 5, [title for title in ORDER if title != "fuzz"])

    assert [*report.read(path)[1]] == ["race on sqlite", "race on postgresql"]


def of(drill: str, database: str, *, passed: int = 1, failures: list[str] | None = None) -> dict:
    return {
        "drill": drill,
        "database": database,
        "seconds": 9.2,
        "figures": [["seen", f"{passed} times"]],
        "passed": passed,
        "failures": failures or [],
    }
