"""Figures as a CSV that a spreadsheet opens rightly in each language, and that holds nothing it would run."""

import csv
import io
import re
from collections.abc import Iterable
from datetime import date, datetime

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from .models import Figure, FigureKind, written

#: Excel takes a file without it for the old encoding of its country, and shows no Arabic.
BYTE_ORDER_MARK = "\ufeff"
_NUMBER = re.compile(r"-?\d+([.,]\d+)?")
#: How a cell begins that spreadsheets compute, full-width letters included.
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")


def as_csv(figures: Iterable[Figure]) -> str:
    """One row each, in the active language: numbers, and what separates them, as spreadsheets of that language expect."""
    decimal_separator = formats.get_format("DECIMAL_SEPARATOR")
    file = io.StringIO()
    file.write(BYTE_ORDER_MARK)
    writer = csv.writer(file, delimiter=";" if decimal_separator == "," else ",")
    writer.writerow(_columns())
    for figure in figures:
        cells = _counted(figure) if figure.kind == FigureKind.LIVE else _read(figure)
        writer.writerow(map(_harmless, cells))
    return file.getvalue()


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


def _harmless(cell: str | None) -> str:
    """The cell as words, whatever an editor wrote."""
    text = cell or ""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text
