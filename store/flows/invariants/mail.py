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
    for mail in OutboxMessage.objects.filter(sent_at=None, created_at__lt=now - PATIENCE):
        yield f"Mail {mail.key} has waited since {mail.created_at:%Y-%m-%d %H:%M}, {mail.tries} tries."


CHECKS = [keys_are_unique, mails_are_sent]
