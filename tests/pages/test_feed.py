"""The stories as a feed: full addresses, the language of the address, nothing that breaks it."""

from datetime import UTC, date, datetime
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale, PageViewRestriction

from cms.models import StoriesPage, StoryPage, Theme
from cms.pages.feed import NEWEST
from tests.factories.catalog import CooperativeFactory

from .told import a_picture, a_story

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


def feed_of(client, language: str = "fr") -> ElementTree.Element:
    answer = client.get(f"/{language}/recits.xml")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    assert "max-age" in answer.headers["Cache-Control"] and not answer.cookies
    return ElementTree.fromstring(answer.content)


def titles(feed) -> list[str]:
    return [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]


def test_a_reader_gets_the_newest_stories_with_cover_and_full_address(site, client, tmp_path):
    a_story(title="Ancien", slug="ancien", told_on=date(2024, 5, 1))
    a_story(
        title="Miel & thym", cover=a_picture(tmp_path), cover_alt="Une ruche", summary="Un <récit>.",
        cooperative=CooperativeFactory(name_fr="La ruche"), theme=Theme.objects.create(slug="x", name_fr="La récolte"),
        last_published_at=datetime(2026, 11, 3, 10, tzinfo=UTC),
    )  # fmt: skip
    a_story(title="Brouillon", slug="brouillon", live=False)
    feed = feed_of(client)
    assert titles(feed) == ["Miel & thym", "Ancien"]
    entry = feed.find(f"{ATOM}entry")
    assert entry.find(f"{ATOM}link").get("href") == "http://testserver/fr/recits/cinq-femmes/"
    html = entry.findtext(f"{ATOM}summary")
    assert '<img src="http://testserver/media/' in html and 'alt="Une ruche"' in html
    assert "<p>Un &lt;récit&gt;.</p>" in html
    assert [category.get("term") for category in entry.iter(f"{ATOM}category")] == ["La récolte", "La ruche"]
    assert entry.findtext(f"{ATOM}published").startswith("2026-11-01")
    assert entry.findtext(f"{ATOM}updated").startswith("2026-11-03")


def test_a_feed_is_in_the_language_of_its_address(site, client):
    a_story()
    home = site.copy_for_translation(Locale.objects.get_or_create(language_code="ar")[0])
    home.live = True
    home.save()
    index = home.add_child(instance=StoriesPage(title="قصص", slug="recits"))
    index.add_child(instance=StoryPage(title="خمس نساء", slug="cinq-femmes", summary="قصة"))
    arabic = feed_of(client, "ar")
    assert titles(arabic) == ["خمس نساء"] and titles(feed_of(client)) == ["Cinq femmes"]
    assert arabic.get("{http://www.w3.org/XML/1998/namespace}lang") == "ar"
    assert arabic.findtext(f"{ATOM}title") == "قصص · تويزة"
    assert titles(feed_of(client, "en")) == []


def test_what_was_pasted_does_not_break_the_feed(site, client):
    a_story(title="Cinq\x0b femmes\x1f", summary="Un\x08 récit ]]> <b>")
    assert titles(feed_of(client)) == ["Cinq femmes"]


def test_a_story_for_some_or_without_an_address_is_not_in_the_feed(site, client):
    closed = a_story()
    PageViewRestriction.objects.create(page=closed, restriction_type=PageViewRestriction.LOGIN)
    index = site.get_parent().add_child(instance=StoriesPage(title="x", slug="recits"))
    index.add_child(instance=StoryPage(title="Perdu", slug="perdu", summary="x"))
    assert titles(feed_of(client)) == []


def test_a_feed_asks_as_much_for_a_full_one_as_for_one_story(site, client, tmp_path):
    def asked() -> int:
        feed_of(client)
        with CaptureQueriesContext(connection) as queries:
            feed_of(client)
        return len(queries)

    a_story(cover=a_picture(tmp_path))
    one = asked()
    for number in range(NEWEST):
        a_story(slug=f"recit-{number}", cover=a_picture(tmp_path), cooperative=CooperativeFactory())
    assert asked() == one <= 12
    assert len(titles(feed_of(client))) == NEWEST


def test_readers_find_the_feed_from_the_list_and_from_a_story(site, client):
    a_story()
    link = '<link rel="alternate" type="application/atom+xml" title="Récits" href="/fr/recits.xml">'
    assert link in client.get("/fr/recits/").content.decode()
    assert link in client.get("/fr/recits/cinq-femmes/").content.decode()
    assert '<a href="/fr/recits.xml"' in client.get("/fr/recits/").content.decode()
