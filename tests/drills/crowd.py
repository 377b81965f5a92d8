"""People who mean one order each and do not give up, and what the shop acknowledged to each of them."""

import itertools
import re
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random

from .buyers import LANGUAGE, Answer, Buyer, NoAnswer, Outcome, form_in

_numbers = itertools.count(1)


class GaveUp(Exception):
    """The shop answered with something that a buyer cannot go on from."""


@dataclass(eq=False)
class Shopper:
    """One order is meant. Whatever is remembered here, the shop has said."""

    buyer: Buyer
    variants: Sequence[int]
    #: Cancels the first part of the order afterwards.
    is_fickle: bool
    added: list[int] = field(default_factory=list)
    token: str = ""
    canceled_part: int | None = None
    is_done: bool = False
    gave_up: str = ""
    #: Requests that were sent again because nobody answered, or because the shop asked to.
    repeats: int = 0
    #: When each answer came (seconds since 1970), and its status; 0 for none.
    answers: list[tuple[float, int]] = field(default_factory=list)
    is_placing: bool = False

    @property
    def phone(self) -> str:
        return f"+212{self.buyer.phone[1:]}"

    def shop(self) -> None:
        for variant in self.variants:
            self.ask(lambda variant=variant: self.buyer.add(variant), expected=303)
            self.added.append(variant)
        cart = self.ask(lambda: self.buyer.get(f"/{LANGUAGE}/panier/"), expected=200)
        where = form_in(cart.body, action="/panier/commune/") | {"commune_text": "Ouislane"}
        self.ask(lambda: self.buyer.post(f"/{LANGUAGE}/panier/commune/", where), expected=303)
        self.place()
        page = self.ask(lambda: self.buyer.get(f"/{LANGUAGE}/commande/{self.token}/merci/"), expected=200)
        if self.is_fickle:
            self.cancel(page)
        self.is_done = True

    def place(self) -> None:
        answer = self.ask(lambda: self.buyer.get(f"/{LANGUAGE}/commande/"), expected=200)
        while True:
            form = self.buyer.fill(answer)
            with self.placing():
                answer = self.ask(lambda form=form: self.buyer.send(form))
            if answer.outcome is Outcome.ORDERED:
                self.token = answer.location.split("/commande/")[1].partition("/")[0]
                return
            if answer.outcome is not Outcome.RACED:
                raise GaveUp(f"the order: {answer.status} {answer.outcome.value}")

    def cancel(self, page: Answer) -> None:
        path = re.search(rf"/{LANGUAGE}/commande/{self.token}/annuler/(\d+)/", page.body)
        if not path:
            raise GaveUp("no part of the new order can be canceled")
        form = form_in(self.ask(lambda: self.buyer.get(path[0]), expected=200).body, action="")
        # The choice is a list, which a browser sends with its first entry.
        self.ask(lambda: self.buyer.post(path[0], form | {"reason": "changed_mind"}), expected=303)
        self.canceled_part = int(path[1])

    @contextmanager
    def placing(self):
        self.is_placing = True
        try:
            yield
        finally:
            self.is_placing = False

    def ask(self, deed: Callable[[], Answer], *, expected: int | None = None) -> Answer:
        answer = self.buyer.until_answered(lambda: self.once(deed))
        self.repeats -= 1  # the last one was no repeat
        if expected and answer.status != expected:
            raise GaveUp(f"{answer.status} instead of {expected}")
        return answer

    def once(self, deed: Callable[[], Answer]) -> Answer:
        self.repeats += 1
        status = 0
        try:
            answer = deed()
            status = answer.status
            return answer
        finally:
            self.answers.append((time.time(), status))


class Crowd:
    """`with Crowd(…) as crowd:` so many people shop at any time until the block ends; then each finishes."""

    def __init__(
        self,
        port: int,
        variants: Sequence[int],
        chance: Random,
        *,
        size: int,
        pause: float = 0.0,
        pays: Sequence[str] = (),
    ):
        """`pays`: the ways to pay that people choose from; as the page suggests where none is named."""
        self.pays = list(pays)
        self.port, self.variants, self.size, self.pause = port, list(variants), size, pause
        self.chance = Random(chance.random())
        self.shoppers: list[Shopper] = []
        self._is_closing = threading.Event()
        self._choosing = threading.Lock()  # one after the other, so that chance gives the same people each time
        self._threads = [threading.Thread(target=self._keep_coming, daemon=True) for _ in range(size)]

    def __enter__(self) -> "Crowd":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._is_closing.set()
        for thread in self._threads:
            thread.join()

    @property
    def done(self) -> list[Shopper]:
        return [shopper for shopper in self.shoppers if shopper.is_done]

    def wait_for_a_placing(self) -> None:
        """Until somebody has sent an order and waits for the answer."""
        until = time.monotonic() + 30
        while not any(shopper.is_placing for shopper in self.shoppers[-3 * self.size :]):
            if time.monotonic() > until:
                raise RuntimeError("nobody orders any more")
            time.sleep(0.001)

    def _keep_coming(self) -> None:
        while not self._is_closing.is_set():
            with self._choosing:
                chosen = self.chance.sample(self.variants, self.chance.choice((1, 2)))
                shopper = Shopper(Buyer(self.port, next(_numbers)), chosen, is_fickle=self.chance.random() < 0.5)
                shopper.buyer.pays = self.chance.choice(self.pays) if self.pays else ""
                self.shoppers.append(shopper)
            try:
                shopper.shop()
            except (GaveUp, NoAnswer) as error:
                shopper.gave_up = str(error)
            self._is_closing.wait(self.pause)
