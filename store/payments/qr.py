"""QR codes as shapes of an inline SVG, which the pages' policy lets through: no picture, no style."""

from dataclasses import dataclass

import segno

#: White squares around the code, as the standard asks.
MARGIN = 4


@dataclass(frozen=True)
class Picture:
    #: How many squares wide and high it is, its margin included.
    side: int
    #: The `d` of a path that is filled.
    path: str


def picture_of(text: str) -> Picture:
    """A QR code of a text."""
    rows = [list(row) for row in segno.make(text, error="m", micro=False).matrix]
    return Picture(side=len(rows) + 2 * MARGIN, path="".join(_runs(rows)))


def _runs(rows: list[list[int]]):
    """Each run of dark squares in a row as one rectangle."""
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            width = 0
            while x + width < len(row) and row[x + width]:
                width += 1
            if width:
                yield f"M{x + MARGIN} {y + MARGIN}h{width}v1h-{width}z"
            x += width or 1
