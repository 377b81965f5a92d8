"""Figures in the admin: an editor writes one with its source, and is told what is missing."""

import pytest
from django.urls import reverse

from cms.models import Figure

from .admin_people import contributor, editor, queries_of, superuser

pytestmark = pytest.mark.django_db

LIST = "/admin/snippets/cms/figure/"
WORDS = {
    f"{field}_{language}": ""
    for field in ("counted", "unit", "place", "period", "source")
    for language in ("fr", "ar", "en")
}


def answers(**changes) -> dict:
    return {
        **WORDS,
        "kind": "sourced",
        "extent": "exact",
        "value": "",
        "counted_fr": "coopératives",
        "query": "",
        **changes,
    }


def test_an_editor_writes_a_figure_with_its_source():
    form = answers(value="85", source_fr="Un article", is_undated="on", read_on="2026-11-23")
    assert editor().post(LIST + "add/", form).status_code == 302
    figure = Figure.objects.get()
    assert (figure.value, figure.source_fr, figure.revisions.count()) == (85, "Un article", 1)


def test_a_figure_without_source_is_not_written_and_what_was_typed_stays():
    answer = editor().post(LIST + "add/", answers(value="85", is_undated="on", read_on="2026-11-23"))
    page = answer.content.decode()
    assert answer.status_code == 200 and not Figure.objects.exists()
    assert "Say where this number was read." in page
    assert 'value="85"' in page and 'value="coopératives"' in page


def test_what_the_shop_counts_is_chosen_from_a_list():
    page = editor().get(LIST + "add/").content.decode()
    assert '<option value="orders">orders delivered</option>' in page
    assert writer_posts(query="orders").value is None


def writer_posts(**changes) -> Figure:
    form = answers(kind="live", value="12", **changes)
    client = superuser()
    assert client.post(LIST + "add/", form).status_code == 302
    return Figure.objects.get()


def test_figures_are_not_copied_and_not_written_by_people_who_write_products_only():
    figure = Figure.objects.create(kind="live", counted_fr="commandes", query="orders")
    with pytest.raises(Exception, match="copy"):
        reverse("wagtailsnippets_cms_figure:copy", args=[figure.pk])
    assert contributor().get(LIST + "add/").status_code == 302


def test_a_figure_is_never_deleted_because_pages_may_show_it():
    figure = Figure.objects.create(kind="live", counted_fr="commandes", query="orders")
    superuser().post(f"{LIST}delete/{figure.pk}/")
    assert Figure.objects.filter(pk=figure.pk).exists()


def test_the_list_asks_as_much_for_3_figures_as_for_1():
    client = superuser()
    Figure.objects.create(kind="live", counted_fr="commandes", query="orders")
    one = queries_of(client, LIST)
    for _ in range(2):
        Figure.objects.create(kind="live", counted_fr="commandes", query="orders")
    assert queries_of(client, LIST) == one
