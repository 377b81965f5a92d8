import pytest
from django.core.cache import cache
from django.test import Client

from tests.factories.store import a_zone

HERE = {"sec-fetch-site": "same-origin"}


@pytest.fixture(autouse=True)
def _nobody_asked_yet():
    """The rate limits count in the cache, which outlives a test."""
    cache.clear()


@pytest.fixture
def visitor(db) -> Client:
    """A browser that sends `Sec-Fetch-Site`, as all current ones do."""
    a_zone()
    return Client(headers=HERE)


@pytest.fixture
def put_in_cart(visitor):
    """Add units of a variant to the visitor's cart, as the product page does."""

    def put(variant, quantity=1, client=visitor):
        answer = client.post("/fr/panier/ajouter/", {"variant": variant.pk, "quantity": quantity})
        assert answer.status_code == 303
        return answer

    return put
