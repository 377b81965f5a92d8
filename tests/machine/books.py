"""The model's books: what stands on whose account, in centimes, by holder, kind and the number of the cooperative."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from .rows import Line, Part

Account = tuple[str, str, int | None]


@dataclass
class Books:
    #: What the platform keeps of a price, and what a courier asks for a parcel that nobody takes.
    per_mille: int
    in_vain: int
    balances: Counter[Account] = field(default_factory=Counter)

    def commission(self, amount: int) -> int:
        return (amount * self.per_mille + 500) // 1000  # rounded half up

    def sold(self, part: Part, lines: Iterable[Line]) -> None:
        self._share_out(part, lines, sign=-1)
        self.balances[*self._carrier(part, "delivery")] -= part.delivery_price
        self.balances[*self._carrier(part, "cash")] += part.total

    def came_back(self, part: Part, lines: Iterable[Line]) -> None:
        lines = list(lines)
        self._share_out(part, lines, sign=1)
        self.balances["buyer", "refund_due", None] -= sum(line.amount for line in lines)

    def carried_in_vain(self, part: Part) -> None:
        if part.carrier == "courier" and not part.cost_in_vain:
            part.cost_in_vain = self.in_vain
            self.balances["courier", "delivery", None] -= self.in_vain
            self.balances["platform", "delivery", None] += self.in_vain

    def brought(self, part: Part) -> int:
        """What a parcel brings to the sheet of its courier."""
        return self._cash(part) - self._earned(part)

    def settle(self, parts: Iterable[Part], *, missing: int) -> None:
        for part in parts:
            self.balances["courier", "cash", None] -= self._cash(part)
            self.balances["courier", "delivery", None] += self._earned(part)
            self.balances["bank", "cash", None] += self.brought(part)
        self.balances["bank", "cash", None] -= missing
        self.balances["courier", "difference", None] += missing

    def _share_out(self, part: Part, lines: Iterable[Line], *, sign: int) -> None:
        for line in lines:
            self.balances["cooperative", "goods", part.cooperative] += sign * (line.amount - line.commission)
            self.balances["platform", "commission", None] += sign * line.commission

    def _carrier(self, part: Part, kind: str) -> Account:
        return ("courier", kind, None) if part.carrier == "courier" else ("cooperative", kind, part.cooperative)

    def _cash(self, part: Part) -> int:
        return part.total if part.is_sold else 0

    def _earned(self, part: Part) -> int:
        return part.cost_in_vain + (part.delivery_price if part.is_sold else 0)
