"""The shop on half a page, in plain Python: what each deed must do, and the whole state afterwards.

It knows no database and none of the shop's code. Rows are named by their place in these lists: lot 0 is the first lot
that was received. Amounts are centimes. A deed that is refused raises `Refusal` before it has changed anything.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .books import Books
from .carts import Carts
from .post import Post
from .rows import Buyer, Cart, Line, Part, Refusal, Reservation, Seen, what_moved

CONFIRMATION = timedelta(hours=48)
UNCONFIRMED_ORDERS_PER_PHONE = 3

#: Where a part can go, and who may cancel it from where.
MOVES = {
    "placed": ("confirmed", "canceled"), "confirmed": ("packed", "canceled"), "packed": ("shipped", "canceled"),
    "shipped": ("delivered", "returned"), "delivered": ("returned",), "returned": (), "canceled": (),
}  # fmt: skip
PARCEL_MOVES = {
    "handed_over": ("refused", "unreachable"), "unreachable": ("refused",), "refused": (), "delivered": (), "returned": (),
}  # fmt: skip
CANCELABLE_BY = {
    "buyer": ("placed", "confirmed"), "staff": ("placed", "confirmed", "packed"), "clock": ("placed",),
}  # fmt: skip


@dataclass(kw_only=True)
class Model(Carts):
    books: Books
    buyers: list[Buyer] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    #: The line, its units, and their shares of amount, discount and commission: what came back.
    changes: list[tuple[int, int, int, int, int]] = field(default_factory=list)
    post: Post = field(default_factory=Post)

    # -- Orders --------------------------------------------------------------------------------------------------------

    def place(
        self, cart: Cart, buyer: Buyer, *, place: str, pickup: Collection[int], accepted: Seen, pays: str = "cash"
    ) -> tuple[str, int]:
        """What came of it, and the number of the order."""
        if cart.order is not None:
            return "the same again", cart.order
        seen = self.look(cart, place=place, pickup=pickup, phone=buyer.phone)
        if seen.gone:
            raise Refusal("NoLongerOnSale", *seen.gone)
        if not seen.units:
            raise Refusal("CartEmpty")
        if None in seen.quotes.values():
            raise Refusal("NoDelivery")
        if moved := what_moved(seen, accepted):
            raise Refusal("SummaryMoved", *moved)
        if pays == "transfer" and not seen.total:
            raise Refusal("NotPayableSo")
        waiting = {part.order for part in self.parts if part.status == "placed" and self.phone_of(part) == buyer.phone}
        if len(waiting) >= UNCONFIRMED_ORDERS_PER_PHONE:
            raise Refusal("TooManyUnconfirmed")
        wants = [(len(self.lines) + n, variant, units) for n, (variant, (units, _)) in enumerate(seen.units.items())]
        late = self._late(seen.units)
        picked = self._pick(wants, late)

        order, deadline = len(self.buyers), self.deadline(pays)
        self.buyers.append(buyer)
        self._end(late, "expired")
        self._keep(picked, until=deadline)
        self.post.write("order_received", order, buyer.email, self.now)
        self._write_down(cart, seen, order, deadline, pays)
        self.post.write("order_for_staff", order, "staff", self.now)
        cart.order = order
        return "from several lots" if len(picked) > len(wants) else "done", order

    def _write_down(self, cart: Cart, seen: Seen, order: int, deadline: datetime, pays: str) -> list[Part]:
        """The parts of a new order and their lines."""
        first, bearer = len(self.parts), self.bearer(cart)
        numbers = {variant: len(self.lines) + n for n, variant in enumerate(seen.units)}
        for seller, (method, price) in seen.quotes.items():
            if pays == "cash":
                self.post.write("part_to_confirm", len(self.parts), "cooperative", self.now)
            its = [variant for variant in seen.units if self.seller(variant) == seller]
            discount = sum(seen.discounts.get(variant, 0) for variant in its)
            goods = sum(units * price_of for units, price_of in map(seen.units.__getitem__, its))
            self.parts.append(
                Part(
                    order, seller, method, price, [numbers[variant] for variant in its], deadline,
                    payment="expected" if pays == "cash" else None, discount=discount, bearer=bearer if discount else "",
                    total=goods + price - discount,
                )
            )  # fmt: skip
        for variant, (units, price) in seen.units.items():
            discount = seen.discounts.get(variant, 0)
            sold_for = units * price - (discount if bearer == "cooperative" else 0)
            self.lines.append(Line(variant, units, price, self.books.commission(sold_for), discount))
        return self.parts[first:]

    def bearer(self, cart: Cart) -> str:
        return ""

    def deadline(self, pays: str) -> datetime:
        return self.now + CONFIRMATION

    def phone_of(self, part: Part) -> str:
        return self.buyers[part.order].phone

    def _move(self, part: Part, to: str, *, only_from: Collection[str] | None = None) -> bool:
        """Whether the part may go there; False when it is there already."""
        if part.status == to:
            return False
        if to not in MOVES[part.status] or (only_from is not None and part.status not in only_from):
            raise Refusal("IllegalMove", part.status, to)
        return True

    def kept_for(self, part: Part) -> list[Reservation]:
        return [reservation for reservation in self.live() if reservation.line in part.lines]

    def cancel(self, part: Part, *, by: str, reason: str) -> tuple[str, bool]:
        if not self._move(part, "canceled", only_from=CANCELABLE_BY[by]):
            return "was so already", False
        part.status, part.reason = "canceled", reason
        part.times_canceled += 1
        self.expect_no_longer(part)
        self._end(self.kept_for(part), "released")
        number, again = self.parts.index(part), f":{part.times_canceled}" if part.times_canceled > 1 else ""
        self.post.write(f"part_canceled{again}", number, self.buyers[part.order].email, self.now)
        if reason != "not_paid":
            self.post.write(f"part_canceled_for_cooperative{again}", number, "cooperative", self.now)
        return "done", True

    def expect_no_longer(self, part: Part) -> None:
        """It was canceled, or came back before it was paid."""
        part.payment = "expired"

    def confirm(self, part: Part) -> str:
        if not self._move(part, "confirmed"):
            return "was so already"
        return self.keep_for(part)

    def keep_for(self, part: Part) -> str:
        mine = self.kept_for(part)
        late = [kept for kept in self._late({self.lines[line].variant for line in part.lines}) if kept not in mine]
        missing = []
        for line in part.lines:
            units = self.lines[line].quantity - sum(kept.quantity for kept in mine if kept.line == line)
            if units:
                missing.append((line, self.lines[line].variant, units))
        picked = self._pick(missing, late)
        part.status = "confirmed"
        for kept in mine:
            kept.expires_at = None
        self._end(late, "expired")
        self._keep(picked, until=None)
        return "held anew" if missing else "done"

    def pack(self, part: Part) -> str:
        if not self._move(part, "packed"):
            return "was so already"
        is_exchanged = self._exchange_unfit(part)
        part.status = "packed"
        return "from other lots" if is_exchanged else "done"

    def repack(self, part: Part) -> str:
        if part.status != "packed":
            raise Refusal("IllegalMove", part.status, "packed")
        return "from other lots" if self._exchange_unfit(part) else "done"

    def _exchange_unfit(self, part: Part) -> bool:
        unfit = [kept for kept in self.kept_for(part) if not self.lots[kept.lot].is_good(self.today)]
        picked = self._pick([(kept.line, self.lines[kept.line].variant, kept.quantity) for kept in unfit], unfit)
        self._end(unfit, "moved")
        self._keep(picked, until=None)
        return bool(unfit)

    def ship(self, part: Part, carrier: str = "cooperative") -> str:
        if not self._move(part, "shipped"):
            return "was so already"
        leaving = self.kept_for(part)
        for kept in leaving:
            if not self.lots[kept.lot].is_good(self.today):
                raise Refusal("UnfitLot", kept.lot)
        part.status, part.carrier, part.parcel = "shipped", carrier, "handed_over"
        for kept in leaving:
            self.lots[kept.lot].on_hand -= kept.quantity
            self.movements.append((kept.lot, "shipped", -kept.quantity, kept.line))
        self._end(leaving, "shipped")
        return "done"

    def deliver(self, part: Part) -> str:
        if not self._move(part, "delivered"):
            return "was so already"
        part.status, part.parcel, part.sold_at, part.collected = "delivered", "delivered", self.now, part.total
        part.payment = part.payment and "collected"
        self.books.sold(part, [self.lines[line].first(self.lines[line].quantity) for line in part.lines])
        return "done"

    def fail(self, part: Part, outcome: str) -> str:
        """Refused at the door, or nobody was reached."""
        if not part.parcel:
            raise Refusal("IllegalMove", part.status, outcome)
        if part.parcel == outcome:
            return "was so already"
        if outcome not in PARCEL_MOVES[part.parcel]:
            raise Refusal("IllegalMove", part.parcel, outcome)
        part.parcel = outcome
        self.books.carried_in_vain(part)
        return f"done, by {part.carrier}"

    def come_back(self, part: Part, good: int = 0) -> str:
        """`good` units of its first line go back into the lots that they left."""
        if not self._move(part, "returned"):
            return "was so already"
        if part.lines and good > self.lines[part.lines[0]].with_buyer:
            raise Refusal("NotThatMany", self.lines[part.lines[0]].with_buyer)
        part.status, part.parcel = "returned", "returned"
        self.put_back(part.lines[0], good)
        if not part.is_sold:
            self.expect_no_longer(part)
            return "at the door"
        for line in part.lines:
            self.take_back(part, line, self.lines[line].with_buyer)
        return "after it was paid"

    def take_back(self, part: Part, line: int, units: int) -> None:
        """So many sold units of a line came back: everybody gives back their share."""
        if units:
            row = self.lines[line]
            share = tuple(b - a for a, b in zip(row.first(row.back), row.first(row.back + units), strict=True))
            row.back += units
            self.changes.append((line, units, *share))
            self.books.came_back(part, share)

    def to_settle(self) -> list[Part]:
        ended = ("delivered", "returned")
        return [p for p in self.parts if p.carrier == "courier" and p.parcel in ended and not p.is_settled]

    def to_hand_over(self, parts: list[Part]) -> int:
        return sum(self.books.brought(part) for part in parts) + self.books.left_over()

    def close_sheet(self, parts: list[Part], *, expected: int, missing: int) -> str:
        is_empty = not parts and not self.books.left_over()
        if is_empty or any(part not in self.to_settle() for part in parts) or self.to_hand_over(parts) != expected:
            raise Refusal("SheetMoved")
        self.books.settle(parts, missing=missing)
        for part in parts:
            part.is_settled = True
            part.payment = "handed_over" if part.payment == "collected" else part.payment
        return "with a difference" if missing else "done"

    # -- What time does ------------------------------------------------------------------------------------------------

    def lapse(self) -> int:
        late = [part for part in self.parts if part.status == "placed" and part.confirm_by <= self.now]
        for part in late:
            self.cancel(part, by="clock", reason="not_confirmed" if part.payment else "not_paid")
        return len(late)
