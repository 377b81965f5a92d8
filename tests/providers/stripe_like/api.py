"""Stripe's addresses: who may ask, what is asked, the answer; and that the same key never does a thing twice."""

import copy
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from . import parameters, refunds, sessions
from .account import Account
from .errors import StripeError
from .lists import a_page, list_events, list_objects

Answer = tuple[int, dict, dict[str, str]]


@dataclass(frozen=True)
class Route:
    #: As control and faults call it.
    name: str
    method: str
    path: str
    allowed: dict
    do: Callable[..., dict]
    #: What is refused before anything is done, and so not kept under a key.
    check: Callable[[Account, dict], None] = lambda account, params: None


def retrieve(kind: str, param: str = "id") -> Callable:
    return lambda account, params, id: account.get(kind, id, param)


def list_of(kind: str, path: str, *fields: str) -> Callable:
    return lambda account, params: list_objects(account, params, kind, path, *fields)


def lines_of(account: Account, params: dict, id: str) -> dict:
    account.get("checkout.session", id, "session")
    return a_page(account.line_items[id], params, f"/v1/checkout/sessions/{id}/line_items")


ROUTES = [
    Route(
        "sessions.create", "POST", "/v1/checkout/sessions", parameters.SESSION_CREATE, sessions.create, sessions.check
    ),
    Route(
        "sessions.list",
        "GET",
        "/v1/checkout/sessions",
        parameters.SESSION_LIST,
        list_of("checkout.session", "/v1/checkout/sessions", "payment_intent", "status"),
    ),
    Route(
        "sessions.retrieve",
        "GET",
        "/v1/checkout/sessions/ID",
        parameters.EXPAND,
        retrieve("checkout.session", "session"),
    ),
    Route(
        "sessions.expire",
        "POST",
        "/v1/checkout/sessions/ID/expire",
        parameters.EXPAND,
        lambda account, params, id: sessions.expire(account, id),
    ),
    Route("sessions.lines", "GET", "/v1/checkout/sessions/ID/line_items", parameters.LISTS, lines_of),
    Route(
        "payment_intents.retrieve",
        "GET",
        "/v1/payment_intents/ID",
        parameters.EXPAND,
        retrieve("payment_intent", "intent"),
    ),
    Route("charges.retrieve", "GET", "/v1/charges/ID", parameters.EXPAND, retrieve("charge")),
    Route(
        "charges.list",
        "GET",
        "/v1/charges",
        parameters.CHARGE_LIST,
        list_of("charge", "/v1/charges", "payment_intent"),
    ),
    Route("refunds.create", "POST", "/v1/refunds", parameters.REFUND_CREATE, refunds.create),
    Route("refunds.retrieve", "GET", "/v1/refunds/ID", parameters.EXPAND, retrieve("refund")),
    Route(
        "refunds.list",
        "GET",
        "/v1/refunds",
        parameters.OF_PAYMENT,
        list_of("refund", "/v1/refunds", "payment_intent", "charge"),
    ),
    Route("disputes.retrieve", "GET", "/v1/disputes/ID", parameters.EXPAND, retrieve("dispute", "dispute")),
    Route(
        "disputes.list",
        "GET",
        "/v1/disputes",
        parameters.OF_PAYMENT,
        list_of("dispute", "/v1/disputes", "payment_intent", "charge"),
    ),
    Route(
        "balance_transactions.retrieve",
        "GET",
        "/v1/balance_transactions/ID",
        parameters.EXPAND,
        retrieve("balance_transaction"),
    ),
    Route("events.list", "GET", "/v1/events", parameters.EVENT_LIST, list_events),
    Route(
        "events.retrieve",
        "GET",
        "/v1/events/ID",
        parameters.EXPAND,
        lambda account, params, id: event_of(account, id),
    ),
]


def event_of(account: Account, id: str) -> dict:
    for event in account.events:
        if event["id"] == id:
            return event
    raise StripeError(404, f"No such event: '{id}'", code="resource_missing", param="id")


def find(method: str, path: str) -> tuple[Route, list[str]] | None:
    for route in ROUTES:
        found = re.fullmatch(route.path.replace("ID", r"([A-Za-z0-9_]+)"), path)
        if found and route.method == method:
            return route, list(found.groups())
    return None


class Api:
    """One account over HTTP. `answer` is asked from many threads."""

    def __init__(self, account: Account, key: str):
        self.account = account
        self.key = key
        self.in_progress: set[str] = set()

    def check_key(self, authorization: str) -> None:
        scheme, _, given = authorization.partition(" ")
        if scheme.lower() != "bearer" or not given:
            raise StripeError(401, "You did not provide an API key.")
        if given != self.key or not given.startswith("sk_test_"):
            hidden = f"{given[:8]}{'*' * 8}{given[-4:]}" if len(given) > 20 else "*" * len(given)
            raise StripeError(401, f"Invalid API Key provided: {hidden}")

    def answer(self, route: Route, ids: list[str], encoded: str, key: str = "", meanwhile=lambda: None) -> Answer:
        """Do what is asked, once for each `key`. `meanwhile` is called before, while the key is taken."""
        try:
            params = parameters.read(encoded, route.allowed)
            if route.method != "POST" or not key:
                meanwhile()
                route.check(self.account, params)
                return *self.do(route, ids, params), {}
            return self.once(route, ids, params, key, meanwhile)
        except StripeError as error:
            return error.status, error.body, {}

    def once(self, route: Route, ids: list[str], params: dict, key: str, meanwhile) -> Answer:
        asked = hashlib.sha256(repr((route.name, ids, params)).encode()).hexdigest()
        with self.account.lock:
            if key in self.in_progress:
                raise StripeError(
                    409,
                    "There is currently another in-progress request using this Idempotent Key (that probably means you "
                    f"submitted twice, and the other request is still going through): {key}. Please try again later.",
                    code="idempotency_key_in_use",
                )
            if key in self.account.answers:
                first, status, body = self.account.answers[key]
                if first != asked:
                    raise StripeError(
                        400,
                        "Keys for idempotent requests can only be used with the same parameters they were first used "
                        f"with. Try using a key other than '{key}' if you meant to execute a different request.",
                        type="idempotency_error",
                    )
                return status, copy.deepcopy(body), {"Idempotent-Replayed": "true"}
            self.in_progress.add(key)
        try:
            meanwhile()
            with self.account.lock:
                route.check(self.account, params)
                status, body = self.do(route, ids, params)
                self.account.answers[key] = [asked, status, body]
                self.account.is_changed = True
        finally:
            with self.account.lock:
                self.in_progress.discard(key)
        return status, copy.deepcopy(body), {"Idempotency-Key": key}

    def remember(self, key: str, status: int, body: dict) -> None:
        """The answer that Stripe keeps for a key is another than what was done: it broke after the work."""
        with self.account.lock:
            if key in self.account.answers:
                self.account.answers[key][1:] = [status, body]

    def do(self, route: Route, ids: list[str], params: dict) -> tuple[int, dict]:
        with self.account.lock:
            sessions.close_old(self.account)
            wanted = params.pop("expand", [])
            try:
                body = copy.deepcopy(route.do(self.account, params, *ids))
                for path in wanted:
                    expand(self.account, body, path.split("."), path)
            except StripeError as error:
                return error.status, error.body
            return 200, body


def expand(account: Account, thing: dict, words: list[str], path: str) -> None:
    """Put objects where their ids are; `data.` reaches into lists."""
    word, *rest = words
    if word == "data" and thing.get("object") == "list":
        for each in thing["data"]:
            expand(account, each, rest, path)
        return
    if word == "line_items" and thing["object"] == "checkout.session":
        thing[word] = a_page(account.line_items[thing["id"]], {}, f"/v1/checkout/sessions/{thing['id']}/line_items")
        return
    value = thing.get(word)
    if word not in thing or word == "id" or not isinstance(value, str | dict | None):
        raise StripeError(400, f"This property cannot be expanded ({path}).")
    if isinstance(value, str):
        if value not in account.objects:
            raise StripeError(400, f"This property cannot be expanded ({path}).")
        thing[word] = value = copy.deepcopy(account.objects[value])
    if rest and value:
        expand(account, value, rest, path)
