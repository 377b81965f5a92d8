"""What an editor does to have a page in another language, as the admin sends it."""

from urllib.parse import urlencode

from django.test import Client
from django.urls import NoReverseMatch, reverse
from wagtail.models import Locale, Page
from wagtail_localize import wagtail_hooks as localize
from wagtail_localize.models import StringSegment, Translation

from cms.models import HomePage, StoriesPage
from tests.factories.catalog import ProductFactory


def an_arabic_tree() -> HomePage:
    """The home page and the list of stories in Arabic, published."""
    arabic = Locale.objects.get(language_code="ar")
    home = HomePage.objects.get()
    stories = StoriesPage.objects.get()
    arabic_home = home.add_sibling(
        instance=HomePage(title="الرئيسية", slug="accueil-ar", hero_title="مرحبا", locale=arabic,
                          translation_key=home.translation_key),
    )  # fmt: skip
    arabic_home.add_child(
        instance=StoriesPage(title="قصص", slug="recits", locale=arabic, translation_key=stories.translation_key)
    )
    return arabic_home


def submit(browser: Client, page: Page, language: str = "ar") -> Page:
    """Have the page translated; returns the draft."""
    locale = Locale.objects.get(language_code=language)
    browser.post(reverse("wagtail_localize:submit_page_translation", args=[page.pk]), {"locales": [locale.pk]})
    return page.get_translation(locale)


def translation_of(page: Page) -> Translation:
    """What localize knows of this translated page."""
    return Translation.objects.get(source__object=page.translation_key, target_locale=page.locale)


def translate(browser: Client, page: Page, strings=None, words="بالعربية: {}") -> None:
    """Write the translation of these strings, or of all, as the editor of translations does: one by one."""
    translation = translation_of(page)
    segments = StringSegment.objects.filter(source=translation.source).select_related("string")
    for segment in segments if strings is None else segments.filter(string__data__in=strings):
        answer = browser.put(
            reverse("wagtail_localize:edit_string_translation", args=[translation.pk, segment.pk]),
            urlencode({"value": words.format(segment.string.data)}),
            content_type="application/x-www-form-urlencoded",
        )
        assert answer.status_code in (200, 201), answer.content


def publish(browser: Client, page: Page, on_commit) -> Page:
    """Press "Publish" on the translated page's own page; `on_commit` runs what waits for the transaction's end."""
    with on_commit(execute=True):
        browser.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), {"action": "publish"})
    return page.specific_class.objects.get(pk=page.pk)


def sync(browser: Client, page: Page, **choices) -> None:
    """Give the translations what changed in their source."""
    source = translation_of(page).source
    browser.post(reverse("wagtail_localize:update_translations", args=[source.pk]), choices)


def addresses_of_localize(page: Page) -> dict[str, str]:
    """Name → each address that localize has, with the numbers of this page."""
    translation = Translation.objects.get()
    numbers = {
        "page_id": page.pk, "translation_id": translation.pk, "translation_source_id": translation.source_id,
        "string_segment_id": translation.source.stringsegment_set.first().pk, "overridable_segment_id": 1,
        "app_label": "catalog", "model_name": "product", "pk": ProductFactory().pk, "mode": "",
    }  # fmt: skip
    [resolver] = localize.register_admin_urls()
    found = {}
    for pattern in resolver.url_patterns:
        names = pattern.pattern.converters
        try:
            found[pattern.name] = reverse(f"wagtail_localize:{pattern.name}", kwargs={n: numbers[n] for n in names})
        except NoReverseMatch:
            continue
    return found
