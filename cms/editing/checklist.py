"""What remains to be done before a page is published. It asks the database as much for thirty blocks as for one."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.blocks import PageChooserBlock
from wagtail.models import Page
from wagtail.rich_text import extract_references_from_rich_text

from catalog.checklist import Line, claims_line
from catalog.claims.find import claim_words
from catalog.languages import unwritten
from catalog.products.models import Product

from ..blocks.choosers import FigureChooserBlock, ProductChooserBlock
from ..blocks.pictures import PictureBlock
from ..blocks.shown import cards_in
from ..figures.models import WORDS_OF_FIGURE, Figure
from ..page_translations.languages import LanguageStatus, languages_of
from ..pages.covers import CoveredPage
from .pieces import Piece, pieces_of


def checklist(page: Page) -> list[Line]:
    """A line for each thing that this kind of page has."""
    pieces = pieces_of(page)
    language = page.locale.language_code
    lines = [
        _summary(page), _cover(page), _pictures(pieces), _figures(pieces), _words_of_figures(pieces), _theme(page),
        _products(page, pieces), _links(pieces),
    ]  # fmt: skip
    texts = [(piece.place, piece.text) for piece in pieces if piece.text]
    return [
        *[line for line in lines if line],
        claims_line(texts, claim_words(language)),
        _translations(page),
        *_reading(page),
    ]


def _summary(page) -> Line | None:
    if not hasattr(page, "summary"):
        return None
    return Line(_("A summary"), () if page.summary else (_("Summary: say in two lines what it tells"),))


def _cover(page) -> Line | None:
    if not isinstance(page, CoveredPage):
        return None
    todo = ""
    if not page.has_cover:
        todo = _("{place}: choose a picture").format(place=page.cover_place)
    elif not getattr(page, page.alt_field):
        todo = _("{place}: say what is seen").format(place=page.cover_place)
    return Line(_("A cover, and what is seen on it"), (todo,) if todo else ())


def _pictures(pieces: list[Piece]) -> Line | None:
    pictures = [piece for piece in pieces if isinstance(piece.part, PictureBlock)]
    todo = []
    for picture in pictures:
        if not picture.value["image"]:
            todo.append(_("{place}: choose a picture").format(place=picture.place))
        elif not picture.value["alt"]:
            todo.append(_("{place}: say what is seen").format(place=picture.place))
    return Line(_("What is seen on each picture"), tuple(todo)) if pictures else None


def _figures(pieces: list[Piece]) -> Line | None:
    shown = [piece for piece in pieces if isinstance(piece.part, FigureChooserBlock)]
    todo = [f"{piece.place}: {fault}" for piece in shown if (fault := _fault_of(piece.value))]
    return Line(_("Figures that are published, up to date, each with its source"), tuple(todo)) if shown else None


def _fault_of(figure: Figure | None) -> str:
    """What is wrong with a figure; that it has a source, the database says."""
    if figure is None:
        return _("choose a figure")
    if not figure.live:
        return _("“{figure}” is a draft, have it published").format(figure=figure)
    if newer := figure.latest:
        return _("“{figure}” is replaced by “{newer}”").format(figure=figure, newer=newer)
    if figure.is_due:
        return _("“{figure}” is past its date, check it again").format(figure=figure)
    return ""


def _words_of_figures(pieces: list[Piece]) -> Line | None:
    """Each figure once, by the place where it is shown first."""
    shown = [piece for piece in pieces if isinstance(piece.part, FigureChooserBlock) and piece.value]
    first: dict[int, Piece] = {}
    for piece in shown:
        first.setdefault(piece.value.pk, piece)
    todo = [
        _write(f"{piece.place} · “{piece.value}” · {language}", what)
        for piece in first.values()
        for language, what in unwritten(piece.value, WORDS_OF_FIGURE)
    ]
    return Line(_("The words of figures in each language"), tuple(todo)) if shown else None


def _theme(page) -> Line | None:
    if not getattr(page, "theme_id", None):
        return None
    todo = [_write(f"“{page.theme}” · {language}", what) for language, what in unwritten(page.theme, ("name",))]
    return Line(_("The name of its theme in each language"), tuple(todo))


def _write(where: str, what: list[str]) -> str:
    return _("{language}: write {what}").format(language=where, what=" · ".join(what))


def _products(page, pieces: list[Piece]) -> Line | None:
    shown = [piece for piece in pieces if isinstance(piece.part, ProductChooserBlock)]
    if not shown:
        return None
    seen = cards_in(page.body)
    todo = [
        _("{place}: “{product}” is no longer on sale").format(place=piece.place, product=piece.value)
        if isinstance(piece.value, Product)
        else _("{place}: choose a product").format(place=piece.place)
        for piece in shown
        if not isinstance(piece.value, Product) or piece.value.pk not in seen
    ]
    return Line(_("Products that are on sale"), tuple(todo))


def _links(pieces: list[Piece]) -> Line | None:
    """Links to our own pages; others are not tried."""
    links = [(piece.place, int(pk)) for piece in pieces for pk in _linked_pages(piece)]
    if not links:
        return None
    live = set(Page.objects.live().filter(pk__in=[pk for _place, pk in links]).values_list("pk", flat=True))
    todo = [
        _("{place}: leads to a page that is gone or not published").format(place=place)
        for place, pk in links
        if pk not in live
    ]
    return Line(_("Links that lead to published pages"), tuple(todo))


def _linked_pages(piece: Piece) -> Iterator[str | int]:
    if isinstance(piece.value, Page) and isinstance(piece.part, PageChooserBlock):
        yield piece.value.pk
    if piece.html:
        for model, pk, _path, _content in extract_references_from_rich_text(piece.html):
            if issubclass(model, Page):
                yield pk


def _translations(page) -> Line:
    said = {
        LanguageStatus.MISSING: _("{language}: not yet translated"),
        LanguageStatus.DRAFT: _("{language}: translated, not yet published"),
        LanguageStatus.OUT_OF_DATE: _("{language}: older than its source"),
    }
    languages = languages_of([page])[page.pk]
    others = [language for language in languages if language.code != page.locale.language_code]
    todo = [said[other.status].format(language=other.name) for other in others if other.status in said]
    return Line(_("Published in each language"), tuple(todo))


def _reading(page) -> list[Line]:
    if not hasattr(page, "minutes"):
        return []
    said = ngettext("{count} minute to read", "{count} minutes to read", page.minutes).format(count=page.minutes)
    return [Line(said, is_told=True)]
