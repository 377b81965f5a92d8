"""The model's bank and vouchers: orders that are paid in advance, the money that comes for them, and codes."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from .model import Model
from .rows import Cart, Part, Refusal, Seen

HERE = ZoneInfo("Africa/Casablanca")
WORKING_DAYS = 3
SATURDAY = 5


@dataclass
class Whole:
    """The payment for a whole order."""

    amount: int
    status: str = "expected"


@dataclass
class Task:
    kind: str
    order: int | None
    amount: int
    #: It is about a line of a statement.
    is_of_a_line: bool = True
    is_done: bool = False


@dataclass
class Voucher:
    percent: int | None
    amount: int | None
    bearer: str
    cooperative: int | None
    limit: int | None
    limit_per_phone: int | None
    used: int = 0

    @property
    def has_room(self) -> bool:
        return self.limit is None or self.used < self.limit


@dataclass
class Use:
    voucher: int
    discount: int
    is_released: bool = False


@dataclass(kw_only=True)
class Bank(Model):
    vouchers: list[Voucher]
    #: By order.
    wholes: dict[int, Whole] = field(default_factory=dict)
    uses: dict[int, Use] = field(default_factory=dict)
    #: The lines of statements: amount, status, order.
    bank_lines: list[tuple[int, str, int | None]] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)

    # -- Vouchers ------------------------------------------------------------------------------------------------------

    def discounts(self, cart: Cart, amounts: dict[int, tuple[int, int]], *, phone: str) -> dict[int, int]:
        if cart.voucher is None:
            return {}
        voucher = self.vouchers[cart.voucher]
        its = {v: (seller, a) for v, (seller, a) in amounts.items() if voucher.cooperative in (None, seller)}
        goods = sum(amount for _, amount in its.values())
        off = (2 * goods * voucher.percent + 100) // 200 if voucher.percent else min(voucher.amount or 0, goods)
        is_used_up = phone and voucher.limit_per_phone is not None and self._uses_of(cart.voucher, phone)
        if not voucher.has_room or is_used_up or not off:
            return {}
        sellers = sorted({seller for seller, _ in its.values()})
        of_sellers = [sum(amount for s, amount in its.values() if s == seller) for seller in sellers]
        taken = {}
        for seller, share in zip(sellers, share_out(off, of_sellers), strict=True):
            lines = {variant: amount for variant, (s, amount) in its.items() if s == seller}
            taken |= dict(zip(lines, share_out(share, list(lines.values())), strict=True))
        return taken

    def _uses_of(self, voucher: int, phone: str) -> bool:
        """As often as it may."""
        uses = [o for o, use in self.uses.items() if use.voucher == voucher and not use.is_released]
        limit = self.vouchers[voucher].limit_per_phone or 0
        return sum(self.buyers[order].phone == phone for order in uses) >= limit

    def bearer(self, cart: Cart) -> str:
        return "" if cart.voucher is None else self.vouchers[cart.voucher].bearer

    def _give_voucher_back(self, part: Part) -> None:
        use = self.uses.get(part.order)
        is_wanted = any(p.discount and p.status != "canceled" for p in self.parts_of(part.order))
        if part.discount and use and not use.is_released and not is_wanted:
            use.is_released = True
            self.vouchers[use.voucher].used -= 1

    # -- Orders --------------------------------------------------------------------------------------------------------

    def parts_of(self, order: int) -> list[Part]:
        return [part for part in self.parts if part.order == order]

    def deadline(self, pays: str) -> datetime:
        if pays == "cash":
            return super().deadline(pays)
        day, left = self.today, WORKING_DAYS
        while left:
            day += timedelta(days=1)
            left -= day.weekday() < SATURDAY
        return datetime.combine(day, time(23, 59), HERE)

    def _write_down(self, cart: Cart, seen: Seen, order: int, deadline: datetime, pays: str) -> list[Part]:
        parts = super()._write_down(cart, seen, order, deadline, pays)
        if pays == "transfer":
            self.wholes[order] = Whole(sum(part.total for part in parts))
        if seen.discount and cart.voucher is not None:
            self.uses[order] = Use(cart.voucher, seen.discount)
            self.vouchers[cart.voucher].used += 1
        return parts

    def confirm(self, part: Part) -> str:
        whole = self.wholes.get(part.order)
        if whole and whole.status == "expected":
            raise Refusal("NotPaid")
        return super().confirm(part)

    def cancel(self, part: Part, *, by: str, reason: str) -> tuple[str, bool]:
        in_words, is_new = super().cancel(part, by=by, reason=reason)
        if is_new:
            self._give_voucher_back(part)
        return in_words, is_new

    def expect_no_longer(self, part: Part) -> None:
        whole = self.wholes.get(part.order)
        if whole is None:
            super().expect_no_longer(part)
        elif whole.status == "paid":
            if part.total:
                self.books.owed_back(part)
                self.tasks.append(Task("canceled_part", part.order, part.total, is_of_a_line=False))
        elif any(p.status != "canceled" for p in self.parts_of(part.order)):
            whole.amount -= part.total
        else:
            whole.status = "expired"

    # -- Money that comes ----------------------------------------------------------------------------------------------

    def money_comes(self, order: int | None, amount: int) -> str:
        """A line of a statement that names this order, or none."""
        whole = None if order is None else self.wholes.get(order)
        if order is None or whole is None:
            self.bank_lines.append((amount, "task", None))
            self.tasks.append(Task("unknown", order, amount))
            self.books.received(amount)
            return "unknown reference" if order is None else "for an order that is paid in cash"
        number, parts = len(self.bank_lines), self.parts_of(order)
        self.bank_lines.append((amount, "matched", order))
        outcome, kind, wanted = self._judge(order, whole, amount)
        waiting = self.waiting_for(order)
        going_on = [part for part in wanted if self._goes_on(part)]
        if wanted:
            is_less = any(part.status == "canceled" for part in parts)
            kind = "late" if len(going_on) < len(wanted) else "canceled_part" if is_less else "too_much"
        applied = sum(part.total for part in going_on)
        if going_on:
            whole.status, whole.amount = "paid", applied
            for task in waiting:
                task.is_done = True
        self.books.transferred(amount, applied=applied)
        surplus = amount + (sum(task.amount for task in waiting) if going_on else 0) - applied
        if surplus:
            self.tasks.append(Task(kind, order, surplus))
        self.post.write("transfer_received", number, self.buyers[order].email, self.now)
        for part in going_on:
            self.post.write("part_to_prepare", self.parts.index(part), "cooperative", self.now)
        if wanted:
            return f"{outcome}, {'all' if len(going_on) == len(wanted) else 'some' if going_on else 'none'} there"
        return outcome

    def told_again(self, is_same: bool) -> tuple[str, int]:
        """A file that was imported before, or another with a line that was told before."""
        if is_same:
            raise Refusal("AlreadyImported")
        return "in another file", 1

    def waiting_for(self, order: int) -> list[Task]:
        return [task for task in self.tasks if (task.kind, task.order) == ("too_little", order) and not task.is_done]

    def _judge(self, order: int, whole: Whole, amount: int) -> tuple[str, str, list[Part]]:
        """What it is in words, the task that it leaves, and the parts that it pays if they are there."""
        if whole.status == "paid":
            return "paid twice", "paid_twice", []
        open_ = [part for part in self.parts_of(order) if part.status != "canceled"]
        lapsed = [p for p in self.parts_of(order) if p.status == "canceled" and p.reason == "not_paid"]
        price, late = sum(part.total for part in open_), sum(part.total for part in lapsed)
        money = amount + sum(task.amount for task in self.waiting_for(order))
        if not price + late:
            return "for what was canceled", "canceled_part", []
        if money >= price + late:
            more = " with a rest" if money > price + late else ""
            return f"{'late' if late else 'in time'}{more}", "", open_ + (lapsed if late else [])
        if price and money >= price:
            return "for what is still open", "", open_
        return "too little", "too_little", []

    def _goes_on(self, part: Part) -> bool:
        was, use = part.status, self.uses.get(part.order)
        takes_again = was == "canceled" and part.discount and use and use.is_released
        if use and takes_again and not self.vouchers[use.voucher].has_room:
            return False
        try:
            self.keep_for(part)
        except Refusal:
            if was != "canceled":
                self.cancel(part, by="staff", reason="out_of_stock")
            return False
        part.reason = ""
        if use and takes_again:
            use.is_released = False
            self.vouchers[use.voucher].used += 1
        return True


def share_out(discount: int, over: list[int]) -> list[int]:
    """In proportion; the centimes that are left go to the largest fractions, the first of equals first."""
    whole = sum(over)
    if not whole:
        return [0] * len(over)
    shares = [discount * amount // whole for amount in over]
    fractions = [(-(discount * amount % whole), at) for at, amount in enumerate(over)]
    for _, at in sorted(fractions)[: discount - sum(shares)]:
        shares[at] += 1
    return shares
