import pytest
from django.db import InterfaceError, OperationalError
from django_tasks_db.management.commands.db_worker import Worker

from store.management.commands.work import PatientWorker


def a_worker() -> PatientWorker:
    return PatientWorker(
        queue_names=["*"], excluded_queue_names=[], interval=0, batch=False, backend_name="default", startup_delay=False,
        max_tasks=None, worker_id="one",
    )  # fmt: skip


def test_the_worker_goes_on_after_the_database_was_away(monkeypatch):
    answers = iter([OperationalError("database or disk is full"), InterfaceError("connection already closed"), None])
    rounds = []

    def work(worker):
        rounds.append(worker)
        if error := next(answers):
            raise error

    monkeypatch.setattr(Worker, "run", work)
    a_worker().run()

    assert len(rounds) == 3


def test_the_worker_ends_with_a_fault_of_ours(monkeypatch):
    def work(worker):
        raise LookupError("a fault of ours")

    monkeypatch.setattr(Worker, "run", work)

    with pytest.raises(LookupError):
        a_worker().run()
