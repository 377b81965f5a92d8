"""Write mails down with what they tell, and send them until they are sent."""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException
from time import monotonic

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from .models import OutboxMessage

log = logging.getLogger(__name__)
#: While one worker sends a mail, no other takes it up; a worker that died leaves it to the next after this time.
CLAIM = timedelta(minutes=2)
#: Waits between tries double from one minute to four hours.
LONGEST_WAIT = timedelta(hours=4)
#: Seconds after which a round leaves the rest to the next one: a mail server that answers slowly must not hold up the tick.
LONGEST_ROUND = 60


@dataclass(frozen=True)
class Mail:
    subject: str
    text: str
    html: str
    reply_to: str = ""


Composer = Callable[[OutboxMessage], Mail]


def write(kind: str, *, about_id: int, recipient: str, language: str, key_suffix: str = "") -> None:
    """Put a mail in the outbox; the same key twice is one mail. Nothing happens without a recipient."""
    if not recipient:
        return
    key = ":".join(filter(None, [kind, str(about_id), key_suffix]))
    OutboxMessage.objects.get_or_create(
        key=key, defaults={"kind": kind, "about_id": about_id, "recipient": recipient, "language": language}
    )


def forget(*kinds: str, about_ids: list[int]) -> None:
    """Delete the mails of these kinds about rows that are to be forgotten, sent or not."""
    OutboxMessage.objects.filter(kind__in=kinds, about_id__in=about_ids).delete()


def deliver_due(compose: Composer, *, now: datetime | None = None, limit: int = 50) -> int:
    """Send what is due; returns how many went. A mail that fails is tried again later, with the same Message-ID."""
    now = now or timezone.now()
    due = OutboxMessage.objects.filter(sent_at=None, next_try_at__lte=now).order_by("next_try_at", "pk")[:limit]
    started, sent = monotonic(), 0
    for message in due:
        sent += _deliver(message, compose, now)
        if monotonic() - started > LONGEST_ROUND:
            break
    return sent


def message_id(message: OutboxMessage) -> str:
    """The same for each try, so that a mail program shows a second sending as the same mail."""
    name = hashlib.sha256(f"{settings.SECRET_KEY}{message.key}".encode()).hexdigest()[:32]
    return f"<{name}@{settings.CONTACT_EMAIL.rpartition('@')[2]}>"


def _deliver(message: OutboxMessage, compose: Composer, now: datetime) -> bool:
    now = max(now, timezone.now())  # the mails before this one took their time
    # The count of tries is the claim: whoever raises it first sends.
    claimed = OutboxMessage.objects.filter(pk=message.pk, sent_at=None, tries=message.tries).update(
        next_try_at=now + CLAIM, tries=message.tries + 1
    )
    if not claimed:
        return False
    try:
        _send(message, compose(message))
    except Exception as error:  # whatever it is, the other mails go out
        wait = min(timedelta(minutes=2 ** min(message.tries, 8)), LONGEST_WAIT)
        OutboxMessage.objects.filter(pk=message.pk).update(next_try_at=now + wait, last_error=repr(error)[:300])
        is_the_servers = isinstance(
            error, OSError | SMTPException
        )  # dead or refusing; anything else is a fault of ours
        log.warning("mail %s was not sent: %s", message.key, type(error).__name__, exc_info=not is_the_servers)
        return False
    OutboxMessage.objects.filter(pk=message.pk).update(sent_at=timezone.now(), last_error="")
    return True


def _send(message: OutboxMessage, mail: Mail) -> None:
    email = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        to=[message.recipient],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers={"Message-ID": message_id(message)},
    )
    email.attach_alternative(mail.html, "text/html")
    email.send()
