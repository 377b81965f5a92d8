"""A reviewer approves a draft, or sends it back with notes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from wagtail.models import TaskState

from ..products.models import Product
from .models import ReviewNote


class ReviewMoved(Exception):
    """It was decided, taken back or changed since it was read. Nothing is written."""


@dataclass(frozen=True)
class Note:
    """What is to be said of one place in one language."""

    place: str
    language: str
    text: str


def task_state_of(product: Product) -> TaskState | None:
    """The review that waits for somebody, if there is one."""
    return product.current_workflow_task_state


def may_review(product: Product, user) -> bool:
    """Whether Wagtail's review asks this person."""
    state = task_state_of(product)
    actions = state.task.specific.get_actions(product, user) if state else []
    return any(action == "approve" for action, *_rest in actions)


@transaction.atomic
def approve(product: Product, *, seen: int, by, read_at: datetime | None = None) -> None:
    """What was read comes on sale. `seen` is the revision that was read, `read_at` when it was written: Wagtail's editor
    writes into a revision as somebody types.

    Raises:
        ReviewMoved: as it says.
    """
    product, state = _locked(product, seen, read_at)
    state.task.specific.on_action(state, by, "approve")


@transaction.atomic
def send_back(
    product: Product, *, seen: int, comment: str, notes: Iterable[Note], by, read_at: datetime | None = None
) -> None:
    """It is to be changed first; what is on sale stays.

    Raises:
        ReviewMoved: as it says.
    """
    product, state = _locked(product, seen, read_at)
    ReviewNote.objects.bulk_create(
        ReviewNote(
            product=product, task_state_id=state.pk, place=note.place, language=note.language, text=note.text, by=by
        )
        for note in notes
    )
    state.task.specific.on_action(state, by, "reject", comment=comment)


def _locked(product: Product, seen: int, read_at: datetime | None) -> tuple[Product, TaskState]:
    product = Product.objects.select_for_update().get(pk=product.pk)
    state = task_state_of(product)
    # Wagtail publishes the newest revision, whichever was sent: what was read has to be that one.
    newest = product.latest_revision
    if state is None or newest is None or newest.pk != seen or (read_at and newest.created_at != read_at):
        raise ReviewMoved
    if state.revision_id != seen:  # a reviewer has corrected it in the admin since it was sent
        TaskState.objects.filter(pk=state.pk).update(revision=seen)
        state.revision_id = seen
    return product, state
