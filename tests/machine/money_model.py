"""The model's money that goes back or out: returns, refunds, good will, and the months of cooperatives."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from .bank import HERE, Bank
from .rows import Part, Refusal

#: Centimes from which on nobody does two steps of a refund in a row, and how long the buyer's account is known.
SECOND_PERSON = 10_000


@dataclass
class Refund:
    part: Part
    amount: int
    way: str
    by: str | None
    has_account: bool
    status: str = "asked"
    approved_by: str | None = None

    @property
    def is_open(self) -> bool:
        return self.status in ("asked", "approved")

    @property
    def needs_two(self) -> bool:
        return self.amount >= SECOND_PERSON


@dataclass
class Settlement:
    cooperative: int
    #: The first day of its month, and that of the next.
    month: date
    ends: date
    amount: int
    by: str
    status: str = "proposed"

    @property
    def is_open(self) -> bool:
        return self.status in ("proposed", "approved")


@dataclass(kw_only=True)
class MoneyModel(Bank):
    refunds: list[Refund] = field(default_factory=list)
    settlements: list[Settlement] = field(default_factory=list)

    # -- What goes back ------------------------------------------------------------------------------------------------

    def return_units(self, part: Part, units: dict[int, int], good: dict[int, int]) -> str:
        """So many units of lines came back, and so many of them can be sold again."""
        if part.status != "delivered":
            raise Refusal("IllegalMove", part.status, "returned")
        for line, count in units.items():
            if good.get(line, 0) > count:
                raise Refusal("NotThatMany", count)
            if count > self.lines[line].with_buyer:
                raise Refusal("NotWithBuyer", count, self.lines[line].with_buyer)
        for line, count in units.items():
            self.put_back(line, good.get(line, 0))
            self.take_back(part, line, count)
        if any(self.lines[line].with_buyer for line in part.lines):
            return "some"
        part.status = part.parcel = "returned"
        return "the last"

    def give_back(self, part: Part, kind: str, holder: str, amount: int) -> str:
        left = max(part.collected - part.credited, 0)
        if kind == "delivery":
            left = min(left, part.delivery_price - part.delivery_given)
        if not 0 < amount <= left:
            raise Refusal("TooMuch", left)
        self.books.give(part, kind, holder, amount)
        return kind

    def _refundable(self, part: Part) -> int:
        return min(part.owed, part.collected - part.refunded)

    def refund_left(self, part: Part) -> int:
        """What may be asked for now."""
        whole = self.wholes.get(part.order)
        if whole:
            paid = whole.amount if whole.status == "paid" else None
        else:
            paid = part.total if part.payment in ("collected", "handed_over") else None
        if paid is None:
            return 0
        same = self.parts_of(part.order) if whole else [part]
        counted = sum(refund.amount for refund in self.refunds if refund.part in same and refund.status != "refused")
        return min(self._refundable(part), paid - counted)

    def ask_refund(self, part: Part, amount: int, *, way: str, by: str | None, has_account: bool) -> str:
        if any(refund.is_open for refund in self.refunds if refund.part is part):
            raise Refusal("RefundUnderWay")
        left = self.refund_left(part)
        if not 0 < amount <= left:
            raise Refusal("TooMuch", left)
        self.refunds.append(Refund(part, amount, way, by, has_account))
        return "all of it" if amount == left else "some of it"

    def approve_refund(self, refund: Refund, *, by: str) -> str:
        if refund.status == "asked":
            if refund.way == "transfer" and not refund.has_account:
                raise Refusal("RibMissing")
            if refund.needs_two and refund.by == by:
                raise Refusal("SecondPersonNeeded")
        if refund.status == "approved":
            return "was so already"
        if refund.status != "asked":
            raise Refusal("IllegalMove", refund.status, "approved")
        refund.status, refund.approved_by = "approved", by
        return "done"

    def pay_refund(self, refund: Refund, *, by: str) -> str:
        if refund.status == "paid":
            return "was so already"
        if refund.status != "approved":
            raise Refusal("IllegalMove", refund.status, "paid")
        if refund.needs_two and refund.approved_by == by:
            raise Refusal("SecondPersonNeeded")
        part = refund.part
        if refund.amount > (left := self._refundable(part)):
            raise Refusal("TooMuch", left)
        refund.status = "paid"
        self.books.refunded(part, refund.amount)
        if not part.owed:
            for task in self.tasks:
                about = (task.kind, task.order, task.is_of_a_line, task.is_done, task.amount)
                if about == ("canceled_part", part.order, False, False, refund.amount):
                    task.is_done = True
                    break
        self._tell(refund, "refund_paid")
        return f"by {refund.way}"

    def refuse_refund(self, refund: Refund) -> str:
        if refund.status == "refused":
            return "was so already"
        if refund.status == "paid":
            raise Refusal("IllegalMove", "paid", "refused")
        refund.status = "refused"
        self._tell(refund, "refund_refused")
        return "done"

    def _tell(self, refund: Refund, kind: str) -> None:
        self.post.write(kind, self.refunds.index(refund), self.buyers[refund.part.order].email, self.now)

    # -- What cooperatives are paid ------------------------------------------------------------------------------------

    def payable(self, cooperative: int, ends: date) -> int:
        until = datetime(ends.year, ends.month, ends.day, tzinfo=HERE)
        return max(0, min(self.books.owed_to(cooperative, until=until), self.books.owed_to(cooperative)))

    def propose(self, cooperative: int, month: date, *, by: str) -> str:
        ends = (month + timedelta(days=31)).replace(day=1)
        if ends > self.today:
            raise Refusal("MonthNotOver")
        its = [settlement for settlement in self.settlements if settlement.cooperative == cooperative]
        if any(s.is_open or (s.month == month and s.status != "withdrawn") for s in its):
            raise Refusal("StillOpen")
        amount = self.payable(cooperative, ends)
        if not amount:
            raise Refusal("NothingToSettle")
        self.settlements.append(Settlement(cooperative, month, ends, amount, by))
        return "after another" if its else "done"

    def approve(self, settlement: Settlement, *, by: str) -> str:
        if settlement.by == by:
            raise Refusal("SamePerson")
        if settlement.status == "approved":
            return "was so already"
        if settlement.status != "proposed":
            raise Refusal("IllegalMove", settlement.status, "approved")
        settlement.status = "approved"
        return "done"

    def pay(self, settlement: Settlement) -> str:
        its, ends = settlement.cooperative, settlement.ends
        if settlement.status == "approved" and settlement.amount > self.payable(its, ends):
            raise Refusal("MoreThanOwed")
        if settlement.status == "paid":
            return "was so already"
        if settlement.status != "approved":
            raise Refusal("IllegalMove", settlement.status, "paid")
        settlement.status = "paid"
        until = datetime(ends.year, ends.month, ends.day, tzinfo=HERE)
        netted = [
            part
            for part in self.parts
            if (part.cooperative, part.carrier, part.payment) == (its, "cooperative", "collected")
            and part.total  # without a dirham there is nothing in the books
            and part.sold_at
            and part.sold_at < until
        ]
        for part in netted:
            part.payment = "handed_over"
        self.books.paid_out(its, settlement.amount, netted=sum(part.total for part in netted))
        return "with cash of its own" if netted else "done"

    def withdraw_settlement(self, settlement: Settlement) -> str:
        if settlement.status == "withdrawn":
            return "was so already"
        if settlement.status == "paid":
            raise Refusal("IllegalMove", "paid", "withdrawn")
        settlement.status = "withdrawn"
        return "done"

    # -- What holds at every step --------------------------------------------------------------------------------------

    def adds_up(self) -> bool:
        """The books come to nothing in all, and nobody was paid back what they never paid."""
        by_part: Counter[int] = Counter()
        for refund in self.refunds:
            by_part[self.parts.index(refund.part)] += refund.amount if refund.status == "paid" else 0
        return not sum(self.books.balances.values()) and all(
            by_part[number] == part.refunded <= part.credited <= part.collected
            for number, part in enumerate(self.parts)
        )
