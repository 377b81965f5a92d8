"""Something that is not Stripe answers where Stripe should: the shop has heard nothing, whatever it asked."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal as D
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from store.payments.providers.base import Bill, Item, ProviderDown
from store.payments.providers.stripe_checkout import StripeCheckout


class Stranger(ThreadingHTTPServer):
    """Says the same to whoever asks whatever."""

    says, status = b"", 200


class _Answering(BaseHTTPRequestHandler):
    server: Stranger

    def do_GET(self) -> None:
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(self.server.says)))
        self.end_headers()
        self.wfile.write(self.server.says)

    do_POST = do_GET

    def log_message(self, *_) -> None:
        pass


@contextmanager
def a_stranger() -> Iterator[Stranger]:
    server = Stranger(("127.0.0.1", 0), _Answering)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


@pytest.fixture(scope="module")
def stranger():
    with a_stranger() as server:
        yield server


def a_bill() -> Bill:
    return Bill(
        key="TW-1-1", order_number="TW-1", language="fr", name="Amina", email="amina@example.org", phone="+212612345678",
        amount=D("205.00"), currency="MAD", items=(Item("Miel", D("205.00")),),
        expires_at=datetime.now(UTC) + timedelta(minutes=35), return_url="https://shop.example/fr/",
        cancel_url="https://shop.example/fr/",
    )  # fmt: skip


VERBS = {
    "start": lambda: StripeCheckout().start(a_bill()),
    "look": lambda: StripeCheckout().look("cs_1"),
    "end": lambda: StripeCheckout().end("cs_1"),
    "refund": lambda: StripeCheckout().refund("pi_1", D(1), "MAD", key="refund:1"),
    "key_of": lambda: StripeCheckout().key_of("pi_1"),
    "events_since": lambda: StripeCheckout().events_since(datetime.now(UTC)),
}
ANSWERS = [
    b"", b"<html>It works!</html>", b"null", b"5", b'"x"', b"[]", b"{}", b"[" * 5000, b"\xff\xfe", b'{"data": null}',
    # Of another payment, and of one that nobody can count.
    b'{"id": "cs_2", "object": "checkout.session", "payment_status": "paid", "status": "complete"}',
    b'{"id": "cs_1", "object": "checkout.session", "payment_status": "paid", "status": "complete", "currency": "mad",'
    b' "payment_intent": {"id": "pi_1", "amount_received": "all"}}',
    b'{"id": null, "object": "checkout.session", "url": "PAGE/", "amount": 1, "currency": "mad", "status": "x"}',
]  # fmt: skip


@pytest.mark.parametrize("verb", VERBS)
def test_an_answer_that_is_not_stripes_is_no_answer(stranger, settings, caplog, verb):
    url = f"http://127.0.0.1:{stranger.server_address[1]}"
    key = settings.STRIPE_SECRET_KEY = "_".join(("sk", "test", "a1B2" * 6))
    settings.STRIPE_API_BASE = settings.STRIPE_PAY_ORIGIN = url
    for stranger.status in (200, 502, 404):
        for said in ANSWERS:
            if stranger.status == 404 and said.startswith(b"{"):
                continue  # a refusal, as Stripe says it
            stranger.says = said.replace(b"PAGE", url.encode())
            with pytest.raises(ProviderDown) as down:
                VERBS[verb]()
            assert key not in f"{down.value!r}"
    assert key not in caplog.text
