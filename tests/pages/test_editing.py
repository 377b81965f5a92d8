"""What editors have at hand while they write: previews, history, comparison, comments, and where a figure is shown."""

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Comment, Locale, Page

from cms.models import HomePage, StoryPage

from .admin_people import chief_editor, editor, superuser
from .admin_stories import rewrite, story_form, text, the_story, write
from .told import a_figure, a_story

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]

PUBLISH = {"action-publish": "1"}


def preview(browser: Client, page: Page, mode: str = "", **changes):
    """What the panel shows, in a language, of a form that was changed and not saved."""
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    assert browser.post(address, story_form(**changes)).json() == {"is_valid": True, "is_available": True}
    return browser.get(f"{address}?mode={mode}")


def in_arabic(site, story: StoryPage, **fields) -> StoryPage:
    arabic = Locale.objects.get(language_code="ar")
    home = Page.get_first_root_node().add_child(
        instance=HomePage(title="ا", slug="ar", hero_title="ا", locale=arabic, translation_key=site.translation_key)
    )
    told = {"title": "خمس نساء", "slug": "q", "summary": "قصة", "locale": arabic, **fields}
    return home.add_child(instance=StoryPage(translation_key=story.translation_key, **told))


def test_a_preview_shows_the_words_that_are_not_saved_yet():
    story, browser = a_story(), editor()
    page = preview(browser, story, title="Pas encore là")
    assert "<h1>Pas encore là" in page.content.decode()
    assert the_story().title == "Cinq femmes"


def test_a_preview_may_be_framed_by_the_admin_alone():
    story = a_story()
    page = preview(editor(), story)
    assert page.status_code == 200
    assert page.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]


def test_a_page_is_previewed_in_each_language_that_it_has(site):
    story, browser = a_story(), editor()
    assert story.preview_modes == [("", "Français")]
    other = in_arabic(site, story, live=False)
    other.title = "خمس نساء ورمل"
    other.save_revision()
    assert story.preview_modes == [("", "Français"), ("ar", "العربية")]
    page = preview(browser, story, "ar").content.decode()
    assert 'lang="ar" dir="rtl"' in page and "خمس نساء ورمل" in page
    assert 'lang="fr"' in preview(browser, story).content.decode()


def test_a_page_that_has_no_address_yet_is_previewed_too():
    story = Page.get_first_root_node().add_child(instance=StoryPage(title="Perdu", slug="perdu", summary="x"))
    page = preview(superuser(), story, title="Perdu")
    assert story.url is None and page.status_code == 200
    assert '"headline": "Perdu"' in page.content.decode() and "mainEntityOfPage" not in page.content.decode()


def test_previews_are_as_wide_as_a_phone_a_tablet_and_a_desk():
    page = editor().get(reverse("wagtailadmin_pages:edit", args=[a_story().pk])).content.decode()
    assert [f'data-device-width="{width}"' in page for width in (360, 768, 1280)] == [True] * 3


def test_what_changed_in_the_blocks_of_a_story_is_compared():
    browser = chief_editor()
    write(browser, story_form([("text", text("Au printemps")), ("heading", "Le rucher")]))
    rewrite(browser, the_story(), story_form([("text", text("En automne")), ("heading", "Le rucher")]) | PUBLISH)
    story = the_story()
    history = browser.get(reverse("wagtailadmin_pages:history", args=[story.pk]))
    assert history.status_code == 200
    first, last = story.revisions.order_by("pk").values_list("pk", flat=True)
    page = browser.get(reverse("wagtailadmin_pages:revisions_compare", args=[story.pk, first, last])).content.decode()
    assert 'deletion">Au printemps' in page and 'addition">En automne' in page


def test_an_old_version_of_a_story_comes_back_as_a_draft():
    browser = chief_editor()
    write(browser, story_form([("heading", "Avant")]) | PUBLISH)
    first = the_story().latest_revision_id
    rewrite(browser, the_story(), story_form([("heading", "Après")]) | PUBLISH)
    page = browser.get(reverse("wagtailadmin_pages:revisions_revert", args=[the_story().pk, first])).content.decode()
    assert "Avant" in page
    assert [block.value for block in the_story().body] == ["Après"]


def test_a_reviewer_leaves_a_word_beside_a_field_that_the_writer_finds():
    story, writer = a_story(), editor()
    comment = {
        "comments-TOTAL_FORMS": "1", "comments-INITIAL_FORMS": "0", "comments-0-id": "", "comments-0-DELETE": "",
        "comments-0-text": "Plus court ?", "comments-0-contentpath": "summary", "comments-0-position": "",
        "comments-0-resolved": "", "comments-0-replies-TOTAL_FORMS": "0", "comments-0-replies-INITIAL_FORMS": "0",
    }  # fmt: skip
    rewrite(chief_editor(), story, {**story_form(), **comment})
    assert (Comment.objects.get().text, Comment.objects.get().contentpath) == ("Plus court ?", "summary")
    assert "Plus court ?" in writer.get(reverse("wagtailadmin_pages:edit", args=[story.pk])).content.decode()


@pytest.mark.indexed
def test_a_figure_lists_every_page_that_shows_it():
    figure, browser = a_figure(), editor()
    blocks = [("figures", {"title": "", "figures": [figure]})]
    for number in range(3):
        a_story(blocks, title=f"Récit {number}", slug=f"recit-{number}")
    a_story(title="Sans chiffre", slug="sans-chiffre")
    page = browser.get(reverse("wagtailsnippets_cms_figure:usage", args=[figure.pk])).content.decode()
    assert [f"Récit {number}" in page for number in range(3)] == [True] * 3
    assert "Sans chiffre" not in page


def test_history_and_comparison_of_a_figure_tell_what_the_number_was():
    figure, browser = a_figure(), chief_editor()
    figure.save_revision().publish()
    figure.refresh_from_db()
    figure.value = 97
    figure.save_revision().publish()
    first, last = figure.revisions.order_by("pk").values_list("pk", flat=True)
    address = reverse("wagtailsnippets_cms_figure:revisions_compare", args=[figure.pk, first, last])
    page = browser.get(address).content.decode()
    assert "85" in page and "97" in page
