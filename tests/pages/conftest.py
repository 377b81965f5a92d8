import pytest
from django.core.cache import cache
from django.test import Client
from wagtail.models import Site

from cms.models import CooperativesPage, GuidesPage, StoriesPage
from tests.factories import a_home
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


@pytest.fixture
def site(db):
    """A French home page with the lists of stories, guides and cooperatives."""
    home = a_home()
    home.add_child(instance=StoriesPage(title="Récits", slug="recits"))
    home.add_child(instance=GuidesPage(title="Guides", slug="guides"))
    home.add_child(instance=CooperativesPage(title="Coopératives", slug="cooperatives"))
    yield home
    Site.clear_site_root_paths_cache()
