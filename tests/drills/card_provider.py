"""The provider of cards on this machine, and what reaches the shop's webhook from it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.test import Client, override_settings

from tests.providers.running import LocalProvider, running_provider

WEBHOOK = "/webhooks/stripe/"
#: What a callback is: its body and its signature.
Letter = tuple[bytes, str]
#: Each thread has a server of its own, so to speak: to begin one takes longer than to ask it a hundred times.
_own = threading.local()


@contextmanager
def card_provider() -> Iterator[LocalProvider]:
    """It runs in threads of this process; the shop speaks to it as to Stripe, over the network."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    with (
        running_provider() as provider,
        override_settings(
            STRIPE_SECRET_KEY=provider.key,
            STRIPE_API_BASE=provider.url,
            STRIPE_WEBHOOK_SECRETS=[provider.webhook_secret],
            STRIPE_PAY_ORIGIN=provider.url,
        ),
    ):
        client()  # for those that are forked from here too
        yield provider


def client() -> Client:
    if not hasattr(_own, "client"):
        _own.client = Client(SERVER_NAME="127.0.0.1")
        _own.client.handler.load_middleware()
    return _own.client


def post(letter: Letter) -> int:
    """What the shop's webhook answers."""
    body, signature = letter
    answer = client().post(WEBHOOK, data=body, content_type="application/json", headers={"Stripe-Signature": signature})
    return answer.status_code
