"""Tell a cooperative in time that a document of its ends."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from catalog.evidence.models import Evidence
from catalog.members.models import CooperativeMember, Role

from ..outbox import actions as outbox
from .mails import EVIDENCE_ENDS, deliver_soon

#: Days before its last day at which a mail goes out, and the day after which only the time of grace is left.
REMIND_AT = (60, 30, 7, 0)


def remind_of_evidence(*, now: datetime) -> int:
    """Write the mails that are due, each once, to the managers who have an e-mail; returns for how many documents.

    Who sent a newer one, looked at or not, is left alone.
    """
    today, told = timezone.localdate(now), 0
    for evidence in _due(today).select_related("cooperative").order_by("expires_on", "pk")[:200]:
        told += _remind(evidence, at=min(days for days in REMIND_AT if _ends_within(evidence, days, today)))
    return told


def _ends_within(evidence: Evidence, days: int, today: date) -> bool:
    return evidence.expires_on is not None and evidence.expires_on <= today + timedelta(days=days)


def _due(today: date) -> QuerySet[Evidence]:
    is_due = Q()
    for days in REMIND_AT:
        not_told = Q(reminded_at_days=None) | Q(reminded_at_days__gt=days)
        is_due |= Q(not_told, expires_on__lte=today + timedelta(days=days))
    return Evidence.objects.to_renew().filter(is_due)


@transaction.atomic
def _remind(evidence: Evidence, *, at: int) -> bool:
    """The mark and its mails together: another tick finds it told."""
    not_told = Q(reminded_at_days=None) | Q(reminded_at_days__gt=at)
    if not Evidence.objects.filter(not_told, pk=evidence.pk).update(reminded_at_days=at):
        return False
    for reader, recipient in readers_of(evidence):
        outbox.write(
            EVIDENCE_ENDS,
            about_id=evidence.pk,
            recipient=recipient,
            language=evidence.cooperative.language,
            key_suffix=f"{at}:{reader}",
        )
    deliver_soon()
    return True


def readers_of(evidence: Evidence) -> list[tuple[str, str]]:
    """Who is written to, and where: the managers who have an e-mail, or the cooperative itself where none has."""
    managers = CooperativeMember.objects.current().filter(
        cooperative=evidence.cooperative_id, role=Role.MANAGER, user__is_active=True
    )
    readers = managers.exclude(user__email="").order_by("pk").values_list("pk", "user__email")
    return [(str(pk), email) for pk, email in readers] or [("cooperative", evidence.cooperative.email)]
