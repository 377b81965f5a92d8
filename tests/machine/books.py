"""The model's books: what stands on whose account, in centimes, by holder, kind and the number of the cooperative."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from .rows import Part

Account = tuple[str, str, int | None]
#: Of some units: their amount, discount and commission.
Share = tuple[int, int, int]
BANK, DUE, REFUND_DUE = ("bank", "cash", None), ("buyer", "due", None), ("buyer", "refund_due", None)


@dataclass
class Books:
    #: What the platform keeps of a price, and what a courier asks for a parcel that nobody takes.
    per_mille: int
    in_vain: int
    now: datetime
    balances: Counter[Account] = field(default_factory=Counter)
    #: What moved the accounts of cooperatives: when, whose, by how much, and whether they were paid it.
    history: list[tuple[datetime, int, int, bool]] = field(default_factory=list)

    def move(self, account: Account, amount: int, *, is_settlement: bool = False) -> None:
        self.balances[account] += amount
        if account[2] is not None and amount:
            self.history.append((self.now, account[2], amount, is_settlement))

    def commission(self, amount: int) -> int:
        return (amount * self.per_mille + 500) // 1000  # rounded half up

    def sold(self, part: Part, shares: Iterable[Share]) -> None:
        for share in shares:
            self._share_out(part, share, sign=-1)
        self.move(self._carrier(part, "delivery"), -part.delivery_price)
        self.move(DUE if part.payment is None else self._carrier(part, "cash"), part.total)

    def came_back(self, part: Part, share: Share) -> None:
        amount, discount, _commission = share
        self._share_out(part, share, sign=1)
        self._credit(part, amount - discount)
        for kind, holder in sorted(part.borne, key=lambda who: (who[0] != "goodwill", who[1])):
            undone = min(part.borne[kind, holder], part.credited - part.collected)
            if undone > 0:  # more than was paid would go back
                self._bear(part, kind, holder, -undone)

    def give(self, part: Part, kind: str, holder: str, amount: int) -> None:
        """The price of the delivery, or something for good will."""
        self._bear(part, kind, holder, amount)
        part.delivery_given += amount if kind == "delivery" else 0

    def owed_back(self, part: Part) -> None:
        """It was paid in advance and is not delivered."""
        self.move(DUE, part.total)
        part.collected = part.total
        self._credit(part, part.total)

    def received(self, amount: int) -> None:
        """Money that nobody can place."""
        self.move(BANK, amount)
        self.move(("platform", "unmatched", None), -amount)

    def transferred(self, came: int, *, applied: int) -> None:
        self.move(BANK, came)
        self.move(DUE, -applied)
        self.move(REFUND_DUE, applied - came)

    def refunded(self, part: Part, amount: int) -> None:
        self.move(REFUND_DUE, amount)
        self.move(BANK, -amount)
        part.refunded += amount

    def carried_in_vain(self, part: Part) -> None:
        if part.carrier == "courier" and not part.cost_in_vain:
            part.cost_in_vain = self.in_vain
            self.move(("courier", "delivery", None), -self.in_vain)
            self.move(("platform", "delivery", None), self.in_vain)

    def brought(self, part: Part) -> int:
        """What a parcel brings to the sheet of its courier."""
        return self._cash(part) - self._earned(part)

    def settle(self, parts: Iterable[Part], *, missing: int) -> None:
        for part in parts:
            self.move(("courier", "cash", None), -self._cash(part))
            self.move(("courier", "delivery", None), self._earned(part))
            self.move(BANK, self.brought(part))
        earlier = self.left_over()
        self.move(BANK, earlier - missing)
        self.move(("courier", "difference", None), missing - earlier)

    def left_over(self) -> int:
        """What the courier answers for since earlier sheets."""
        return self.balances["courier", "difference", None]

    def paid_out(self, cooperative: int, amount: int, *, netted: int) -> None:
        self.move(("cooperative", "goods", cooperative), amount + netted, is_settlement=True)
        self.move(("cooperative", "cash", cooperative), -netted, is_settlement=True)
        self.move(BANK, -amount)

    def owed_to(self, cooperative: int, *, until: datetime | None = None) -> int:
        """What a cooperative is owed now, or was at a moment less what it was paid since."""
        rows = [row for row in self.history if row[1] == cooperative]
        return -sum(amount for at, _, amount, is_settlement in rows if until is None or at < until or is_settlement)

    def _credit(self, part: Part, amount: int) -> None:
        self.move(REFUND_DUE, -amount)
        part.credited += amount

    def _bear(self, part: Part, kind: str, holder: str, amount: int) -> None:
        self._credit(part, amount)
        self.move((holder, kind, part.cooperative if holder == "cooperative" else None), amount)
        part.borne[kind, holder] += amount

    def _share_out(self, part: Part, share: Share, *, sign: int) -> None:
        amount, discount, commission = share
        borne = discount if part.bearer == "platform" else 0
        self.move(("cooperative", "goods", part.cooperative), sign * (amount - discount + borne - commission))
        self.move(("platform", "commission", None), sign * commission)
        self.move(("platform", "discount", None), -sign * borne)

    def _carrier(self, part: Part, kind: str) -> Account:
        return ("courier", kind, None) if part.carrier == "courier" else ("cooperative", kind, part.cooperative)

    def _cash(self, part: Part) -> int:
        return part.total if part.is_sold and part.payment else 0

    def _earned(self, part: Part) -> int:
        return part.cost_in_vain + (part.delivery_price if part.is_sold else 0)
