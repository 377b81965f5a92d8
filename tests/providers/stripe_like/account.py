"""A merchant's account: its objects in the shape in which Stripe answers them, its events, its clock."""

import copy
import secrets
import string
import threading
import time
from collections.abc import Callable

from .errors import missing

#: Of the events; a test holds it against the installed SDK.
API_VERSION = "2026-10-28.endive"

#: How an object is called in an address and in messages, by how its id begins.
KINDS = {
    "cs_": "checkout.session",
    "pi_": "payment_intent",
    "ch_": "charge",
    "re_": "refund",
    "du_": "dispute",
    "txn_": "balance_transaction",
    "evt_": "event",
}
PARTS = ("objects", "line_items", "settings", "events", "undelivered", "answers", "shift")


def new_id(prefix: str, length: int = 24) -> str:
    return prefix + "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(length))


class Account:
    """Everything is read and written while `lock` is held. `tell` hears of each event, as it happens."""

    def __init__(self, tell: Callable[[dict], None] = lambda event: None, url: str = "http://127.0.0.1"):
        self.tell = tell
        self.url = url
        self.lock = threading.RLock()
        self.reset()

    def reset(self) -> None:
        with self.lock:
            #: By id, oldest first, as they are answered: a field that can be expanded holds an id.
            self.objects: dict[str, dict] = {}
            #: What belongs to a session but is only answered when asked for, and what it hands on to its payment.
            self.line_items: dict[str, list[dict]] = {}
            self.settings: dict[str, dict] = {}
            self.events: list[dict] = []
            #: Ids of events that the shop has not taken yet.
            self.undelivered: list[str] = []
            #: The first answers by idempotency key: what was asked, the status, the body.
            self.answers: dict[str, list] = {}
            self.shift = 0
            #: How refunds begin that the shop asks for.
            self.refund_status = "succeeded"
            self.is_changed = True

    # -- What is kept --------------------------------------------------------------------------------------------------

    def to_keep(self) -> dict:
        return {part: getattr(self, part) for part in PARTS}

    def take_back(self, kept: dict) -> None:
        with self.lock:
            for part in PARTS:
                setattr(self, part, kept[part])

    # -- Time ----------------------------------------------------------------------------------------------------------

    def now(self) -> int:
        return int(time.time()) + self.shift

    # -- Objects and events --------------------------------------------------------------------------------------------

    def add(self, prefix: str, **fields) -> dict:
        id = new_id(prefix, 58 if prefix.startswith("cs_") else 24)
        kind = next(kind for begins, kind in KINDS.items() if id.startswith(begins))
        self.objects[id] = made = {"id": id, "object": kind, **fields}
        self.is_changed = True
        return made

    def get(self, kind: str, id: str, param: str = "id") -> dict:
        found = self.objects.get(id)
        if found is None or found["object"] != kind:
            raise missing(kind, id, param)
        return found

    def all(self, kind: str) -> list[dict]:
        """Oldest first."""
        return [each for each in self.objects.values() if each["object"] == kind]

    def emit(self, type: str, thing: dict, livemode: bool = False) -> dict:
        """Something happened to an object: keep it as it is now, and tell the shop."""
        event = {
            "id": new_id("evt_"),
            "object": "event",
            "api_version": API_VERSION,
            "created": self.now(),
            "data": {"object": copy.deepcopy(thing)},
            "livemode": livemode,
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None},
            "type": type,
        }
        self.events.append(event)
        self.undelivered.append(event["id"])
        self.is_changed = True
        self.tell(copy.deepcopy(event))
        return event

    def delivered(self, event_id: str) -> None:
        with self.lock:
            if event_id in self.undelivered:
                self.undelivered.remove(event_id)
                event = next(event for event in self.events if event["id"] == event_id)
                event["pending_webhooks"] = 0
                self.is_changed = True

    def book(self, amount: int, currency: str, *, fee: int, type: str, category: str, source: str, words: str) -> dict:
        """A line of the account's balance."""
        details = [
            {"amount": fee, "application": None, "currency": currency, "description": words, "type": "stripe_fee"}
        ]
        return self.add(
            "txn_",
            amount=amount,
            available_on=self.now() + 2 * 24 * 3600,
            balance_type="payments",
            created=self.now(),
            currency=currency,
            description=None,
            exchange_rate=None,
            fee=fee,
            fee_details=details if fee else [],
            net=amount - fee,
            reporting_category=category,
            source=source,
            status="pending",
            type=type,
        )
