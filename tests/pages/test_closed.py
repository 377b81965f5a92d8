"""The shop closed for work on it: one page for everything, that asks the database nothing."""

import pytest
from django.core.exceptions import MiddlewareNotUsed
from django.test import Client

from store.middleware import Closed


@pytest.mark.parametrize(("path", "said"), [("/fr/", "Fermé"), ("/ar/boutique/x/", "مغلق"), ("/admin/", "Fermé")])
def test_a_closed_shop_says_so_and_when_to_come_back(settings, path, said):
    settings.CLOSED = True
    answer = Client(headers={"accept-language": "fr"}).get(path)  # without a database: asking it anything would fail
    assert answer.status_code == 503
    assert said in answer.content.decode()
    assert answer.headers["Retry-After"] == "300" and answer.headers["Cache-Control"] == "no-store"


def test_a_closed_shop_still_lives_for_those_who_watch_it(settings):
    settings.CLOSED = True
    assert Client().get("/livez").status_code == 200


def test_an_open_shop_does_without_the_doorkeeper(settings):
    with pytest.raises(MiddlewareNotUsed):
        Closed(lambda request: None)
