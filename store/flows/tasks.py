from django_tasks import task

from ..outbox.actions import deliver_due


@task()
def deliver_mails() -> int:
    """Send what is in the outbox now; the tick takes up what this leaves."""
    from .mails import compose  # mails enqueues this task

    return deliver_due(compose)


@task()
def apply_payment_events() -> int:
    """Apply the callbacks of card providers; the tick takes up what this leaves."""
    from .cards.events import apply_due

    return apply_due()


@task()
def send_card_refunds() -> int:
    """Have money sent back to cards; the tick takes up what this leaves."""
    from .cards.send import send_due

    return send_due()
