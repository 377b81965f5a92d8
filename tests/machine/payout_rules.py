"""The months of cooperatives: proposed, approved by another person, paid; and what comes back afterwards is a debt."""

from datetime import date, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from store.flows.month import Month
from store.flows.settle import approve, pay, propose
from store.models import Settlement
from store.settlements.actions import withdraw
from tests.factories import a_person

from .back_rules import people
from .core import which
from .time_rules import ALL_IS_WELL, TimeRules

there_are_settlements = precondition(lambda self: self.model.settlements)


class PayoutRules(TimeRules):
    def last_month(self) -> date:
        return (self.model.today.replace(day=1) - timedelta(days=1)).replace(day=1)

    @rule(owner=st.integers(0, 1), by=people, too_early=st.booleans(), power_fails=st.booleans())
    def propose(self, owner, by, too_early, power_fails):
        month = self.model.today.replace(day=1) if too_early else self.last_month()
        self.power_fails_before = 2 if power_fails else self.power_fails_before
        self.propose_for(owner, month, by)

    def propose_for(self, owner: int, month: date, by: str) -> None:
        row, proposed = self.shop.cooperatives[owner], []
        known = len(self.model.settlements)
        self.do(
            "propose",
            lambda: proposed.append(propose(row, Month.of(month), by=a_person(by), today=self.model.today).pk),
            lambda: self.model.propose(owner, month, by=by),
        )
        if len(self.model.settlements) > known:
            self.numbers.settlements[proposed[-1]] = known

    @there_are_settlements
    @rule(
        which=which,
        step=st.sampled_from(["approve", "approve", "pay", "pay", "withdraw"]),
        by=people,
        power_fails=st.booleans(),
    )
    def a_settlement_goes_on(self, which, step, by, power_fails):
        self.power_fails_before = 2 if power_fails else self.power_fails_before
        self.settle(self.model.settlements[which % len(self.model.settlements)], step, by)

    def settle(self, settlement, step: str, by: str) -> None:
        pk = list(self.numbers.settlements)[self.model.settlements.index(settlement)]
        row, person = Settlement.objects.get(pk=pk), a_person(by)
        match step:
            case "approve":
                self.do("approve", lambda: approve(row, by=person), lambda: self.model.approve(settlement, by=by))
            case "pay":
                self.do(
                    "pay out",
                    lambda: pay(row, reference="VIR 1", paid_on=self.model.today, by=person),
                    lambda: self.model.pay(settlement),
                )
            case "withdraw":
                self.do(
                    "withdraw settlement",
                    lambda: withdraw(row, by=person, because="RIB"),
                    lambda: self.model.withdraw_settlement(settlement),
                )

    @rule(steps=st.integers(1, 3))
    def a_month_is_settled(self, steps):
        """As on the first days of each month: one proposes, another approves, it is paid."""
        days = (self.model.today.replace(day=1) + timedelta(days=31)).replace(day=1) - self.model.today
        self.move_clock(self.clock.time + days)
        self.sweep(ALL_IS_WELL)
        for owner in range(2):
            known = len(self.model.settlements)
            self.propose_for(owner, self.last_month(), "amal")
            for settlement in self.model.settlements[known:]:
                for step, by in (("approve", "badr"), ("pay", "amal"))[: steps - 1]:
                    self.settle(settlement, step, by)

    @invariant()
    def the_books_add_up(self):
        assert self.model.adds_up()
        for settlement in self.model.settlements:
            if settlement.status == "paid" and self.model.books.owed_to(settlement.cooperative) < 0:
                self.counts["settled: a debt since"] += 1
