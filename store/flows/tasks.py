from django_tasks import task

from ..outbox.actions import deliver_due


@task()
def deliver_mails() -> int:
    """Send what is in the outbox now; the tick takes up what this leaves."""
    from .mails import compose  # mails enqueues this task

    return deliver_due(compose)
