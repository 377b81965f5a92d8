"""Publish and take down what was scheduled: pages, and whatever else has drafts."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.apps import apps
from django.db import OperationalError, transaction
from django.db.models import QuerySet
from django.dispatch import Signal
from wagtail.models import DraftStateMixin, Page, Revision

log = logging.getLogger(__name__)


#: The `revision` cannot be published at its hour, which it had until now. Sent in the transaction that takes it away.
publication_failed = Signal()


def publish_and_expire(*, now: datetime) -> int:
    """Do what is due; returns how much. One that fails is logged, and stops no other.

    What is published anew gets its new end with it, so it is not taken down by its old one.
    """
    due = Revision.objects.filter(approved_go_live_at__lte=now).order_by("approved_go_live_at", "pk")
    done = _each(due, lambda revision: revision.publish(log_action="wagtail.publish.scheduled"), give_up=_take_its_hour)
    for model in [Page, *_snippets_with_drafts()]:
        ended = model.objects.filter(live=True, expire_at__lte=now).order_by("expire_at", "pk")
        done += _each(ended, lambda row: row.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled"))
    return done


def _snippets_with_drafts() -> list:
    return [model for model in apps.get_models() if issubclass(model, DraftStateMixin) and not issubclass(model, Page)]


def _take_its_hour(revision: Revision) -> None:
    """It would fail at every tick: it waits as a draft for somebody who is told."""
    with transaction.atomic():
        publication_failed.send(Revision, revision=revision)
        Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=None)


def _each(rows: QuerySet, deed: Callable, *, give_up: Callable = lambda row: None) -> int:
    """Each row in a transaction of its own. A database that is busy or away is asked again by the next tick."""
    done = 0
    for row in list(rows):
        try:
            with transaction.atomic():
                deed(row)
            done += 1
        except OperationalError as error:
            log.warning("scheduled: %r waits for the next tick: %s", row, error)
        except Exception:
            log.exception("scheduled: %r failed", row)
            give_up(row)
    return done
