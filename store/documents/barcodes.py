"""Code 128 as the shape of an inline SVG, which the pages' policy lets through: no picture, no style."""

from dataclasses import dataclass
from itertools import groupby

from barcode.codex import Code128

#: Millimeters of the narrowest bar: what a printer of 150 dots an inch still draws so that it can be read.
NARROWEST = 0.33
#: White bars on each side, as the standard asks.
MARGIN = 10


@dataclass(frozen=True)
class Bars:
    #: How many narrowest bars wide it is, its margin included.
    width: int
    #: The `d` of a path that is filled, one high.
    path: str

    @property
    def millimeters(self) -> str:
        return f"{self.width * NARROWEST:.2f}"


def bars_of(text: str) -> Bars:
    """The bars of a short text of Latin letters and digits."""
    [modules] = Code128(text).build()
    drawn, x = [], MARGIN
    for is_dark, run in groupby(modules, key="1".__eq__):
        width = len(list(run))
        if is_dark:
            drawn.append(f"M{x} 0h{width}v1h-{width}z")
        x += width
    return Bars(width=x + MARGIN, path="".join(drawn))
