"""A whole shop, started as `make run` starts it, and the sizes of browsers that visit it. Needs no Django in this process."""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests import migrated

ROOT = Path(__file__).resolve().parents[2]
PHONE = {"viewport": {"width": 360, "height": 740}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
DESK = {"viewport": {"width": 1280, "height": 900}}
SMALLEST = {**PHONE, "viewport": {"width": 320, "height": 640}}
SIZES = {"phone": PHONE, "desk": DESK, "smallest": SMALLEST}


class Shop:
    """The running shop: its address, its mails, and what its database says."""

    def __init__(self, url: str, var: Path):
        self.url, self.var = url, var

    def ask(self, sql: str, *arguments) -> list[tuple]:
        with sqlite3.connect(f"file:{self.var / 'twiza.sqlite3'}?mode=ro", uri=True, timeout=10) as database:
            return database.execute(sql, arguments).fetchall()

    def mails_about(self, number: str, *, count: int) -> list:
        """The mails that name this order, once there are `count` of them (the worker sends them within seconds)."""
        for _ in range(60):
            files = sorted((self.var / "mail").glob("*.log"))
            raw = [part for file in files for part in re.split(rb"\n-{79}\n", file.read_bytes()) if part.strip()]
            mails = [message_from_bytes(part, policy=policy.default) for part in raw]
            about = [mail for mail in mails if number in mail["subject"]]
            if len(about) >= count:
                return about
            time.sleep(0.5)
        raise AssertionError(f"{len(about)} of {count} mails about {number} came")


@contextmanager
def a_shop(var: Path):
    """The whole shop, started as `make run` starts it, with its data in `var`."""
    if migrated.is_there():
        migrated.put_sqlite(var / "twiza.sqlite3")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "VAR_DIR": str(var),
        "PORT": str(port),
        "DJANGO_SETTINGS_MODULE": "store.settings.demo",
    }
    environment.pop("DATABASE_URL", None)
    log = (var / "serve.log").open("wb")
    served = subprocess.Popen(
        [sys.executable, "manage.py", "serve"],
        cwd=ROOT,
        env=environment,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(400):
            assert served.poll() is None, (var / "serve.log").read_text()
            try:
                urlopen(f"{url}/fr/", timeout=5).close()
                break
            except (URLError, OSError):
                time.sleep(1)
        else:
            raise AssertionError("the shop did not open: " + (var / "serve.log").read_text())
        yield Shop(url, var)
    finally:
        served.send_signal(signal.SIGTERM)
        served.wait(timeout=60)
        log.close()
