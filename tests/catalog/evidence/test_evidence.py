"""Documents are sent, accepted or refused once, and never mixed up between cooperatives."""

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from catalog.evidence import actions
from catalog.evidence.errors import ForeignProduct
from catalog.evidence.models import State
from catalog.models import Evidence
from store.flows.invariants.evidence import documents_are_of_the_seller
from tests.factories import PDF, CooperativeFactory, ProductFactory, an_evidence

pytestmark = pytest.mark.django_db


def test_a_document_about_another_cooperatives_product_is_refused():
    with pytest.raises(ForeignProduct):
        an_evidence(CooperativeFactory(), product=ProductFactory())
    assert not Evidence.objects.exists()


def test_the_first_decision_stands_and_a_mistaken_yes_can_be_taken_back():
    sent = an_evidence(CooperativeFactory(), waits=True)
    assert actions.accept(sent, by=None)
    assert not actions.accept(sent, by=None)
    assert actions.refuse(sent, because="Of another year.", by=None)
    assert not actions.refuse(sent, because="Again.", by=None)
    assert not actions.accept(sent, by=None)
    sent.refresh_from_db()
    assert (sent.outcome, sent.note) == ("refused", "Of another year.")


def test_a_document_that_was_moved_to_another_cooperative_is_found():
    product = ProductFactory()
    moved = an_evidence(product.sale.cooperative, product=product)
    assert list(documents_are_of_the_seller(timezone.now())) == []
    other = CooperativeFactory()
    Evidence.objects.update(cooperative=other)
    assert list(documents_are_of_the_seller(timezone.now())) == [
        f"Document {moved.pk} belongs to {other.slug}, which does not sell its product."
    ]


@pytest.mark.parametrize(
    ("days", "state"), [(None, State.GOOD), (61, State.GOOD), (60, State.SOON), (0, State.SOON), (-1, State.EXPIRED)]
)
def test_a_document_stands_as_its_last_day_says(days, state):
    standing = an_evidence(CooperativeFactory(), days=days).standing
    assert (standing.state, standing.days) == (state, days)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "blessing"},
        {"number": ""},
        {"issued_on": "2026-02-02", "expires_on": "2026-02-01"},
        {"outcome": "refused", "decided_at": "2026-02-02T00:00Z"},
        {"outcome": "accepted"},
        {"note": "Why"},
    ],
)
def test_the_database_refuses_what_makes_no_sense(wrong):
    row = {"kind": "sanitary", "number": "1", "file": ContentFile(PDF, "a.pdf"), "cooperative": CooperativeFactory()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.create(**{**row, **wrong})
