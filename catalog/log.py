"""Wagtail's log, for many rows at once: `wagtail.log_actions.log` asks and writes for each by itself."""

from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils import timezone
from wagtail.models import ModelLogEntry


def log_edits(edits: Iterable[tuple[Model, dict]], *, by) -> None:
    """That somebody edited these rows, each with what is told of it; all of one model."""
    ModelLogEntry.objects.bulk_create(
        ModelLogEntry(
            content_type=ContentType.objects.get_for_model(row),
            object_id=str(row.pk),
            label=str(row),
            action="wagtail.edit",
            user=by,
            timestamp=timezone.now(),
            data=data,
            content_changed=True,
        )
        for row, data in edits
    )
