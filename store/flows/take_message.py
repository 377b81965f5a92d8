"""A message from the contact page."""

from django.conf import settings
from django.db import transaction

from ..contact.models import ContactMessage
from ..outbox import actions as outbox
from . import mails


@transaction.atomic
def take_message(*, language: str, **fields) -> ContactMessage:
    """Keep it, send it to the shop's address, and tell the sender that it came."""
    message = ContactMessage.objects.create(language=language, **fields)
    outbox.write(
        mails.MESSAGE_FOR_SHOP,
        about_id=message.pk,
        recipient=settings.CONTACT_EMAIL,
        language=settings.LANGUAGE_CODE,
    )
    outbox.write(mails.MESSAGE_RECEIVED, about_id=message.pk, recipient=message.email, language=language)
    mails.deliver_soon()
    return message
