"""A shop of real processes: server, worker and clock, on the database that the environment names."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

import psutil

ROOT = Path(__file__).resolve().parents[2]
GUNICORN = [sys.executable, "-m", "gunicorn", "--config=python:store.serving", "tests.drills.warm"]
MANAGE = [sys.executable, "-m", "tests.drills.again"]
WORKER = [*MANAGE, "work", "--every=0.5", "--skip-checks"]
CLOCK = [*MANAGE, "tick", "--every=1", "--skip-checks"]


#: Passes an open socket on as a systemd socket unit does: as number 3, and says so in the environment.
AS_SYSTEMD = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execv(sys.argv[2], sys.argv[2:])
"""


def wait_until_gone(process: psutil.Process) -> None:
    """Its parent may not have asked yet how it ended: it is gone all the same."""
    with suppress(psutil.NoSuchProcess):
        while process.status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.001)


@dataclass(frozen=True)
class Ending:
    """How a process ended that was asked to."""

    #: The exit status, or the signal that it died of as a negative number.
    status: int
    seconds: float


class Kept:
    """A process that is started again whenever it ends before it is told to."""

    def __init__(self, command: list[str], environment: dict[str, str], log: Path, *, inherits: Sequence[int] = ()):
        self.command, self.environment, self.log, self.inherits = command, environment, log, inherits
        self.starts = 0
        self._ending = False
        self._start()
        threading.Thread(target=self._watch, daemon=True).start()

    def _start(self) -> None:
        self.starts += 1
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True,
                pass_fds=self.inherits,
            )  # fmt: skip

    def _watch(self) -> None:
        while not self._ending:
            self.process.wait()
            if not self._ending:
                time.sleep(0.2)
                self._start()

    def kill(self) -> None:
        self.process.kill()

    def drop(self) -> None:
        """End it at once with all that it has started; the next one is started then."""
        process = self.process
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def restart(self) -> Ending:
        """Ask it to end; the next one is started when it has ended, as systemd does."""
        process, began = self.process, time.monotonic()
        process.send_signal(signal.SIGTERM)
        return Ending(process.wait(), time.monotonic() - began)

    def listens_to(self, number: signal.Signals) -> bool:
        """It has gone so far with its start that it acts on this signal itself."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        caught = int(status.partition("SigCgt:")[2].split()[0], 16)
        return bool(caught >> (number - 1) & 1)

    def end(self) -> None:
        self._ending = True
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            self.process.kill()


class RunningShop:
    """`with RunningShop(folder) as shop:` answers on `shop.port` until the block ends.

    `without` names the guards that a control takes out (tests/drills/controls.py); `environment` is added to ours. With
    `keeps_door` the listening socket is ours and outlives each server, as that of a systemd socket unit does.
    """

    def __init__(
        self,
        folder: Path,
        *,
        processes: int,
        without: Iterable[str] = (),
        with_worker: bool = True,
        keeps_door: bool = False,
        **environment: str,
    ):
        self.folder, self.processes, self.with_worker, self.keeps_door = folder, processes, with_worker, keeps_door
        self.environment = {**os.environ, **environment, "DRILL_WITHOUT": ",".join(without), "PYTHONUNBUFFERED": "1"}
        self.door = socket.create_server(("127.0.0.1", 0), backlog=2048)
        self.port = self.door.getsockname()[1]
        if not keeps_door:
            self.door.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "RunningShop":
        server = [*GUNICORN, f"--workers={self.processes}", f"--bind=127.0.0.1:{self.port}"]
        if self.keeps_door:
            server = [sys.executable, "-c", AS_SYSTEMD, str(self.door.fileno()), *server]
        inherits = [self.door.fileno()] if self.keeps_door else []
        self.server = Kept(server, self.environment, self.folder / "server.log", inherits=inherits)
        self.others = {}
        if self.with_worker:
            self.others["worker"] = Kept(WORKER, self.environment, self.folder / "worker.log")
            self.others["clock"] = Kept(CLOCK, self.environment, self.folder / "clock.log")
        self.wait_until_it_answers()
        return self

    def __exit__(self, *_) -> None:
        for kept in [self.server, *self.others.values()]:
            kept.end()
        self.door.close()

    def wait_until_it_answers(self, seconds: float = 90) -> None:
        until, starts = time.monotonic() + seconds, self.server.starts
        while time.monotonic() < until:
            if self.server.starts > starts + 2:
                break
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                if len(self.server_processes()) >= self.processes:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        raise RuntimeError("the shop did not open: " + (self.folder / "server.log").read_text()[-3000:])

    def server_processes(self) -> list[psutil.Process]:
        """The processes that answer requests, without the one that watches over them."""
        try:
            return psutil.Process(self.server.process.pid).children()
        except psutil.NoSuchProcess:
            return []

    def kill_a_server_process(self, chance: Random) -> int:
        """SIGKILL for one of them; the number of the process that was running and no longer is."""
        while True:
            for process in chance.sample(processes := self.server_processes(), len(processes)):
                with suppress(psutil.NoSuchProcess):
                    if process.status() != psutil.STATUS_ZOMBIE:
                        process.kill()
                        wait_until_gone(process)
                        return process.pid
            time.sleep(0.01)

    def log(self, name: str) -> str:
        path = self.folder / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""
