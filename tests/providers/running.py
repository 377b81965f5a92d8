"""The local provider as one thing that is started and stopped; `with running_provider(...) as provider:` in tests."""

import json
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from .callbacks import Callbacks, post
from .cmi_like import page as cmi_page
from .cmi_like.payments import Cmi
from .control import Control
from .mishaps import Mishaps
from .server import Server
from .stripe_like.account import Account
from .stripe_like.api import Api
from .stripe_like.page import Page
from .stripe_like.sessions import close_old

#: Seconds between two looks at what time has done.
A_WHILE = 0.5


class LocalProvider(Control):
    """Keys that are not given are made up. `workers` above one send events at the same time, in any order."""

    def __init__(
        self,
        *,
        webhook_url: str = "",
        key: str = "",
        webhook_secret: str = "",
        cmi_store_key: str = "",
        cmi_client_id: str = "600000000",
        port: int = 0,
        state_file: Path | None = None,
        workers: int = 1,
        log: Callable[[str], None] = lambda line: None,
    ):
        self.key = key or f"sk_test_{secrets.token_hex(24)}"
        if not self.key.startswith("sk_test_"):
            raise ValueError("Only a test key, one that begins with sk_test_, is taken here.")
        self.webhook_secret = webhook_secret or f"whsec_{secrets.token_hex(24)}"
        self.cmi_store_key = cmi_store_key or secrets.token_hex(16)
        self.cmi_client_id = cmi_client_id
        self.log = log
        self.state_file = state_file
        self.is_over = False
        self.next_tick = 0.0

        self.account = Account(tell=self.tell)
        self.callbacks = Callbacks(webhook_url, [self.webhook_secret], self.account.delivered, workers, log)
        self.mishaps = Mishaps()
        self.api = Api(self.account, self.key)
        self.page = Page(self.account)
        self.cmi = Cmi(self.cmi_store_key, cmi_client_id, post)
        self.cmi_page = cmi_page.Page(self.cmi)
        self.take_back()
        self.server = Server(self, port, self.tick)
        self.port = self.server.server_address[1]
        self.account.url = self.url
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)

    @property
    def url(self) -> str:
        """For `StripeClient(key, base_addresses={"api": url})`."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def cmi_url(self) -> str:
        """Where the shop's form for CMI goes."""
        return f"{self.url}/fim/est3Dgate"

    def tell(self, event: dict) -> None:
        self.callbacks.tell(event)

    def rotate(self) -> str:
        """A second webhook secret: events are signed with both, as after a roll in the dashboard."""
        self.callbacks.secrets.append(f"whsec_{secrets.token_hex(24)}")
        return self.callbacks.secrets[-1]

    # -- Its life ------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        self.callbacks.start()
        self.thread.start()
        for event in self.events():  # those that an earlier run could not deliver
            if event["id"] in self.account.undelivered:
                self.callbacks.plan(event)

    def stop(self) -> None:
        self.is_over = True
        self.mishaps.over.set()
        self.callbacks.stop()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)
        self.keep()

    def tick(self) -> None:
        """Several times a second, and after each call."""
        if time.monotonic() < self.next_tick:
            return
        self.next_tick = time.monotonic() + A_WHILE
        try:
            close_old(self.account)
            self.keep()
        except OSError as error:
            self.log(f"The payments cannot be written down: {error}")

    def keep(self) -> None:
        """Write down what a later run has to know: payments, no keys."""
        if self.state_file is None or not (self.account.is_changed or self.cmi.is_changed):
            return
        with self.account.lock, self.cmi.lock:
            self.account.is_changed = self.cmi.is_changed = False
            kept = json.dumps({"account": self.account.to_keep(), "cmi": self.cmi.visits}, ensure_ascii=False)
        beside = self.state_file.with_name(f"{self.state_file.name}.new")
        beside.touch(mode=0o600)
        beside.write_text(kept, encoding="utf-8")
        os.replace(beside, self.state_file)

    def take_back(self) -> None:
        if self.state_file is not None and self.state_file.exists():
            kept = json.loads(self.state_file.read_text(encoding="utf-8"))
            self.account.take_back(kept["account"])
            self.cmi.visits = kept["cmi"]
            for visit in self.cmi.visits.values():  # nobody waits for the bank any more
                visit["status"] = "open" if visit["status"] == "asking" else visit["status"]


@contextmanager
def running_provider(**how) -> Iterator[LocalProvider]:
    """A provider of its own on a free port, for as long as the block lasts."""
    provider = LocalProvider(**how)
    provider.start()
    try:
        yield provider
    finally:
        provider.stop()
