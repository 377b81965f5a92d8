"""What the legal texts of the demonstration say, beside what the shop does."""

import re

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from cms.models import LegalKind
from store.demo.content import LANGUAGES, read
from store.payments.methods import METHODS

BODIES = {row["kind"]: row for row in read("legal")["text"]}

in_each_language = pytest.mark.parametrize("language", LANGUAGES)


def text_of(kind: str, language: str) -> str:
    return BODIES[kind][f"body_{language}"]


@in_each_language
@pytest.mark.parametrize("kind", [LegalKind.PAYMENT, LegalKind.TERMS])
@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_who_reads_of_payment_finds_each_way_to_pay_by_its_name(kind, method, language):
    with translation.override(language):
        assert str(method.label) in text_of(kind, language)


@in_each_language
@pytest.mark.parametrize("kind", [LegalKind.PAYMENT, LegalKind.TERMS])
def test_who_reads_of_payment_learns_how_long_an_order_waits_for_a_transfer(kind, language):
    days = {"fr": "{}\N{NO-BREAK SPACE}jours ouvrables", "ar": "{} أيام عمل", "en": "{} working days"}[language]
    assert days.format(settings.TRANSFER_DAYS) in text_of(kind, language)


@in_each_language
def test_who_reads_of_personal_data_learns_what_becomes_of_a_rib_and_of_the_photo_of_a_return(language):
    text = text_of(LegalKind.PRIVACY, language)
    purpose, kept = [entry for entry in text.splitlines() if entry.startswith("- ") and "RIB" in entry]
    assert str(settings.RIB_DAYS) not in purpose and str(settings.RIB_DAYS) in kept
    assert text.count({"fr": "photo", "ar": "صورة", "en": "photo"}[language]) >= 2


@in_each_language
@pytest.mark.parametrize("kind", [LegalKind.RETURNS, LegalKind.TERMS])
def test_who_reads_of_returns_finds_the_way_that_the_page_of_the_order_has(kind, language):
    text = text_of(kind, language)
    with translation.override(language):
        assert gettext("Give something back") in text
    unopened = {"fr": r"non ouverts", "ar": r"غير مفتوحة", "en": r"unopened"}[language]
    assert re.search(unopened, text)
    assert re.search(rf"\b{settings.RETURN_DAYS}\s(jours|أيام|days)", text)
