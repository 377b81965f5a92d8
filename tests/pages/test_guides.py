"""Guides: listed, found from the products that they are about, and told to search engines with their questions."""

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from catalog.models import Category
from cms.models import GuidePage, GuidesPage, HomePage
from tests.factories.catalog import LotFactory

from .admin_people import superuser
from .told import a_guide, a_picture

pytestmark = pytest.mark.django_db

QUESTION = (
    "question",
    {"question": "Se garde-t-il ?", "answer": "<p>Oui &amp; <b>longtemps</b>.</p><p>À l’ombre.</p>"},
)


def page_of(client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def asked(client, path: str) -> int:
    page_of(client, path)
    with CaptureQueriesContext(connection) as queries:
        page_of(client, path)
    return len(queries)


def data_of(page: str, kind: str) -> list[dict]:
    """The data blocks of a kind that a page holds for machines."""
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    return [block for block in map(json.loads, blocks) if block["@type"] == kind]


def test_guides_are_listed_in_the_order_of_the_editors(site, client):
    assert "Aucun guide" in page_of(client, "/fr/guides/")
    a_guide(title="Deuxième", slug="deux")
    first = a_guide(title="Premier", slug="un")
    first.move(GuidesPage.objects.get(), pos="first-child")
    a_guide(title="Brouillon", slug="trois", live=False)
    page = page_of(client, "/fr/guides/")
    assert page.index("Premier") < page.index("Deuxième") and "Brouillon" not in page


def test_the_list_asks_as_much_for_30_guides_as_for_1(site, client, tmp_path):
    a_guide(cover=a_picture(tmp_path))
    one = asked(client, "/fr/guides/")
    for number in range(29):
        a_guide(slug=f"guide-{number}", cover=a_picture(tmp_path))
    assert asked(client, "/fr/guides/") == one <= 12


def test_a_guide_leads_to_its_shelf_and_to_other_guides(site, client):
    shelf = Category.objects.create(slug="miels", name_fr="Miels")
    a_guide(category=shelf)
    a_guide(title="Utiliser une huile", slug="huile")
    page = page_of(client, "/fr/guides/bon-miel/")
    assert 'href="/fr/boutique/rayon/miels/"' in page and "Utiliser une huile" in page
    assert asked(client, "/fr/guides/bon-miel/") <= 12
    shelf.delete()
    assert "Reconnaître" in page_of(client, "/fr/guides/bon-miel/")


def test_search_engines_are_told_the_questions_as_words(site, client):
    a_guide([QUESTION, ("heading", "Encore"), QUESTION])
    page = page_of(client, "/fr/guides/bon-miel/")
    [article] = data_of(page, "Article")
    assert article["headline"] == "Reconnaître un bon miel" and article["datePublished"]
    [questions] = data_of(page, "FAQPage")
    assert len(questions["mainEntity"]) == 2
    assert questions["mainEntity"][0]["acceptedAnswer"]["text"] == "Oui & longtemps. À l’ombre."
    a_guide(slug="sans-question")
    assert data_of(page_of(client, "/fr/guides/sans-question/"), "FAQPage") == []


def test_a_product_names_the_guides_to_its_shelf_and_to_the_one_above(site, visitor):
    above = Category.objects.create(slug="ruche", name_fr="La ruche")
    shelf = Category.objects.create(slug="miels", name_fr="Miels", parent=above)
    LotFactory(variant__product__sale__slug="miel", variant__product__sale__category=shelf)
    few = asked(visitor, "/fr/boutique/miel/")
    assert "Bon à savoir" not in page_of(visitor, "/fr/boutique/miel/")
    a_guide(title="Sur le miel", slug="a", category=shelf)
    a_guide(title="Sur la ruche", slug="b", category=above)
    a_guide(title="Ailleurs", slug="c", category=Category.objects.create(slug="x", name_fr="x"))
    a_guide(title="Nulle part", slug="d")
    page = page_of(visitor, "/fr/boutique/miel/")
    assert '<a href="/fr/guides/a/">Sur le miel</a>' in page and "Sur la ruche" in page
    assert "Ailleurs" not in page and "Nulle part" not in page
    assert asked(visitor, "/fr/boutique/miel/") == few
    assert "Sur le miel" not in page_of(visitor, "/ar/boutique/miel/")
    closed = GuidePage.objects.get(slug="a")
    PageViewRestriction.objects.create(page=closed, restriction_type=PageViewRestriction.LOGIN)
    page = page_of(visitor, "/fr/boutique/miel/")
    assert "Sur le miel" not in page and "Sur la ruche" in page
    assert asked(visitor, "/fr/boutique/miel/") == few


def test_the_tree_cannot_be_got_wrong():
    assert GuidePage.allowed_parent_page_models() == [GuidesPage]
    assert GuidesPage.allowed_parent_page_models() == [HomePage]
    assert GuidesPage.allowed_subpage_models() == [GuidePage] and GuidePage.allowed_subpage_models() == []


def test_a_new_list_has_its_name_and_its_word_and_keeps_the_word(site):
    GuidesPage.objects.get().delete()
    client = superuser()
    address = f"/admin/pages/add/cms/guidespage/{site.pk}/"
    form = client.get(address).content.decode()
    assert 'name="title" value="Guides"' in form and 'name="slug" value="guides"' in form
    answer = client.post(address, {"title": "Guides", "slug": "conseils", "introduction": "", "comments-TOTAL_FORMS": "0",
                                   "comments-INITIAL_FORMS": "0"})  # fmt: skip
    assert "The shop links to this page under “guides”." in answer.content.decode()
    assert not GuidesPage.objects.exists()
