"""Forget what people wrote on the contact page."""

from datetime import datetime

from django.db import transaction

from ..contact.actions import old_messages
from ..contact.models import ContactMessage
from ..outbox import actions as outbox
from . import mails


@transaction.atomic
def forget_messages(*, now: datetime) -> int:
    """Delete old messages with the mails about them, which bear the sender's address; returns how many messages."""
    old = list(old_messages(now=now).order_by("pk").values_list("pk", flat=True)[:200])
    outbox.forget(mails.MESSAGE_FOR_SHOP, mails.MESSAGE_RECEIVED, about_ids=old)
    ContactMessage.objects.filter(pk__in=old).delete()
    return len(old)
