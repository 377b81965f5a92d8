"""Coming in by an invitation, inviting others, and going."""

import pytest
from django.core import mail
from django.test import Client

from catalog.members.actions import invite as invite_silently
from catalog.models import CooperativeMember, Invitation, Role
from store.flows.mails import compose
from store.models import OutboxMessage, User
from tests.factories import CooperativeFactory

from .admin_people import staff
from .members import PASSWORD, a_member, an_invitation, at_work, browser_of, space_of

pytestmark = pytest.mark.django_db

DOOR = "/fr/espace/entrer/"


def link_of(invitation: Invitation, language: str = "fr") -> str:
    return f"/{language}/espace/invitation/{invitation.pk}/{invitation.signature}/"


def come_in(invitation: Invitation, client: Client | None = None, **changes):
    fields = {"name": "Khadija Alami", "password": PASSWORD, **changes}
    return (client or Client()).post(link_of(invitation), fields)


def roles() -> list[tuple[str, str]]:
    return list(CooperativeMember.objects.current().values_list("user__first_name", "role"))


def test_whoever_has_the_link_chooses_a_password_and_is_at_work():
    invitation, browser = an_invitation(CooperativeFactory()), Client()
    assert browser.get(link_of(invitation)).status_code == 200

    answer = come_in(invitation, browser)

    assert answer["location"] == space_of(invitation.cooperative)
    assert browser.get(answer["location"]).status_code == 200
    assert roles() == [("Khadija Alami", "manager")]


def test_an_email_logs_in_in_any_letters():
    invitation = an_invitation(CooperativeFactory(), phone="", email="Khadija@example.org")
    come_in(invitation)
    answer = Client().post(DOOR, {"login": "KHADIJA@example.org", "password": PASSWORD})
    assert answer.status_code == 302


def test_a_link_is_good_once():
    invitation = an_invitation(CooperativeFactory())
    come_in(invitation)
    second = come_in(invitation, name="Aïcha")
    assert second.status_code == 410
    assert roles() == [("Khadija Alami", "manager")]
    assert User.objects.count() == 1


def test_a_link_with_another_signature_is_not_there():
    cooperative = CooperativeFactory()
    first, second = an_invitation(cooperative), an_invitation(cooperative)
    for signature in ("x", second.signature, first.signature[:-1]):
        assert Client().get(f"/fr/espace/invitation/{first.pk}/{signature}/").status_code == 404


@pytest.mark.parametrize("changes", [{"password": "court"}, {"password": "1234567890"}, {"name": ""}])
def test_a_weak_password_or_no_name_is_refused_with_words(changes):
    invitation = an_invitation(CooperativeFactory())
    answer = come_in(invitation, **changes)
    assert answer.status_code == 422 and "errorlist" in answer.content.decode()
    assert roles() == [] and User.objects.count() == 0


def test_whoever_has_an_account_logs_in_and_accepts_with_it():
    one, other = CooperativeFactory(), CooperativeFactory()
    member = a_member(one)
    invitation = an_invitation(other, phone=str(member.user.phone), role=Role.PACKER)
    stranger = come_in(invitation)  # the link alone does not change somebody's password
    assert f"{DOOR}?next=" in stranger.content.decode() and User.objects.count() == 1

    browser = browser_of(member)
    assert "Khadija" in browser.get(link_of(invitation)).content.decode()
    assert browser.post(link_of(invitation))["location"] == space_of(other)
    assert sorted(CooperativeMember.objects.values_list("user", "role")) == [
        (member.user_id, "manager"),
        (member.user_id, "packer"),
    ]
    choice = browser.get("/fr/espace/").content.decode()
    assert space_of(one) in choice and space_of(other) in choice


def test_a_manager_invites_and_the_link_goes_by_mail_in_the_language_of_the_invited():
    cooperative = CooperativeFactory()
    browser = at_work(cooperative)
    answer = browser.post(
        space_of(cooperative, "membres/"),
        {"name": "رقية", "phone": "", "email": "rkia@example.org", "role": "packer", "language": "ar"},
        follow=True,
    )
    invitation = Invitation.objects.get(email="rkia@example.org")
    assert link_of(invitation, "ar") not in answer.content.decode()  # whoever has the mailbox has it alone
    told = compose(OutboxMessage.objects.get(kind="member_invited"))
    assert link_of(invitation, "ar") in told.text and "رقية" in told.text
    assert mail.outbox == []  # the worker sends it


def test_an_invitation_has_to_reach_somebody():
    cooperative = CooperativeFactory()
    form = {"name": "Rkia", "phone": "", "email": "", "role": "packer", "language": "fr"}
    answer = at_work(cooperative).post(space_of(cooperative, "membres/"), form)
    assert answer.status_code == 422 and 'value="Rkia"' in answer.content.decode()


def test_an_invitation_is_taken_back():
    cooperative = CooperativeFactory()
    invitation = an_invitation(cooperative)
    at_work(cooperative).post(space_of(cooperative, f"invitations/{invitation.pk}/retirer/"))
    assert come_in(invitation).status_code == 410


def test_whoever_is_let_go_sees_nothing_from_the_next_page_on():
    cooperative = CooperativeFactory()
    going = a_member(cooperative, Role.SELLER)
    browser = browser_of(going)
    assert browser.get(space_of(cooperative)).status_code == 200
    at_work(cooperative).post(space_of(cooperative, f"membres/{going.pk}/"), {"remove": "1"})
    assert browser.get(space_of(cooperative)).status_code == 404
    assert "Vous ne travaillez" in browser.get("/fr/espace/").content.decode()


def test_whoever_manages_no_more_cannot_come_back_by_a_link_that_they_saw():
    cooperative = CooperativeFactory()
    going, seen = a_member(cooperative), an_invitation(cooperative)
    browser = browser_of(going)
    at_work(cooperative).post(space_of(cooperative, f"membres/{going.pk}/"), {"role": "packer"})
    assert browser.post(link_of(seen)).status_code == 410
    assert CooperativeMember.objects.get(pk=going.pk).role == Role.PACKER


def test_an_invitation_takes_no_name_that_somebody_logs_in_with():
    User.objects.create_superuser("boss@example.org", password=PASSWORD)
    invitation = an_invitation(CooperativeFactory(), phone="", email="Boss@example.org")
    assert "Se connecter" in come_in(invitation).content.decode()
    assert User.objects.count() == 1


def test_a_cooperative_has_so_many_invitations_open_and_no_more(monkeypatch):
    monkeypatch.setattr("store.workspace.members.MOST_OPEN", 1)
    cooperative = CooperativeFactory()
    an_invitation(cooperative)
    form = {"name": "Rkia", "phone": "0612345678", "email": "", "role": "packer", "language": "fr"}
    assert at_work(cooperative).post(space_of(cooperative, "membres/"), form).status_code == 422
    assert Invitation.objects.filter(ended_at=None).count() == 1


def test_the_last_manager_stays():
    cooperative = CooperativeFactory()
    member = a_member(cooperative)
    browser = browser_of(member)
    for form in ({"remove": "1"}, {"role": "packer"}):
        assert browser.post(space_of(cooperative, f"membres/{member.pk}/"), form).status_code == 302
    assert roles() == [("Khadija", "manager")]


def test_a_manager_gives_another_role():
    cooperative = CooperativeFactory()
    colleague = a_member(cooperative, Role.PACKER)
    at_work(cooperative).post(space_of(cooperative, f"membres/{colleague.pk}/"), {"role": "seller"})
    colleague.refresh_from_db()
    assert colleague.role == Role.SELLER


@pytest.mark.parametrize("role", [Role.SELLER, Role.PACKER])
def test_only_managers_see_and_change_who_works_there(role):
    cooperative = CooperativeFactory()
    manager, browser = a_member(cooperative), at_work(cooperative, role)
    for address in (space_of(cooperative, "membres/"), space_of(cooperative, f"membres/{manager.pk}/")):
        assert browser.get(address).status_code == 403
        assert browser.post(address, {"remove": "1", "role": "packer"}).status_code == 403
    manager.refresh_from_db()
    assert (manager.role, manager.removed_at) == (Role.MANAGER, None)


def test_people_of_another_cooperative_are_not_there():
    mine = CooperativeFactory()
    stranger = a_member(CooperativeFactory())
    invitation = an_invitation(stranger.cooperative)
    browser = at_work(mine)
    for address in (f"membres/{stranger.pk}/", f"invitations/{invitation.pk}/retirer/"):
        assert browser.post(space_of(mine, address), {"remove": "1"}).status_code == 404
    stranger.refresh_from_db()
    assert stranger.removed_at is None and Invitation.objects.get(pk=invitation.pk).is_open


def test_members_enter_no_page_of_the_admin():
    browser = at_work(CooperativeFactory())
    for address in ("/admin/", "/admin/orders/", "/admin/members/"):
        assert browser.get(address)["location"].startswith("/admin/login/")


def test_staff_invite_the_first_member_and_remove_the_last():
    cooperative, browser = CooperativeFactory(), staff()
    form = {
        "cooperative": cooperative.pk, "name": "Khadija", "phone": "0612345678", "email": "", "role": "manager", "language": "ar",
    }  # fmt: skip
    answer = browser.post("/admin/invitations/new/", form, follow=True)
    invitation = Invitation.objects.get()
    assert invitation.by.username == "equipe" and link_of(invitation, "ar") in answer.content.decode()
    come_in(invitation)
    [member] = CooperativeMember.objects.current()
    assert "Khadija Alami" in browser.get("/admin/members/").content.decode()
    browser.post(f"/admin/members/{member.pk}/remove/")
    assert roles() == []


def test_staff_need_a_way_to_reach_whom_they_invite():
    form = {"cooperative": CooperativeFactory().pk, "name": "Khadija", "role": "manager", "language": "fr"}
    browser = staff()
    for missing in ({"phone": "", "email": ""}, {"phone": "0612345678", "name": ""}):
        assert browser.post("/admin/invitations/new/", {**form, **missing}).status_code == 200
    assert Invitation.objects.count() == 0


def test_without_the_signature_any_number_would_be_a_link(monkeypatch):
    """The control of the test about another signature."""
    monkeypatch.setattr(Invitation, "is_signed_by", lambda self, signature: True)
    invitation = invite_silently(CooperativeFactory(), role=Role.MANAGER, name="Khadija", phone="+212612345678")
    assert Client().get(f"/fr/espace/invitation/{invitation.pk}/x/").status_code == 200
