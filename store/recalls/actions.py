"""A recall is opened, its contacts and readings are written down, and it is closed."""

from collections.abc import Iterable

from django.utils import timezone

from .errors import RecallClosed
from .models import ContactOutcome, Recall, RecallContact, RecallReading


def locked(recall: Recall) -> Recall:
    """As it is now; whoever writes a contact, reads telephones or closes it comes here, and the next one waits.

    Raises:
        RecallClosed: there is nobody to be told any more.
    """
    now = Recall.objects.select_for_update(of=("self",)).select_related("lot__cooperative").get(pk=recall.pk)
    if not now.is_open:
        raise RecallClosed(recall)
    return now


def write_contact(recall: Recall, part, outcome: ContactOutcome, *, note: str = "", by=None) -> RecallContact:
    """Somebody was called; who was reached is reached once."""
    if outcome == ContactOutcome.REACHED:
        row, _is_new = RecallContact.objects.get_or_create(
            recall=recall, part=part, outcome=outcome, defaults={"note": note, "by": by}
        )
        return row
    return RecallContact.objects.create(recall=recall, part=part, outcome=outcome, note=note, by=by)


def write_readings(recall: Recall, parts: Iterable, *, by) -> None:
    RecallReading.objects.bulk_create(RecallReading(recall=recall, part=part, by=by) for part in parts)


def close(recall: Recall, *, by) -> None:
    Recall.objects.filter(pk=recall.pk, closed_at=None).update(closed_at=timezone.now(), closed_by=by)
