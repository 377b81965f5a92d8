"""Note that messages were answered, and say which are to be forgotten."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet

from .models import ContactMessage


def mark_answered(message: ContactMessage, *, by, now: datetime) -> bool:
    """Note who answered and when; False when somebody did before, whose name stays."""
    unanswered = ContactMessage.objects.filter(pk=message.pk, answered_at=None)
    return bool(unanswered.update(answered_at=now, answered_by=by))


def old_messages(*, now: datetime) -> QuerySet:
    """Those that were answered long enough ago, and those that nobody noted an answer to and that are older still."""
    answered = Q(answered_at__lt=now - timedelta(days=settings.CONTACT_MESSAGE_DAYS))
    unanswered = Q(answered_at=None, created_at__lt=now - timedelta(days=settings.CONTACT_UNANSWERED_DAYS))
    return ContactMessage.objects.filter(answered | unanswered)
