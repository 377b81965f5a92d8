"""On a telephone that several share, a tap and a number say who is at work, so that the log is true."""

import io

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone
from PIL import Image

from catalog.members import shared_phones
from catalog.models import CooperativeMember, Invitation, Role, SharedPhone
from store.models import StatusChange
from store.statuses import PartStatus
from tests.factories import CooperativeFactory, LotFactory, a_part

from .members import PASSWORD, a_member, an_invitation, at_work, browser_of, space_of

pytestmark = pytest.mark.django_db

WHO, DOOR = "/fr/espace/qui/", "/fr/espace/entrer/"
PIN = "7305"


def with_pin(member: CooperativeMember, pin: str = PIN) -> CooperativeMember:
    shared_phones.set_pin(member, pin)
    member.refresh_from_db()
    return member


def a_shared_phone(cooperative) -> Client:
    """The browser of a telephone that a manager has made shared, and left."""
    browser = at_work(cooperative)
    browser.post(space_of(cooperative, "telephones/"), {"name": "L’atelier"})
    browser.post("/fr/espace/sortir/")
    return browser


def say_it_is(browser: Client, member: CooperativeMember, pin: str = PIN):
    return browser.post(WHO, {"person": member.pk, "pin": pin})


def _to_confirm(cooperative):
    return a_part(PartStatus.PLACED, lot=LotFactory(variant__product__sale__cooperative=cooperative))


def test_a_tap_and_a_number_say_who_is_at_work_and_the_log_knows_it():
    cooperative = CooperativeFactory()
    rkia = with_pin(a_member(cooperative, Role.SELLER))
    telephone, part = a_shared_phone(cooperative), _to_confirm(cooperative)
    assert telephone.get(DOOR)["location"] == WHO
    assert f"?person={rkia.pk}" in telephone.get(WHO).content.decode()
    assert say_it_is(telephone, rkia)["location"] == space_of(cooperative)
    telephone.post(space_of(cooperative, f"commandes/{part.pk}/"), {"deed": "confirm"})
    assert StatusChange.objects.latest("pk").by == rkia.user


def test_the_next_one_is_asked_for_their_own_number():
    cooperative = CooperativeFactory()
    rkia, hafida = with_pin(a_member(cooperative)), with_pin(a_member(cooperative), "8642")
    telephone = a_shared_phone(cooperative)
    say_it_is(telephone, rkia)
    telephone.post("/fr/espace/sortir/")
    assert say_it_is(telephone, hafida, PIN).status_code == 422
    assert say_it_is(telephone, hafida, "٨٦٤٢").status_code == 302


def test_after_five_wrong_tries_the_number_is_good_no_more():
    cooperative = CooperativeFactory()
    rkia, telephone = with_pin(a_member(cooperative)), a_shared_phone(cooperative)
    for _try in range(shared_phones.MOST_TRIES):
        assert say_it_is(telephone, rkia, "0000").status_code == 422
    assert say_it_is(telephone, rkia).status_code == 422
    rkia.refresh_from_db()
    with pytest.raises(shared_phones.PinSpent):
        shared_phones.is_pin_of(rkia, PIN)
    with_pin(rkia, "1793")
    assert say_it_is(telephone, rkia, "1793").status_code == 302


def test_without_counting_first_a_number_could_be_guessed(monkeypatch):
    """The control: with no end to tries, the sixth finds it."""
    monkeypatch.setattr(shared_phones, "MOST_TRIES", 10_000)
    cooperative = CooperativeFactory()
    rkia, telephone = with_pin(a_member(cooperative)), a_shared_phone(cooperative)
    for _try in range(5):
        say_it_is(telephone, rkia, "0000")
    assert say_it_is(telephone, rkia).status_code == 302


def test_elsewhere_a_number_opens_nothing():
    cooperative = CooperativeFactory()
    rkia = with_pin(a_member(cooperative))
    a_shared_phone(cooperative)
    stranger = Client()
    assert say_it_is(stranger, rkia)["location"] == DOOR
    other = a_shared_phone(CooperativeFactory())
    assert say_it_is(other, rkia).status_code == 200 and not other.cookies["sessionid"].value


def test_a_number_is_good_for_the_cooperative_of_the_telephone_alone():
    first, second = CooperativeFactory(), CooperativeFactory()
    rkia = with_pin(a_member(first))
    CooperativeMember.objects.create(cooperative=second, user=rkia.user, role=Role.MANAGER)
    telephone = a_shared_phone(first)
    say_it_is(telephone, rkia)
    assert telephone.get(space_of(first)).status_code == 200
    assert telephone.get("/fr/espace/")["location"] == space_of(first)
    assert DOOR in telephone.get(space_of(second))["location"]
    assert browser_of(rkia).get(space_of(second)).status_code == 200  # with a password


def test_the_account_opens_with_the_password_alone():
    cooperative = CooperativeFactory()
    rkia, telephone = with_pin(a_member(cooperative)), a_shared_phone(cooperative)
    say_it_is(telephone, rkia)
    assert telephone.get("/fr/espace/compte/").status_code == 302
    assert telephone.get(f"{DOOR}?password=1", follow=True).status_code == 200


def test_a_telephone_that_is_ended_elsewhere_is_shut_at_its_next_request():
    cooperative = CooperativeFactory()
    rkia, telephone = with_pin(a_member(cooperative)), a_shared_phone(cooperative)
    say_it_is(telephone, rkia)
    at_work(cooperative).post(space_of(cooperative, "telephones/"), {"end": SharedPhone.objects.get().pk})
    assert DOOR in telephone.get(space_of(cooperative))["location"]
    assert telephone.get(WHO)["location"] == DOOR
    assert not telephone.cookies["sessionid"].value


def test_a_telephone_is_shared_no_more_once_its_manager_is_gone():
    cooperative = CooperativeFactory()
    with_pin(a_member(cooperative))
    leaves = a_member(cooperative)
    telephone = browser_of(leaves)
    telephone.post(space_of(cooperative, "telephones/"), {"name": "Le mien"})
    at_work(cooperative).post(space_of(cooperative, f"membres/{leaves.pk}/"), {"remove": "1"})
    assert telephone.get(WHO)["location"] == DOOR


def test_a_number_does_not_invite_and_does_not_join():
    cooperative, other = CooperativeFactory(), CooperativeFactory()
    rkia, telephone = with_pin(a_member(cooperative)), a_shared_phone(cooperative)
    say_it_is(telephone, rkia)
    form = {"name": "Intruse", "phone": "0612345678", "email": "", "role": "manager", "language": "fr"}
    telephone.post(space_of(cooperative, "membres/"), form)
    assert not Invitation.objects.filter(name="Intruse").exists()
    invitation = an_invitation(other)
    telephone.post(f"/fr/espace/invitation/{invitation.pk}/{invitation.signature}/")
    assert not rkia.user.memberships.filter(cooperative=other).exists()


def test_a_number_does_not_help_to_guess_the_password():
    cooperative = CooperativeFactory()
    rkia, telephone = with_pin(a_member(cooperative)), a_shared_phone(cooperative)
    say_it_is(telephone, rkia)
    for _try in range(5):
        telephone.post(space_of(cooperative, "moi/"), {"password": "au hasard", "pin": "8642"})
    assert telephone.post(space_of(cooperative, "moi/"), {"password": PASSWORD, "pin": "8642"}).status_code == 422


def test_the_page_that_asks_to_wait_keeps_no_number():
    cooperative = CooperativeFactory()
    rkia, telephone = with_pin(a_member(cooperative)), a_shared_phone(cooperative)
    for _try in range(25):
        answer = say_it_is(telephone, rkia, "9753")
    assert answer.status_code == 429 and "9753" not in answer.content.decode()


def test_who_is_removed_or_asleep_is_not_asked():
    cooperative = CooperativeFactory()
    removed, asleep = with_pin(a_member(cooperative)), with_pin(a_member(cooperative))
    telephone = a_shared_phone(cooperative)
    CooperativeMember.objects.filter(pk=removed.pk).update(removed_at=timezone.now())
    asleep.user.is_active = False
    asleep.user.save()
    for member in (removed, asleep):
        assert say_it_is(telephone, member).status_code == 200
        assert f"?person={member.pk}" not in telephone.get(WHO).content.decode()


def test_who_enters_the_admin_does_so_with_no_number():
    cooperative = CooperativeFactory()
    rkia = with_pin(a_member(cooperative))
    rkia.user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    telephone = a_shared_phone(cooperative)
    assert say_it_is(telephone, rkia).status_code == 200
    answer = browser_of(rkia).post(space_of(cooperative, "moi/"), {"password": PASSWORD, "pin": "7305"})
    assert answer.status_code == 422


@pytest.mark.parametrize("pin", ["1234", "0000", "123", "1234567", "abcd", "9876", "73 05"])
def test_a_number_that_anybody_tries_first_is_refused(pin):
    cooperative = CooperativeFactory()
    member = a_member(cooperative)
    answer = browser_of(member).post(space_of(cooperative, "moi/"), {"password": PASSWORD, "pin": pin})
    assert answer.status_code == 422 and "errorlist" in answer.content.decode()
    member.refresh_from_db()
    assert member.pin == ""


def test_nobody_chooses_the_number_of_another_without_the_password():
    cooperative = CooperativeFactory()
    member = a_member(cooperative)
    address = space_of(cooperative, "moi/")
    assert browser_of(member).post(address, {"password": "autre", "pin": PIN}).status_code == 422
    assert browser_of(member).post(address, {"password": PASSWORD, "pin": PIN}).status_code == 302
    member.refresh_from_db()
    assert shared_phones.is_pin_of(member, PIN)


def test_a_photo_stands_at_the_door():
    cooperative = CooperativeFactory()
    member = with_pin(a_member(cooperative))
    file = io.BytesIO()
    Image.new("RGB", (300, 300), "peru").save(file, "JPEG")
    file.seek(0)
    file.name = "moi.jpg"
    browser_of(member).post(space_of(cooperative, "moi/"), {"photo": "1", "portrait": file})
    member.refresh_from_db()
    assert member.portrait.cooperative == cooperative
    assert member.portrait.file.url in a_shared_phone(cooperative).get(WHO).content.decode()


def test_the_secret_of_a_telephone_is_kept_there_alone():
    cooperative = CooperativeFactory()
    telephone = a_shared_phone(cooperative)
    cookie = telephone.cookies["shared_phone"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    assert cookie.value not in str(SharedPhone.objects.values())
