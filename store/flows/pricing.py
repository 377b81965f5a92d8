"""What is frozen on a line when it is placed: its price, and who gets what of it."""

from collections.abc import Iterable
from datetime import date

from catalog.cooperatives.queries import taxable_on
from catalog.money import ZERO

from ..cart.queries import PricedLine
from ..ledger.rates import Rates
from ..orders.actions import NewLine
from ..orders.shares import tax_within


class Pricing:
    """The commissions and taxes of a day."""

    def __init__(self, day: date):
        self._rates, self._taxable = Rates.on(day), taxable_on(day)

    def lines(self, lines: Iterable[PricedLine]) -> list[NewLine]:
        return [self._line(line) for line in lines]

    def _line(self, line: PricedLine) -> NewLine:
        sale = line.sale
        is_taxed = sale.cooperative_id in self._taxable
        return NewLine(
            variant=line.variant,
            quantity=line.quantity,
            amount=line.amount,
            tax=tax_within(line.amount, sale.tax_per_mille) if is_taxed else ZERO,
            commission=self._rates.commission(line.amount, cooperative_id=sale.cooperative_id, category=sale.category),
        )
