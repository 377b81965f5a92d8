"""What search engines and messengers say of a page: what was written for them, else what the page begins with."""

import re

import pytest
from django.core.cache import cache
from django.utils.html import escape
from wagtail.models import Site

from catalog.models import Category
from cms.models import (
    ContactPage,
    CooperativePage,
    CooperativesPage,
    GuidePage,
    GuidesPage,
    HomePage,
    ImpactPage,
    LegalKind,
    StandardPage,
    StoriesPage,
    StoryPage,
)
from tests.factories import CooperativeFactory, a_legal_text

from .admin_people import chief_editor
from .test_page_types import put_below_home

pytestmark = pytest.mark.django_db

#: Each type of page, with the field that it begins with.
OPENINGS = {
    HomePage: "hero_text", CooperativesPage: "introduction", CooperativePage: "introduction", StoriesPage: "introduction",
    StoryPage: "summary", GuidesPage: "introduction", GuidePage: "summary", ImpactPage: "introduction",
    ContactPage: "introduction", StandardPage: "introduction",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _no_site_is_left():
    yield
    Site.clear_site_root_paths_cache()


each_type = pytest.mark.parametrize("model", OPENINGS)


def a_page(model, **fields):
    told = {
        "title": "Chez nous",
        "slug": getattr(model, "fixed_slug", "") or "chez-nous",
        OPENINGS[model]: "Ce qui pousse ici.",
    }
    if model is CooperativePage:
        told["cooperative"] = CooperativeFactory(slug=told["slug"])
    if model is StandardPage:
        told["body"] = "<p>x</p>"
    if model is HomePage:
        told["hero_title"] = "Bienvenue"
    return put_below_home("fr", model(**{**told, **fields}))


def head_of(client, address: str) -> str:
    cache.clear()
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode().partition("</head>")[0]


def told(head: str) -> tuple[str, str]:
    """Its description and that of Open Graph."""
    description = re.search(r'<meta name="description" content="([^"]*)">', head)
    shared = re.search(r'<meta property="og:description" content="([^"]*)">', head)
    return description and description[1], shared and shared[1]


def title_of(head: str) -> str:
    return re.search(r"<title>(.*?) · ", head)[1]


@each_type
def test_a_page_is_described_by_what_it_begins_with(client, model):
    assert told(head_of(client, a_page(model))) == ("Ce qui pousse ici.", "Ce qui pousse ici.")


@each_type
def test_what_was_written_for_search_engines_comes_first(client, model):
    head = head_of(client, a_page(model, seo_title="Récoltes de Meknès", search_description="Miels et herbes."))
    assert told(head) == ("Miels et herbes.", "Miels et herbes.")
    assert title_of(head) == "Récoltes de Meknès"


@each_type
def test_without_a_title_for_search_engines_a_page_has_its_own(client, model):
    assert title_of(head_of(client, a_page(model))) == ("Bienvenue" if model is HomePage else "Chez nous")


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_each_shelf_has_a_description_of_its_own(client, language):
    for slug, name in (("miels", "Miels <du> mont"), ("huiles", "Huiles")):
        Category.objects.create(slug=slug, name_fr=name, name_ar=name, name_en=name)
    heads = [head_of(client, f"/{language}/boutique/{place}") for place in ("", "rayon/miels/", "rayon/huiles/")]
    descriptions = [told(head) for head in heads]
    assert len(set(descriptions)) == 3
    assert all(description == shared for description, shared in descriptions)
    assert escape("Miels <du> mont") in descriptions[1][0] and "Huiles" in descriptions[2][0]


def test_the_parts_of_a_legal_text_are_told_apart(client):
    a_legal_text(
        LegalKind.TERMS, body_fr="<p>Liée à la commande.</p><h2>1. Qui vend</h2><ul><li>Elle</li><li>Lui</li></ul>"
    )
    assert told(head_of(client, "/fr/conditions/")) == ("Liée à la commande. 1. Qui vend Elle Lui",) * 2


@pytest.mark.parametrize("kind", ["homepage", "standardpage"])
def test_nobody_is_asked_whether_a_page_is_in_menus_that_the_shop_does_not_have(site, kind):
    page = site if kind == "homepage" else site.add_child(instance=StandardPage(title="x", slug="x", body="<p>x</p>"))
    form = chief_editor().get(f"/admin/pages/{page.pk}/edit/").content.decode()
    assert 'name="seo_title"' in form and "show_in_menus" not in form
