"""The stories of cases as they happen: in order and one by one, or all at once with callbacks shuffled, doubled and forged."""

import json
import threading
import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from secrets import token_hex

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from store.flows.cards.events import CLAIM, apply_due
from store.flows.cards.look import look_unless_just_asked
from store.flows.cards.send import send_due
from store.models import CardRefund, PaymentEvent
from store.payments.providers.base import ProviderDown
from store.statuses import CardRefundStatus
from tests.providers.running import LocalProvider

from .card_cases import DOUBLED, STORIES, Case
from .card_provider import Letter, post

Deed = Callable[[], None]
HANDS = 8
#: How often each event is delivered.
DELIVERIES = 3
#: One letter in so many has a forged one beside it: 5 %.
FORGED_EACH = 20
#: One letter in so many has a worker look what is to be applied; one in so many, what is to be sent back.
APPLIED_EACH, SENT_EACH = 6, 30
#: So often the clock comes by at most until all is quiet.
ROUNDS = 20
#: How the ids of forged events begin.
FORGED = "evt_forged"
#: Seconds that a letter is older than one that is good.
STALE = 400


@dataclass
class Post:
    """What came to the webhook, by what it answered."""

    letters: Counter = field(default_factory=Counter)
    forged: Counter = field(default_factory=Counter)


def in_order(cases: Iterable[Case], provider: LocalProvider) -> None:
    """One step, its callbacks, each looked at before the next thing happens."""
    for case in cases:
        for step in STORIES[case.story][1]:
            step(case)
            while letters := provider.callbacks.take():
                for letter in letters:
                    post(letter)
                    apply_due()
                    send_due()
    settle()


def settle() -> None:
    """What is left: the clock comes by until nothing waits, as late as whoever claimed something has given up."""
    idle = 0
    for _again in range(ROUNDS):
        events = PaymentEvent.objects.filter(done_at=None)
        refunds = CardRefund.objects.filter(status=CardRefundStatus.TO_SEND)
        late = [rows.aggregate(at=Max("next_try_at"))["at"] for rows in (events, refunds)]
        now = max([timezone.now(), *filter(None, late)]) + CLAIM
        done = apply_due(now, limit=1000) + send_due(now, limit=1000)
        idle = 0 if done else idle + 1
        if idle > 1 or not (events.exists() or refunds.exists()):
            return


class Storm:
    """Everything that may be done next lies in one bag; eight hands draw from it by chance."""

    def __init__(self, cases: Iterable[Case], provider: LocalProvider, chance: Random):
        self.provider, self.chance = provider, chance
        self.changed = threading.Condition()
        self.bag: list[Deed] = []
        self.busy = 0
        self.seen = Post()
        self.troubles: list[str] = []
        for case in cases:
            self.put(self.steps(case, 0))

    def blow(self) -> Post:
        self.empty()
        settle()
        while deeds := self.told():  # of what was sent back last
            self.put(deeds)
            self.empty()
            settle()
        return self.seen

    def empty(self) -> None:
        hands = [threading.Thread(target=self.work) for _hand in range(HANDS)]
        for hand in hands:
            hand.start()
        for hand in hands:
            hand.join()

    def put(self, deeds: Iterable[Deed]) -> None:
        with self.changed:
            self.bag.extend(deeds)
            self.changed.notify_all()

    def work(self) -> None:
        while deed := self.draw():
            try:
                deed()
            except Exception:  # the drill counts it
                self.troubles.append(traceback.format_exc())
            finally:
                with self.changed:
                    self.busy -= 1
                    self.changed.notify_all()
        connection.close()

    def draw(self) -> Deed | None:
        with self.changed:
            self.changed.wait_for(lambda: self.bag or not self.busy)
            if not self.bag:
                return None
            self.busy += 1
            drawn = self.chance.randrange(len(self.bag))
            self.bag[drawn], self.bag[-1] = self.bag[-1], self.bag[drawn]
            return self.bag.pop()

    # -- What lies in the bag ------------------------------------------------------------------------------------------

    def steps(self, case: Case, number: int) -> list[Deed]:
        """A step of a story, for each of the hands that do it; whoever is the last puts what follows in the bag."""
        step = STORIES[case.story][1][number]
        hands = 2 if step in DOUBLED else 1
        left = iter(range(hands - 1, -1, -1))

        def do() -> None:
            step(case)
            with self.changed:
                is_over = next(left) == 0
            if is_over:
                self.put(self.told())
                if number:  # there is nothing to come back from before
                    self.put([lambda: self.come_back(case)])
                if number + 1 < len(STORIES[case.story][1]):
                    self.put(self.steps(case, number + 1))

        return [do] * hands

    def come_back(self, case: Case) -> None:
        """The page that a buyer comes back to asks how the payment stands."""
        with suppress(ProviderDown):
            look_unless_just_asked(case.attempt, seconds=0)

    def told(self) -> list[Deed]:
        """What to do with the callbacks that the provider has for us now."""
        return [deed for letter in self.provider.callbacks.take() for deed in self.deliveries(letter)]

    def deliveries(self, letter: Letter) -> list[Deed]:
        deeds: list[Deed] = [lambda: self.deliver(self.signed_now(letter), self.seen.letters)] * DELIVERIES
        for _time in range(DELIVERIES):
            with self.changed:
                forged, applied, sent = (
                    not self.chance.randrange(each) for each in (FORGED_EACH, APPLIED_EACH, SENT_EACH)
                )
            if forged:
                lie = self.forged(letter)
                deeds.append(lambda lie=lie: self.deliver(lie, self.seen.forged))
            if applied:
                deeds.append(self.apply)
            if sent:
                deeds.append(self.send)
        return deeds

    def signed_now(self, letter: Letter) -> Letter:
        """Each delivery has a signature of its own: one of five minutes ago is good for nothing."""
        body, _signature = letter
        return body, self.provider.callbacks.sign(body)

    def deliver(self, letter: Letter, counted: Counter) -> None:
        status = post(letter)
        with self.changed:
            counted[status] += 1

    def apply(self) -> None:
        apply_due(limit=30)

    def send(self) -> None:
        send_due(limit=10)
        self.put(self.told())

    def forged(self, letter: Letter) -> Letter:
        """It says that something is paid; and nobody whom we trust has said so now, of this shop."""
        body, signature = letter
        told = json.loads(body)
        told["id"] = f"{FORGED}{token_hex(8)}"
        with self.changed:
            kind = self.chance.randrange(4)
        told["livemode"] = kind == 0
        lie = json.dumps(told).encode()
        sign = self.provider.callbacks.sign
        if kind == 0:
            return lie, sign(lie)
        if kind == 1:
            return lie, sign(lie, at=timezone.now().timestamp() - STALE)
        if kind == 2:  # signed for something else
            return lie, signature
        return lie, signature.partition("v1=")[0] + "v1=" + token_hex(32)
