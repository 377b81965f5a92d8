"""What all tests share: where they belong, which database they may use, and the browser."""

import os
import subprocess
from pathlib import Path

import pytest
from django.db import connections
from django.test import SimpleTestCase
from django.utils import translation
from hypothesis import settings

from tests import garbage, migrated, restored
from tests.tasks import AtOnce

# Playwright runs an event loop in the thread of the tests; Django would refuse to use the database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# How long an example takes on a busy machine says nothing of the shop.
settings.register_profile("patient", parent=settings.default, deadline=None)
settings.load_profile("patient")

TESTS = Path(__file__).parent
# Stripe itself is asked only by whoever has a test key of it (CONTRIBUTING.md); for others these tests do not exist.
collect_ignore = [] if os.environ.get("STRIPE_TEST_KEY") else ["providers/test_stripe_itself.py"]
MARKERS_BY_FOLDER = {
    "catalog": "domain",
    "cms": "domain",
    "store": "domain",
    "machine": "domain",
    "journeys": "journey",
    "fuzz": "postgres",
}


def pytest_collection_modifyitems(items):
    for item in items:
        folder = item.path.relative_to(TESTS).parts[0]
        marker = MARKERS_BY_FOLDER.get(folder)
        if marker and (marker != "domain" or asks_a_database(item)):  # the others would be done twice
            item.add_marker(marker)
        if "live_server" in item.fixturenames or is_transactional(item):
            # Such a test empties all tables at its end: bring back what the migrations wrote (home page, communes, groups).
            item.fixturenames.insert(0, "django_db_serialized_rollback")


def asks_a_database(item) -> bool:
    is_case = item.cls is not None and issubclass(item.cls, SimpleTestCase)
    return (
        is_case
        or item.get_closest_marker("django_db") is not None
        or not {"db", "transactional_db"}.isdisjoint(item.fixturenames)
    )


def is_transactional(item) -> bool:
    mark = item.get_closest_marker("django_db")
    return bool(mark and mark.kwargs.get("transaction")) or "transactional_db" in item.fixturenames


def pytest_collection_finish():
    garbage.leave_what_stays()


def pytest_runtest_setup(item):
    AtOnce.keeps_indexes = any(map(item.get_closest_marker, ["indexed", "journey"]))


@pytest.fixture(autouse=True)
def _in_the_language_of_the_shop():
    """The language of the last page that a test asked for does not outlive it."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings, django_db_blocker):
    """Where a migrated database lies ready, the tests take a copy of it as if an earlier run had kept it."""
    restored.take_over(connections["default"].creation_class)
    if not migrated.is_there():
        yield False
        return
    with django_db_blocker.unblock():
        creation = connections["default"].creation
        name = creation._get_test_db_name()
        if creation.connection.vendor == "postgresql":
            with creation._nodb_cursor() as cursor:
                cursor.execute(f"CREATE DATABASE {creation.connection.ops.quote_name(name)}")
        migrated.put(creation.connection, name)
        yield True
        connections.close_all()
        creation._destroy_test_db(name, verbosity=0)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Django keeps what the migrations wrote on one connection, but a test with a browser runs on another."""
    with django_db_blocker.unblock():
        first = connections["default"]
        if kept := getattr(first, "_test_serialized_contents", None):  # only where a test empties tables
            type(first)._test_serialized_contents = kept


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
        "executable_path": os.environ.get("CHROMIUM")
        or subprocess.check_output([TESTS.parent / ".ci/chromium"], text=True).strip(),
        "args": [
            "--disable-dev-shm-usage",
            "--disable-gpu",
            # Letters as wide as a telephone draws them: without windows Chromium would round each to whole pixels.
            "--font-render-hinting=none",
            # Nobody else is asked. To stop requests here one by one would turn off what a browser keeps.
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
        ],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "locale": "fr-MA", "timezone_id": "Africa/Casablanca"}
