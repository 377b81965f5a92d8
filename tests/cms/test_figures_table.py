"""The figures as a table: in each language as its spreadsheets read it, and harmless whatever an editor wrote."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from catalog.spreadsheets.writing import as_csv
from cms.figures.table import rows_of
from cms.models import Figure, FigureValue
from tests.pages.told import a_figure

pytestmark = pytest.mark.django_db


def rows(figures, language="fr") -> list[dict[str, str]]:
    with translation.override(language):
        text = as_csv(rows_of(figures))
    assert text[0] == "\ufeff" and text.endswith("\r\n")
    return list(csv.DictReader(io.StringIO(text[1:]), delimiter="," if language == "en" else ";"))


def a_live_figure(*, orders: int, value: int) -> Figure:
    figure = Figure.objects.create(kind="live", counted_fr="commandes livrées", query="orders", since=date(2026, 1, 1))
    FigureValue.objects.create(
        figure=figure, query="orders", since=figure.since, value=value, orders=orders,
        computed_at=datetime(2026, 11, 25, 9, 30, tzinfo=UTC),
    )  # fmt: skip
    return figure


def test_a_figure_that_was_read_tells_its_source():
    figure = a_figure(value="22000000.5", extent="more_than", unit_fr="dirhams", place_fr="Meknès", period_fr="depuis 2019",
                      link="https://example.org/article", review_by=date(2027, 11, 23))  # fmt: skip
    assert rows([figure]) == [{
        "Ce qui est compté": "coopératives", "Valeur": "22000000,5", "Précision": "plus de", "Unité": "dirhams",
        "Où": "Meknès", "Période": "depuis 2019", "Type": "lu quelque part, avec sa source", "Source": "Un article",
        "Lien": "https://example.org/article", "Publié le": "sans date", "Lu le": "2026-11-23",
        "À revérifier avant le": "2027-11-23", "Remplacé par": "", "Compté le": "", "Définition": "",
    }]  # fmt: skip


def test_the_table_is_in_the_language_of_the_page():
    [english] = rows([a_figure(value="3.5", counted_en="hives")], "en")
    assert (english["What is counted"], english["Value"]) == ("hives", "3.5")
    [arabic] = rows([a_figure(value="3.5")], "ar")
    assert list(arabic.values())[:2] == ["تعاونية", "3,5"]


def test_a_figure_that_the_shop_counts_tells_how_and_when():
    [row] = rows([a_live_figure(orders=1234, value=1234)])
    assert (row["Valeur"], row["Période"], row["Compté le"]) == (
        "1234",
        "depuis le 2026-01-01",
        "2026-11-25T10:30+01:00",
    )
    assert row["Définition"] and not row["Source"]


def test_below_five_orders_words_stand_for_the_number():
    few, enough = rows([a_live_figure(orders=4, value=4), a_live_figure(orders=5, value=5)])
    assert (few["Valeur"], enough["Valeur"]) == ("Tout juste commencé", "5")
    never = Figure.objects.create(kind="live", counted_fr="lots", query="lots")
    assert rows([never])[0]["Valeur"] == "Pas encore compté"


def test_a_replaced_figure_says_by_what():
    [row] = rows([a_figure(superseded_by=a_figure(value="92"))])
    assert row["Remplacé par"] == "92 · coopératives"


@pytest.mark.parametrize(
    "written", ["=HYPERLINK(\"http://x\")", "+1+1", "-1+1", "@SUM(A1)", " =1", "\t=1", "\r=1", "＝1", "-2 %"]
)  # fmt: skip
def test_what_a_spreadsheet_would_compute_stays_words(written):
    [row] = rows([a_figure(counted_fr=written, source_fr=written)])
    assert row["Ce qui est compté"].startswith("'") and row["Source"].startswith("'")
    assert rows([a_figure(value="-2")])[0]["Valeur"] == "-2"


def test_separators_and_line_ends_in_words_do_not_break_a_row():
    [row] = rows([a_figure(counted_fr='miel; "thym"\nautre')])
    assert row["Ce qui est compté"] == 'miel; "thym"\nautre'
