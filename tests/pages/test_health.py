"""What a watcher asks a server process, and what it is told when something is away."""

import time
from threading import Event
from types import SimpleNamespace

import pytest
from django.core.files.storage import default_storage
from django.db import OperationalError

from store import health


@pytest.fixture(autouse=True)
def _as_a_new_process():
    health.migrations_are_applied.cache_clear()
    yield
    health.migrations_are_applied.cache_clear()


def away(*args, **kwargs):
    raise OperationalError("the database is away")


def test_a_process_that_lives_says_so_whatever_else_is_broken(client, monkeypatch):
    for check in health.CHECKS:
        monkeypatch.setitem(health.CHECKS, check, away)
    answer = client.get("/livez", headers={"host": "unknown.example"})

    assert (answer.status_code, answer.json()) == (200, {"ok": True})


@pytest.mark.django_db
def test_a_shop_that_can_sell_is_ready_and_leaves_no_file_behind(client):
    before = default_storage.listdir("")
    answer = client.get("/readyz", headers={"host": "unknown.example"})

    ready = {"ok": True, "database": True, "migrations": True, "cache": True, "media": True}
    assert (answer.status_code, answer.json()) == (200, ready)
    assert answer.headers["Cache-Control"] == "no-store" and not answer.cookies
    assert default_storage.listdir("") == before


@pytest.mark.django_db
@pytest.mark.parametrize("broken", list(health.CHECKS))
def test_each_thing_that_is_away_is_named(client, monkeypatch, broken):
    monkeypatch.setitem(health.CHECKS, broken, away)
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert [name for name, works in answer.json().items() if not works] == ["ok", broken]


@pytest.mark.django_db
def test_a_waiting_migration_is_not_ready_and_is_asked_about_again(client, monkeypatch):
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda *_: ["0099_waits"])
    assert client.get("/readyz").json()["migrations"] is False

    monkeypatch.undo()

    assert client.get("/readyz").json()["migrations"] is True


@pytest.mark.django_db
def test_a_cache_that_forgets_at_once_is_not_ready(client, monkeypatch):
    forgetful = SimpleNamespace(set=lambda *_, **__: None, get=lambda *_: None)
    monkeypatch.setattr(health, "cache", forgetful)

    assert client.get("/readyz").json()["cache"] is False


def test_something_that_hangs_does_not_hang_the_answer(client, monkeypatch):
    released = Event()
    monkeypatch.setattr(health, "PATIENCE", 0.05)
    monkeypatch.setattr(health, "CHECKS", {"database": lambda: released.wait(30), "cache": time.time})

    assert client.get("/readyz").json() == {"ok": False, "database": False, "cache": True}

    released.set()
