"""A cooperative asks to sell here, and staff let it in or say why not."""

from datetime import datetime

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from catalog.cooperatives.models import Cooperative
from catalog.members.models import Invitation, Role

from ..applications import actions
from ..applications.models import Application
from ..outbox import actions as outbox
from . import mails
from .invite import invite


class AlreadyDecided(Exception):
    """Somebody let it in or refused it before."""


@transaction.atomic
def apply(*, language: str, files: list[ContentFile], **fields) -> Application:
    """Keep it for staff, and tell whoever wrote that it came."""
    application = actions.write(language=language, files=files, **fields)
    _tell(mails.APPLICATION_RECEIVED, application)
    return application


@transaction.atomic
def let_in(application: Application, *, slug: str, name: str, registration: str, by) -> Invitation:
    """Open the cooperative, suspended until staff put it on sale, and ask whoever applied to manage it.

    Raises:
        AlreadyDecided: nothing is written.
    """
    if not Application.objects.waiting().select_for_update().filter(pk=application.pk).exists():
        raise AlreadyDecided
    cooperative = Cooperative(
        slug=slug,
        legal_name=application.legal_name,
        registration=registration,
        phone=application.phone,
        email=application.email,
        language=application.language,
        suspended_at=timezone.now(),
    )
    for field, text in (("name", name), ("commune", application.commune)):
        setattr(cooperative, f"{field}_fr", text)
    cooperative.save()
    if not actions.approve(application, cooperative=cooperative, by=by):
        raise AlreadyDecided
    return invite(
        cooperative,
        role=Role.MANAGER,
        name=application.name,
        phone=application.phone,
        email=application.email,
        language=application.language,
        by=by,
    )


@transaction.atomic
def turn_down(application: Application, *, because: str, by) -> None:
    """Say why, by mail where there is an address.

    Raises:
        AlreadyDecided: nothing is written.
    """
    if not actions.refuse(application, because=because, by=by):
        raise AlreadyDecided
    _tell(mails.APPLICATION_REFUSED, application)


@transaction.atomic
def forget_applications(*, now: datetime) -> int:
    """Delete what was refused long ago, with its files and the mails about it; returns how many."""
    old = actions.refused_long_ago(now=now).order_by("pk")
    pks = list(old.values_list("pk", flat=True)[:200])
    outbox.forget(mails.APPLICATION_RECEIVED, mails.APPLICATION_REFUSED, about_ids=pks)
    actions.delete(Application.objects.filter(pk__in=pks))
    return len(pks)


def _tell(kind: str, application: Application) -> None:
    outbox.write(kind, about_id=application.pk, recipient=application.email, language=application.language)
    mails.deliver_soon()
