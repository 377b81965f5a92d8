"""What some units of a line come to. Shares that do not divide evenly still add up to the whole line, to the centime."""

from dataclasses import dataclass
from decimal import Decimal

from catalog.money import dirhams


@dataclass(frozen=True)
class Shares:
    """Dirhams. `tax` and `commission` are parts of what is paid, `discount` is what is not."""

    amount: Decimal
    discount: Decimal
    tax: Decimal
    commission: Decimal

    @property
    def paid(self) -> Decimal:
        return self.amount - self.discount

    def __sub__(self, other: "Shares") -> "Shares":
        return Shares(*(mine - its for mine, its in zip(vars(self).values(), vars(other).values(), strict=True)))


def shares_of(line, units: int, *, after: int = 0) -> Shares:
    """Of `units` of a placed line, when `after` units have been counted before: all of them add up to the line.

    `line` has a quantity and the amounts of an `OrderLine`. Units that are missing count first, then those that came back.
    """
    return _first(line, after + units) - _first(line, after)


def shares_sent(line) -> Shares:
    """Of the units of a placed line that are sent: all but those that are missing."""
    return shares_of(line, line.units, after=line.missing)


def _first(line, units: int) -> Shares:
    return Shares(
        *(dirhams(whole * units / line.quantity) for whole in (line.amount, line.discount, line.tax, line.commission))
    )


def tax_within(amount: Decimal, per_mille: int) -> Decimal:
    """The tax that a price has in it: 20 of 120 at 200 per thousand."""
    return dirhams(amount * per_mille / (1000 + per_mille))
