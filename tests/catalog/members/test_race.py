"""Many hands at once: an invitation is good once, and a cooperative keeps a manager."""

from threading import Barrier

from django.db import connection

from catalog.members import actions
from catalog.members.errors import InvitationEnded, LastManager
from catalog.models import CooperativeMember, Role
from tests.factories import CooperativeFactory
from tests.store.flows.test_race import at_once, kinds, race

from .test_members import a_member, invited, somebody

HANDS = 8


@at_once
def test_eight_people_with_the_same_link_become_one_member():
    invitation, people = invited(), [somebody(f"person-{number}") for number in range(HANDS)]

    outcomes = race(*[lambda user=user: actions.accept(invitation, user=user) for user in people])

    assert kinds(outcomes) == {CooperativeMember: 1, InvitationEnded: HANDS - 1}
    assert CooperativeMember.objects.count() == 1


def two_managers_remove_each_other() -> list:
    cooperative = CooperativeFactory()
    first, second = a_member(cooperative, "amal"), a_member(cooperative, "badr")
    return race(lambda: actions.remove(first, by=second.user), lambda: actions.remove(second, by=first.user))


@at_once
def test_of_two_managers_who_remove_each_other_one_stays():
    assert kinds(two_managers_remove_each_other()) == {bool: 1, LastManager: 1}
    assert CooperativeMember.objects.current().filter(role=Role.MANAGER).count() == 1


if connection.vendor == "postgresql":  # SQLite has one writer: they come in turn anyway

    @at_once
    def test_without_taking_turns_nobody_stays(monkeypatch):
        look, both_have_looked = actions._keep_a_manager_besides, Barrier(2)

        def look_together(member):
            look(member)
            both_have_looked.wait()

        monkeypatch.setattr(actions, "_taking_turns", lambda _: None)
        monkeypatch.setattr(actions, "_keep_a_manager_besides", look_together)

        assert two_managers_remove_each_other() == [True, True]
        assert not CooperativeMember.objects.current().exists()
