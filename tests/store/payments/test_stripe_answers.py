"""What the shop makes of odd answers: JSON that is none of Stripe's, a way elsewhere, a key that may not ask."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal as D
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.cache import cache
from django.utils import timezone

from store.payments.providers.base import DisputeTold, NotAllowed, ProviderDown, StillAtIt
from store.payments.providers.breaker import SILENCES, Guarded
from store.payments.providers.stripe_checkout import StripeCheckout
from store.payments.providers.stripe_objects import dispute_state
from tests.store.payments.test_stripe_checkout import a_bill

KEY = "_".join(("sk", "test", "a1B2" * 6))


class Answering(ThreadingHTTPServer):
    """Says the same to everybody, and writes down who asked."""

    status, says, sends_to = 200, "{}", ""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Answer)
        self.asked: list[tuple[str, str, str]] = []


class _Answer(BaseHTTPRequestHandler):
    server: Answering

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.server.asked.append((self.path.partition("?")[0], self.headers.get("Authorization", ""), sent))
        self.send_response(self.server.status)
        if self.server.sends_to:
            self.send_header("Location", self.server.sends_to)
        self.send_header("Content-Length", str(len(self.server.says)))
        self.end_headers()
        self.wfile.write(self.server.says.encode())

    do_GET = do_POST

    def log_message(self, *_) -> None:
        pass


@pytest.fixture(scope="module")
def running() -> Iterator[Answering]:
    server = Answering()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def server(running, settings) -> Answering:
    running.status, running.says, running.sends_to, running.asked = 200, "{}", "", []
    settings.STRIPE_SECRET_KEY, settings.STRIPE_PAY_ORIGIN = KEY, "https://checkout.stripe.com"
    settings.STRIPE_API_BASE = f"http://127.0.0.1:{running.server_address[1]}"
    return running


PAID = {"id": "cs_1", "status": "complete", "payment_status": "paid", "currency": "mad", "amount_total": 100}
ODD = [
    {}, None, [], 5, {"url": "https://checkout.stripe.com/c/1"}, {"data": 5}, {"data": [{}], "has_more": False},
    PAID, {**PAID, "payment_intent": "pi_1"}, {**PAID, "payment_intent": {"id": "pi_1", "amount_received": "x"}},
]  # fmt: skip
VERBS = {
    "start": lambda stripe: stripe.start(a_bill()),
    "look": lambda stripe: stripe.look("cs_1"),
    "end": lambda stripe: stripe.end("cs_1"),
    "refund": lambda stripe: stripe.refund("pi_1", D(1), "MAD", key="x"),
    "events_since": lambda stripe: list(stripe.events_since(timezone.now() - timedelta(days=1))),
}


@pytest.mark.parametrize("verb", VERBS)
def test_json_that_is_none_of_stripes_is_no_answer(server, verb, caplog):
    for odd in ODD:
        server.says = json.dumps(odd)
        with pytest.raises(ProviderDown):
            VERBS[verb](StripeCheckout())
    assert KEY not in caplog.text


@pytest.mark.parametrize("status", [302, 307])
def test_nobody_is_followed_elsewhere_with_what_a_buyer_said(server, status):
    server.status, server.sends_to = status, f"http://localhost:{server.server_address[1]}/elsewhere"
    with pytest.raises(ProviderDown):
        StripeCheckout().start(a_bill())
    assert [path for path, _key, _sent in server.asked] == ["/v1/checkout/sessions"]


def test_only_our_key_speaks_for_us(server, tmp_path, monkeypatch):
    passwords = tmp_path / "netrc"
    passwords.write_text("default login somebody password else\n")
    passwords.chmod(0o600)
    monkeypatch.setenv("NETRC", str(passwords))
    StripeCheckout().key_of("pi_1")
    assert [key for _path, key, _sent in server.asked] == [f"Bearer {KEY}"]


def test_the_buyer_is_charged_what_was_accepted_here_whatever_the_dashboard_says(server):
    server.says = json.dumps({"id": "cs_1", "url": "https://checkout.stripe.com/c/1"})
    StripeCheckout().start(a_bill())
    [(_path, _key, sent)] = server.asked
    assert "adaptive_pricing[enabled]=false" in sent.lower()


def refusal(**error) -> str:
    return json.dumps({"error": {"type": "invalid_request_error", "message": "no", **error}})


def test_a_key_that_may_not_ask_is_told_to_the_log_and_closes_payment_by_card_for_nobody(server, caplog):
    cache.clear()
    words = f"The provided key '{KEY[:12]}***' does not have the required permissions. 'rak_dispute_read' would do."
    server.status, server.says = 403, refusal(message=words)
    provider = Guarded(StripeCheckout())
    for _again in range(SILENCES + 1):
        with pytest.raises(NotAllowed):
            provider.look("cs_1")
    assert not provider.rests
    written = [record.getMessage() for record in caplog.records if record.name.startswith("store")]
    assert written and all("rak_dispute_read" in line and KEY[:12] not in line for line in written)


def test_an_object_that_somebody_else_is_at_is_no_silence(server):
    server.status, server.says = 429, refusal(code="lock_timeout")
    with pytest.raises(StillAtIt):
        StripeCheckout().look("cs_1")


@pytest.mark.parametrize(
    ("status", "moved", "told", "is_withdrawn"),
    [
        ("won", [-1100, 1090], DisputeTold.WON, False),  # back at another rate than it went
        ("won", [1090, -1100], DisputeTold.WON, False),
        ("lost", [-1100], DisputeTold.LOST, True),
        ("appeal_under_review", [-1100, 1090, -1110], DisputeTold.OPEN, True),
        ("prevented", [], DisputeTold.WON, False),
        ("prevented", [-1100], DisputeTold.LOST, True),
    ],
)
def test_whether_a_dispute_took_the_money_is_counted_in_moves(status, moved, told, is_withdrawn):
    said = {"id": "dp_1", "amount": 100, "currency": "eur", "status": status}
    state = dispute_state({**said, "balance_transactions": [{"amount": amount} for amount in moved]})
    assert (state.status, state.is_withdrawn, state.moves) == (told, is_withdrawn, len(moved))
