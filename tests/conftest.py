"""What all tests share: where they belong, which database they may use, and the browser."""

import os
from pathlib import Path

import pytest
from django.db import connections

# Playwright runs an event loop in the thread of the tests; Django would refuse to use the database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

TESTS = Path(__file__).parent
MARKERS_BY_FOLDER = {
    "catalog": "domain",
    "store": "domain",
    "machine": "domain",
    "journeys": "journey",
    "fuzz": "postgres",
}


def pytest_collection_modifyitems(items):
    for item in items:
        folder = item.path.relative_to(TESTS).parts[0]
        if marker := MARKERS_BY_FOLDER.get(folder):
            item.add_marker(marker)
        if "live_server" in item.fixturenames or is_transactional(item):
            # Such a test empties all tables at its end: bring back what the migrations wrote (home page, communes, groups).
            item.fixturenames.insert(0, "django_db_serialized_rollback")


def is_transactional(item) -> bool:
    mark = item.get_closest_marker("django_db")
    return bool(mark and mark.kwargs.get("transaction")) or "transactional_db" in item.fixturenames


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup):
    """Django keeps what the migrations wrote on one connection, but a test with a browser runs on another."""
    first = connections["default"]
    if hasattr(first, "_test_serialized_contents"):
        type(first)._test_serialized_contents = first._test_serialized_contents


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """In CI a skipped test has failed: what it should have shown was not shown."""
    report = yield
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail"):
        _, _, reason = report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{reason}: in CI nothing may be skipped."
    return report


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {
        **browser_type_launch_args,
        "executable_path": os.environ.get("CHROMIUM") or "/usr/bin/chromium",
        "args": ["--disable-dev-shm-usage", "--disable-gpu"],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "locale": "fr-MA", "timezone_id": "Africa/Casablanca"}
