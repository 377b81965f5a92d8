"""Applications are written, decided once, and forgotten when they were refused."""

from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from catalog.cooperatives.models import Cooperative
from catalog.evidence.models import private_storage

from .models import Application, ApplicationFile


@transaction.atomic
def write(*, files: list[ContentFile], **fields) -> Application:
    application = Application.objects.create(**fields)
    for file in files:
        ApplicationFile.objects.create(application=application, file=file)
    return application


def approve(application: Application, *, cooperative: Cooperative, by) -> bool:
    """False when somebody decided before."""
    return _decide(application, Application.Outcome.APPROVED, by=by, cooperative=cooperative)


def refuse(application: Application, *, because: str, by) -> bool:
    """False when somebody decided before."""
    return _decide(application, Application.Outcome.REFUSED, by=by, note=because)


def _decide(application: Application, outcome: Application.Outcome, *, by, **more) -> bool:
    waiting = Application.objects.waiting().filter(pk=application.pk)
    return bool(waiting.update(outcome=outcome, decided_at=timezone.now(), decided_by=by, **more))


def refused_long_ago(*, now: datetime) -> QuerySet[Application]:
    return Application.objects.filter(
        outcome=Application.Outcome.REFUSED, decided_at__lt=now - timedelta(days=settings.APPLICATION_DAYS)
    )


@transaction.atomic
def delete(applications: QuerySet[Application]) -> None:
    """With their files, which go once the rows are gone for good."""
    storage = private_storage()
    for name in ApplicationFile.objects.filter(application__in=applications).values_list("file", flat=True):
        transaction.on_commit(partial(storage.delete, name), robust=True)
    applications.delete()
