"""Pages and documents that open with a password which editors give to the press, say."""

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction, Site

from catalog.models import ShopDocument
from cms.models import StandardPage
from store.models import User
from tests.factories import a_home

SECRET = {"password": "ruche"}


@pytest.fixture
def press_page(db):
    """A page behind a password, in a site of its own."""
    home = a_home()
    page = home.add_child(instance=StandardPage(title="Presse", slug="presse", body="<p>Bientôt.</p>"))
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.PASSWORD, password="ruche")
    yield page
    Site.clear_site_root_paths_cache()


@pytest.fixture
def document(db):
    """A document behind a password."""
    folder = Collection.get_first_root_node().add_child(instance=Collection(name="Presse"))
    CollectionViewRestriction.objects.create(
        collection=folder, restriction_type=CollectionViewRestriction.PASSWORD, password="ruche"
    )
    return ShopDocument.objects.create(title="Statuts", collection=folder, file=ContentFile(b"%PDF-1.7", "a.pdf"))


@pytest.fixture
def page_door(press_page) -> str:
    return reverse(
        "wagtailcore_authenticate_with_password", args=[press_page.get_view_restrictions()[0].pk, press_page.pk]
    )


@pytest.fixture
def documents_door(document) -> str:
    return reverse("wagtaildocs_authenticate_with_password", args=[CollectionViewRestriction.objects.get().pk])


def test_the_password_opens_the_page_and_leads_back_to_it(client, page_door):
    assert "Bientôt" not in client.get("/fr/presse/").content.decode()
    answer = client.post(page_door, {**SECRET, "return_url": "/fr/presse/"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/fr/presse/")
    assert "Bientôt" in client.get("/fr/presse/").content.decode()


def test_the_password_opens_the_documents_and_leads_back_to_them(client, document, documents_door):
    assert 'name="password"' in client.get(document.url).content.decode()
    answer = client.post(documents_door, {**SECRET, "return_url": document.url})
    assert (answer.status_code, answer.headers["Location"]) == (302, document.url)
    assert 'name="password"' not in client.get(document.url).content.decode()


@pytest.mark.parametrize(
    "return_url",
    [None, "", "presse", "a\nb", "1e309", "javascript:alert(1)", "//elsewhere.example", "/\\elsewhere.example"],
)
def test_whoever_does_not_say_where_to_goes_home(client, page_door, documents_door, return_url):
    fields = SECRET if return_url is None else {**SECRET, "return_url": return_url}
    for door in (page_door, documents_door):
        answer = client.post(door, fields)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_a_log_in_that_does_not_say_where_to_leads_to_the_back_office(client, db):
    User.objects.create_user("equipe", password="a password for tests")
    answer = client.post("/fr/_util/login/", {"username": "equipe", "password": "a password for tests"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/")


@pytest.mark.parametrize(
    "wish", ["//\t/elsewhere.example/", "//elsewhere.example/", "/\n/elsewhere.example/", "\\\\elsewhere.example"]
)
def test_a_log_in_never_leads_to_another_host(client, db, wish):
    User.objects.create_user("equipe", password="a password for tests")
    answer = client.post("/admin/login/", {"username": "equipe", "password": "a password for tests", "next": wish})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/")


def test_passwords_of_a_door_cannot_be_tried_without_end(client, page_door, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "log_in": (2, 60)}
    tried = [client.post(page_door, {"password": "wrong", "return_url": "/"}).status_code for _ in range(3)]

    assert tried == [200, 200, 429]
    assert client.get(page_door).status_code != 429
