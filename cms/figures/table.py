"""Figures as a table for a spreadsheet."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from .models import Figure, FigureKind, written


def rows_of(figures: Iterable[Figure]) -> Iterator[list[str]]:
    """A row that names the columns, and one for each figure, in the active language."""
    yield _columns()
    for figure in figures:
        yield _counted(figure) if figure.kind == FigureKind.LIVE else _read(figure)


def _columns() -> list[str]:
    return [
        _("What is counted"), _("Value"), _("How exactly"), _("Unit"), _("Where"), _("Period"), _("Kind"), _("Source"), _("Link"),
        _("Published on"), _("Read on"), _("To be checked again by"), _("Replaced by"), _("Counted at"), _("Definition"),
    ]  # fmt: skip


def _read(figure: Figure) -> list[str]:
    published = _("undated") if figure.is_undated else _day(figure.published_on)
    replaced_by = str(figure.latest or "")
    return [
        figure.counted, written(figure.value, grouped=False), figure.get_extent_display(), figure.unit, figure.place, figure.period,
        figure.get_kind_display(), figure.source, figure.link, published, _day(figure.read_on), _day(figure.review_by),
        replaced_by, "", "",
    ]  # fmt: skip


def _counted(figure: Figure) -> list[str]:
    count, query = figure.count, figure.live_query
    if count is None:
        value = _("Not counted yet")
    elif count.is_few:  # a small number would say who bought
        value = _("Only just beginning")
    else:
        value = written(count.value, grouped=False)
    since = _("since %(date)s") % {"date": _day(figure.since)} if figure.since else ""
    counted_at = timezone.localtime(count.computed_at).isoformat(timespec="minutes") if count else ""
    definition = str(query.definition) if query else ""
    return [
        figure.counted, value, "", figure.unit, figure.place, since or figure.period, figure.get_kind_display(), "", "", "",
        "", "", "", counted_at, definition,
    ]  # fmt: skip


def _day(day: date | datetime | None) -> str:
    return day.isoformat() if day else ""
