"""A provider that does not answer is left alone for a moment: buyers are told at once, and other ways sell on."""

import logging
import time
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from django.core.cache import cache

from .base import (
    Bill,
    Event,
    Form,
    NotAllowed,
    Provider,
    ProviderDown,
    ProviderRefused,
    Redirect,
    RefundState,
    State,
    StillAtIt,
)

log = logging.getLogger(__name__)
_Answer = TypeVar("_Answer")
#: So many silences in a row, each at most so many seconds after the one before, and it rests for so many seconds.
SILENCES, WITHIN, REST = 3, 60, 30


class Guarded:
    """A provider that is asked nothing while it rests. After the rest one question goes through: its answer decides.

    Counted in the cache, for all processes that share it; without a cache every question goes through.
    """

    def __init__(self, provider: Provider, *, clock: Callable[[], float] = time.time):
        self.provider, self.clock = provider, clock
        self.code, self.asks_back, self.refunds_itself = provider.code, provider.asks_back, provider.refunds_itself

    @property
    def is_there(self) -> bool:
        return self.provider.is_there

    @property
    def rests(self) -> bool:
        return self.clock() < self._until()

    def start(self, bill: Bill) -> Redirect | Form:
        return self._ask(lambda: self.provider.start(bill))

    def look(self, reference: str, *, refunds: bool = False) -> State:
        return self._ask(lambda: self.provider.look(reference, refunds=refunds))

    def end(self, reference: str) -> State:
        return self._ask(lambda: self.provider.end(reference))

    def refund(self, payment: str, amount: Decimal, currency: str, *, key: str) -> RefundState:
        return self._ask(lambda: self.provider.refund(payment, amount, currency, key=key))

    def key_of(self, payment: str) -> str:
        return self._ask(lambda: self.provider.key_of(payment))

    def events_since(self, at: datetime) -> list[Event]:
        return self._ask(lambda: list(self.provider.events_since(at)))

    def read(self, body: bytes, signature: str) -> Event:
        return self.provider.read(body, signature)

    def _ask(self, question: Callable[[], _Answer]) -> _Answer:
        if self.rests:
            raise ProviderDown("it rests")
        if self._until() and not self._is_first_after_rest():
            raise ProviderDown("another question is out to see whether it answers again")
        try:
            answer = question()
        except (ProviderRefused, StillAtIt, NotAllowed):  # it answers
            self._answered()
            raise
        except ProviderDown:
            self._silent()
            raise
        self._answered()
        return answer

    def _silent(self) -> None:
        try:
            cache.add(self._key("silences"), 0, timeout=WITHIN)
            silences = cache.incr(self._key("silences"))
            cache.touch(self._key("silences"), WITHIN)
            if silences >= SILENCES or self._until():
                log.warning("%s does not answer and rests for %s seconds", self.code, REST)
                cache.set(self._key("until"), self.clock() + REST, timeout=10 * REST)
                cache.delete(self._key("probe"))
        except Exception as error:  # each kind of cache has errors of its own
            log.error("silences are not counted, the cache does not answer: %r", error)

    def _answered(self) -> None:
        try:
            cache.delete_many([self._key(name) for name in ("silences", "until", "probe")])
        except Exception as error:
            log.error("answers are not counted, the cache does not answer: %r", error)

    def _until(self) -> float:
        try:
            return cache.get(self._key("until")) or 0
        except Exception:
            return 0

    def _is_first_after_rest(self) -> bool:
        try:
            return bool(cache.add(self._key("probe"), 1, timeout=REST))
        except Exception:
            return True

    def _key(self, name: str) -> str:
        return f"provider:{self.code}:{name}"
