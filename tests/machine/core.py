"""How a deed is done: for real and in the model, compared, and now and then interrupted and repeated."""

import sys
from collections import Counter
from collections.abc import Callable, Iterable

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant

from catalog.models import Lot, Variant
from catalog.money import from_centimes
from tests.asking import Asking, what_is_broken

from . import mail_server
from .clock import START, Clock
from .model import Model
from .power import interrupt
from .rows import Refusal
from .shop import REFUSALS, Numbers, Shop

#: Chooses among the rows that there are.
which = st.integers(0, 999)
variants = st.integers(0, 3)


class Deeds(RuleBasedStateMachine):
    """What the rules stand on."""

    model_class, numbers_class = Model, Numbers

    def __init__(self, shop: Shop, clock: Clock, asking: Asking, counts: Counter[str], looks_every: int):
        super().__init__()
        self.shop, self.clock, self.asking, self.counts = shop, clock, asking, counts
        clock.time = START
        mail_server.arrived.clear()
        self.model = shop.model(clock, self.model_class)
        self.numbers = self.numbers_class(shop)
        self.lots: list[Lot] = []
        self.power_fails_before: int | None = None
        self.looks_every, self.steps = looks_every, 0
        self.transaction = transaction.atomic()
        self.transaction.__enter__()

    def teardown(self):
        try:
            if sys.exc_info()[1] is None:
                self.look_at_all_invariants()
        finally:
            self._forget()

    def _forget(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    def do(
        self, name: str, deed: Callable[[], object], predict: Callable[[], object], *, is_one_transaction: bool = True
    ) -> object:
        """Do it for real and in the model: both must say the same. Returns what it gave.

        `predict` returns what came of it in words, and what the deed must give if that is to be compared.
        """
        is_repeated = self.power_fails_before is not None
        given = self._attempt(self._begun_in_vain(name, deed, is_one_transaction) if is_repeated else deed)
        in_words, expected = self._foresee(predict, given)
        # Of a deed of several transactions, the first attempt may have done some: only the rows can be compared.
        assert given == expected or (is_repeated and not is_one_transaction), f"{name}: {given!r}, not {expected!r}"
        for words in in_words:
            self.counts[f"{name}: {words}"] += 1
        return given

    def _foresee(self, predict: Callable[[], object], given: object) -> tuple[Iterable[str], object]:
        try:
            predicted = predict()
        except Refusal as refusal:
            moved = {what[0] for what in refusal.what} if refusal.why == "SummaryMoved" else ()
            return [f"{refusal.why} {what}" for what in moved] or [refusal.why], refusal
        if isinstance(predicted, str):
            assert not isinstance(given, Refusal), f"{given!r}, not {predicted}"
            return [predicted], given
        in_words, expected = predicted
        return [in_words], expected

    def _attempt(self, deed: Callable[[], object]) -> object:
        try:
            return deed()
        except REFUSALS as refusal:
            return self.numbers.refusal(refusal)

    def _begun_in_vain(self, name: str, deed: Callable[[], object], is_one_transaction: bool):
        """The deed, once interrupted before it is done."""
        before_write, self.power_fails_before = self.power_fails_before, None

        def twice() -> object:
            interrupt(deed, before_write=before_write, is_one_transaction=is_one_transaction)
            self.counts[f"{name}: interrupted and repeated"] += 1
            if is_one_transaction:
                self.rows_are_as_the_model_says()
            return deed()

        return twice

    def price(self, variant: int, price: int) -> None:
        Variant.objects.filter(pk=self.shop.variants[variant].pk).update(price=from_centimes(price))
        self.model.variants[variant].price = price
        self.counts["reprice: variant"] += 1

    # -- After each step -----------------------------------------------------------------------------------------------

    @invariant()
    def rows_are_as_the_model_says(self):
        for kind, its_rows in self.numbers.rows_of(self.model).items():
            assert self.asking.answer(self.numbers.rows, kind) == its_rows, kind

    @invariant()
    def every_mail_arrives_under_one_name(self):
        arrivals = {
            self.numbers.key_of(kind, about): mail.arrived
            for (kind, about), mail in self.model.post.mails.items()
            if mail.arrived
        }
        assert {key: times for (key, _), times in mail_server.arrived.items()} == arrivals
        assert len(mail_server.arrived) == len(arrivals)

    @invariant()
    def all_invariants_hold(self):
        """What is broken stays so until the end of the life: who does not ask for the very step may look less often."""
        self.steps += 1
        if self.steps % self.looks_every == 0:
            self.look_at_all_invariants()

    def look_at_all_invariants(self) -> None:
        assert what_is_broken(self.asking, self.clock.time) == []
