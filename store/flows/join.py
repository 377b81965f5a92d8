"""Somebody who was invited comes in."""

from django.db import IntegrityError, transaction
from django.db.models import Q
from wagtail.users.models import UserProfile

from catalog.members import actions as members
from catalog.members.models import CooperativeMember, Invitation

from ..accounts.models import User


class AlreadyKnown(Exception):
    """Somebody has an account with this telephone or e-mail: they log in with it, and then accept."""


def known_by(invitation: Invitation) -> User | None:
    """Whose telephone or e-mail the invitation was sent to, if they have an account."""
    reached = Q()
    if invitation.phone:
        reached |= Q(phone=invitation.phone) | Q(username=str(invitation.phone))
    if invitation.email:
        reached |= Q(email__iexact=invitation.email) | Q(username__iexact=invitation.email)
    return User.objects.filter(reached).order_by("pk").first()


def join(invitation: Invitation, *, name: str, password: str) -> CooperativeMember:
    """Make an account for whoever holds the link, and let them work for the cooperative; all of it or nothing.

    Raises:
        AlreadyKnown: there is an account with this telephone or e-mail.
        InvitationEnded, LastManager: as `members.accept`.
    """
    if known_by(invitation):
        raise AlreadyKnown
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                str(invitation.phone or invitation.email.lower()),
                email=invitation.email,
                password=password,
                first_name=name,
                phone=invitation.phone or None,
            )
            UserProfile.objects.create(user=user, preferred_language=invitation.language)  # of the mails to them
            return members.accept(invitation, user=user)
    except IntegrityError as error:  # the same link was used twice at this moment
        raise AlreadyKnown from error
