from dataclasses import dataclass

from ..products.models import Variant


@dataclass(frozen=True)
class ShortLine:
    variant: Variant
    wanted: int
    left: int


class OutOfStock(Exception):
    """There is less than was asked for; nothing was written."""

    def __init__(self, lines: list[ShortLine]):
        super().__init__(", ".join(f"{line.variant.sku}: {line.wanted} > {line.left}" for line in lines))
        self.lines = lines


class StockRaced(Exception):
    """Somebody changed the lot meanwhile; nothing was written, and the caller may try again."""


class NotThatMany(Exception):
    """Units are asked for that are not there or that are kept for somebody; `lot` is given where it was chosen."""

    def __init__(self, *, free: int, lot=None):
        super().__init__(f"only {free} units are free")
        self.free, self.lot = free, lot


class OtherVariant(Exception):
    """The lot holds something else than what is kept for the holder."""

    def __init__(self, lot):
        super().__init__(f"lot {lot.code} is of another variant")
        self.lot = lot


class UnfitLot(Exception):
    """The lot is blocked or past its date: it may not leave."""

    def __init__(self, lot):
        super().__init__(f"lot {lot.code} is blocked or past its date")
        self.lot = lot


class HeldBack(Exception):
    """It may not be sold again yet: people who have it are still being told."""
