"""What is paid in advance: orders by transfer and with codes, and lines of the bank's statements in every variety."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from store.cart import actions as carts
from store.flows.import_statement import import_statement
from store.models import Order, StatementLine
from tests.factories import a_file

from .buyer_rules import BuyerRules, buyers, pickups
from .core import variants, which
from .shop import NEAR
from .time_rules import ALL_IS_WELL, TimeRules

#: How much comes of what is still asked for.
MUCH = ("exactly", "exactly", "exactly", "too little", "the rest", "too much", "a part's price")
codes = st.sampled_from([None, None, 0, 0, 1, 1, 2])


class AdvanceRules(BuyerRules, TimeRules):
    def __init__(self, *args):
        super().__init__(*args)
        self.files: list[bytes] = []
        self.told = 0

    @rule(
        units=st.dictionaries(variants, st.integers(1, 4), min_size=1, max_size=3), buyer=buyers, pickup=pickups,
        code=codes, pays=st.sampled_from(["transfer", "transfer", "cash"]), is_there=st.booleans(),
    )  # fmt: skip
    def buy_in_advance(self, units, buyer, pickup, code, pays, is_there):
        """Mostly what is there, with a code or without."""
        if is_there:
            self.withdraw_or_put_back(0, "nothing")
            for variant, quantity in units.items():
                self.receive(variant, quantity, 60)
        number = self.begin_a_cart()
        for variant, quantity in units.items():
            carts.add(self.cart_row(number), self.shop.variants[variant], quantity)
            self.model.add(self.model.carts[number], variant, quantity)
        self.type_code(number, code)
        self.see(number, NEAR, pickup)
        self.order(number, buyer, pays)

    def type_code(self, number, code):
        carts.set_voucher(self.cart_row(number), None if code is None else self.shop.vouchers[code])
        self.model.carts[number].voucher, self.model.carts[number].touched_at = code, self.model.now
        self.counts[f"code: {'none' if code is None else 'typed'}"] += 1

    @precondition(lambda self: any(cart.units and cart.order is None for cart in self.model.carts.values()))
    @rule(which=which, code=codes, buyer=buyers, pays=st.sampled_from(["transfer", "cash"]))
    def two_tabs_with_a_code(self, which, code, buyer, pays):
        """The code is typed, or taken off, between the last look and the order."""
        open_ = [number for number, cart in self.model.carts.items() if cart.units and cart.order is None]
        number = open_[which % len(open_)]
        self.see(number, NEAR, ())
        self.type_code(number, code)
        self.order(number, buyer, pays)

    @precondition(lambda self: self.model.wholes)
    @rule(which=which, much=st.sampled_from(MUCH), any_order=st.booleans())
    def money_comes(self, which, much, any_order):
        """For an order that waits for it, or for any that was ever to be paid so."""
        waiting = [order for order, whole in self.model.wholes.items() if whole.status == "expected"]
        orders = waiting if waiting and not any_order else list(self.model.wholes)
        self.transfer(orders[which % len(orders)], much)

    @rule(which=which, what=st.sampled_from(["unknown", "cash", "doubled", "the same file"]))
    def money_nobody_can_place(self, which, what):
        cash = [order for order in range(len(self.model.buyers)) if order not in self.model.wholes]
        if what in ("doubled", "the same file") and self.files:
            self.tell_again(self.files[which % len(self.files)], is_same=what == "the same file")
        else:
            self.book(cash[which % len(cash)] if what == "cash" and cash else None, 100 + which)

    @precondition(lambda self: any(whole.status == "expected" for whole in self.model.wholes.values()))
    @rule(which=which, comes_late=st.booleans(), takes_units=st.booleans())
    def time_to_pay_passes(self, which, comes_late, takes_units):
        """And then, perhaps, the money comes: the goods are there still, or somebody else has them."""
        orders = [order for order, whole in self.model.wholes.items() if whole.status == "expected"]
        order = orders[which % len(orders)]
        waiting = [part for part in self.model.parts_of(order) if part.status == "placed"]
        self.move_clock(max(self.clock.time, waiting[0].confirm_by))
        self.sweep(ALL_IS_WELL)
        if takes_units:
            for lot in self.model.lots:
                if lot.variant == self.model.lines[waiting[0].lines[0]].variant and not lot.blocked_at:
                    self.block(lot)
        if comes_late:
            self.transfer(order, "exactly")

    @rule(variant=variants, buyer=buyers, code=codes, steps=st.sampled_from([0, 2, 3, 3, 3]), power_fails=st.booleans())
    def a_transfer_goes_its_way(self, variant, buyer, code, steps, power_fails):
        """What happens on most days: it is ordered, paid and sent."""
        known = len(self.model.parts)
        self.buy_in_advance({variant: 2}, buyer, (), code, "transfer", is_there=True)
        for part in self.model.parts[known:]:
            if part.order in self.model.wholes:
                self.transfer(part.order, "exactly")
                self.go(part, steps, "power" if power_fails else None)

    # -- Its parts -----------------------------------------------------------------------------------------------------

    def transfer(self, order: int, much: str) -> None:
        parts = self.model.parts_of(order)
        asked = self.model.wholes[order].amount or sum(part.total for part in parts)
        came = sum(task.amount for task in self.model.waiting_for(order))
        amount = {
            "too little": asked // 2, "the rest": asked - came, "too much": asked + 999, "a part's price": parts[0].total,
        }.get(much, asked)  # fmt: skip
        self.book(order, max(amount, 1))

    def book(self, order: int | None, amount: int) -> None:
        self.told += 1
        number = "TW-0000001" if order is None else self.number_of(order)
        said = f"{amount // 100},{amount % 100:02}"
        file = a_file((f"VIR {number} OP{self.told:05}X", said), day=f"{self.model.today:%d/%m/%Y}")
        self.files.append(file)
        self.power_fails_before = None  # each line has a transaction of its own, after that of the file

        def import_it() -> None:
            [line] = import_statement(file, file_name="releve.csv").lines.all()
            self.numbers.bank_lines[line.pk] = len(self.numbers.bank_lines)

        self.do("money", import_it, lambda: self.model.money_comes(order, amount))

    def tell_again(self, file: bytes, *, is_same: bool) -> None:
        """The same file, or another with the same line."""
        known = StatementLine.objects.count()
        self.power_fails_before = None
        self.do(
            "money told again",
            lambda: import_statement(file if is_same else file + b"\n", file_name="encore.csv").doubled,
            lambda: self.model.told_again(is_same),
        )
        assert StatementLine.objects.count() == known
        if not is_same:
            self.files = [known_file for known_file in self.files if known_file != file]

    def number_of(self, order: int) -> str:
        return Order.objects.values_list("number", flat=True).get(pk=list(self.numbers.orders)[order])
