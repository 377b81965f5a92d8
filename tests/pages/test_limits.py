"""How often one network may ask, and what people read when it was too often."""

import re
import time

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client, RequestFactory

from store import limits
from store.limits import network_of, seconds_to_wait
from store.models import CartLine, User
from store.shopfront import views
from tests.factories.catalog import LotFactory
from tests.factories.store import a_part

ADMIN_LOGIN = "/admin/login/"


@pytest.fixture(autouse=True)
def noon(monkeypatch):
    """A clock that stands still, ten seconds into a minute and an hour."""
    monkeypatch.setattr(limits.time, "time", lambda: 1_800_000_010.0)


@pytest.fixture
def rates(settings):
    """Change how often something may be done: `rates(search="2/60")`."""

    def change(**often):
        new = {name: tuple(map(int, text.split("/"))) for name, text in often.items()}
        settings.RATE_LIMITS = {**settings.RATE_LIMITS, **new}

    return change


def asks(client, path, times):
    return [client.get(path).status_code for _ in range(times)]


# -- The pages ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_who_searches_too_often_is_told_when_to_try_again(client, rates):
    rates(search="2/60")

    assert asks(client, "/fr/boutique/?q=miel", 3) == [200, 200, 429]

    page = client.get("/fr/boutique/?q=miel")
    assert page.headers["Retry-After"] == "50"
    assert "no-store" in page.headers["Cache-Control"] and not page.cookies
    assert "Réessayez dans une minute" in page.content.decode()
    assert 'href="/fr/boutique/?q=miel"' in page.content.decode()


@pytest.mark.django_db
def test_looking_around_is_never_limited(client, rates):
    rates(search="1/60")

    assert asks(client, "/fr/boutique/", 5) == [200] * 5
    assert asks(client, "/fr/boutique/?q=", 3) == [200] * 3


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "Réessayez dans 10 minutes, à "),
        ("ar", "أعيدوا المحاولة بعد 10 دقائق، على الساعة "),
        ("en", "Try again in 10 minutes, at "),
    ],
)
@pytest.mark.django_db
def test_the_page_speaks_the_language_of_the_address(client, rates, language, said):
    rates(search="1/600")
    answers = [client.get(f"/{language}/boutique/?q=miel") for _ in range(2)]

    page = answers[-1].content.decode()
    assert re.search(re.escape(said) + r"\d\d:\d\d", page)


def test_what_was_to_be_added_is_kept_on_the_page(visitor, rates):
    rates(add_to_cart="1/60")
    lot = LotFactory()
    added = [visitor.post("/fr/panier/ajouter/", {"variant": lot.variant_id, "quantity": 3}) for _ in range(2)]

    assert [answer.status_code for answer in added] == [303, 429]
    assert CartLine.objects.get().quantity == 3
    page = added[1].content.decode()
    assert f'name="variant" value="{lot.variant_id}"' in page and 'name="quantity" value="3"' in page


def test_the_link_of_an_order_cannot_be_guessed_at_without_end(client, db, rates):
    rates(order="3/60")
    token = a_part().order.token

    assert asks(client, "/fr/commande/xxxxxxxxxxxxxxxxxxxxxx/", 3) == [404] * 3
    assert client.get(f"/fr/commande/{token}/").status_code == 429
    assert client.get(f"/fr/commande/{token}/", REMOTE_ADDR="10.0.0.2").status_code == 200


# -- The door of the back office ---------------------------------------------------------------------------------------


@pytest.fixture
def rahma(db):
    user = User.objects.create_superuser("rahma", password="thym-du-zerhoun")
    return user


def log_in(client, username="rahma", *, password=None, path=ADMIN_LOGIN, **extra):
    return client.post(
        path, {"username": username, "password": password or "wrong", "next": "/admin/"}, **extra
    ).status_code


def test_passwords_of_one_account_cannot_be_tried_without_end_from_anywhere(client, rahma):
    ways_to_write_it = ["rahma", "RAHMA", " rahma ", "ｒａｈｍａ", "Rahma"]
    tried = [log_in(client, name, REMOTE_ADDR=f"10.0.0.{n}") for n, name in enumerate(ways_to_write_it)]

    assert tried == [200] * 5
    assert log_in(client, password="thym-du-zerhoun", REMOTE_ADDR="10.0.0.99") == 429
    assert log_in(client, "somebody-else", REMOTE_ADDR="10.0.0.99") == 200


def test_many_accounts_cannot_be_tried_from_one_network(client, db, rates):
    rates(log_in="4/60")

    assert [log_in(client, f"name-{n}") for n in range(6)] == [200] * 4 + [429] * 2


def test_the_page_of_the_back_office_keeps_the_name_and_says_when(client, rahma, rates):
    rates(log_in="0/60")
    answer = client.post(ADMIN_LOGIN, {"username": "rahma", "password": "secret-word"})
    page = answer.content.decode()

    assert answer.headers["Retry-After"] == "50"
    assert 'value="rahma"' in page and "secret-word" not in page
    assert "Trop de tentatives de connexion" in page and "Réessayez dans une minute" in page


def test_who_logs_in_at_last_begins_anew(client, rahma):
    assert [log_in(client) for _ in range(4)] == [200] * 4
    assert log_in(client, password="thym-du-zerhoun") == 302
    client.logout()

    assert [log_in(client) for _ in range(5)] == [200] * 5


def test_every_other_door_leads_to_the_same_count(client, rahma):
    assert [log_in(client, path="/fr/_util/login/") for _ in range(5)] == [200] * 5
    assert log_in(client) == 429


# -- Who asks ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hops", "peer", "forwarded", "who"),
    [
        (0, "41.140.1.2", None, "41.140.1.2"),
        (0, "41.140.1.2", "1.1.1.1", "41.140.1.2"),  # nobody asked for it: whoever sent it made it up
        (1, "10.0.0.1", "41.140.1.2", "41.140.1.2"),
        (1, "10.0.0.1", "1.1.1.1, 41.140.1.2", "41.140.1.2"),  # the first one is the visitor's invention
        (2, "10.0.0.1", "1.1.1.1, 41.140.1.2, 10.0.0.7", "41.140.1.2"),
        (2, "10.0.0.1", "41.140.1.2", "10.0.0.1"),  # too short to have passed both proxies
        (1, "10.0.0.1", "nonsense", "10.0.0.1"),
        (1, "10.0.0.1", "", "10.0.0.1"),
        (0, "2001:db8:1:2:aaaa::1", None, "2001:db8:1:2::/64"),
        (0, "2001:db8:1:2:bbbb::9", None, "2001:db8:1:2::/64"),
        (0, "::ffff:41.140.1.2", None, "41.140.1.2"),
    ],
)
def test_only_our_own_proxies_are_believed(settings, hops, peer, forwarded, who):
    settings.TRUSTED_PROXY_HOPS = hops
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}

    assert network_of(RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers)) == who


@pytest.mark.django_db
def test_a_made_up_header_does_not_pass_the_limit(rates):
    rates(search="2/60")
    robot = Client()
    tried = [robot.get("/fr/boutique/?q=a", headers={"X-Forwarded-For": f"9.9.9.{n}"}).status_code for n in range(4)]

    assert tried == [200, 200, 429, 429]


@pytest.mark.django_db
@pytest.mark.parametrize(("error", "counted"), [(OperationalError("disk is full"), False), (LookupError("ours"), True)])
def test_what_the_database_could_not_do_was_no_attempt(rates, monkeypatch, error, counted):
    def fail(*args, **kwargs):
        raise error

    rates(search="1/60")
    client = Client(raise_request_exception=False)
    with monkeypatch.context() as broken:
        broken.setattr(views, "listing", fail)
        assert asks(client, "/fr/boutique/?q=miel", 1) == [500 if counted else 503]

    assert asks(client, "/fr/boutique/?q=miel", 1) == [429 if counted else 200]


# -- The count ---------------------------------------------------------------------------------------------------------


def test_the_next_stretch_of_time_begins_at_nothing(rates, monkeypatch):
    rates(search="1/60")
    assert [seconds_to_wait("search", who="a") for _ in range(2)] == [0, 50]

    monkeypatch.setattr(time, "time", lambda: 1_800_000_061.0)

    assert seconds_to_wait("search", who="a") == 0


def test_a_cache_that_is_away_refuses_nobody(monkeypatch, rates, caplog):
    rates(search="0/60")

    def away(*args, **kwargs):
        raise ConnectionError("no route to the cache")

    monkeypatch.setattr(cache, "add", away)

    assert seconds_to_wait("search", who="a") == 0
    assert "attempts are not counted" in caplog.text
