"""Drafts of products: several hands at once, and reviews that follow what was written."""

from threading import Barrier

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from wagtail.models import WorkflowState

from catalog.models import Product
from catalog.products import drafts
from catalog.reviews import actions
from catalog.reviews.queries import Draft, standings
from tests.factories import CooperativeFactory, a_finished_product, an_evidence
from tests.store.flows.test_race import at_once, kinds, race

from .test_revisions import an_image

pytestmark = pytest.mark.django_db


def a_product(**fields) -> Product:
    product = a_finished_product(sale__cooperative=CooperativeFactory(), **fields)
    an_evidence(product.sale.cooperative)
    product.save_revision().publish()
    return Product.objects.get(pk=product.pk)


def stands(product: Product) -> Draft:
    return standings([Product.objects.get(pk=product.pk)])[product.pk].draft


def reworded(text: str):
    def how(draft: Product) -> None:
        draft.summary_fr = text

    return how


def superuser():
    return get_user_model().objects.create_superuser("root")


def test_where_a_draft_stands_from_the_first_word_to_the_shelf():
    product, reviewer = a_product(), superuser()
    drafts.change(product, reworded("Doux"), by=None)
    assert stands(product) is Draft.OPEN
    drafts.submit(product, by=None)
    assert stands(product) is Draft.IN_REVIEW
    seen = Product.objects.get().latest_revision_id
    actions.send_back(
        product, seen=seen, comment="Trop court", notes=[actions.Note("summary", "fr", "Plus long")], by=reviewer
    )
    assert stands(product) is Draft.SENT_BACK
    drafts.submit(product, by=None)
    actions.approve(product, seen=seen, by=reviewer)
    assert stands(product) is Draft.NONE and Product.objects.get().summary_fr == "Doux"


def test_what_waits_already_or_changes_nothing_is_not_sent():
    product = a_product()
    with pytest.raises(drafts.NothingToReview):
        drafts.submit(product, by=None)
    drafts.change(product, reworded("Doux"), by=None)
    drafts.submit(product, by=None)
    with pytest.raises(drafts.NothingToReview):
        drafts.submit(product, by=None)


def test_what_was_decided_is_not_decided_again():
    product, reviewer = a_product(), superuser()
    drafts.change(product, reworded("Doux"), by=None)
    drafts.submit(product, by=None)
    seen = Product.objects.get().latest_revision_id
    actions.approve(product, seen=seen, by=reviewer)
    with pytest.raises(actions.ReviewMoved):
        actions.send_back(product, seen=seen, comment="Non", notes=[], by=reviewer)
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_APPROVED


def two_photos_at_once(product: Product) -> list:
    photos = [an_image("one"), an_image("two")]
    return race(*[lambda image=image: drafts.change(product, drafts.add_photo(image), by=None) for image in photos])


def shown(product: Product) -> int:
    return len(drafts.photos_of(drafts.draft_of(Product.objects.get(pk=product.pk))))


@at_once
def test_of_two_photos_that_come_at_once_none_is_lost():
    product = a_product()
    assert kinds(two_photos_at_once(product)) == {Product: 2}
    assert shown(product) == 2


if connection.vendor == "postgresql":  # SQLite has one writer: they come in turn anyway

    @at_once
    def test_without_taking_turns_one_photo_is_lost(monkeypatch):
        product, both_have_read = a_product(), Barrier(2)
        read = drafts.draft_of

        def read_together(product):
            draft = read(product)
            both_have_read.wait()
            return draft

        monkeypatch.setattr("django.db.models.query.QuerySet.select_for_update", lambda rows, **_how: rows)
        monkeypatch.setattr(drafts, "draft_of", read_together)
        two_photos_at_once(product)
        monkeypatch.undo()
        assert shown(product) == 1
