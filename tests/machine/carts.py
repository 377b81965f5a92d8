"""The model's carts: what lies in them, and the summary that their buyers see."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta

from .rows import Cart, Seen
from .shelf import Shelf

CARTS_ARE_KEPT = timedelta(days=30)
MOST_UNITS = 99


@dataclass(kw_only=True)
class Carts(Shelf):
    #: What a courier costs, by place; a place that is not here is one where nobody delivers.
    courier: dict[str, int]
    #: By their number; old ones are forgotten.
    carts: dict[int, Cart] = field(default_factory=dict)

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

    def look(self, cart: Cart, *, place: str, pickup: Collection[int], phone: str = "") -> Seen:
        """The summary that the checkout shows now."""
        on_sale = [number for number in cart.units if self.is_on_sale(self.variants[number])]
        on_sale.sort(key=self.seller)
        courier = ("courier", self.courier[place]) if place in self.courier else None
        amounts = {
            number: (self.seller(number), cart.units[number] * self.variants[number].price) for number in on_sale
        }
        return Seen(
            units={number: (cart.units[number], self.variants[number].price) for number in on_sale},
            discounts=self.discounts(cart, amounts, phone=phone),
            quotes={
                seller: ("pickup", 0) if seller in pickup and self.cooperatives[seller].offers_pickup else courier
                for seller in map(self.seller, on_sale)
            },
            gone=tuple(number for number in cart.units if number not in on_sale),
        )

    def discounts(self, cart: Cart, amounts: dict[int, tuple[int, int]], *, phone: str) -> dict[int, int]:
        """What a voucher takes off lines, given the seller and the amount of each."""
        return {}

    def forget_old_carts(self) -> int:
        old = [
            number
            for number, cart in self.carts.items()
            if cart.order is None and cart.touched_at < self.now - CARTS_ARE_KEPT
        ]
        for number in old:
            del self.carts[number]
        return len(old)
