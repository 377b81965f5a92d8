"""In which languages pages are there, and how far: published, draft, out of date or missing."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy
from wagtail.models import Page
from wagtail_localize.models import Translation

from ..pages.base import OWN_WORDS


class LanguageStatus(models.TextChoices):
    PUBLISHED = "published", pgettext_lazy("language of a page", "published")
    DRAFT = "draft", pgettext_lazy("language of a page", "draft")
    OUT_OF_DATE = "out_of_date", pgettext_lazy("language of a page", "out of date")
    MISSING = "missing", pgettext_lazy("language of a page", "missing")


@dataclass(frozen=True)
class PageLanguage:
    """A page in one language. Of what is missing there is no page."""

    code: str
    name: str
    status: LanguageStatus
    page: Page | None = None
    #: Localize's source, if it has changes that were not taken over yet.
    unsynced_source_pk: int | None = None


def languages_of(pages: Iterable[Page]) -> dict[int, list[PageLanguage]]:
    """Page's number → how it is in each language of the site. Asks twice, for one page as for thirty."""
    pages = list(pages)
    families = _families({page.translation_key for page in pages})
    translations = _translations(set(families))
    return {
        page.pk: [
            _in_language(code, name, families[page.translation_key], translations.get((page.translation_key, code)))
            for code, name in settings.LANGUAGES
        ]
        for page in pages
    }


def out_of_date_among(translations: Iterable[Translation]) -> list[Translation]:
    """Those whose page is out of date; asks once for all of them."""
    translations = list(translations)
    families = _families({translation.source.object_id for translation in translations})
    return [
        translation
        for translation in translations
        if _status(translation.target_locale.language_code, families[translation.source.object_id], translation)
        == LanguageStatus.OUT_OF_DATE
    ]


def _families(keys: set) -> dict:
    """Translation key → language → the page that has words of its own."""
    families: dict = defaultdict(dict)
    for page in Page.objects.filter(OWN_WORDS, translation_key__in=keys).select_related("locale"):
        families[page.translation_key][page.locale.language_code] = page
    return families


def _translations(keys: set) -> dict:
    """(translation key, language) → what localize knows of the translation into it."""
    going_on = Translation.objects.filter(enabled=True, source__object__in=keys)
    return {
        (translation.source.object_id, translation.target_locale.language_code): translation
        for translation in going_on.select_related("source__locale", "target_locale")
    }


def _in_language(code: str, name: str, family: dict[str, Page], translation: Translation | None) -> PageLanguage:
    status = _status(code, family, translation)
    unsynced = translation.source_id if translation and _is_unsynced(family, translation) else None
    return PageLanguage(code, name, status, family.get(code), unsynced)


def _status(code: str, family: dict[str, Page], translation: Translation | None) -> LanguageStatus:
    page = family.get(code)
    if page is None:
        return LanguageStatus.MISSING
    if not page.live:
        return LanguageStatus.DRAFT
    if translation and (_is_unsynced(family, translation) or _published_at(page) < translation.source.last_updated_at):
        return LanguageStatus.OUT_OF_DATE
    return LanguageStatus.PUBLISHED


def _is_unsynced(family: dict[str, Page], translation: Translation) -> bool:
    """Was the source published with changes that its translations were not given yet?"""
    source = family.get(translation.source.locale.language_code)
    return bool(source and source.live and _published_at(source) > translation.source.last_updated_at)


def _published_at(page: Page) -> datetime:
    return page.last_published_at or page.first_published_at or datetime.min.replace(tzinfo=UTC)
