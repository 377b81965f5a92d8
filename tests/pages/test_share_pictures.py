"""A link to a story or a guide has its picture, in the language of the page, drawn again when it has changed; other pages
show that of the home page."""

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image
from wagtail.models import Locale

from catalog.media.sharing import SIZE
from catalog.models import Category, SharePicture
from cms.models import ContactPage, HomePage, ImpactPage, StandardPage, StoriesPage, StoryPage
from cms.pages import share_tasks
from cms.pages.share_tasks import draw_page
from tests.factories import a_legal_text
from tests.factories.catalog import CooperativeFactory

from .told import a_guide, a_picture, a_story

pytestmark = pytest.mark.django_db


def pictures() -> dict[tuple[str, str], str]:
    return {(row.subject, row.language): row.file.name for row in SharePicture.objects.all()}


@pytest.fixture
def sheets(monkeypatch) -> list:
    """What is drawn, as sheets."""
    drawn = []
    keep = share_tasks.keep_picture
    monkeypatch.setattr(
        share_tasks, "keep_picture", lambda *asked: (drawn.append(asked[2]), keep(*asked))
    )  # fmt: skip
    return drawn


def test_publishing_a_story_draws_its_picture(site, client, tmp_path, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        story = a_story(cover=a_picture(tmp_path))
    [((subject, language), name)] = pictures().items()
    assert (subject, language) == (f"page:{story.pk}", "fr")
    with default_storage.open(name) as file:
        assert Image.open(file).size == SIZE
    page = client.get("/fr/recits/cinq-femmes/").content.decode()
    assert f'<meta property="og:image" content="http://testserver/media/{name}">' in page


def test_a_new_title_or_cover_is_drawn_and_the_same_is_not(site, tmp_path):
    story = a_story(cover=a_picture(tmp_path))
    draw_page.call(story.pk)
    first = pictures()
    draw_page.call(story.pk)
    assert pictures() == first
    story.title = "Six femmes"
    story.save()
    draw_page.call(story.pk)
    second = pictures()
    assert second != first and not any(default_storage.exists(name) for name in first.values())
    story.cover = a_picture(tmp_path)
    story.save()
    draw_page.call(story.pk)
    assert pictures() != second and len(pictures()) == 1


def test_a_draft_changes_nothing_that_is_shown(site, tmp_path, django_capture_on_commit_callbacks):
    story = a_story(cover=a_picture(tmp_path))
    draw_page.call(story.pk)
    before = pictures()
    story.title = "Brouillon"
    with django_capture_on_commit_callbacks(execute=True):
        story.save_revision()
    assert pictures() == before
    with django_capture_on_commit_callbacks(execute=True):
        story.get_latest_revision().publish()
    assert pictures() != before


def test_an_arabic_page_has_an_arabic_picture(site, tmp_path, sheets):
    cooperative = CooperativeFactory(name_fr="La ruche", name_ar="الخلية", accent="clay")
    home = site.copy_for_translation(Locale.objects.get_or_create(language_code="ar")[0])
    index = home.add_child(instance=StoriesPage(title="قصص", slug="recits"))
    told = StoryPage(
        title="خمس نساء",
        slug="x",
        summary="قصة",
        cover_alt="x",
        cover=a_picture(tmp_path),
        cooperative=cooperative,
        locale=home.locale,
    )
    draw_page.call(index.add_child(instance=told).pk)
    [sheet] = sheets
    assert (sheet.title, sheet.line, sheet.site, sheet.accent, sheet.is_rtl) == (
        "خمس نساء",
        "الخلية",
        "تويزة",
        "clay",
        True,
    )
    assert [language for _subject, language in pictures()] == ["ar"]


def test_a_guide_says_its_shelf(site, tmp_path, sheets):
    guide = a_guide(
        cover=a_picture(tmp_path),
        category=Category.objects.create(slug="miels", name_fr="Miels"),
    )
    draw_page.call(guide.pk)
    assert (sheets[0].title, sheets[0].line) == ("Reconnaître un bon miel", "Miels")


def test_without_a_cover_or_a_published_page_there_is_no_picture(site, client, tmp_path):
    story = a_story()
    draw_page.call(story.pk)
    draw_page.call(999_999)
    draw_page.call(a_story(slug="brouillon", live=False, cover=a_picture(tmp_path)).pk)
    assert pictures() == {}
    story.cover = a_picture(tmp_path)
    story.save()
    draw_page.call(story.pk)
    story.cover = None
    story.save()
    assert "og:image" not in client.get("/fr/recits/cinq-femmes/").content.decode()


def test_a_page_reads_its_picture_by_one_query(site, client, tmp_path):
    story = a_story(cover=a_picture(tmp_path))
    draw_page.call(story.pk)
    client.get("/fr/recits/cinq-femmes/")  # that of the whole shop is remembered for a minute
    with CaptureQueriesContext(connection) as queries:
        client.get("/fr/recits/cinq-femmes/")
    assert len([query for query in queries if "sharepicture" in query["sql"]]) == 1


def test_a_page_without_a_picture_of_its_own_shows_that_of_the_home_page(
    site, client, tmp_path, django_capture_on_commit_callbacks
):
    site.add_child(instance=ImpactPage(title="Impact", slug="impact"))
    site.add_child(instance=ContactPage(title="Contact", slug="contact"))
    site.add_child(instance=StandardPage(title="Nous", slug="qui-sommes-nous", body="<p>Deux.</p>"))
    a_legal_text()
    a_story()
    site.hero_image, site.hero_alt = a_picture(tmp_path), "x"
    with django_capture_on_commit_callbacks(execute=True):
        site.save()
    [((subject, language), name)] = pictures().items()
    assert (subject, language) == ("shop", "fr")
    for place in ("", "recits/", "recits/cinq-femmes/", "guides/", "cooperatives/", "impact/", "contact/", "conditions/",
                  "qui-sommes-nous/", "boutique/"):  # fmt: skip
        page = client.get(f"/fr/{place}").content.decode()
        assert page.count(f'<meta property="og:image" content="http://testserver/media/{name}">') == 1, place
    assert "og:image" not in client.get("/ar/boutique/").content.decode()  # which would say it in French


def test_the_picture_of_the_shop_says_what_the_home_page_of_the_language_says(site, tmp_path, sheets):
    arabic = Locale.objects.get(language_code="ar")
    told = HomePage(
        title="x", slug="ar", hero_title="مرحبا", hero_image=a_picture(tmp_path), hero_alt="x", locale=arabic
    )
    told.translation_key = site.translation_key
    draw_page.call(site.add_sibling(instance=told).pk)
    draw_page.call(site.pk)  # without a photograph there is nothing to draw
    assert [(sheet.title, sheet.site, sheet.is_rtl) for sheet in sheets] == [("مرحبا", "تويزة", True)]
    assert list(pictures()) == [("shop", "ar")]
