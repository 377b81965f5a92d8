"""Databases as the migrations leave them, made once for all that `make test` runs: `python -m tests.migrated [command …]`

Tests, faults and drills each begin with an empty shop. To migrate one takes a quarter of a minute; here it is a copy.
Outside such a command there is nothing to copy, and each run migrates for itself.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg

from tests import postgres

ROOT = Path(__file__).resolve().parents[1]


def main(command: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="twiza-migrated-") as name:
        folder = Path(name)
        with ThreadPoolExecutor() as both:
            for made in (both.submit(make_sqlite, folder), both.submit(make_postgresql, folder)):
                made.result()
        return subprocess.run(command, env={**os.environ, "MIGRATED": name}, check=False).returncode


def make_sqlite(folder: Path) -> None:
    migrate(f"sqlite:///{folder / 'twiza.sqlite3'}")


def make_postgresql(folder: Path) -> None:
    with postgres.a_postgresql_server(postgres.IN_A_HURRY) as server:
        migrate(postgres.address_of(server))
        as_statements = ["--inserts", "--rows-per-insert=500", "--no-owner", f"--dbname={server.get_uri()}"]
        with (folder / "postgresql.sql").open("wb") as file:
            subprocess.run([server.bin_path / "pg_dump", *as_statements], stdout=file, check=True)


def migrate(database_url: str) -> None:
    command = [sys.executable, "manage.py", "migrate", "--verbosity=0", "--settings=store.settings.test"]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "DATABASE_URL": database_url}, check=True)


def is_there() -> bool:
    return "MIGRATED" in os.environ


def put(connection, name: str) -> None:
    """A copy where a Django connection would look for a database of this name: for SQLite no file yet, else an empty one."""
    if connection.vendor == "sqlite":
        put_sqlite(name)
        return
    statements = (Path(os.environ["MIGRATED"]) / "postgresql.sql").read_text(encoding="utf-8")
    # Lines for psql alone are no SQL.
    sql = "\n".join(line for line in statements.splitlines() if not line.startswith("\\"))
    settings = connection.settings_dict
    with psycopg.connect(host=settings["HOST"], user=settings["USER"], dbname=name, autocommit=True) as database:
        database.execute(sql)


def put_sqlite(path: str | Path) -> None:
    shutil.copy(Path(os.environ["MIGRATED"]) / "twiza.sqlite3", path)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
