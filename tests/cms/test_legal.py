"""Legal texts: published in French and Arabic together, and kept as they were accepted."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import translation
from wagtail.models import Revision

from cms.models import LegalKind, LegalText, published_kinds, terms_in_force
from tests.factories import a_legal_text, a_newer_version, a_part

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("field", ["title_fr", "body_fr", "title_ar", "body_ar"])
@pytest.mark.parametrize("nothing", ["", None])
def test_a_text_that_lacks_french_or_arabic_cannot_be_published(field, nothing):
    with pytest.raises(IntegrityError), transaction.atomic():
        a_legal_text(**{field: nothing})
    assert not LegalText.objects.exists()


def test_a_draft_may_lack_everything():
    draft = LegalText.objects.create(kind=LegalKind.TERMS, live=False)
    draft.save_revision(clean=False)
    assert (terms_in_force(), published_kinds()) == (None, [])


def test_there_is_one_text_of_a_kind():
    a_legal_text()
    with pytest.raises(IntegrityError), transaction.atomic():
        a_legal_text()


def test_all_languages_are_in_one_revision():
    text = a_legal_text(title_en="Terms", body_en="<p>Sold by the cooperative.</p>")
    kept = text.live_revision.as_object()
    bodies = [kept.words_in(code).body for code in ("fr", "ar", "en")]
    assert bodies == ["<p>Vendu par la coopérative.</p>", "<p>تبيعه التعاونية.</p>", "<p>Sold by the cooperative.</p>"]


@pytest.mark.parametrize(("title", "body"), [("Terms", ""), ("", "<p>Sold.</p>"), ("Terms", "<p> </p>"), (None, None)])
def test_a_text_without_english_is_offered_in_the_others_only(title, body):
    text = a_legal_text(title_en=title, body_en=body)
    words = text.words_in("en")
    assert text.languages == ["fr", "ar"]
    assert (words.language, words.direction, words.title) == ("fr", "ltr", "Conditions")
    assert text.words_in("ar").direction == "rtl"


def test_lists_have_the_published_texts_in_their_order():
    for kind in (LegalKind.NOTICE, LegalKind.TERMS, LegalKind.DELIVERY):
        a_legal_text(kind)
    LegalText.objects.create(kind=LegalKind.COOKIES, live=False)
    assert published_kinds() == [LegalKind.DELIVERY, LegalKind.TERMS, LegalKind.NOTICE]


def test_terms_that_were_taken_offline_are_asked_of_nobody():
    text = a_legal_text()
    assert terms_in_force() == text.live_revision
    LegalText.objects.get().unpublish()
    assert terms_in_force() is None


def accepted_body(order, language="fr") -> str:
    order.refresh_from_db()
    return order.terms_revision.as_object().words_in(language).body


def test_an_order_keeps_the_terms_in_every_language_as_they_were_accepted():
    text = a_legal_text()
    order = a_part().order
    with translation.override("ar"):
        a_newer_version(text, body_fr="<p>Autre chose.</p>", body_ar="<p>شيء آخر.</p>")
    assert accepted_body(order) == "<p>Vendu par la coopérative.</p>"
    assert accepted_body(order, "ar") == "<p>تبيعه التعاونية.</p>"
    assert accepted_body(a_part().order) == "<p>Autre chose.</p>"


def test_purging_revisions_takes_old_ones_and_never_one_that_was_accepted():
    text = a_legal_text()
    accepted = a_part().order.terms_revision
    for words in ("Deuxième", "Troisième"):
        a_newer_version(text, body_fr=f"<p>{words}.</p>")
    assert text.revisions.count() == 3
    call_command("purge_revisions", stdout=StringIO())
    text.refresh_from_db()
    assert set(Revision.objects.for_instance(text)) == {accepted, text.live_revision}


def test_neither_the_accepted_revision_nor_its_text_can_be_deleted():
    text = a_legal_text()
    order = a_part().order
    for row in (order.terms_revision, text):
        with pytest.raises(ProtectedError):
            row.delete()
    assert accepted_body(order) == "<p>Vendu par la coopérative.</p>"


def test_an_order_without_published_terms_says_that_none_were_accepted():
    order = a_part().order
    assert (order.terms_revision, order.terms_accepted_at) == (None, None)
