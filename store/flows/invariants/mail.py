"""The outbox: each mail once, and none forgotten."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from ...outbox.models import OutboxMessage
from .reading import doubles

#: A mail that is not out by then needs somebody to look at it.
PATIENCE = timedelta(hours=24)


def keys_are_unique(now: datetime) -> Iterator[str]:
    for key, times in doubles(OutboxMessage.objects.all(), "key"):
        yield f"{times} mails have the key {key}."


def mails_are_sent(now: datetime) -> Iterator[str]:
    late = OutboxMessage.objects.filter(sent_at=None, created_at__lt=now - PATIENCE)
    for key, created_at, tries in late.values_list("key", "created_at", "tries"):
        yield f"Mail {key} has waited since {created_at:%Y-%m-%d %H:%M}, {tries} tries."


CHECKS = [keys_are_unique, mails_are_sent]
