"""Pages in several languages: translated string by string, never answered with the words of another one."""

import pytest
from django.urls import reverse
from wagtail.blocks import ChooserBlock
from wagtail.fields import StreamField
from wagtail.models import Locale, get_page_models
from wagtail_localize.fields import get_translatable_fields
from wagtail_localize.models import StringTranslation

from cms.models import CooperativePage, CooperativesPage, HomePage, StandardPage, StoriesPage, StoryPage
from cms.page_translations.languages import languages_of
from cms.pages.base import ShopPage
from tests.factories.catalog import LotFactory

from . import admin_stories
from .admin_people import chief_editor, editor
from .admin_stories import story_form
from .test_stories import blocks_of_every_kind, page_of
from .told import a_story
from .translating import an_arabic_tree, publish, submit, sync, translate, translation_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]

FRENCH, ARABIC = "/fr/recits/cinq-femmes/", "/ar/recits/cinq-femmes/"


@pytest.fixture
def on_commit(django_capture_on_commit_callbacks):
    return django_capture_on_commit_callbacks


def statuses(page) -> dict[str, str]:
    return {language.code: language.status for language in languages_of([page])[page.pk]}


def a_translated_story(browser, on_commit, body=()) -> tuple[StoryPage, StoryPage]:
    """A published story and its published Arabic translation."""
    an_arabic_tree()
    story = a_story(body)
    story.save_revision().publish()
    arabic = submit(browser, story)
    translate(browser, arabic)
    return story, publish(browser, arabic, on_commit)


def rewrite(story: StoryPage, **fields) -> None:
    story = StoryPage.objects.get(pk=story.pk)
    for name, value in fields.items():
        setattr(story, name, value)
    story.save_revision().publish()


def test_a_story_is_translated_and_answers_only_when_it_is_published(client, on_commit):
    chief = chief_editor()
    an_arabic_tree()
    story = a_story([("heading", "Le premier rucher")])
    arabic = submit(chief, story)
    assert statuses(story) == {"fr": "published", "ar": "draft", "en": "missing"}
    assert client.get(ARABIC).status_code == 404 and 'hreflang="ar"' not in page_of(client, FRENCH)

    translate(chief, arabic)
    publish(chief, arabic, on_commit)

    page = page_of(client, ARABIC)
    assert "بالعربية: Cinq femmes" in page and "بالعربية: Le premier rucher" in page
    assert 'hreflang="ar"' in page_of(client, FRENCH)
    assert statuses(story) == {"fr": "published", "ar": "published", "en": "missing"}


def test_a_translation_is_not_published_while_texts_of_it_are_missing(on_commit):
    chief = chief_editor()
    an_arabic_tree()
    arabic = submit(chief, a_story([("heading", "Le premier rucher")]))
    translate(chief, arabic)
    StringTranslation.objects.get(translation_of__data="Le premier rucher").delete()
    assert publish(chief, arabic, on_commit).live is False
    translate(chief, arabic, ["Le premier rucher"])
    assert publish(chief, arabic, on_commit).live is True


def test_an_editor_translates_and_a_chief_editor_publishes(on_commit):
    writes = editor()
    an_arabic_tree()
    arabic = submit(writes, a_story())
    translate(writes, arabic)
    assert publish(writes, arabic, on_commit).live is False
    assert publish(chief_editor(), arabic, on_commit).live is True


def bulk_publish(browser, page, on_commit, **choices) -> None:
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    with on_commit(execute=True):
        browser.post(f"{address}?id={page.pk}&next=/admin/", choices)


def test_the_draft_of_a_translation_is_not_published_with_others(on_commit):
    """It would show the words of the source; a draft that is no translation is published."""
    chief = chief_editor()
    tree = an_arabic_tree()
    arabic = submit(chief, a_story())
    bulk_publish(chief, arabic, on_commit)
    bulk_publish(chief, tree, on_commit, include_descendants="on")
    assert not StoryPage.objects.get(pk=arabic.pk).live
    draft = a_story(slug="brouillon", live=False)
    bulk_publish(chief, draft, on_commit)
    assert StoryPage.objects.get(pk=draft.pk).live


def test_every_block_is_translated_and_nothing_of_it_is_lost(client, site, tmp_path, on_commit):
    story, arabic = a_translated_story(chief_editor(), on_commit, blocks_of_every_kind(site, tmp_path).items())

    def without_ids(raw):
        if isinstance(raw, dict):
            return {name: without_ids(value) for name, value in raw.items() if name != "id"}
        return [without_ids(value) for value in raw] if isinstance(raw, list) else raw

    def in_arabic(raw, name=""):
        """What should have become of a French value: its words translated, all else the same."""
        if isinstance(raw, dict):
            return {key: in_arabic(value, key) for key, value in raw.items()}
        if isinstance(raw, list):
            return [in_arabic(value, name) for value in raw]
        if not isinstance(raw, str) or not raw or name in ("type", "link"):
            return raw
        return f"<p>بالعربية: {raw[3:]}" if raw.startswith("<p>") else f"بالعربية: {raw}"

    french = without_ids(list(StoryPage.objects.get(pk=story.pk).body.raw_data))
    assert len(french) == 14
    assert without_ids(list(arabic.body.raw_data)) == in_arabic(french)
    assert "بالعربية: Au printemps" in page_of(client, ARABIC)


def test_slug_cooperative_theme_and_date_are_the_same_in_every_language(on_commit):
    cooperative = LotFactory().variant.product.sale.cooperative
    chief = chief_editor()
    story, arabic = a_translated_story(chief, on_commit)
    rewrite(story, slug="six-femmes", cooperative=cooperative)
    sync(chief, arabic)
    arabic = publish(chief, arabic, on_commit)
    assert (arabic.slug, arabic.cooperative, arabic.told_on) == ("six-femmes", cooperative, story.told_on)


def test_a_slug_is_written_in_letters_that_localize_keeps():
    writes = editor()
    admin_stories.write(writes, story_form(slug="été"))
    assert not StoryPage.objects.exists()
    admin_stories.write(writes, story_form(slug="ete"))
    assert StoryPage.objects.get().slug == "ete"


def test_home_pages_keep_slugs_of_their_own(on_commit):
    chief = chief_editor()
    arabic = submit(chief, HomePage.objects.get())
    translate(chief, arabic)
    assert publish(chief, arabic, on_commit).slug == "accueil-fr-ar"
    assert publish(chief, arabic, on_commit).slug == "accueil-fr-ar"


def test_a_changed_source_puts_its_translation_out_of_date_until_it_is_taken_over(client, on_commit):
    chief = chief_editor()
    story, arabic = a_translated_story(chief, on_commit, [("heading", "Le premier rucher")])
    rewrite(story, body=[*story.body.raw_data, {"type": "heading", "value": "Le second rucher"}])
    assert statuses(story)["ar"] == "out_of_date"
    assert "out of date" in page_of(chief, reverse("wagtail_localize:translations_report"))

    sync(chief, arabic)
    assert statuses(story)["ar"] == "out_of_date"
    assert "second" not in page_of(client, ARABIC)
    texts, translated = translation_of(arabic).get_progress()
    assert texts - translated == 1  # what was translated stays translated

    translate(chief, arabic, ["Le second rucher"])
    publish(chief, arabic, on_commit)
    assert statuses(story)["ar"] == "published"
    assert "بالعربية: Le second rucher" in page_of(client, ARABIC)


def test_taking_changes_over_publishes_nothing(client, on_commit):
    """Localize offers it, and would show the words of the source for what is not translated yet."""
    chief = chief_editor()
    story, arabic = a_translated_story(chief, on_commit)
    rewrite(story, title="Six femmes")
    with on_commit(execute=True):
        sync(chief, arabic, publish_translations="on")
    page = page_of(client, ARABIC)
    assert "Six femmes" not in page and "بالعربية: Cinq femmes" in page


def test_a_translation_goes_on_when_its_source_is_unpublished(client, on_commit):
    story, _arabic = a_translated_story(chief_editor(), on_commit)
    StoryPage.objects.get(pk=story.pk).unpublish()
    page = page_of(client, ARABIC)
    assert "بالعربية: Cinq femmes" in page and 'hreflang="fr"' not in page
    assert client.get(FRENCH).status_code == 404
    assert statuses(story) == {"fr": "draft", "ar": "published", "en": "missing"}


def test_a_translation_goes_on_when_its_source_is_deleted(client, on_commit):
    chief = chief_editor()
    story, arabic = a_translated_story(chief, on_commit)
    StoryPage.objects.get(pk=story.pk).delete()
    assert "بالعربية: Cinq femmes" in page_of(client, ARABIC)
    assert "بالعربية: Un récit." in page_of(chief, f"/admin/pages/{arabic.pk}/edit/")
    assert statuses(arabic) == {"fr": "missing", "ar": "published", "en": "missing"}


def test_an_alias_of_another_language_is_offered_nowhere_and_leads_to_its_source(client):
    an_arabic_tree()
    story = a_story()
    story.copy_for_translation(Locale.objects.get(language_code="ar"), alias=True)
    assert 'hreflang="ar"' not in page_of(client, FRENCH)
    answer = client.get(ARABIC)
    assert (answer.status_code, answer.headers["Location"]) == (302, FRENCH)
    assert "Cinq femmes" not in page_of(client, "/ar/recits/")
    assert ARABIC not in page_of(client, "/sitemap-ar.xml")
    assert statuses(story) == {"fr": "published", "ar": "missing", "en": "missing"}


def test_pages_above_are_not_offered_because_a_page_below_is_translated(client, on_commit):
    """Localize makes aliases of them, which show the words of the source."""
    chief = chief_editor()
    arabic = submit(chief, a_story())
    translate(chief, arabic)
    publish(chief, arabic, on_commit)
    assert "بالعربية: Cinq femmes" in page_of(client, ARABIC)
    assert client.get("/ar/recits/").headers["Location"] == "/fr/recits/"
    assert client.get("/ar/").headers["Location"] == "/fr/"
    assert statuses(StoriesPage.objects.get(locale__language_code="fr"))["ar"] == "missing"


def test_pages_that_blocks_name_are_shown_in_the_language_of_the_page(client, site, on_commit):
    arabic_locale = Locale.objects.get(language_code="ar")
    tree = an_arabic_tree()
    french = CooperativesPage.objects.get()
    cooperative = LotFactory(variant__product__sale__cooperative__slug="ruche").cooperative
    ruche = french.add_child(instance=CooperativePage(title="La ruche", slug="ruche", cooperative=cooperative))
    join = site.add_child(instance=StandardPage(title="Rejoindre", slug="rejoindre", body="<p>Ici</p>"))
    told = {"title": "Venez", "text": "", "page": join, "link": "", "button": "Ici"}
    body = [("action", told), ("cooperative", {"cooperative": ruche})]
    a_story(body, locale=arabic_locale)

    page = page_of(client, ARABIC)
    assert (
        'href="/fr/rejoindre/"' in page and 'href="/fr/cooperatives/ruche/"' in page
    )  # not translated: better than nothing

    join.copy_for_translation(arabic_locale).save_revision().publish()
    translated = tree.add_child(
        instance=CooperativesPage(title="التعاونيات", slug="cooperatives", translation_key=french.translation_key,
                                  locale=arabic_locale)
    )  # fmt: skip
    translated.add_child(
        instance=CooperativePage(title="الخلية", slug="ruche", cooperative=cooperative, locale=arabic_locale,
                                 translation_key=ruche.translation_key)
    )  # fmt: skip
    page = page_of(client, ARABIC)
    assert 'href="/ar/rejoindre/"' in page and 'href="/ar/cooperatives/ruche/"' in page


def test_two_editors_of_one_translation_lose_nothing():
    one, other = editor(), chief_editor()
    an_arabic_tree()
    arabic = submit(one, a_story([("heading", "Le premier rucher")]))
    translate(one, arabic, ["Cinq femmes"], "خمس نساء")
    translate(other, arabic, ["Le premier rucher"], "المنحل الأول")
    assert set(StringTranslation.objects.values_list("data", flat=True)) == {"خمس نساء", "المنحل الأول"}


def test_two_editors_of_one_page_are_told_of_each_other_and_lose_nothing():
    one, other = editor(), chief_editor()
    story = a_story()
    opened = story.save_revision()
    ping = reverse("wagtailadmin_editing_sessions:ping", args=["wagtailcore", "page", story.pk, 1])
    one.post(ping, {"is_editing": "1"})
    admin_stories.rewrite(other, story, story_form(summary="Autre résumé"))
    told = one.post(ping, {"is_editing": "1", "revision_id": opened.pk}).json()
    assert [(seen["user"], bool(seen["revision_id"])) for seen in told["other_sessions"]] == [
        ("redactrice-en-chef", True)
    ]
    admin_stories.rewrite(one, story, story_form(summary="Résumé de l’une"))
    kept = [revision.content["summary"] for revision in story.revisions.order_by("pk")]
    assert kept == ["Un récit.", "Autre résumé", "Résumé de l’une"]


def choosers_in(block) -> list:
    children = getattr(block, "child_blocks", {}).values() or filter(None, [getattr(block, "child_block", None)])
    return [block] if isinstance(block, ChooserBlock) else [one for child in children for one in choosers_in(child)]


@pytest.mark.parametrize("model", [model for model in get_page_models() if issubclass(model, ShopPage)])
def test_rows_are_chosen_in_the_source_alone(model):
    """Localize would let a translation choose another one, and break on publishing once that is deleted."""
    for translatable in get_translatable_fields(model):
        field = translatable.get_field(model)
        if field.many_to_one:
            assert not translatable.is_overridable(model()), field
        if isinstance(field, StreamField):
            choosers = choosers_in(field.stream_block)
            assert all(chooser.get_translatable_segments(None) == [] for chooser in choosers)
            assert choosers or model is HomePage
