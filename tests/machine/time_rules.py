"""What time does: deadlines and dates pass, the tick sweeps, the worker sends mails, the power fails."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import cycle

from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from catalog.stock import actions as stock
from store.cart.actions import forget_old_carts
from store.flows.tick import lapse_unconfirmed
from store.outbox.actions import deliver_due
from store.refunds.actions import forget_ribs

from . import mail_server
from .core import which
from .part_rules import PartRules
from .post import Answer, WorkerDied

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
#: The tick may miss some of its rounds, but not for longer than this.
UNSWEPT = 4 * MINUTE
ALL_IS_WELL = (Answer.ACCEPTS,)


class TimeRules(PartRules):
    @rule(time=st.sampled_from([MINUTE, 3 * MINUTE, 30 * MINUTE, 5 * HOUR, 26 * HOUR, 3 * DAY, 31 * DAY]))
    def wait(self, time):
        self.move_clock(self.clock.time + time)
        self.counts["wait: done"] += 1

    @precondition(lambda self: self.model.next_deadline())
    @rule(after=st.sampled_from([timedelta(seconds=-1), timedelta(0), MINUTE]))
    def reach_a_deadline(self, after):
        """The clock stands at it, and the tick has not swept yet."""
        deadline = self.model.next_deadline() + after
        if deadline > self.clock.time:
            if self.model.waits_since(deadline - UNSWEPT):
                self.sweep(ALL_IS_WELL)  # of what was due before
            self.set_clock(deadline)
            self.send_mails(ALL_IS_WELL)
            self.counts[f"deadline: {'passed' if after else 'reached'}"] += 1

    @precondition(lambda self: any(part.status == "placed" for part in self.model.parts))
    @rule(which=which)
    def confirm_late(self, which):
        """The buyer is reached when the stock has gone back on the shelf, but nobody has canceled yet."""
        placed = [part for part in self.model.parts if part.status == "placed"]
        part = placed[which % len(placed)]
        if part.confirm_by > self.clock.time:
            self.move_clock(part.confirm_by - MINUTE)
            self.set_clock(part.confirm_by)
        self.end_expired()
        self.move("confirm", part)

    @precondition(lambda self: self.model.next_date())
    @rule()
    def spoil(self):
        """The last good day of a lot passes."""
        self.move_clock(self.clock.time + (self.model.next_date() + DAY - self.model.today))
        self.counts["spoil: done"] += 1

    @rule(answers=st.sampled_from([ALL_IS_WELL, (Answer.ACCEPTS, Answer.REFUSES)]))
    def sweep(self, answers):
        """All that the tick does but what belongs to pages."""
        self.lapse()
        self.end_expired()
        self.send_mails(answers)
        self.forget_old_carts()
        forget_ribs(now=self.clock.time)

    @rule()
    def end_expired(self):
        self.do(
            "end expired",
            lambda: len(stock.end_expired(now=self.clock.time)),
            lambda: said(self.model.end_expired()),
        )

    @precondition(lambda self: self.model.post.due(self.clock.time))
    @rule(
        answers=st.sampled_from(
            [
                (Answer.REFUSES,),
                (Answer.LOSES_ITS_ANSWER,),
                (Answer.DIES,),
                (Answer.ACCEPTS, Answer.REFUSES, Answer.LOSES_ITS_ANSWER),
                (Answer.ACCEPTS, Answer.DIES),
            ]
        )
    )
    def send_mails_on_a_bad_day(self, answers):
        self.send_mails(answers)

    @rule(before_write=st.sampled_from([1, 2, 3, 4, 5, 6, 8, 11, 15, 20, 99]))
    def let_the_power_fail(self, before_write):
        """During the next deed, before it has written so much, or before it is committed."""
        self.power_fails_before = before_write

    # -- Its parts -----------------------------------------------------------------------------------------------------

    def set_clock(self, time: datetime) -> None:
        self.clock.time = time
        self.model.now, self.model.today, self.model.books.now = time, timezone.localdate(), time

    def move_clock(self, time: datetime) -> None:
        """Let time pass with the tick at work, as far as that makes a difference."""
        is_long = time - self.clock.time > HOUR
        self.set_clock(time)
        if is_long or self.model.waits_since(time - UNSWEPT) or self.model.post.waits_since(time - 20 * HOUR):
            self.sweep(ALL_IS_WELL)

    def lapse(self) -> None:
        self.do(
            "lapse",
            lambda: lapse_unconfirmed(self.clock.time),
            lambda: said(self.model.lapse()),
            is_one_transaction=False,
        )

    def forget_old_carts(self) -> None:
        self.do(
            "forget old carts",
            lambda: bool(forget_old_carts(now=self.clock.time)),
            lambda: said(bool(self.model.forget_old_carts())),
        )

    def send_mails(self, answers: Sequence[Answer]) -> None:
        """Rounds of the worker until nothing is due."""
        while self.model.post.due(self.clock.time):
            mail_server.answer_with(self.counted(cycle(answers)))
            given = ended(lambda: deliver_due(mail_server.compose_briefly, now=self.clock.time))
            predicted = ended(lambda: self.model.post.deliver(cycle(answers), now=self.clock.time))
            assert given == predicted

    def counted(self, answers: Iterator[Answer]) -> Iterator[Answer]:
        """As the server gives them: one that nobody asks for was not given."""
        for answer in answers:
            self.counts[f"mail server: {answer}"] += 1
            yield answer


def said(number: int) -> tuple[str, int]:
    return ("some" if number else "nothing"), number


def ended(round_of_the_worker) -> object:
    try:
        return round_of_the_worker()
    except WorkerDied:
        return "died"
