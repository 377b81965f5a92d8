"""The model's shelf: what is on sale, and which units of which lot are there, kept or gone."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from .rows import Cooperative, Lot, Product, Refusal, Reservation, Variant


@dataclass(kw_only=True)
class Shelf:
    cooperatives: list[Cooperative]
    products: list[Product]
    variants: list[Variant]
    now: datetime
    today: date
    lots: list[Lot] = field(default_factory=list)
    reservations: list[Reservation] = field(default_factory=list)
    movements: list[tuple[int, str, int, int | None]] = field(default_factory=list)

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

    def put_back(self, line: int, units: int) -> None:
        """So many units of a line go back into the lots that they left, the first that left first."""
        outside: Counter[int] = Counter()
        for lot, kind, quantity, holder in self.movements:
            if holder == line and kind in ("shipped", "returned"):
                outside[lot] -= quantity
        for lot in sorted(outside):
            back = min(units, outside[lot])
            if back > 0:
                self.lots[lot].on_hand += back
                self.movements.append((lot, "returned", back, line))
                units -= back

    # -- What time does ------------------------------------------------------------------------------------------------

    def end_expired(self) -> int:
        late = self._late(range(len(self.variants)))
        self._end(late, "expired")
        return len({reservation.line for reservation in late})

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
