"""`make run`: bring everything up to date, then run the server, the worker and the clock until Ctrl-C."""

import hashlib
import http.client
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from honcho.manager import Manager
from honcho.printer import Message, Printer

from store.demo import provider
from store.demo.load import ACCOUNTS, is_loaded, load_demo

HOST = provider.HOST
MANAGE = [sys.executable, str(settings.BASE_DIR / "manage.py")]
TICK_SECONDS = 30
GOES_WELL = re.compile(rb"^Task id=\S+ path=\S+ state=(RUNNING|SUCCESSFUL)")


class Output(Printer):
    """What the processes say, without the two lines for each task that went well."""

    def write(self, message: Message) -> None:
        if message.name == "worker" and GOES_WELL.search(message.data):
            return
        with suppress(OSError):  # nobody reads any more (a closed terminal): no reason to leave the children alone
            super().write(message)


class Supervisor(Manager):
    """Honcho's, which can also be stopped in the instant before it knows its children's process numbers."""

    @property
    def is_ending(self) -> bool:
        return self._terminating or self.returncode is not None

    def terminate(self):
        if self._all_started():
            super().terminate()
        else:
            threading.Timer(0.1, self.terminate).start()


class Command(BaseCommand):
    help = "Bring database, demonstration and static files up to date, then run server, worker and clock until Ctrl-C."
    requires_system_checks = []  # `make check` runs them; here they would only delay each start

    def handle(self, **options):
        began = time.monotonic()
        port = port_from_environment()
        if settings.HAS_LOCAL_PROVIDER:
            find_a_port_for_the_provider()
        for asked_to_stop in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM):
            signal.signal(asked_to_stop, self.interrupt)
        signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))  # the terminal was closed
        try:
            self.bring_up_to_date()
        except KeyboardInterrupt:
            message = "Stopped before the server was started; the next start goes on from here."
            raise CommandError(message, returncode=130) from None
        sys.exit(self.supervise(port, began))

    def interrupt(self, *_):
        """Stop what is done before the server; again and again, because calls from SQLite swallow exceptions."""
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        raise KeyboardInterrupt

    # -- What has to be there first -----------------------------------------------------------------------------------

    def bring_up_to_date(self) -> None:
        """Database and demonstration here, static files beside them in a process of their own."""
        fingerprint = fingerprint_of_static_sources()
        collecting = None if static_files_match(fingerprint) else start_collecting()
        try:
            if has_unapplied_migrations():
                with self.step("Setting up the database"):
                    call_command("migrate", interactive=False, verbosity=0)
            if settings.IS_DEMONSTRATION and not is_loaded():
                with self.step("Loading the demonstration"):
                    load_demo()
            if collecting:
                with self.step("Hashing and compressing the static files (begun with the first step)"):
                    if collecting.wait():
                        raise CommandError("collectstatic failed: its message is above.")
                    fingerprint_file().write_text(fingerprint)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            if collecting and collecting.poll() is None:
                collecting.terminate()
                collecting.wait()
            connections.close_all()  # no connection may be shared with the processes started later

    @contextmanager
    def step(self, what: str):
        began = time.monotonic()
        self.stdout.write(f"{what} … ", ending="")
        self.stdout.flush()
        try:
            yield
        except BaseException:
            self.stdout.write("")
            raise
        self.stdout.write(f"{time.monotonic() - began:.1f} s")

    # -- What runs until Ctrl-C ---------------------------------------------------------------------------------------

    def supervise(self, port: int, began: float) -> int:
        """Run the processes; how the first one that ended did, or 0 when somebody asked for the end."""
        *others, last = commands = processes(port)
        self.stdout.write(f"Starting the {', the '.join(others)} and the {last}")
        self.stdout.flush()
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        supervisor = Supervisor(Output(sys.stdout))
        for name, command in commands.items():
            keys = provider.environment() if name == "provider" else {}
            supervisor.add_process(name, f"exec {shlex.join(command)}", env=environment | keys)
        threading.Thread(target=self.announce, args=(port, began, supervisor), daemon=True).start()
        supervisor.loop()
        code = supervisor.returncode
        if code in (130, 143):
            return 0
        return code if code >= 0 else 128 - code

    def announce(self, port: int, began: float, supervisor: Supervisor) -> None:
        """Say where the shop is, as soon as it answers."""
        while not answers(port):
            time.sleep(0.1)
        if supervisor.is_ending:
            return
        address = f"http://{HOST}:{port}"
        lines = [
            "",
            f"{settings.SITE_NAME} answers after {time.monotonic() - began:.1f} s:",
            f"  the shop         {address}/",
            f"  the back office  {address}/admin/",
        ]
        if settings.IS_DEMONSTRATION:
            lines += [f"    {user:<14} {password:<24} {role}" for user, password, role in ACCOUNTS]
            if settings.STRIPE_SECRET_KEY:
                which = "a provider on this machine" if settings.HAS_LOCAL_PROVIDER else "with a test key"
                lines.append(f"  cards are paid at {settings.STRIPE_PAY_ORIGIN} ({which}: no money moves)")
            else:
                lines.append("  no card is taken: the local provider is not here (the folder tests/providers)")
        if mail_folder := getattr(settings, "EMAIL_FILE_PATH", None):
            lines.append(f"  mails are files in {shown(mail_folder)}")
        self.stdout.write("\n".join([*lines, "Ctrl-C stops everything.", ""]))
        self.stdout.flush()


def port_from_environment() -> int:
    """PORT, if nobody listens there."""
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise CommandError(f"PORT must be a number from 1 to 65535, not {text!r}.")
    try:
        try_to_listen(int(text))
    except OSError as error:
        raise CommandError(f"Port {text}: {error.strerror}. Choose another one: PORT=8001 make run") from None
    return int(text)


def try_to_listen(port: int) -> int:
    """The port; of 0 one that is free. Raises OSError where somebody listens already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((HOST, port))
        return probe.getsockname()[1]


def find_a_port_for_the_provider() -> None:
    """Where somebody listens on its port, begin again with another: the settings of every process have to name it."""
    try:
        try_to_listen(settings.PROVIDER_PORT)
    except OSError:
        os.environ["PROVIDER_PORT"] = str(try_to_listen(0))
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


def processes(port: int) -> dict[str, list[str]]:
    return {
        "server": [
            sys.executable, "-m", "gunicorn", "--config=python:store.serving", "store.wsgi",
            f"--bind={HOST}:{port}", f"--chdir={settings.BASE_DIR}", "--graceful-timeout=3",
        ],
        "worker": [*MANAGE, "work", "--skip-checks"],
        "clock": [*MANAGE, "tick", f"--every={TICK_SECONDS}", "--skip-checks"],
        **({"provider": provider.command(port)} if settings.HAS_LOCAL_PROVIDER else {}),
    }  # fmt: skip


def has_unapplied_migrations() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def answers(port: int) -> bool:
    """Does the server answer? Asked for the home page, which the first visitor then finds warm."""
    ask = http.client.HTTPConnection(HOST, port, timeout=30)
    try:
        ask.request("GET", f"/{settings.LANGUAGE_CODE}/")
        return bool(ask.getresponse().status)
    except (OSError, http.client.HTTPException):
        return False
    finally:
        ask.close()


def shown(path: Path) -> Path:
    """A path as short as can be from where the command was typed."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


# -- Static files -----------------------------------------------------------------------------------------------------


def fingerprint_file() -> Path:
    """Beside the folder, not in it: what is in it is served."""
    return Path(f"{settings.STATIC_ROOT}.fingerprint")


def fingerprint_of_static_sources() -> str:
    """Changes when a static file of ours or of a package comes, goes or changes; reads only names, sizes and dates."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            stat = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def static_files_match(fingerprint: str) -> bool:
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    return manifest.exists() and fingerprint_file().exists() and fingerprint_file().read_text() == fingerprint


def start_collecting() -> subprocess.Popen:
    """In a process of its own, which leaves the way to the migrations: everything waits for these."""
    command = [*MANAGE, "collectstatic", "--noinput", "--verbosity=0", "--skip-checks"]
    return subprocess.Popen(["nice", *command], start_new_session=True)  # Ctrl-C is our business
