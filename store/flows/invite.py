"""Somebody is asked to work for a cooperative, and told so where they have an e-mail."""

from django.db import transaction

from catalog.cooperatives.models import Cooperative
from catalog.members import actions as members
from catalog.members.models import Invitation, Role

from ..outbox import actions as outbox
from .mails import MEMBER_INVITED, deliver_soon


@transaction.atomic
def invite(cooperative: Cooperative, *, role: Role, name: str, phone, email: str, language: str, by) -> Invitation:
    """Without an e-mail the link is passed on by whoever invites, by WhatsApp as a rule."""
    invitation = members.invite(
        cooperative, role=role, name=name, phone=phone or "", email=email, language=language, by=by
    )
    outbox.write(MEMBER_INVITED, about_id=invitation.pk, recipient=email, language=language)
    deliver_soon()
    return invitation
