"""Where the money goes: parcels that nobody takes, what comes back, and a courier's sheet."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from catalog.money import from_centimes
from store.flows.fulfil_part import fail_part, return_part
from store.flows.hand_over import close_sheet, waiting
from store.models import CommissionRate
from store.payments.models import DifferenceBearer
from store.statuses import Actor, ShipmentStatus

from .core import which
from .part_rules import PartRules, there_are_parts


class MoneyRules(PartRules):
    @rule(per_mille=st.sampled_from([0, 80, 125, 333]))
    def set_commission(self, per_mille):
        """What is ordered from now on bears it."""
        CommissionRate.objects.filter(pk=self.shop.rate.pk).update(per_mille=per_mille)
        self.model.books.per_mille = per_mille
        self.counts["commission: set"] += 1

    @there_are_parts
    @rule(which=which, outcome=st.sampled_from(["refused", "unreachable"]), power_fails=st.booleans())
    def fail(self, which, outcome, power_fails):
        part = self.pick(which, "shipped")
        row = self.row_of(part)
        self.power_fails_before = 2 if power_fails else self.power_fails_before
        self.do(
            outcome,
            lambda: fail_part(row, ShipmentStatus(outcome), actor=Actor.STAFF),
            lambda: self.model.fail(part, outcome),
        )

    @there_are_parts
    @rule(which=which, power_fails=st.booleans())
    def bring_back_what_is_good(self, which, power_fails):
        part = self.pick(which, "shipped", "delivered")
        row = self.row_of(part)
        line = row.lines.order_by("pk").first()
        good = 1 + which % line.quantity if part.status in ("shipped", "delivered") else 0
        self.power_fails_before = 4 if power_fails else self.power_fails_before
        self.do(
            "bring back",
            lambda: return_part(row, actor=Actor.STAFF, restocked={line.pk: good}),
            lambda: self.model.come_back(part, good),
        )

    @precondition(lambda self: any(part.carrier == "courier" for part in self.model.parts))
    @rule(missing=st.sampled_from([0, 0, 0, 500, -250]), leaves_one=st.booleans(), power_fails=st.booleans())
    def hand_over(self, missing, leaves_one, power_fails):
        """The courier's cash, of all parcels or of all but the last; then the same sheet once more."""
        shown, parts = sorted(waiting(self.shop.courier), key=lambda row: row.shipment.part_id), self.model.to_settle()
        if leaves_one:
            shown, parts = shown[:-1], parts[:-1]
        expected = self.model.to_hand_over(parts)
        assert [row.to_hand_over for row in shown] == [from_centimes(self.model.books.brought(part)) for part in parts]
        self.power_fails_before = 3 if power_fails else self.power_fails_before
        for _ in range(2):
            self.do(
                "sheet",
                lambda: self.close(shown, expected, missing),
                lambda: self.model.close_sheet(parts, expected=expected, missing=missing),
            )

    def close(self, shown, expected: int, missing: int) -> None:
        close_sheet(
            self.shop.courier,
            [row.shipment.pk for row in shown],
            expected=from_centimes(expected),
            counted=from_centimes(expected - missing),
            bearer=DifferenceBearer.COURIER,
            because="Compté deux fois",
        )
