"""A reviewer approves a draft, or sends it back with notes."""

from collections.abc import Iterable
from dataclasses import dataclass

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
def approve(product: Product, *, seen: int, by) -> None:
    """What was read comes on sale. `seen` is the revision that was read.

    Raises:
        ReviewMoved: as it says.
    """
    product, state = _locked(product, seen)
    state.task.specific.on_action(state, by, "approve")


@transaction.atomic
def send_back(product: Product, *, seen: int, comment: str, notes: Iterable[Note], by) -> None:
    """It is to be changed first; what is on sale stays.

    Raises:
        ReviewMoved: as it says.
    """
    product, state = _locked(product, seen)
    ReviewNote.objects.bulk_create(
        ReviewNote(
            product=product, task_state_id=state.pk, place=note.place, language=note.language, text=note.text, by=by
        )
        for note in notes
    )
    state.task.specific.on_action(state, by, "reject", comment=comment)


def _locked(product: Product, seen: int) -> tuple[Product, TaskState]:
    product = Product.objects.select_for_update().get(pk=product.pk)
    state = task_state_of(product)
    if state is None or state.revision_id != seen:
        raise ReviewMoved
    return product, state
