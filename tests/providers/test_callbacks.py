"""The shop's server hears of what happened: signed, in order, again when it was away, and disturbed on demand."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import stripe

from .callbacks import NotHere
from .conftest import asked, client
from .running import running_provider

SUCCEEDED = ["payment_intent.succeeded", "charge.succeeded", "checkout.session.completed"]


class Ear(ThreadingHTTPServer):
    """A shop's server that believes what is signed and answers as told."""

    daemon_threads = True

    def __init__(self):
        self.heard: list[tuple[bytes, str]] = []
        self.answers: list[int] = []
        super().__init__(("127.0.0.1", 0), Listener)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/events"

    def types(self, secret: str) -> list[str]:
        return [stripe.Webhook.construct_event(body, header, secret).type for body, header in self.heard]


class Listener(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((body, self.headers["Stripe-Signature"]))
        self.send_response(self.server.answers.pop(0) if self.server.answers else 200)
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def its_ear():
    with Ear() as ear:
        threading.Thread(target=ear.serve_forever, args=(0.05,), daemon=True).start()
        yield ear
        ear.shutdown()


@pytest.fixture
def ear(its_ear):
    its_ear.heard, its_ear.answers = [], []
    return its_ear


@pytest.fixture(scope="module")
def its_server(its_ear):
    with running_provider(webhook_url=its_ear.url) as provider:
        provider.callbacks.back_off = (0.05, 0.05)
        yield provider


def test_events_arrive_in_order_and_signed(provider, ear, session):
    provider.pay()

    assert provider.settle()
    assert ear.types(provider.webhook_secret) == SUCCEEDED
    assert provider.events()[-1]["pending_webhooks"] == 0
    with pytest.raises(stripe.SignatureVerificationError):
        ear.types("whsec_of_another_shop")


def test_a_second_secret_signs_too(provider, ear, session):
    new = provider.rotate()
    try:
        provider.pay()
        assert provider.settle()
    finally:
        provider.callbacks.secrets.remove(new)
    assert ear.types(provider.webhook_secret) == ear.types(new) == SUCCEEDED


def test_a_shop_that_was_away_is_told_again(provider, ear, session):
    ear.answers = [500, 503]
    provider.expire()

    assert provider.settle()
    assert [each["status"] for each in provider.sent()] == [500, 503, 200]
    assert len(set(ear.types(provider.webhook_secret))) == 1


def test_a_shop_that_stays_away_finds_the_events_in_the_list(provider, ear, shop, session):
    ear.answers = [500] * 3
    provider.expire()
    assert provider.settle()

    assert [each.type for each in shop.v1.events.list({"delivery_success": False}).data] == ["checkout.session.expired"]
    provider.send_again()
    assert provider.settle() and shop.v1.events.list({"delivery_success": False}).data == []


def test_events_are_held_dropped_doubled_and_turned_round(provider, ear, shop, session):
    provider.hold()
    provider.pay()
    assert provider.settle() and ear.heard == []
    provider.release(backwards=True)
    assert provider.settle() and ear.types(provider.webhook_secret) == SUCCEEDED[::-1]

    ear.heard = []
    provider.drop("charge.*")
    provider.double("checkout.session.completed")
    provider.delay(0.05, "payment_intent.succeeded")
    shop.v1.checkout.sessions.create(asked())
    provider.pay()
    assert provider.settle()
    assert ear.types(provider.webhook_secret) == ["checkout.session.completed"] * 2 + ["payment_intent.succeeded"]

    ear.heard = []
    provider.undisturbed()
    provider.shuffle(window=3)
    provider.seed(1)
    shop.v1.checkout.sessions.create(asked())
    provider.pay()
    assert provider.settle()
    shuffled = ear.types(provider.webhook_secret)
    assert shuffled != SUCCEEDED and sorted(shuffled) == sorted(SUCCEEDED)


def test_who_has_no_address_takes_them_by_hand():
    with running_provider() as provider:
        client(provider).v1.checkout.sessions.create(asked())
        provider.pay()
        taken = provider.callbacks.take()

    assert [stripe.Webhook.construct_event(*each, provider.webhook_secret).type for each in taken] == SUCCEEDED


def test_nothing_is_sent_to_another_machine(provider):
    with pytest.raises(NotHere):
        provider.tell_at("http://example.org/events")
