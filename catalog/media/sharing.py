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
#: Raise it when the drawing changes: every picture is then drawn anew.
DRAWING = 1
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
    return _sheet(card.photo.image, card.product.name, card.cooperative, price)


def sheet_of_cooperative(cooperative: Cooperative) -> Sheet | None:
    picture = cooperative.picture
    return _sheet(picture, cooperative.name, cooperative, "", line=cooperative.tagline) if picture else None


def _sheet(image, title: str, cooperative: Cooperative, price: str, *, line: str = "") -> Sheet:
    site = settings.SITE_NAMES[translation.get_language()]
    is_rtl = translation.get_language_bidi()
    return Sheet(image.file.name, title, line or cooperative.name, price, cooperative.accent, site, is_rtl)


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
    page.write(sheet.title, size=60, color=INK, face="el-messiri", lines=3)
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

    def write(self, text: str, *, size: int, color: str, face: str, lines: int = 1) -> None:
        for words in _wrapped(text.split(" "), lambda words: _length(words, face, size), self.width)[:lines]:
            x = SIZE[0] - MARGIN if self.is_rtl else MARGIN
            for run in _runs(words):
                font, length = _font(run, face, size), _length(run, face, size)
                if self.is_rtl:
                    x -= length
                direction = "rtl" if _is_arabic(run) else "ltr"
                self.pen.text((x, self.y), run, font=font, fill=color, direction=direction)
                space = size // 4
                x += -space if self.is_rtl else length + space
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


def _runs(text: str) -> list[str]:
    """Parts of a line of one script each: no font of ours has both."""
    return [" ".join(words) for _, words in groupby(text.split(), key=_is_arabic)]


def _is_arabic(text: str) -> bool:
    return any("\u0600" <= letter <= "\u06ff" for letter in text)


def _length(text: str, face: str, size: int) -> int:
    lengths = [_font(run, face, size).getlength(run) for run in _runs(text)]
    return int(sum(lengths) + size // 4 * max(0, len(lengths) - 1))


def _font(text: str, face: str, size: int):
    script = "arabic" if _is_arabic(text) else "latin"
    return ImageFont.truetype(_FONTS / f"{face}-{script}.woff2", size, layout_engine=ImageFont.Layout.RAQM)
