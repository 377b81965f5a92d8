"""A provider of each test's own, and how a shop asks it: through Stripe's own library."""

import time

import pytest
import stripe

from .running import LocalProvider, running_provider


@pytest.fixture(scope="module")
def its_server():
    with running_provider() as provider:
        yield provider


@pytest.fixture
def provider(its_server: LocalProvider) -> LocalProvider:
    its_server.reset()
    return its_server


@pytest.fixture
def shop(provider):
    return client(provider)


def client(provider, key: str = "", **how) -> stripe.StripeClient:
    return stripe.StripeClient(key or provider.key, base_addresses={"api": provider.url}, **how)


def asked(**changes) -> dict:
    """What a shop asks for a session: an order of 225 dirhams in two lines."""
    return {
        "mode": "payment",
        "allowed_payment_method_types": ["card"],
        "client_reference_id": "TW-1042",
        "customer_email": "zahra@example.org",
        "locale": "fr",
        "line_items": [
            {"price_data": {"currency": "mad", "unit_amount": 9000, "product_data": {"name": "Huile"}}, "quantity": 2},
            {
                "price_data": {"currency": "mad", "unit_amount": 4500, "product_data": {"name": "Livraison"}},
                "quantity": 1,
            },
        ],
        "metadata": {"order": "TW-1042"},
        "payment_intent_data": {"metadata": {"order": "TW-1042"}, "description": "TW-1042"},
        "success_url": "http://localhost/merci?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://localhost/panier",
        "expires_at": int(time.time()) + 3600,
        **changes,
    }


@pytest.fixture
def session(shop):
    return shop.v1.checkout.sessions.create(asked())
