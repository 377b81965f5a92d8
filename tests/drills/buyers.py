"""Somebody who buys over HTTP, as a browser without JavaScript would, from a network address of their own."""

import http.client
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from html.parser import HTMLParser
from urllib.parse import urlencode
from uuid import uuid4

from .begun import HEADER

LANGUAGE = "en"


class Outcome(Enum):
    ORDERED = "ordered"
    SOLD_OUT = "sold out"
    MOVED = "something moved"
    RACED = "send again"
    LIMITED = "limited"
    BUSY = "busy"
    BROKEN = "broken"
    OTHER = "other"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: str
    seconds: float

    @property
    def location(self) -> str:
        return self.headers.get("location", "")

    @property
    def outcome(self) -> Outcome:
        """What became of an order that was sent."""
        if self.status == 303 and "/commande/" in self.location:
            return Outcome.ORDERED
        if self.status in (409, 429, 503):
            return {409: self._refusal, 429: Outcome.LIMITED, 503: Outcome.BUSY}[self.status]
        return Outcome.BROKEN if self.status >= 500 else Outcome.OTHER

    @property
    def _refusal(self) -> Outcome:
        if "Somebody was quicker" in self.body:
            return Outcome.SOLD_OUT
        if "at this very moment" in self.body:
            return Outcome.RACED
        return Outcome.MOVED if "Something changed" in self.body else Outcome.OTHER


class _Form(HTMLParser):
    """The fields of one form of a page, as a browser would send them untouched."""

    def __init__(self, wanted):
        super().__init__()
        self.wanted, self.is_inside, self.fields = wanted, False, {}

    def handle_starttag(self, tag, attributes):
        have = dict(attributes)
        if tag == "form":
            self.is_inside = self.wanted(have)
        elif self.is_inside and tag == "input" and have.get("name") and self.is_sent(have):
            self.fields[have["name"]] = have.get("value") or ""

    @staticmethod
    def is_sent(have: dict) -> bool:
        return have.get("type") not in ("radio", "checkbox") or "checked" in have

    def handle_endtag(self, tag):
        if tag == "form":
            self.is_inside = False


def form_in(page: str, *, form_id: str | None = None, action: str = "") -> dict[str, str]:
    """The fields of the form with this id or with an action that ends so; empty when the page has none."""
    reader = _Form(lambda have: have.get("id") == form_id if form_id else (have.get("action") or "").endswith(action))
    reader.feed(page)
    return reader.fields


class NoAnswer(Exception):
    """The connection broke: whether it was done, nobody knows."""


class Visitor:
    """A browser at one network address, with its cookies."""

    def __init__(self, port: int, *, address: str):
        self.port = port
        self.address = address
        self.cookies: dict[str, str] = {}
        #: How often which status was answered.
        self.statuses: Counter[int] = Counter()
        #: The names of requests that were accepted or on their way, and were not answered; and how many were refused.
        self.broken: list[str] = []
        self.refused = 0

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self.ask("GET", path, None, headers or {})

    def post(self, path: str, fields: Mapping, headers: Mapping[str, str] | None = None) -> Answer:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, urlencode(fields).encode(), {**form, **(headers or {})})

    def ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        """Raises NoAnswer when the connection breaks."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60, source_address=(self.address, 0))
        started, name = time.monotonic(), uuid4().hex
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(
                method, path, body, {HEADER: name, **headers, **({"Cookie": cookies} if cookies else {})}
            )
            response = connection.getresponse()
            text = response.read().decode()
        except ConnectionRefusedError as error:
            self.refused += 1
            raise NoAnswer(repr(error)) from error
        except (OSError, http.client.HTTPException) as error:
            self.broken.append(name)
            raise NoAnswer(repr(error)) from error
        finally:
            connection.close()
        for cookie in response.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        self.statuses[response.status] += 1
        lower = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status, lower, text, time.monotonic() - started)

    def until_answered(self, deed, *, seconds: float = 60) -> Answer:
        """Repeat a request as the buyer's browser does, until the shop answers with something else than "in a moment"."""
        until = time.monotonic() + seconds
        while True:
            try:
                answer = deed()
                if answer.outcome is not Outcome.BUSY:
                    return answer
            except NoAnswer:
                if time.monotonic() > until:
                    raise
            else:
                if time.monotonic() > until:
                    return answer
            time.sleep(0.1)


class Buyer(Visitor):
    """One person with one telephone; `number` tells buyers apart."""

    def __init__(self, port: int, number: int, *, address: str | None = None, phone: str | None = None):
        super().__init__(
            port, address=address or f"127.{1 + number // 62_500 % 200}.{number // 250 % 250}.{1 + number % 250}"
        )
        #: A way to pay; empty: as the page suggests.
        self.pays = ""
        self.phone = phone or f"06{number % 100_000_000:08d}"

    def add(self, variant_id: int, quantity: int = 1) -> Answer:
        fields = {"variant": variant_id, "quantity": quantity}
        return self.post(f"/{LANGUAGE}/panier/ajouter/", fields, {"Sec-Fetch-Site": "same-origin"})

    def open_checkout(self) -> dict[str, str]:
        """The form as it is shown, filled in; empty when the shop sends us elsewhere."""
        return self.fill(self.get(f"/{LANGUAGE}/commande/"))

    def fill(self, answer: Answer) -> dict[str, str]:
        if not (shown := form_in(answer.body, form_id="checkout")):
            return {}
        return shown | {
            "name": "Amina Berrada", "phone": self.phone, "email": f"buyer-{self.phone}@example.org",
            "street": "12, rue des Oliviers", "terms": "on", "action": "order",
            **({"payment": self.pays} if self.pays else {}),
        }  # fmt: skip

    def choose_commune(self) -> Answer:
        """Say in the cart where the parcel goes, so that the checkout knows the price of delivery."""
        shown = form_in(self.get(f"/{LANGUAGE}/panier/").body, action="/panier/commune/")
        return self.post(f"/{LANGUAGE}/panier/commune/", shown | {"commune_text": "Ouislane"})

    def send(self, form: Mapping[str, str]) -> Answer:
        """Place the order."""
        return self.post(f"/{LANGUAGE}/commande/", form)
