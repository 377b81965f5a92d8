"""Figures: none without its source, and what the shop counts is counted anew."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from cms.editing.publishing import NotReady
from cms.figures.actions import FRESH, count_live_figures
from cms.figures.live import FEWEST_ORDERS, Count, LiveQuery, query_named, register
from cms.figures.models import Extent, Figure, FigureKind, FigureValue

pytestmark = pytest.mark.django_db


def a_sourced(**changes) -> Figure:
    told = {
        "kind": FigureKind.SOURCED, "counted_fr": "coopératives", "counted_ar": "تعاونية", "value": Decimal(85),
        "source_fr": "Un article", "is_undated": True, "read_on": date(2026, 11, 23),
    }  # fmt: skip
    return Figure(**{**told, **changes})


def a_live(**changes) -> Figure:
    return Figure(**{"kind": FigureKind.LIVE, "counted_fr": "commandes", "query": "test", **changes})


@pytest.fixture
def counting():
    """A query of which a test says what it counts: `counting.append(Count(…))`; forgotten afterwards."""
    counts = [Count(0, 0)]
    register(LiveQuery("test", "things", "how things are counted", lambda since: counts[-1]))
    yield counts
    from cms.figures import live

    del live._queries["test"]


@pytest.mark.parametrize(
    ("missing", "field"),
    [
        ({"source_fr": ""}, "source_fr"),
        ({"source_fr": None}, "source_fr"),
        ({"value": None}, "value"),
        ({"is_undated": False}, "published_on"),
        ({"read_on": None}, "read_on"),
        ({"published_on": date(2020, 1, 1)}, "is_undated"),
    ],
)
def test_a_figure_without_its_source_or_its_date_is_refused_by_the_form_and_by_the_database(missing, field):
    figure = a_sourced(**missing)
    with pytest.raises(ValidationError) as refusal:
        figure.clean()
    assert list(refusal.value.message_dict) == [field]
    with pytest.raises(IntegrityError), transaction.atomic():
        figure.save()
    assert not Figure.objects.exists()


def test_a_figure_with_its_source_is_kept_with_its_history():
    figure = a_sourced()
    figure.full_clean()
    figure.save()
    figure.save_revision()
    figure.value = Decimal(92)
    figure.save()
    figure.save_revision()
    assert [revision.as_object().value for revision in figure.revisions.order_by("pk")] == [85, 92]


def test_a_live_figure_names_what_is_counted(counting):
    with pytest.raises(ValidationError, match="query"):
        a_live(query="nothing").clean()
    a_live().clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        a_live(query="").save()


def test_figures_never_replace_each_other_in_a_circle():
    first, second = a_sourced(), a_sourced(value=Decimal(92))
    first.save()
    second.superseded_by = first
    second.save()
    first.superseded_by = second
    with pytest.raises(ValidationError, match="superseded_by"):
        first.clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        Figure.objects.filter(pk=first.pk).update(superseded_by=first)


def test_two_drafts_that_close_a_circle_are_not_both_published():
    first, second = a_sourced(), a_sourced(value=Decimal(92))
    for figure in (first, second):
        figure.save()
    drafts = []
    for figure, newer in ((first, second), (second, first)):
        draft = Figure.objects.get(pk=figure.pk)
        draft.superseded_by_id = newer.pk
        drafts.append(draft.save_revision())
    drafts[0].publish()
    with translation.override("en"), pytest.raises(NotReady, match="circle"):
        drafts[1].publish()
    assert Figure.objects.get(pk=first.pk).latest == second and Figure.objects.get(pk=second.pk).latest is None


def test_a_page_that_shows_a_figure_of_a_circle_comes_to_an_end():
    first, second = a_sourced(), a_sourced(value=Decimal(92))
    for figure in (first, second):
        figure.save()
    for figure, newer in ((first, second), (second, first)):
        Figure.objects.filter(pk=figure.pk).update(superseded_by=newer)
    assert [Figure.objects.get(pk=figure.pk).latest for figure in (first, second)] == [second, first]


@pytest.mark.parametrize(
    ("language", "written"),
    [("fr", "plus de 22\xa0000\xa0000"), ("ar", "أكثر من 22.000.000"), ("en", "more than 22,000,000")],
)
def test_a_number_is_written_as_its_language_writes_it(language, written):
    with translation.override(language):
        assert a_sourced(value=Decimal(22_000_000), extent=Extent.MORE_THAN).number.replace("\u202f", "\xa0") == written


def test_live_figures_are_counted_once_and_again_when_they_are_old(counting):
    figure = a_live()
    figure.save()
    now = timezone.now()
    counting.append(Count(12, 9))
    assert count_live_figures(now=now) == 1
    counting.append(Count(13, 10))
    assert count_live_figures(now=now + timedelta(minutes=1)) == 0
    assert FigureValue.objects.get().value == 12
    assert count_live_figures(now=now + FRESH + timedelta(seconds=1)) == 1
    assert FigureValue.objects.get().value == 13


def test_what_was_counted_for_another_question_is_not_shown(counting):
    figure = a_live()
    figure.save()
    counting.append(Count(12, 9))
    now = timezone.now()
    count_live_figures(now=now)
    figure = Figure.objects.get()
    figure.since = date(2026, 1, 1)
    assert figure.count is None and "<bdi>12</bdi>" not in shown(figure)
    figure.save()
    assert count_live_figures(now=now) == 1
    assert "<bdi>12</bdi>" in shown(Figure.objects.get())


def test_a_figure_with_a_source_is_not_replaced_by_one_that_is_counted(counting):
    live = a_live()
    live.save()
    with pytest.raises(ValidationError, match="superseded_by"):
        a_sourced(superseded_by=live).clean()


def test_a_number_has_the_places_that_say_something():
    with translation.override("fr"):
        written = [a_sourced(value=Decimal(value)).number for value in ("3.50", "85.00", "12.25")]
    assert written == ["3,5", "85", "12,25"]


def test_a_query_that_is_gone_leaves_what_was_counted(counting):
    figure = a_live()
    figure.save()
    FigureValue.objects.create(figure=figure, query="gone", value=7, orders=7, computed_at=timezone.now() - 2 * FRESH)
    Figure.objects.update(query="gone")
    assert count_live_figures(now=timezone.now()) == 0
    assert FigureValue.objects.get().value == 7


def shown(figure: Figure, language: str = "fr") -> str:
    with translation.override(language):
        return " ".join(render_to_string("components/figure.html", {"figure": figure}).split())


def test_few_orders_are_told_in_words(counting):
    figure = a_live()
    figure.save()
    figure.counted_value = FigureValue(query="test", value=777, orders=FEWEST_ORDERS - 1, computed_at=timezone.now())
    assert "777" not in shown(figure)
    figure.counted_value = FigureValue(query="test", value=777, orders=FEWEST_ORDERS, computed_at=timezone.now())
    assert "<bdi>777</bdi>" in shown(figure)


def test_a_figure_shows_its_source_and_what_became_of_it():
    newer = a_sourced(value=Decimal(92))
    text = shown(a_sourced(superseded_by=newer, link="https://example.org/a"))
    assert 'href="https://example.org/a"' in text and "Un article" in text and "<bdi>92</bdi> coopératives" in text
    assert "23 novembre 2026" in text
    assert "24 novembre 2026" in shown(a_sourced(review_by=date(2026, 11, 24)))
    assert "figure--live" not in text


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_source_and_date_are_parted_as_all_else_in_every_language(language):
    written = {f"source_{code}": "مقال" for code in ("fr", "ar", "en")}
    assert "مقال · " in shown(a_sourced(**written), language)


def test_words_that_are_not_written_in_the_readers_language_say_in_which_they_are():
    half = a_sourced(unit_fr="%", place_fr="Meknès <centre>", superseded_by=a_sourced(counted_ar=""))
    text = shown(half, "ar")
    assert '<span lang="fr" dir="ltr">Un article</span>' in text
    assert '<span lang="fr" dir="ltr">Meknès &lt;centre&gt;</span>' in text
    assert '<bdi>85</bdi> <span lang="fr" dir="ltr">coopératives</span>' in text  # of what replaces it
    assert '<p class="figure__counted">تعاونية</p>' in text and "lang=" not in text.partition("figure__counted")[0]
    assert "lang=" not in shown(half, "fr")
    assert '<p class="figure__counted"><span lang="fr" dir="ltr">coopératives</span></p>' in shown(half, "en")


@pytest.mark.parametrize("name", ["cooperatives", "orders", "units", "lots"])
def test_the_store_has_said_what_can_be_counted(name):
    assert query_named(name).definition
