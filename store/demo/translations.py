"""The stories and guides of the demonstration as if editors had translated them string by string, so that one can go on."""

from wagtail.models import Page
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationSource
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

from cms.models import GuidePage, StoryPage

from .content import LANGUAGES


def tell_localize() -> None:
    for model in (StoryPage, GuidePage):
        for page in model.objects.filter(locale__language_code=LANGUAGES[0]):
            source, _ = TranslationSource.get_or_create_from_instance(page)
            strings = list(StringSegment.objects.filter(source=source).order_by("order"))
            for translation in page.get_translations().select_related("locale").specific():
                _adopt(translation, source, strings)
            # As if taken over at once: the translations were published after it.
            TranslationSource.objects.filter(pk=source.pk).update(last_updated_at=page.last_published_at)


def _adopt(page: Page, source: TranslationSource, strings: list[StringSegment]) -> None:
    """The page's texts as translations of the source's, if it is cut into as many."""
    texts = [segment.string.data for segment in extract_segments(page) if isinstance(segment, StringSegmentValue)]
    if len(texts) != len(strings):
        return
    Translation.objects.create(source=source, target_locale=page.locale)
    StringTranslation.objects.bulk_create(
        StringTranslation(
            translation_of_id=string.string_id,
            context_id=string.context_id,
            locale=page.locale,
            data=text,
            translation_type=StringTranslation.TRANSLATION_TYPE_MANUAL,
        )
        for string, text in zip(strings, texts, strict=True)
    )
