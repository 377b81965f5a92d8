"""The machine's settings, and a run of it."""

import logging
from collections import Counter
from contextlib import contextmanager
from unittest.mock import patch

from django.db import connection
from django.test.utils import override_settings
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import get_state_machine_test, rule

from tests.asking import Asking

from .advance_rules import AdvanceRules
from .back_rules import BackRules
from .buyer_rules import BuyerRules, buyers
from .clock import a_clock_of_its_own
from .core import variants
from .money_model import MoneyModel
from .money_numbers import MoneyNumbers
from .money_rules import MoneyRules
from .part_rules import mishaps
from .payout_rules import PayoutRules
from .shop import open_shop
from .time_rules import TimeRules


class ShopMachine(BuyerRules, TimeRules):
    """What can happen to the shop, in any order."""

    @rule(variant=variants, buyer=buyers, steps=st.integers(1, 4), mishap=mishaps)
    def an_order_goes_its_way(self, variant, buyer, steps, mishap):
        """What happens in a shop on most days, and would come seldom by chance: there is enough, and it is ordered and sent."""
        self.withdraw_or_put_back(variant, "nothing")
        self.receive(variant, 3, 9)
        known = len(self.model.parts)
        self.buy({variant: 2}, buyer, (), times=1)
        for part in self.model.parts[known:]:
            self.go(part, steps, mishap)


class MoneyMachine(AdvanceRules, BackRules, PayoutRules, MoneyRules, ShopMachine):
    """And what can happen to its money."""

    model_class, numbers_class = MoneyModel, MoneyNumbers


def run(
    *,
    examples: int,
    steps: int,
    with_seed: int | None = None,
    shrinks: bool = False,
    machine=MoneyMachine,
    looks_every: int = 1,
) -> Counter[str]:
    """Try so many lives of a shop; returns how often each deed came to each end. Without a seed, always the same lives.

    All invariants are looked at after each `looks_every` steps and at the end of each life, the rows after each step.

    A life that fails is printed as it was; `shrinks` looks some minutes for a shorter one that fails in the same way.
    """
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        derandomize=with_seed is None,
        database=None,
        phases=[Phase.generate, Phase.shrink] if shrinks else [Phase.generate],
        report_multiple_bugs=False,
        deadline=None,
        print_blob=False,
        # A step is a dozen queries or two and all invariants: it may take its time, on a machine that others use as well.
        suppress_health_check=[HealthCheck.too_slow],
    )
    counts: Counter[str] = Counter()
    with surroundings() as clock:
        shop, asking = open_shop(), Asking()
        test = get_state_machine_test(lambda: machine(shop, clock, asking, counts, looks_every), settings=chosen)
        if with_seed is not None:
            test = seed(with_seed)(test)
        with connection.execute_wrapper(asking):
            test()
    return counts


@contextmanager
def surroundings():
    """Its own clock and mail server, and no line in the log for each mail that is refused on purpose."""
    with (
        a_clock_of_its_own() as clock,
        override_settings(EMAIL_BACKEND="tests.machine.mail_server.MailServer", SECOND_PERSON_ABOVE=100),
        patch.object(logging.getLogger("store.outbox.actions"), "disabled", True),
    ):
        yield clock
