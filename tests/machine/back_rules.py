"""What goes back to buyers: goods with their price, deliveries, good will, and the refunds that two people pay."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from catalog.money import from_centimes
from store.flows.give_back import give_back, return_lines
from store.flows.refunds import approve_refund, ask_refund, pay_refund, refuse_refund, seal
from store.ledger.models import Act
from store.models import Refund
from store.refunds.models import RefundWay
from store.statuses import Actor, DiscountBearer
from tests.factories import a_person, a_rib

from .core import which
from .part_rules import PartRules, there_are_parts

ACTS = {"delivery": Act.DELIVERY_BACK, "goodwill": Act.GOODWILL}
people = st.sampled_from(["amal", "badr"])
there_are_refunds = precondition(lambda self: self.model.refunds)


class BackRules(PartRules):
    def __init__(self, *args):
        super().__init__(*args)
        self.keys = 0

    def a_key(self) -> str:
        self.keys += 1
        return f"k{self.keys}"

    @there_are_parts
    @rule(which=which, whole=st.booleans(), lost=st.booleans(), power_fails=st.booleans())
    def return_units(self, which, whole, lost, power_fails):
        """Some of a line, or all that the buyer still has; good to be sold again or not. Sometimes one too many."""
        self.power_fails_before = 5 if power_fails else self.power_fails_before
        self.send_back(self.pick(which, "delivered"), which, whole=whole, lost=lost)

    def send_back(self, part, which, *, whole, lost):
        row = self.row_of(part)
        pks = list(row.lines.order_by("pk").values_list("pk", flat=True))
        left = [self.model.lines[line].with_buyer for line in part.lines]
        at = which % len(pks)
        units = dict(enumerate(left)) if whole else {at: 1 + which // 7 % (left[at] + (which % 9 == 0) or 1)}
        units = {at: count for at, count in units.items() if count} or {0: 1}
        good = {at: 0 if lost else (count + 1) // 2 for at, count in units.items()}
        key = self.a_key()
        self.do(
            "return",
            lambda: return_lines(
                row, {pks[at]: count for at, count in units.items()}, key=key, actor=Actor.STAFF,
                restocked={pks[at]: count for at, count in good.items()},
            ),
            lambda: self.model.return_units(
                part, {part.lines[at]: count for at, count in units.items()},
                {part.lines[at]: count for at, count in good.items()},
            ),
        )  # fmt: skip

    @there_are_parts
    @rule(
        which=which, kind=st.sampled_from(list(ACTS)), holder=st.sampled_from(["platform", "cooperative"]),
        amount=st.sampled_from([1, 333, 2500, 3500, 9000]), power_fails=st.booleans(),
    )  # fmt: skip
    def give(self, which, kind, holder, amount, power_fails):
        self.power_fails_before = 2 if power_fails else self.power_fails_before
        self.give_for(self.pick(which, "delivered", "returned"), kind, holder, amount)

    def give_for(self, part, kind, holder, amount):
        row, key = self.row_of(part), self.a_key()
        self.do(
            "give back",
            lambda: give_back(
                row, from_centimes(amount), act=ACTS[kind], bearer=DiscountBearer(holder), because="Cassé", key=key
            ),
            lambda: self.model.give_back(part, kind, holder, amount),
        )

    @there_are_parts
    @rule(
        which=which,
        way=st.sampled_from(["cash", "transfer"]),
        by=people,
        wants=st.sampled_from(["all", "all", "half", "more"]),
    )
    def ask(self, which, way, by, wants):
        """Staff ask for what is owed; now and then for more than that."""
        self.ask_for(self.pick_owed(which), way, by, wants, has_account=way == "transfer" and which % 4 > 0)

    def pick_owed(self, which: int):
        owed = [part for part in self.model.parts if self.model.refund_left(part) > 0]
        return owed[which % len(owed)] if owed and which % 6 else self.model.parts[which % len(self.model.parts)]

    def ask_for(self, part, way, by, wants, *, has_account):
        left = self.model.refund_left(part)
        amount = {"all": left, "half": (left + 1) // 2, "more": left + 1}[wants]
        row, key, rib = self.row_of(part), self.a_key(), a_rib() if has_account else ""

        def ask_it() -> None:
            refund = ask_refund(
                row, from_centimes(amount), way=RefundWay(way), key=key, rib=rib, actor=Actor.STAFF, by=a_person(by)
            )
            self.asked = refund.pk

        known = len(self.model.refunds)
        self.do("refund", ask_it, lambda: self.model.ask_refund(part, amount, way=way, by=by, has_account=has_account))
        if len(self.model.refunds) > known:
            self.numbers.refunds[self.asked] = known

    @there_are_refunds
    @rule(
        which=which,
        step=st.sampled_from(["approve", "approve", "pay", "pay", "refuse"]),
        by=people,
        power_fails=st.booleans(),
    )
    def a_refund_goes_on(self, which, step, by, power_fails):
        self.go_on_with(self.pick_refund(which), step, by, power_fails=power_fails)

    def pick_refund(self, which: int):
        open_ = [refund for refund in self.model.refunds if refund.is_open]
        refunds = open_ if open_ and which % 5 else self.model.refunds
        return refunds[which % len(refunds)]

    def go_on_with(self, refund, step, by, *, power_fails=False):
        row = Refund.objects.get(pk=list(self.numbers.refunds)[self.model.refunds.index(refund)])
        person = a_person(by)
        self.power_fails_before = 2 if power_fails else self.power_fails_before
        match step:
            case "approve":
                self.do(
                    "approve refund",
                    lambda: approve_refund(row, seen=seal(row), by=person),
                    lambda: self.model.approve_refund(refund, by=by),
                )
            case "pay":
                self.do(
                    "pay refund",
                    lambda: pay_refund(row, reference="R-1", by=person),
                    lambda: self.model.pay_refund(refund, by=by),
                )
            case "refuse":
                self.do(
                    "refuse refund",
                    lambda: refuse_refund(row, because="Autre compte", by=person),
                    lambda: self.model.refuse_refund(refund),
                )

    @precondition(lambda self: any(part.status == "delivered" for part in self.model.parts))
    @rule(which=which, good_will=st.booleans(), way=st.sampled_from(["cash", "transfer"]))
    def somebody_complains(self, which, good_will, way):
        """Something of a delivered part comes back, with a little for good will, and is paid."""
        delivered = [part for part in self.model.parts if part.status == "delivered"]
        at = self.model.parts.index(delivered[which % len(delivered)])
        if good_will:
            self.give_for(self.model.parts[at], "goodwill", "platform", 333)
        self.send_back(self.model.parts[at], which, whole=False, lost=not good_will)
        if any(self.model.refund_left(part) > 0 for part in self.model.parts):
            self.a_refund_is_paid(which, way)

    @precondition(lambda self: any(self.model.refund_left(part) > 0 for part in self.model.parts))
    @rule(which=which, way=st.sampled_from(["cash", "transfer"]))
    def a_refund_is_paid(self, which, way):
        """As on most days: one person asks, another approves, the first pays."""
        part = self.pick_owed(which)
        self.ask_for(part, way, "amal", "all", has_account=way == "transfer")
        for refund in [refund for refund in self.model.refunds if refund.part is part and refund.status == "asked"]:
            self.go_on_with(refund, "approve", "badr")
            self.go_on_with(refund, "pay", "amal")
