"""Who works for a cooperative: invited by a link that is good once, removed from their next request on."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from catalog.members import actions
from catalog.members.errors import InvitationEnded, LastManager
from catalog.members.queries import cooperatives_of, memberships_of
from catalog.models import CooperativeMember, Invitation, Role
from store.models import User
from tests.factories import CooperativeFactory

pytestmark = pytest.mark.django_db


def somebody(name: str = "fatima") -> User:
    return User.objects.create_user(name)


def invited(cooperative=None, *, role=Role.MANAGER, **how) -> Invitation:
    return actions.invite(
        cooperative or CooperativeFactory(), role=role, name="Fatima Zahra", **({"phone": "+212612345678"} | how)
    )


def a_member(cooperative, name: str, role=Role.MANAGER) -> CooperativeMember:
    return actions.accept(invited(cooperative, role=role), user=somebody(name))


def test_whoever_accepts_an_invitation_works_for_the_cooperative_in_that_role():
    invitation, fatima = invited(role=Role.SELLER), somebody()

    actions.accept(invitation, user=fatima)

    assert list(cooperatives_of(fatima)) == [invitation.cooperative]
    assert [member.role for member in memberships_of(fatima)] == [Role.SELLER]


def test_an_invitation_is_good_once():
    invitation = invited()
    actions.accept(invitation, user=somebody("fatima"))

    with pytest.raises(InvitationEnded):
        actions.accept(invitation, user=somebody("aicha"))

    assert [member.user.username for member in CooperativeMember.objects.all()] == ["fatima"]


@pytest.mark.parametrize("ended_by", ["withdrawing", "time"])
def test_an_invitation_that_ended_lets_nobody_in(ended_by, settings):
    invitation, later = invited(), timezone.now()
    if ended_by == "withdrawing":
        assert actions.withdraw(invitation)
    else:
        later += timedelta(days=settings.INVITATION_DAYS)

    with pytest.raises(InvitationEnded):
        actions.accept(invitation, user=somebody(), now=later)

    assert not CooperativeMember.objects.exists()


def test_an_invitation_that_was_accepted_cannot_be_withdrawn():
    invitation = invited()
    actions.accept(invitation, user=somebody())

    assert not actions.withdraw(invitation)

    invitation.refresh_from_db()
    assert invitation.outcome == Invitation.Outcome.ACCEPTED and invitation.member


def test_who_is_invited_again_has_the_newer_role_and_is_a_member_once():
    cooperative, fatima = CooperativeFactory(), somebody()
    for role in (Role.PACKER, Role.SELLER):
        actions.accept(invited(cooperative, role=role), user=fatima)

    assert [member.role for member in memberships_of(fatima)] == [Role.SELLER]


def test_somebody_may_work_for_several_cooperatives():
    fatima = somebody()
    first, second = CooperativeFactory.create_batch(2)
    for cooperative in (first, second):
        actions.accept(invited(cooperative), user=fatima)

    assert [member.cooperative for member in memberships_of(fatima)] == [first, second]


def test_a_link_is_good_for_its_own_invitation_only_and_after_the_key_changed(settings):
    mine, other = invited(), invited()
    signature = mine.signature
    assert mine.is_signed_by(signature)
    assert not other.is_signed_by(signature) and not mine.is_signed_by("")

    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another key for the years to come"

    assert mine.is_signed_by(signature) and mine.signature != signature


def test_whoever_is_removed_belongs_to_nothing_and_what_they_did_keeps_their_name():
    cooperative = CooperativeFactory()
    manager = a_member(cooperative, "amal")
    packer = a_member(cooperative, "badr", Role.PACKER)

    assert actions.remove(packer, by=manager.user)
    assert not actions.remove(packer, by=manager.user)

    assert list(cooperatives_of(packer.user)) == []
    packer.refresh_from_db()
    assert packer.removed_by == manager.user


def test_whoever_was_removed_may_come_back():
    cooperative = CooperativeFactory()
    a_member(cooperative, "amal")
    badr = a_member(cooperative, "badr", Role.PACKER)
    actions.remove(badr)

    actions.accept(invited(cooperative, role=Role.SELLER), user=badr.user)

    assert [member.role for member in memberships_of(badr.user)] == [Role.SELLER]
    assert badr.user.memberships.count() == 2


def test_people_who_may_not_log_in_and_visitors_belong_to_nothing():
    member = a_member(CooperativeFactory(), "amal")
    User.objects.update(is_active=False)
    member.user.refresh_from_db()

    assert list(cooperatives_of(member.user)) == []
    assert list(cooperatives_of(AnonymousUser())) == []


@pytest.mark.parametrize("deed", [actions.remove, lambda member: actions.change_role(member, Role.PACKER)])
def test_the_last_manager_stays_one(deed):
    cooperative = CooperativeFactory()
    manager = a_member(cooperative, "amal")
    a_member(cooperative, "badr", Role.SELLER)
    a_member(CooperativeFactory(), "chama")  # of another cooperative

    with pytest.raises(LastManager):
        deed(manager)

    assert [member.role for member in memberships_of(manager.user)] == [Role.MANAGER]


def test_the_last_manager_who_accepts_another_role_stays_one_and_the_invitation_is_good_still():
    manager = a_member(CooperativeFactory(), "amal")
    invitation = invited(manager.cooperative, role=Role.PACKER)

    with pytest.raises(LastManager):
        actions.accept(invitation, user=manager.user)

    invitation.refresh_from_db()
    assert invitation.is_open
    assert [member.role for member in memberships_of(manager.user)] == [Role.MANAGER]


def test_staff_may_remove_the_last_manager():
    manager = a_member(CooperativeFactory(), "amal")

    assert actions.remove(manager, keeps_a_manager=False)


def test_one_of_two_managers_may_go():
    cooperative = CooperativeFactory()
    a_member(cooperative, "amal")
    second = a_member(cooperative, "badr")

    actions.change_role(second, Role.PACKER)

    assert [member.role for member in memberships_of(second.user)] == [Role.PACKER]


def test_the_database_refuses_a_second_membership_and_an_invitation_that_reaches_nobody():
    member = a_member(CooperativeFactory(), "amal")
    with pytest.raises(IntegrityError), transaction.atomic():
        CooperativeMember.objects.create(cooperative=member.cooperative, user=member.user, role=Role.PACKER)
    with pytest.raises(IntegrityError), transaction.atomic():
        invited(phone="", email="")
