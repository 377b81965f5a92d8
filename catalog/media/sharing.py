"""The picture that a messenger shows of a link: the photo beside the name, the cooperative and the price, 1200 × 630.

Drawn by a task when something that it shows has changed, once for each language; pages only read it.
"""

import hashlib
import io
from dataclasses import astuple, dataclass
from itertools import groupby
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.utils import translation
from django.utils.translation import pgettext
from PIL import Image, ImageDraw, ImageFont, ImageOps

from ..cooperatives.models import Accent, Cooperative
from ..money import format_money

SIZE = (1200, 630)
PHOTO = 630
MARGIN = 64
PAPER, INK, SOFT = "#fdfaf4", "#17241e", "#4c5a52"
ACCENTS = {
    Accent.HONEY: "#8a5208",
    Accent.LAVENDER: "#5b4580",
    Accent.OLIVE: "#55611d",
    Accent.CLAY: "#9c4526",
    Accent.INDIGO: "#2d4a7c",
}
#: How large a title is written: the largest size in which it needs few enough lines, as (size, lines).
TITLE = ((60, 3), (50, 3), (42, 4))
#: Raise it when the drawing changes: every picture is then drawn anew.
DRAWING = 3
_FONTS = Path(settings.BASE_DIR) / "store" / "static" / "fonts"


@dataclass(frozen=True)
class Sheet:
    """What one picture says, in one language."""

    photo: str
    title: str
    line: str
    price: str
    accent: str
    site: str
    is_rtl: bool

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(repr((DRAWING, astuple(self))).encode()).hexdigest()[:32]


def sheet_of_product(card) -> Sheet | None:
    """The sheet of a `ProductCard` in the active language; None without a photo or anything to sell."""
    if not card.photo or not card.lowest:
        return None
    price = format_money(card.lowest.variant.price)
    if len(card.offers) > 1:
        price = f"{pgettext('price', 'from')} {price}"
    line, accent = card.cooperative.name, card.cooperative.accent
    return sheet_of(card.photo.image, card.product.name, line=line, accent=accent, price=price)


def sheet_of_cooperative(cooperative: Cooperative) -> Sheet | None:
    line = cooperative.tagline or cooperative.name
    picture = cooperative.picture
    return sheet_of(picture, cooperative.name, line=line, accent=cooperative.accent) if picture else None


def sheet_of(image, title: str, *, line: str, accent: str, price: str = "") -> Sheet:
    """A sheet in the active language."""
    site = settings.SITE_NAMES[translation.get_language()]
    return Sheet(image.file.name, title, line, price, accent, site, translation.get_language_bidi())


def draw(sheet: Sheet, photo) -> ContentFile:
    """The picture as a JPEG. `photo`: an open file of the photograph."""
    picture = Image.new("RGB", SIZE, PAPER)
    shown = ImageOps.fit(Image.open(photo).convert("RGB"), (PHOTO, PHOTO))
    picture.paste(shown, (SIZE[0] - PHOTO if not sheet.is_rtl else 0, 0))
    pen = ImageDraw.Draw(picture)
    accent = ACCENTS[Accent(sheet.accent)]
    page = _Column(pen, sheet.is_rtl)
    page.write(sheet.site, size=34, color=SOFT, face="el-messiri")
    page.skip(90)
    page.write(
        sheet.title, size=page.largest(sheet.title, TITLE, face="el-messiri"), color=INK, face="el-messiri", lines=4
    )
    page.skip(14)
    page.write(sheet.line, size=32, color=accent, face="alexandria", lines=4)
    page.skip(26)
    page.write(sheet.price, size=46, color=INK, face="alexandria", lines=2)
    edge = 0 if not sheet.is_rtl else SIZE[0] - 12
    pen.rectangle((edge, 0, edge + 11, SIZE[1]), fill=accent)
    drawn = io.BytesIO()
    picture.save(drawn, "JPEG", quality=82, progressive=True, optimize=True)
    return ContentFile(drawn.getvalue())


class _Column:
    """Writes lines under each other beside the photo, from the side where the language begins."""

    def __init__(self, pen: ImageDraw.ImageDraw, is_rtl: bool):
        self.pen, self.is_rtl, self.y = pen, is_rtl, MARGIN
        self.width = SIZE[0] - PHOTO - 2 * MARGIN

    def skip(self, pixels: int) -> None:
        self.y += pixels

    def largest(self, text: str, sizes: tuple[tuple[int, int], ...], *, face: str) -> int:
        """The first of these sizes in which the text keeps within its lines; the last one if it does in none."""
        fits = (size for size, lines in sizes if len(self._lines(text, face, size)) <= lines)
        return next(fits, sizes[-1][0])

    def _lines(self, text: str, face: str, size: int) -> list[str]:
        return _wrapped(text.split(" "), lambda words: _length(words, face, size), self.width)

    def write(self, text: str, *, size: int, color: str, face: str, lines: int = 1) -> None:
        for words in self._lines(text, face, size)[:lines]:
            x = SIZE[0] - MARGIN if self.is_rtl else MARGIN
            for piece in _pieces(words, self.is_rtl):
                font, length = _font(piece.text, face, size), _width_of(piece, face, size)
                if piece.follows_a_space:
                    x += -size // 4 if self.is_rtl else size // 4
                left = x - length if self.is_rtl else x
                self.pen.text((left, self.y), piece.text, font=font, fill=color, direction=piece.direction)
                x = left if self.is_rtl else x + length
            self.y += int(size * 1.3)


def _wrapped(words: list[str], length, width: int) -> list[str]:
    lines: list[str] = []
    for word in words:
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and length(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


@dataclass(frozen=True)
class _Piece:
    """Letters of one font. The fonts of Arabic have neither spaces nor points."""

    text: str
    direction: str
    follows_a_space: bool


def _pieces(line: str, is_rtl: bool) -> list[_Piece]:
    """The line in pieces, from the side where the language begins."""
    pieces: list[_Piece] = []
    for arabic, run in groupby(line.split(), key=_is_arabic):
        if not arabic:
            pieces.append(_Piece(" ".join(run), "ltr", bool(pieces)))
            continue
        for word in list(run)[:: 1 if is_rtl else -1]:
            parts = ["".join(letters) for _, letters in groupby(word, key=_is_arabic)][:: 1 if is_rtl else -1]
            pieces += [_Piece(part, "rtl", bool(pieces) and at == 0) for at, part in enumerate(parts)]
    return pieces


def _is_arabic(text: str) -> bool:
    return any("\u0600" <= letter <= "\u06ff" for letter in text)


def _width_of(piece: _Piece, face: str, size: int) -> float:
    return _font(piece.text, face, size).getlength(piece.text, direction=piece.direction)


def _length(text: str, face: str, size: int) -> float:
    pieces = _pieces(text, is_rtl=True)
    return sum(_width_of(piece, face, size) + piece.follows_a_space * (size // 4) for piece in pieces)


def _font(text: str, face: str, size: int):
    script = "arabic" if _is_arabic(text) else "latin"
    return ImageFont.truetype(_FONTS / f"{face}-{script}.woff2", size, layout_engine=ImageFont.Layout.RAQM)
