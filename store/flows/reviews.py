"""Mails about reviews, and about what could not be published after one.

Wagtail says whom to tell what of a review; it is written down like every mail, and sent by the worker.
"""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils import timezone
from wagtail.admin.mail import (
    EmailNotificationMixin,
    GroupApprovalTaskStateSubmissionEmailNotifier,
    Notifier,
    WorkflowStateApprovalEmailNotifier,
    WorkflowStateRejectionEmailNotifier,
)
from wagtail.models import Revision, TaskState, WorkflowState
from wagtail.signals import task_submitted, workflow_approved, workflow_rejected
from wagtail.users.models import UserProfile

from cms.editing.roles import CHIEF_EDITORS, MODERATORS_OF_PRODUCTS
from cms.editing.scheduled import publication_failed

from ..outbox import actions as outbox
from ..outbox.models import OutboxMessage
from . import mails


class _Written(EmailNotificationMixin, Notifier):
    """In place of sending a mail while somebody waits for the page."""

    kind = ""

    def __call__(self, instance=None, **kwargs):
        if not self.can_handle(instance, **kwargs):
            return
        state = instance if isinstance(instance, TaskState) else instance.current_task_state
        for person in self.get_valid_recipients(instance, **kwargs):
            _write(self.kind, about_id=state.pk, person=person, key_suffix=str(person.pk))
        mails.deliver_soon()


def _write(kind: str, *, about_id: int, person, key_suffix: str) -> None:
    # Not Wagtail's guess, which is the language of whoever submits or decides.
    language = UserProfile.get_for_user(person).preferred_language or settings.LANGUAGE_CODE
    outbox.write(kind, about_id=about_id, recipient=person.email, language=language, key_suffix=key_suffix)


class _Submitted(_Written, GroupApprovalTaskStateSubmissionEmailNotifier):
    kind = mails.REVIEW_SUBMITTED

    def can_handle(self, instance, **kwargs):
        return super().can_handle(instance, **kwargs) and not _was_told(instance)


def _was_told(state: TaskState) -> bool:
    """Whether it only takes the place of a version of which a mail went within the hour, and that nobody has decided."""
    review = state.workflow_state
    earlier = TaskState.objects.filter(
        workflow_state__base_content_type=review.base_content_type_id,
        workflow_state__object_id=review.object_id,
        workflow_state__requested_by=review.requested_by_id,
        status=TaskState.STATUS_CANCELLED,
    ).exclude(pk=state.pk)
    told = OutboxMessage.objects.filter(kind=mails.REVIEW_SUBMITTED, created_at__gt=timezone.now() - timedelta(hours=1))
    return told.filter(about_id__in=list(earlier.values_list("pk", flat=True))).exists()


class _Approved(_Written, WorkflowStateApprovalEmailNotifier):
    kind = mails.REVIEW_APPROVED


class _Rejected(_Written, WorkflowStateRejectionEmailNotifier):
    kind = mails.REVIEW_REJECTED


def _tell_of_failure(sender, *, revision: Revision, **_more) -> None:
    """Tell those who decide what is published. The hour is part of the key: at another one it may fail anew."""
    is_of_the_catalog = revision.content_type.app_label == "catalog"
    group = MODERATORS_OF_PRODUCTS if is_of_the_catalog else CHIEF_EDITORS
    for person in get_user_model().objects.filter(groups__name=group, is_active=True).order_by("pk"):
        suffix = f"{revision.approved_go_live_at:%Y%m%d%H%M%S}:{person.pk}"
        _write(mails.PUBLICATION_FAILED, about_id=revision.pk, person=person, key_suffix=suffix)
    mails.deliver_soon()


#: Signal, sender, Wagtail's name for its own receiver, ours.
_RECEIVERS = [
    (task_submitted, TaskState, "group_approval_task_submitted_email_notification", _Submitted()),
    (workflow_approved, WorkflowState, "workflow_state_approved_email_notification", _Approved()),
    (workflow_rejected, WorkflowState, "workflow_state_rejected_email_notification", _Rejected()),
]


def write_mails_of_reviews() -> None:
    """To be called before Wagtail connects its own: of two receivers with one name, the first stays."""
    for signal, sender, name, receiver in _RECEIVERS:
        signal.connect(receiver, sender=sender, dispatch_uid=name)
    publication_failed.connect(_tell_of_failure)
