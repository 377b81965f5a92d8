"""The impact page: what was read and what is counted stand apart, and lie below as a table."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Locale

from cms.models import Figure, FigureValue, HomePage, ImpactPage

from .told import a_figure

pytestmark = pytest.mark.django_db

PAGE, TABLE = "/fr/impact/", "/fr/impact/csv/"


def an_impact_page(site, body=(), **fields) -> ImpactPage:
    return site.add_child(instance=ImpactPage(title="Impact", slug="impact", body=list(body), **fields))


def counted_here(number: int = 7) -> Figure:
    figure = Figure.objects.create(kind="live", counted_fr="commandes livrées", query="orders")
    FigureValue.objects.create(figure=figure, query="orders", value=number, orders=number, computed_at=timezone.now())
    return figure


def figures(*rows: Figure):
    return ("figures", {"title": "En chiffres", "figures": list(rows)})


def test_what_was_read_and_what_is_counted_stand_apart_in_one_block_too(site, client):
    an_impact_page(site, [figures(counted_here(), a_figure(), a_figure(value=60))], introduction="Voici")
    page = client.get(PAGE).content.decode()
    read, counted = page.split('<div class="figures">')[1:]
    assert read.count("figure--sourced") == 2 and "figure--live" not in read
    assert counted.count("figure--live") == 1 and "figure--sourced" not in counted
    assert "Voici" in page and f'href="{TABLE}"' in page


def test_the_table_has_each_published_figure_once_in_the_order_of_the_page(site, client):
    twice, draft = a_figure(), a_figure(counted_fr="brouillon", live=False)
    an_impact_page(site, [figures(twice, counted_here()), ("heading", "x"), figures(draft, twice)])
    answer = client.get(TABLE)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="impact-fr.csv"'
    assert not answer.cookies
    first, *rows = answer.content.decode().splitlines()
    assert first.startswith('\ufeff"Ce qui est compté";')
    assert [row.split(";")[0] for row in rows] == ['"coopératives"', '"commandes livrées"']


def test_a_page_without_figures_offers_no_table_and_renders_empty(site, client):
    an_impact_page(site)
    page = client.get(PAGE)
    assert page.status_code == 200 and TABLE not in page.content.decode()


def test_a_draft_has_no_table_and_a_language_without_the_page_leads_to_it(site, client):
    page = an_impact_page(site, [figures(a_figure())])
    home = site.copy_for_translation(Locale.objects.get_or_create(language_code="ar")[0])
    home.live = True
    home.save()
    assert client.get("/ar/impact/csv/").status_code in (302, 404)
    page.live = False
    page.save()
    assert client.get(TABLE).status_code == 404


@pytest.mark.parametrize("address", [PAGE, TABLE])
def test_it_asks_as_much_for_30_figures_as_for_1(site, client, address):
    def asked() -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    page = an_impact_page(site, [figures(a_figure(), counted_here())])
    one = asked()
    page.body = [figures(a_figure(), counted_here()) for _ in range(15)]
    page.save()
    assert asked() == one <= 12


def test_the_tree_cannot_be_got_wrong():
    assert ImpactPage.allowed_parent_page_models() == [HomePage] and ImpactPage.allowed_subpage_models() == []
