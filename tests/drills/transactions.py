"""How long transactions are open while a drill is held, and how long others wait for them."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.db import connection


@dataclass
class Longest:
    #: That one was open; what it did at that look.
    seconds: float = 0.0
    did: str = ""
    #: That the database was asked nothing while one was open: so long somebody did something else meanwhile.
    idle: float = 0.0


@contextmanager
def longest_transaction() -> Iterator[Longest]:
    """The oldest that PostgreSQL has open at any look; on SQLite, the longest that a writer had to wait for the others."""
    longest, is_over = Longest(), threading.Event()
    look = look_at_postgresql if connection.vendor == "postgresql" else wait_on_sqlite

    def keep_looking() -> None:
        try:
            while not is_over.wait(0.1):
                look(longest)
        finally:
            connection.close()

    thread = threading.Thread(target=keep_looking, daemon=True)
    thread.start()
    try:
        yield longest
    finally:
        is_over.set()
        thread.join()


def look_at_postgresql(longest: Longest) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXTRACT(EPOCH FROM clock_timestamp() - xact_start), EXTRACT(EPOCH FROM clock_timestamp() - state_change),"
            " state, COALESCE(wait_event, ''), LEFT(query, 60) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
            " AND backend_type = 'client backend'"
        )
        for seconds, idle, state, waits_for, query in cursor.fetchall():
            if seconds > longest.seconds:
                longest.seconds, longest.did = float(seconds), f"{state} {waits_for} {query}"
            if state.startswith("idle"):
                longest.idle = max(longest.idle, float(idle))


def wait_on_sqlite(longest: Longest) -> None:
    began = time.monotonic()
    probe = sqlite3.connect(settings.DATABASES["default"]["NAME"], timeout=30, isolation_level=None)
    try:
        probe.execute("BEGIN IMMEDIATE")
        probe.execute("ROLLBACK")
    finally:
        probe.close()
    longest.seconds = max(longest.seconds, time.monotonic() - began)
