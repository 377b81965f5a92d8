"""What buyers do: fill carts, look at the summary, order, order again."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from store.cart import actions as carts
from store.flows.place_order import place_order
from store.flows.summary import summarize
from store.models import Cart, Order
from store.payments.methods import METHODS

from . import rows
from .core import variants, which
from .shelf_rules import ShelfRules
from .shop import BUYERS, FAR, NEAR

places = st.sampled_from([NEAR, NEAR, NEAR, NEAR, FAR])
#: The cooperatives at which the parcel will be picked up.
pickups = st.sampled_from([(), (), (0,), (0, 1)])
buyers = st.sampled_from(BUYERS)


class BuyerRules(ShelfRules):
    def __init__(self, *args):
        super().__init__(*args)
        #: By cart, what its buyer chose and saw at the last look: place, pickup, the page's words, the model's.
        self.looks: dict[int, tuple] = {}

    def cart_row(self, cart: int) -> Cart:
        return Cart.objects.get(pk=next(pk for pk, number in self.numbers.carts.items() if number == cart))

    def pick_cart(self, which: int) -> int:
        """Mostly one that is still open."""
        still_open = [number for number, cart in self.model.carts.items() if cart.order is None]
        numbers = still_open if still_open and which % 5 else list(self.model.carts)
        return numbers[which % len(numbers)]

    @rule(which=which, variant=variants, quantity=st.sampled_from([1, 1, 2, 2, 3, 4, 99, 99]))
    def add(self, which, variant, quantity):
        """To a cart that there is, or to a new one."""
        number = self.pick_cart(which) if which % 3 and self.model.carts else self.begin_a_cart()
        cart, row = self.model.carts[number], self.cart_row(number)
        self.do(
            "add",
            lambda: carts.add(row, self.shop.variants[variant], quantity).quantity,
            lambda: self.model.add(cart, variant, quantity),
        )

    def begin_a_cart(self) -> int:
        number = len(self.numbers.carts)
        self.numbers.carts[Cart.objects.create().pk] = number
        self.model.carts[number] = rows.Cart(touched_at=self.model.now)
        return number

    @rule(
        units=st.dictionaries(variants, st.integers(1, 4), min_size=1, max_size=3),
        buyer=buyers,
        pickup=pickups,
        times=st.sampled_from([1, 1, 1, 1, 1, 1, 1, 1, 1, 4]),
    )
    def buy(self, units, buyer, pickup, times):
        """What most people do: fill a cart and order it. Some play, and order the same again and again."""
        for _ in range(times):
            number = self.fill(units)
            self.see(number, NEAR, pickup)
            self.order(number, buyer)

    def fill(self, units: dict[int, int]) -> int:
        """A new cart."""
        number = self.begin_a_cart()
        for variant, quantity in units.items():
            carts.add(self.cart_row(number), self.shop.variants[variant], quantity)
            self.model.add(self.model.carts[number], variant, quantity)
        return number

    @precondition(lambda self: any(cart.units for cart in self.model.carts.values()))
    @rule(which=which, quantity=st.integers(0, 6))
    def change(self, which, quantity):
        """Another quantity of a line; none takes it out. Sometimes another tab has taken it out before."""
        numbers = [number for number, cart in self.model.carts.items() if cart.units]
        number = numbers[which % len(numbers)]
        self.change_a_line(number, which, quantity, is_gone=which % 7 == 0)

    def change_a_line(self, number: int, which: int, quantity: int, *, is_gone: bool = False) -> None:
        cart, row = self.model.carts[number], self.cart_row(number)
        variant = list(cart.units)[which % len(cart.units)]
        line = row.lines.get(variant=self.shop.variants[variant])
        if is_gone:
            carts.change(row, line.pk, 0)
            self.model.change(cart, variant, 0)
        self.do(
            "change",
            lambda: carts.change(row, line.pk, quantity),
            lambda: self.model.change(cart, variant, quantity),
        )

    @precondition(lambda self: self.model.carts)
    @rule(which=which, place=places, pickup=pickups)
    def look(self, which, place, pickup):
        self.see(self.pick_cart(which), place, pickup)
        self.counts["look: done"] += 1

    @precondition(lambda self: self.model.carts)
    @rule(which=which, buyer=buyers, place=places, pickup=pickups)
    def place(self, which, buyer, place, pickup):
        number = self.pick_cart(which)
        self.see(number, place, pickup)
        self.order(number, buyer)

    @precondition(lambda self: any(number in self.model.carts for number in self.looks))
    @rule(which=which, buyer=buyers)
    def place_what_was_seen(self, which, buyer):
        """After whatever happened since the look."""
        seen = [number for number in self.looks if number in self.model.carts]
        self.order(seen[which % len(seen)], buyer)

    @rule(
        variant=variants,
        buyer=buyers,
        changes=st.sampled_from(["quantity", "taken out", "price", "delivery"]),
        price=st.sampled_from([1, 995, 8500]),
    )
    def buy_while_something_changes(self, variant, buyer, changes, price):
        """Between the look and the order: in another tab, or at the cooperative."""
        number = self.fill({variant: 2})
        self.see(number, NEAR, ())
        match changes:
            case "quantity":
                self.change_a_line(number, 0, 1)
            case "taken out":
                self.change_a_line(number, 0, 0)
            case "price":
                self.price(variant, price)
            case "delivery":
                self.reprice_delivery(2500 if self.model.courier[NEAR] == 0 else 0)
        self.order(number, buyer)

    def see(self, number: int, place: str, pickup: tuple[int, ...]) -> None:
        """The summary of a cart; its text must be what the model says."""
        methods = {self.shop.cooperatives[seller].pk: "pickup" for seller in pickup}
        shown = summarize(self.cart_row(number), commune=self.shop.communes[place], methods=methods).accepted()
        seen = self.model.look(self.model.carts[number], place=place, pickup=pickup)
        words = [f"v{self.shop.variants[v].pk}x{units}@{price}" for v, (units, price) in seen.units.items()]
        for seller, quote in seen.quotes.items():
            if quote:
                words.append(f"d{self.shop.cooperatives[seller].pk}:{quote[0]}@{quote[1]}")
        words += [f"r@{seen.discount}"] if seen.discount else []
        assert shown == " ".join(words)
        self.looks[number] = (place, pickup, shown, seen)

    def order(self, number: int, buyer: rows.Buyer, pays: str = "cash") -> None:
        cart, row = self.model.carts[number], self.cart_row(number)
        place, pickup, shown, seen = self.looks[number]
        methods = {self.shop.cooperatives[seller].pk: "pickup" for seller in pickup}
        placed: list[Order] = []

        def place_it() -> int:
            contact = self.shop.contact(buyer, place)
            order = place_order(
                cart=row, contact=contact, delivery=methods, payment_method=METHODS[pays], accepted=shown
            )
            placed.append(order)
            return self.numbers.orders.get(order.pk, len(self.numbers.orders))

        parts_before = len(self.model.parts)
        self.do(
            "place" if pays == "cash" else f"place by {pays}",
            place_it,
            lambda: self.model.place(cart, buyer, place=place, pickup=pickup, accepted=seen, pays=pays),
        )
        if len(self.model.parts) > parts_before:
            assert self.numbers.take_up(placed[-1]) == [
                (
                    part.cooperative,
                    part.method,
                    part.delivery_price,
                    [
                        (line.variant, line.quantity, line.price, line.commission, line.discount)
                        for line in map(self.model.lines.__getitem__, part.lines)
                    ],
                )
                for part in self.model.parts[parts_before:]
            ]
