"""A database that is away: everybody is asked to come back in a moment, wherever the shop notices."""

import pytest
from django.conf import settings as shop
from django.db import InterfaceError, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client

TITLES = {"/fr": "De retour dans un instant", "/ar": "لحظة", "/en": "Back in a moment"}


def break_before(get_response):
    def middleware(request):
        raise InterfaceError("the connection is closed")

    return middleware


def break_after(get_response):
    def middleware(request):
        get_response(request)
        raise OperationalError("server closed the connection unexpectedly")

    return middleware


def break_otherwise(get_response):
    def middleware(request):
        raise LookupError("a fault of ours")

    return middleware


@pytest.fixture
def database_away(monkeypatch):
    def refuse(error):
        def ensure_connection(connection):
            raise error

        monkeypatch.setattr(BaseDatabaseWrapper, "ensure_connection", ensure_connection)

    return refuse


@pytest.fixture
def anybody() -> Client:
    """With a cart and a session, which both have to be looked up; a fault of the shop is an answer."""
    client = Client(raise_request_exception=False)
    client.cookies.load({"cart": "x" * 22, "sessionid": "y" * 32})
    return client


def asks_to_come_back(answer, title: str) -> bool:
    return (answer.status_code, answer.headers.get("Retry-After"), answer.headers["Cache-Control"]) == (
        503, "10", "no-store",
    ) and title in answer.text  # fmt: skip


@pytest.mark.parametrize("error", [OperationalError("connection refused"), InterfaceError("connection already closed")])
@pytest.mark.parametrize("path", ["/fr/", "/ar/boutique/", "/en/panier/", "/ar/commande/", "/fr/nulle-part/"])
def test_while_the_database_is_away_each_page_asks_to_come_back_in_its_language(anybody, database_away, path, error):
    database_away(error)

    assert asks_to_come_back(anybody.get(path), TITLES[path[:3]])


def test_while_the_database_is_away_the_back_office_asks_to_come_back(anybody, database_away):
    database_away(OperationalError("connection refused"))

    assert asks_to_come_back(anybody.get("/admin/"), TITLES["/fr"])


@pytest.mark.parametrize("where", ["break_before", "break_after"])
def test_a_database_that_breaks_around_the_view_is_no_fault_of_the_shop(anybody, settings, where):
    settings.MIDDLEWARE = [*shop.MIDDLEWARE, f"{__name__}.{where}"]

    assert asks_to_come_back(anybody.get("/ar/panier/"), TITLES["/ar"])


def test_other_faults_stay_faults(anybody, settings):
    settings.MIDDLEWARE = [*shop.MIDDLEWARE, f"{__name__}.break_otherwise"]

    assert anybody.get("/fr/panier/").status_code == 500
