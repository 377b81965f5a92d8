"""The shop on half a page, in plain Python: what each deed must do, and the whole state afterwards.

It knows no database and none of the shop's code. Rows are named by their place in these lists: lot 0 is the first lot
that was received. Amounts are centimes. A deed that is refused raises `Refusal` before it has changed anything.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from .books import Books
from .post import Post
from .rows import Buyer, Cart, Cooperative, Line, Lot, Part, Product, Refusal, Reservation, Seen, Variant, what_moved

CONFIRMATION = timedelta(hours=48)
CARTS_ARE_KEPT = timedelta(days=30)
UNCONFIRMED_ORDERS_PER_PHONE = 3
MOST_UNITS = 99

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


@dataclass
class Model:
    cooperatives: list[Cooperative]
    products: list[Product]
    variants: list[Variant]
    #: What a courier costs, by place; a place that is not here is one where nobody delivers.
    courier: dict[str, int]
    now: datetime
    today: date
    books: Books
    lots: list[Lot] = field(default_factory=list)
    reservations: list[Reservation] = field(default_factory=list)
    movements: list[tuple[int, str, int, int | None]] = field(default_factory=list)
    #: By their number; old ones are forgotten.
    carts: dict[int, Cart] = field(default_factory=dict)
    buyers: list[Buyer] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    post: Post = field(default_factory=Post)

    # -- Stock ---------------------------------------------------------------------------------------------------------

    def live(self) -> list[Reservation]:
        return [reservation for reservation in self.reservations if not reservation.outcome]

    def kept(self, lot: Lot) -> int:
        return sum(reservation.quantity for reservation in self.live() if reservation.lot == lot.number)

    def receive(self, variant: int, quantity: int, best_before: date | None) -> str:
        lot = Lot(len(self.lots), variant, best_before, quantity)
        self.lots.append(lot)
        self.movements.append((lot.number, "received", quantity, None))
        return "done" if lot.is_good(self.today) else "past its date"

    def adjust(self, lot: Lot, change: int) -> str:
        free = lot.on_hand - self.kept(lot)
        if free + change < 0:
            raise Refusal("NotThatMany", free)
        lot.on_hand += change
        if change:
            self.movements.append((lot.number, "adjusted", change, None))
        return "done"

    def block(self, lot: Lot) -> str:
        if lot.blocked_at:
            return "was so already"
        lot.blocked_at = self.now
        return "done"

    def unblock(self, lot: Lot) -> str:
        lot.blocked_at = None
        return "done"

    def _late(self, variants: Collection[int]) -> list[Reservation]:
        """What is past its time among the lots of these variants: it ends before anything new is kept."""
        return [
            reservation
            for reservation in self.live()
            if reservation.expires_at is not None
            and reservation.expires_at <= self.now
            and self.lots[reservation.lot].variant in variants
        ]

    def _pick(self, wants: Iterable[tuple[int, int, int]], ending: list[Reservation]) -> list[tuple[int, int, int]]:
        """Share (line, variant, units) out as (lot, line, units), first-expiring first, as if `ending` had ended."""
        free = {
            lot.number: lot.on_hand
            - sum(kept.quantity for kept in self.live() if kept.lot == lot.number and kept not in ending)
            for lot in self.lots
        }
        picked, short = [], []
        for line, variant, wanted in wants:
            shelf = [lot for lot in self.lots if lot.variant == variant and lot.is_good(self.today)]
            shelf.sort(key=lambda lot: (lot.best_before or date.max, lot.number))
            left, missing = sum(free[lot.number] for lot in shelf), wanted
            for lot in shelf:
                units = min(missing, free[lot.number])
                if units:
                    picked.append((lot.number, line, units))
                    free[lot.number] -= units
                    missing -= units
            if missing:
                short.append((variant, wanted, left))
        if short:
            raise Refusal("OutOfStock", *short)
        return picked

    def _keep(self, picked: list[tuple[int, int, int]], *, until: datetime | None) -> None:
        self.reservations += [Reservation(lot, line, units, until) for lot, line, units in picked]

    def _end(self, reservations: list[Reservation], outcome: str) -> None:
        for reservation in reservations:
            reservation.outcome = outcome

    # -- What is on sale -----------------------------------------------------------------------------------------------

    def withdraw(self, variant: int, what: str) -> None:
        match what:
            case "variant":
                self.variants[variant].is_active = False
            case "product":
                self.products[self.variants[variant].product].is_withdrawn = True
            case "cooperative":
                self.cooperatives[self.seller(variant)].is_suspended = True
            case "nothing":
                for row in self.variants:
                    row.is_active = True
                for row in self.products:
                    row.is_withdrawn = False
                for row in self.cooperatives:
                    row.is_suspended = False

    def is_on_sale(self, variant: Variant) -> bool:
        product = self.products[variant.product]
        return (
            variant.is_active and not product.is_withdrawn and not self.cooperatives[product.cooperative].is_suspended
        )

    def seller(self, variant: int) -> int:
        return self.products[self.variants[variant].product].cooperative

    # -- Carts ---------------------------------------------------------------------------------------------------------

    def add(self, cart: Cart, variant: int, quantity: int) -> tuple[str, int]:
        before = cart.units.get(variant, 0)
        cart.units[variant] = min(before + quantity, MOST_UNITS)
        cart.touched_at = self.now
        in_words = "no more than a cart takes" if before + quantity > MOST_UNITS else "more of it" if before else "done"
        return in_words, cart.units[variant]

    def change(self, cart: Cart, variant: int, quantity: int) -> str:
        cart.touched_at = self.now
        if variant not in cart.units:
            return "was gone already"
        if not quantity:
            del cart.units[variant]
            return "taken out"
        cart.units[variant] = quantity
        return "done"

    def look(self, cart: Cart, *, place: str, pickup: Collection[int]) -> Seen:
        """The summary that the checkout shows now."""
        on_sale = [number for number in cart.units if self.is_on_sale(self.variants[number])]
        on_sale.sort(key=self.seller)
        courier = ("courier", self.courier[place]) if place in self.courier else None
        return Seen(
            units={number: (cart.units[number], self.variants[number].price) for number in on_sale},
            quotes={
                seller: ("pickup", 0) if seller in pickup and self.cooperatives[seller].offers_pickup else courier
                for seller in map(self.seller, on_sale)
            },
            gone=tuple(number for number in cart.units if number not in on_sale),
        )

    # -- Orders --------------------------------------------------------------------------------------------------------

    def place(
        self, cart: Cart, buyer: Buyer, *, place: str, pickup: Collection[int], accepted: Seen
    ) -> tuple[str, int]:
        """What came of it, and the number of the order."""
        if cart.order is not None:
            return "the same again", cart.order
        seen = self.look(cart, place=place, pickup=pickup)
        if seen.gone:
            raise Refusal("NoLongerOnSale", *seen.gone)
        if not seen.units:
            raise Refusal("CartEmpty")
        if None in seen.quotes.values():
            raise Refusal("NoDelivery")
        if moved := what_moved(seen, accepted):
            raise Refusal("SummaryMoved", *moved)
        waiting = {part.order for part in self.parts if part.status == "placed" and self._phone(part) == buyer.phone}
        if len(waiting) >= UNCONFIRMED_ORDERS_PER_PHONE:
            raise Refusal("TooManyUnconfirmed")
        wants = [(len(self.lines) + n, variant, units) for n, (variant, (units, _)) in enumerate(seen.units.items())]
        late = self._late(seen.units)
        picked = self._pick(wants, late)

        order, deadline = len(self.buyers), self.now + CONFIRMATION
        self.buyers.append(buyer)
        self._end(late, "expired")
        self._keep(picked, until=deadline)
        self.post.write("order_received", order, buyer.email, self.now)
        for seller, (method, price) in seen.quotes.items():
            lines = [line for line, variant, _ in wants if self.seller(variant) == seller]
            self.post.write("part_to_confirm", len(self.parts), "cooperative", self.now)
            self.parts.append(Part(order, seller, method, price, lines, deadline))
        self.lines += [
            Line(variant, units, price, self.books.commission(units * price))
            for variant, (units, price) in seen.units.items()
        ]
        for part in self.parts[-len(seen.quotes) :]:
            part.total = part.delivery_price + sum(self.lines[line].amount for line in part.lines)
        self.post.write("order_for_staff", order, "staff", self.now)
        cart.order = order
        return "from several lots" if len(picked) > len(wants) else "done", order

    def _phone(self, part: Part) -> str:
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
        part.status, part.reason, part.payment = "canceled", reason, "expired"
        self._end(self.kept_for(part), "released")
        number = self.parts.index(part)
        self.post.write("part_canceled", number, self.buyers[part.order].email, self.now)
        self.post.write("part_canceled_for_cooperative", number, "cooperative", self.now)
        return "done", True

    def confirm(self, part: Part) -> str:
        if not self._move(part, "confirmed"):
            return "was so already"
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
        part.status, part.payment, part.parcel, part.is_sold = "delivered", "collected", "delivered", True
        self.books.sold(part, self._lines(part))
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
        part.status, part.parcel = "returned", "returned"
        for kept in sorted(self.reservations, key=lambda kept: kept.lot):
            if kept.line == part.lines[0] and kept.outcome == "shipped" and good:
                units = min(good, kept.quantity)
                self.lots[kept.lot].on_hand += units
                self.movements.append((kept.lot, "returned", units, kept.line))
                good -= units
        if part.is_sold:
            self.books.came_back(part, self._lines(part))
            return "after it was paid"
        part.payment = "expired"
        return "at the door"

    def _lines(self, part: Part) -> list[Line]:
        return [self.lines[line] for line in part.lines]

    def to_settle(self) -> list[Part]:
        ended = ("delivered", "returned")
        return [p for p in self.parts if p.carrier == "courier" and p.parcel in ended and not p.is_settled]

    def close_sheet(self, parts: list[Part], *, missing: int) -> str:
        if not parts or any(part not in self.to_settle() for part in parts):
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
            self.cancel(part, by="clock", reason="not_confirmed")
        return len(late)

    def end_expired(self) -> int:
        late = self._late(range(len(self.variants)))
        self._end(late, "expired")
        return len({reservation.line for reservation in late})

    def forget_old_carts(self) -> int:
        old = [
            number
            for number, cart in self.carts.items()
            if cart.order is None and cart.touched_at < self.now - CARTS_ARE_KEPT
        ]
        for number in old:
            del self.carts[number]
        return len(old)

    def next_deadline(self) -> datetime | None:
        """When the next reservation may end; those that may already are the tick's."""
        return min(
            (kept.expires_at for kept in self.live() if kept.expires_at and kept.expires_at > self.now), default=None
        )

    def next_date(self) -> date | None:
        """The next last good day of a lot that has something left."""
        dates = (
            lot.best_before for lot in self.lots if lot.on_hand and lot.best_before and lot.best_before >= self.today
        )
        return min(dates, default=None)

    def waits_since(self, time: datetime) -> bool:
        """Whether something should have been swept by this time."""
        return any(kept.expires_at and kept.expires_at < time for kept in self.live())
