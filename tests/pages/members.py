"""Who works for a cooperative in tests."""

import itertools

from django.test import Client

from catalog.members import actions
from catalog.members.models import CooperativeMember, Invitation, Role
from store.models import User

PASSWORD = "verveine du matin"
_phones = itertools.count(20_000_000)


def an_invitation(cooperative, *, role=Role.MANAGER, **how) -> Invitation:
    phone = how.pop("phone", f"+2126{next(_phones)}")
    return actions.invite(cooperative, role=role, name="Khadija", phone=phone, **how)


def a_member(cooperative, role=Role.MANAGER) -> CooperativeMember:
    invitation = an_invitation(cooperative, role=role)
    phone = str(invitation.phone)
    user = User.objects.create_user(phone, password=PASSWORD, first_name="Khadija", phone=phone)
    return actions.accept(invitation, user=user)


def at_work(cooperative, role=Role.MANAGER) -> Client:
    """The browser of somebody who works there."""
    return browser_of(a_member(cooperative, role))


def browser_of(member: CooperativeMember) -> Client:
    browser = Client()
    browser.force_login(member.user)
    return browser


def space_of(cooperative, page: str = "", language: str = "fr") -> str:
    return f"/{language}/espace/{cooperative.slug}/{page}"
