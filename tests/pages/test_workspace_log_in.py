"""Logging in with a telephone or an e-mail, open log-ins, and passwords."""

import re

import pytest
from django.test import Client

from tests.factories import CooperativeFactory, a_part

from .admin_people import staff
from .members import PASSWORD, a_member, at_work, browser_of, space_of

pytestmark = pytest.mark.django_db

DOOR = "/fr/espace/entrer/"


@pytest.mark.parametrize(
    "written", ["{0}", "0{1}", "0{1[0]}{1[1]} {1[2]}{1[3]} {1[4]}{1[5]} {1[6]}{1[7]}{1[8]}", "arabic"]
)
def test_a_telephone_logs_in_however_it_is_written(written):
    member = a_member(CooperativeFactory())
    number = str(member.user.phone)
    national = number.removeprefix("+212")
    login = written.format(number, national)
    if written == "arabic":
        login = f"0{national}".translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    browser = Client()
    answer = browser.post(DOOR, {"login": login, "password": PASSWORD})
    assert (answer.status_code, answer["location"]) == (302, "/fr/espace/")
    assert browser.get("/fr/espace/")["location"] == space_of(member.cooperative)


@pytest.mark.parametrize(
    "form",
    [
        {"login": "0612000000", "password": PASSWORD},
        {"login": "personne@example.org", "password": PASSWORD},
        {"login": "{phone}", "password": "autre chose"},
        {"login": "", "password": ""},
        {"login": "x\0y", "password": "a\0b"},
    ],
)
def test_who_does_not_fit_is_told_the_same_and_keeps_what_was_typed(form):
    member = a_member(CooperativeFactory())
    fields = {name: value.format(phone=member.user.phone) for name, value in form.items()}
    answer = Client().post(DOOR, fields)
    assert answer.status_code == 422
    assert "sessionid" not in answer.cookies


def test_unknown_and_wrong_are_answered_in_the_same_words():
    member = a_member(CooperativeFactory())
    told = {
        re.sub(r'value="[^"]*"', "", Client().post(DOOR, {"login": login, "password": "autre chose"}).content.decode())
        for login in (str(member.user.phone), "+212612000000")
    }
    assert len(told) == 1


def test_passwords_are_not_tried_without_end():
    member = a_member(CooperativeFactory())
    number = str(member.user.phone)
    national = number.removeprefix("+212")
    ways = [
        number,
        f"+212 {national}",
        f"00212{national}",
        f"0{national}",
        f"0{national[:3]} {national[3:]}",
        f" {number} ",
    ]
    answers = [Client().post(DOOR, {"login": way, "password": "essai"}).status_code for way in ways]
    assert answers == [422] * 5 + [429]
    refused = Client().post(DOOR, {"login": number, "password": PASSWORD})
    assert refused.status_code == 429 and "sessionid" not in refused.cookies


@pytest.mark.parametrize("before", ["x", "qqq", "tel:", "n°"])
def test_what_is_no_telephone_names_nobody(before):
    member = a_member(CooperativeFactory())
    answer = Client().post(DOOR, {"login": f"{before}{member.user.phone}", "password": PASSWORD})
    assert answer.status_code == 422


@pytest.mark.parametrize("wish", ["https://ailleurs.example/", "//ailleurs.example", "/\t/ailleurs.example"])
def test_a_log_in_leads_nowhere_else(wish):
    member = a_member(CooperativeFactory())
    answer = Client().post(DOOR, {"login": str(member.user.phone), "password": PASSWORD, "next": wish})
    assert answer["location"] == "/fr/espace/"


def test_who_is_not_logged_in_comes_back_to_the_page_they_asked_for():
    part = a_part()
    member = a_member(part.cooperative)
    wanted = space_of(part.cooperative, f"commandes/{part.pk}/")
    browser = Client()
    answer = browser.get(wanted)
    assert answer["location"] == f"{DOOR}?next={wanted}"
    assert f'value="{wanted}"' in browser.get(answer["location"]).content.decode()
    answer = browser.post(DOOR, {"login": str(member.user.phone), "password": PASSWORD, "next": wanted})
    assert answer["location"] == wanted


def logged_in(member, machine: str) -> Client:
    browser = Client(headers={"user-agent": machine})
    assert browser.post(DOOR, {"login": str(member.user.phone), "password": PASSWORD}).status_code == 302
    return browser


def is_in(browser: Client, cooperative) -> bool:
    return browser.get(space_of(cooperative)).status_code == 200


ACCOUNT = "/fr/espace/compte/"


def test_open_log_ins_are_seen_and_ended():
    member = a_member(CooperativeFactory())
    here, elsewhere = logged_in(member, "Mozilla/5.0 (Linux; Android 14)"), logged_in(member, "Mozilla/5.0 (Windows)")
    page = here.get(ACCOUNT).content.decode()
    assert "Android · celui-ci" in page and "Windows" in page

    here.post(ACCOUNT, {"end": "1"})

    assert is_in(here, member.cooperative) and not is_in(elsewhere, member.cooperative)
    assert "Windows" not in here.get(ACCOUNT).content.decode()


def test_another_password_ends_all_other_log_ins():
    member = a_member(CooperativeFactory())
    here, elsewhere = logged_in(member, "Android"), logged_in(member, "Windows")
    assert here.post(ACCOUNT, {"old_password": PASSWORD, "password": "rose de Meknès 26"}).status_code == 302
    assert is_in(here, member.cooperative) and not is_in(elsewhere, member.cooperative)
    assert Client().post(DOOR, {"login": str(member.user.phone), "password": PASSWORD}).status_code == 422


@pytest.mark.parametrize("changes", [{"old_password": "autre chose"}, {"password": "court"}, {"password": ""}])
def test_a_password_that_does_not_fit_changes_nothing(changes):
    member = a_member(CooperativeFactory())
    browser = browser_of(member)
    answer = browser.post(ACCOUNT, {"old_password": PASSWORD, "password": "rose de Meknès 26", **changes})
    assert answer.status_code == 422 and "errorlist" in answer.content.decode()
    member.user.refresh_from_db()
    assert member.user.check_password(PASSWORD)


def link_from_staff(member) -> str:
    page = staff().post(f"/admin/members/{member.pk}/new_password/").content.decode()
    return re.search(r'id="link"[^>]*value="[^"]*?(/fr/espace/mot-de-passe/[^"]+)"', page)[1]


def test_whoever_has_forgotten_their_password_chooses_another_by_a_link_from_staff():
    member = a_member(CooperativeFactory())
    elsewhere = logged_in(member, "Windows")
    link = link_from_staff(member)
    assert Client().post(link, {"password": "court"}).status_code == 422

    assert Client().post(link, {"password": "rose de Meknès 26"})["location"] == DOOR

    login = {"login": str(member.user.phone), "password": "rose de Meknès 26"}
    assert Client().post(DOOR, login).status_code == 302
    assert not is_in(elsewhere, member.cooperative)
    assert Client().get(link).status_code == 404  # good once
    assert Client().post(link, {"password": "une autre encore 26"}).status_code == 404


def test_staff_make_no_link_for_somebody_of_the_back_office():
    member = a_member(CooperativeFactory())
    member.user.is_superuser = True
    member.user.save()
    answer = staff().post(f"/admin/members/{member.pk}/new_password/")
    assert answer.status_code == 302


@pytest.mark.parametrize(
    "link", ["MQ/x", "x/x", "/", "MQ/bw5-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5/x"]
)
def test_a_link_that_staff_did_not_make_is_not_there(link):
    a_member(CooperativeFactory())
    assert Client().get(f"/fr/espace/mot-de-passe/{link}/").status_code == 404


def test_logging_out_ends_it():
    cooperative = CooperativeFactory()
    browser = at_work(cooperative)
    assert browser.post("/fr/espace/sortir/")["location"] == DOOR
    assert browser.get(space_of(cooperative)).status_code == 302
