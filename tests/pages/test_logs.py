"""One line for each request, which bears its name and tells nothing about people."""

import json
import logging
import sys

import pytest
from django.conf import settings as configured

from store.logs import JsonLines, Lines, log, request_id, without_people
from tests.factories.store import a_part

SECRETS = ["amina@example.org", "+212612345678", "06 12 34 56 78", "06.12.34.56.78", "00212612345678", "612345678"]


@pytest.fixture
def lines(caplog):
    """The log as production writes it: `lines()` gives an object for each line so far."""
    caplog.set_level(logging.INFO, logger=log.name)
    caplog.handler.setFormatter(JsonLines())
    return lambda: [json.loads(line) for line in caplog.text.splitlines()]


def requests_in(lines) -> list[dict]:
    return [line for line in lines() if line["logger"] == log.name]


def test_a_request_is_one_line_with_the_pattern_of_its_address(client, db, lines):
    token = a_part().order.token
    client.get(f"/fr/commande/{token}/?from=mail", headers={"user-agent": "Mozilla"})

    [line] = requests_in(lines)
    assert (line["method"], line["status"], line["route"]) == ("GET", 200, "fr/commande/<slug:token>/")
    assert isinstance(line["ms"], int) and "user" not in line
    everything = json.dumps(lines())
    assert token not in everything and "127.0.0.1" not in everything and "mail" not in everything


def test_the_answer_bears_the_name_that_its_lines_bear(client, db, monkeypatch, lines):
    def broken(request):
        raise RuntimeError("no honey")

    client.raise_request_exception = False
    monkeypatch.setattr("store.shopfront.views.cards", broken)
    answer = client.get("/fr/boutique/")

    name = answer.headers["X-Request-ID"]
    assert answer.status_code == 500
    failures = [line for line in lines() if "no honey" in line.get("traceback", "")]
    assert failures and {line["request"] for line in [*failures, *requests_in(lines)]} == {name}
    assert request_id.get() == ""


def test_two_requests_have_two_names_and_a_visitor_cannot_choose_one(client, db):
    mine = {"x-request-id": "0123456789abcdef"}
    names = [client.get("/fr/boutique/", headers=mine).headers["X-Request-ID"] for _ in range(2)]

    assert len({*names, mine["x-request-id"]}) == 3


def test_our_own_proxy_may_name_a_request_if_the_name_is_one(client, db, settings):
    settings.TRUSTED_PROXY_HOPS = 1

    assert (
        client.get("/livez", headers={"x-request-id": "0123456789abcdef"}).headers["X-Request-ID"] == "0123456789abcdef"
    )
    assert (
        client.get("/livez", headers={"x-request-id": 'x" or a long story'}).headers["X-Request-ID"]
        != 'x" or a long story'
    )


def test_who_is_logged_in_is_a_number(admin_client, admin_user, lines):
    admin_client.get("/admin/")

    [line] = requests_in(lines)
    assert line["user"] == admin_user.pk
    assert admin_user.username not in json.dumps(line["message"])


def test_static_files_are_not_worth_a_line(client, lines):
    client.get("/static/js/site.js")

    assert requests_in(lines) == []


@pytest.mark.parametrize("formatter", [JsonLines(), Lines("{message}", style="{")])
@pytest.mark.parametrize("secret", [*SECRETS, "q3v8Zt1xw0bJkLr7MnYc5d"])
def test_no_line_names_a_person_or_opens_an_order(formatter, secret):
    text = f"/fr/commande/{secret}/merci/" if secret.startswith("q3") else f"no room for {secret} in (x)"
    try:
        raise ValueError(text)
    except ValueError:
        failed = sys.exc_info()
    record = logging.LogRecord("store", logging.ERROR, __file__, 1, "could not write: %s", (text,), failed)

    written = formatter.format(record)

    assert secret not in written
    assert "could not write" in written and "ValueError" in written


def test_the_values_in_a_databases_complaint_are_left_out():
    complaint = 'duplicate key value violates "order_phone"\nDETAIL:  Key (name)=(Amina Berrada) already exists.'

    assert without_people(complaint) == 'duplicate key value violates "order_phone"\nDETAIL: <left out>'


@pytest.mark.parametrize(
    "harmless", ["order TW-1234567 of lot LOT-2026-11", "after 1234567 ms", "2026-11-24 10:00:00", "127.0.0.1:8000"]
)
def test_what_is_needed_to_understand_a_line_stays(harmless):
    assert without_people(harmless) == harmless


@pytest.mark.parametrize("part", ["9", "x", "@", "a@", "a.", "0 6 ", "/commande/"])
def test_a_line_of_a_million_letters_is_read_through_once(part):
    """A pattern that begins anew at each of them would keep the server, and this test, busy for half an hour."""
    line = part * (1_000_000 // len(part))

    assert without_people(f"{line} amina@example.org").endswith("<e-mail>")


def test_every_handler_of_ours_leaves_people_out():
    formatters = {name: made["()"] for name, made in configured.LOGGING["formatters"].items()}

    assert set(formatters.values()) == {"store.logs.Lines", "store.logs.JsonLines"}
    assert {handler["formatter"] for handler in configured.LOGGING["handlers"].values()} <= set(formatters)
