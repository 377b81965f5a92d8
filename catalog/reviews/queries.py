"""Where products stand between their drafts and the shelf, and what reviewers said."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, OuterRef, QuerySet
from django.db.models.functions import Cast
from wagtail.models import TaskState, WorkflowState

from ..products.models import Product
from .models import ReviewNote


class Draft(Enum):
    """What becomes of the newest words and pictures."""

    NONE = "none"  # they are what is published
    OPEN = "open"
    IN_REVIEW = "in_review"
    SENT_BACK = "sent_back"


@dataclass(frozen=True)
class Standing:
    """Derived, never stored: from Wagtail's draft and review, the withdrawal, and whether the cooperative sells."""

    draft: Draft
    is_published: bool
    is_withdrawn: bool
    is_suspended: bool
    #: A document that it needs has ended.
    is_lapsed: bool

    @property
    def is_on_sale(self) -> bool:
        return self.is_published and not (self.is_withdrawn or self.is_suspended or self.is_lapsed)


_BY_REVIEW = {WorkflowState.STATUS_IN_PROGRESS: Draft.IN_REVIEW, WorkflowState.STATUS_NEEDS_CHANGES: Draft.SENT_BACK}


def standings(products: Iterable[Product]) -> dict[int, Standing]:
    """Of each of these products (with their `sale.cooperative` at hand); one query, however many there are."""
    products = list(products)
    reviews = dict(_open_reviews(product.pk for product in products).values_list("object_id", "status"))
    return {product.pk: _standing(product, reviews.get(str(product.pk))) for product in products}


def _open_reviews(product_ids: Iterable[int]):
    of_products = ContentType.objects.get_for_model(Product)
    return WorkflowState.objects.active().filter(
        base_content_type=of_products, object_id__in=[str(product_id) for product_id in product_ids]
    )


def _standing(product: Product, review: str | None) -> Standing:
    changed = product.has_unpublished_changes or not product.live
    draft = _BY_REVIEW.get(review or "", Draft.OPEN if changed else Draft.NONE)
    sale = product.sale
    return Standing(
        draft=draft,
        is_published=product.live,
        is_withdrawn=sale.withdrawn_at is not None,
        is_suspended=sale.cooperative.suspended_at is not None,
        is_lapsed=sale.lapsed_at is not None,
    )


@dataclass(frozen=True)
class SentBack:
    """What was said with a draft that came back."""

    comment: str
    notes: list[ReviewNote]

    def about(self, place: str, language: str = "") -> list[ReviewNote]:
        return [note for note in self.notes if (note.place, note.language) == (place, language)]


def sent_back(product: Product) -> SentBack | None:
    """What the reviewer said last, while the draft waits to be changed; None when it does not."""
    state = _open_reviews([product.pk]).filter(status=WorkflowState.STATUS_NEEDS_CHANGES).first()
    if state is None or state.current_task_state is None:
        return None
    task_state = state.current_task_state
    return SentBack(task_state.comment, list(ReviewNote.objects.filter(task_state=task_state).select_related("by")))


def were_sent_back(products: QuerySet[Product]) -> list[Product]:
    """Those of these products whose draft came back and waits to be changed."""
    of_products = ContentType.objects.get_for_model(Product)
    back = WorkflowState.objects.filter(
        base_content_type=of_products,
        status=WorkflowState.STATUS_NEEDS_CHANGES,
        object_id=Cast(OuterRef("pk"), CharField()),
    )
    return list(products.filter(Exists(back)))


def waiting_for_review() -> list[TaskState]:
    """The reviews of products that wait for somebody, the oldest first; each with its `product` at hand."""
    of_products = ContentType.objects.get_for_model(Product)
    waiting = WorkflowState.objects.filter(base_content_type=of_products, status=WorkflowState.STATUS_IN_PROGRESS)
    states = list(
        TaskState.objects.filter(pk__in=waiting.values("current_task_state"))
        .select_related("workflow_state__requested_by", "task", "revision")
        .order_by("started_at", "pk")
    )
    ids = [int(state.workflow_state.object_id) for state in states]
    products = Product.objects.select_related("sale__cooperative").in_bulk(ids)
    for state in states:
        state.product = products[int(state.workflow_state.object_id)]
    return states
