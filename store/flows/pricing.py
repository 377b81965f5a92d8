"""What is frozen on a line when it is placed: its price, and who gets what of it."""

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal

from catalog.cooperatives.queries import taxable_on
from catalog.money import ZERO

from ..cart.queries import PricedLine
from ..ledger.rates import Rates
from ..orders.actions import NewLine
from ..orders.shares import tax_within
from ..statuses import DiscountBearer


class Pricing:
    """The commissions in force, and the keys of the cooperatives whose prices have tax in them."""

    def __init__(self, rates: Rates, taxable: Collection[int]):
        self._rates, self._taxable = rates, taxable

    @classmethod
    def on(cls, day: date) -> "Pricing":
        return cls(Rates.on(day), taxable_on(day))

    def lines(self, lines: Iterable[PricedLine], discounts: Iterable[Decimal], *, bearer: str) -> list[NewLine]:
        """`discounts` are those of the lines, in their order."""
        return [self._line(line, discount, bearer) for line, discount in zip(lines, discounts, strict=True)]

    def _line(self, line: PricedLine, discount: Decimal, bearer: str) -> NewLine:
        sale = line.sale
        is_taxed = sale.cooperative_id in self._taxable
        # What the platform takes off is made up for to the cooperative, which has sold at its whole price.
        price = line.amount - discount if bearer == DiscountBearer.COOPERATIVE else line.amount
        return NewLine(
            variant=line.variant,
            quantity=line.quantity,
            amount=line.amount,
            discount=discount,
            tax=tax_within(price, sale.tax_per_mille) if is_taxed else ZERO,
            commission=self._rates.commission(price, cooperative_id=sale.cooperative_id, category=sale.category),
        )
