"""How somebody comes to work for a cooperative, and stops to."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ..cooperatives.models import Cooperative
from .errors import InvitationEnded, LastManager
from .models import CooperativeMember, Invitation, Role, SharedPhone


def invite(
    cooperative: Cooperative,
    *,
    role: Role,
    name: str,
    phone: str = "",
    email: str = "",
    language: str = "fr",
    by=None,
    now: datetime | None = None,
) -> Invitation:
    """Ask somebody to work for a cooperative. The link is good for `INVITATION_DAYS` days, once."""
    until = (now or timezone.now()) + timedelta(days=settings.INVITATION_DAYS)
    return Invitation.objects.create(
        cooperative=cooperative,
        role=role,
        name=name,
        phone=phone,
        email=email,
        language=language,
        by=by,
        expires_at=until,
    )


@transaction.atomic
def accept(invitation: Invitation, *, user, now: datetime | None = None) -> CooperativeMember:
    """This person works for the cooperative from now on, in the role they were invited to.

    Whoever is a member already has the new role instead of the old one. When it raises, nothing is written.

    Raises:
        InvitationEnded: somebody used the link before, it was withdrawn, or it is too old.
        LastManager: the only one who may invite others would have another role.
    """
    now = now or timezone.now()
    _taking_turns(invitation.cooperative_id)
    good = Invitation.objects.filter(pk=invitation.pk, ended_at=None, expires_at__gt=now)
    if not good.update(ended_at=now, outcome=Invitation.Outcome.ACCEPTED):
        raise InvitationEnded
    already = CooperativeMember.objects.current().filter(cooperative=invitation.cooperative_id, user=user).first()
    if already and invitation.role != Role.MANAGER:
        _keep_a_manager_besides(already)
    member, _is_new = CooperativeMember.objects.current().update_or_create(
        cooperative_id=invitation.cooperative_id, user=user, defaults={"role": invitation.role}
    )
    Invitation.objects.filter(pk=invitation.pk).update(member=member)
    return member


def withdraw(invitation: Invitation) -> bool:
    """The link is good no more. False when it had ended already."""
    still = Invitation.objects.filter(pk=invitation.pk, ended_at=None)
    return bool(still.update(ended_at=timezone.now(), outcome=Invitation.Outcome.WITHDRAWN))


@transaction.atomic
def change_role(member: CooperativeMember, role: Role) -> bool:
    """False when they were removed meanwhile. Raises LastManager: nobody would be left who may invite others."""
    _taking_turns(member.cooperative_id)
    if role != Role.MANAGER:
        _keep_a_manager_besides(member)
        _take_links_back(member)
    return bool(CooperativeMember.objects.current().filter(pk=member.pk).update(role=role))


@transaction.atomic
def remove(member: CooperativeMember, *, by=None, keeps_a_manager: bool = True) -> bool:
    """Somebody works for the cooperative no more, from their next request on. False when they were removed already.

    `keeps_a_manager` is for members among themselves; staff may remove the last one.

    Raises:
        LastManager: nobody would be left who may invite others.
    """
    _taking_turns(member.cooperative_id)
    if keeps_a_manager:
        _keep_a_manager_besides(member)
    _take_links_back(member)
    still = CooperativeMember.objects.current().filter(pk=member.pk)
    return bool(still.update(removed_at=timezone.now(), removed_by=by, pin="", portrait=None))


def _taking_turns(cooperative_id: int) -> None:
    """Two managers who remove each other at once come one after the other; orders do not wait."""
    Cooperative.objects.select_for_update(no_key=True).get(pk=cooperative_id)


def _take_links_back(member: CooperativeMember) -> None:
    """A manager has seen the links of all invitations that are open: whoever manages no more cannot use one."""
    if CooperativeMember.objects.filter(pk=member.pk, role=Role.MANAGER, removed_at=None).exists():
        seen = Invitation.objects.filter(cooperative=member.cooperative_id, ended_at=None)
        seen.update(ended_at=timezone.now(), outcome=Invitation.Outcome.WITHDRAWN)
        # The telephone that they made shared may be their own.
        shared = SharedPhone.objects.open().filter(cooperative=member.cooperative_id, by=member.user_id)
        shared.update(ended_at=timezone.now())


def _keep_a_manager_besides(member: CooperativeMember) -> None:
    managers = CooperativeMember.objects.current().filter(cooperative=member.cooperative_id, role=Role.MANAGER)
    others = managers.exclude(pk=member.pk).filter(user__is_active=True)
    if managers.filter(pk=member.pk).exists() and not others.exists():
        raise LastManager
