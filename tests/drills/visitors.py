"""People who ask for the same page again and again, and how each time went."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from .buyers import Answer, Buyer, NoAnswer


@dataclass(frozen=True)
class Visit:
    page: str
    #: Seconds since 1970.
    began: float
    ended: float
    #: None when the connection broke.
    answer: Answer | None

    @property
    def status(self) -> int:
        return self.answer.status if self.answer else 0

    @property
    def seconds(self) -> float:
        return self.ended - self.began

    def __str__(self) -> str:
        return f"{self.page}: {self.status} after {self.seconds:.1f} s"


@dataclass
class Visitors:
    """`with Visitors(port, pages, cookies) as visitors:` one for each page, until the block ends."""

    port: int
    pages: list[str]
    cookies: Mapping[str, str]
    pause: float = 0.05
    visits: list[Visit] = field(default_factory=list)

    def __enter__(self) -> "Visitors":
        self._is_closing = threading.Event()
        self._threads = [
            threading.Thread(target=self._keep_asking, args=(page, number), daemon=True)
            for number, page in enumerate(self.pages)
        ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._is_closing.set()
        for thread in self._threads:
            thread.join()

    def between(self, began: float, ended: float) -> list[Visit]:
        """Visits that lie wholly in this time."""
        return [visit for visit in list(self.visits) if began <= visit.began and visit.ended <= ended]

    def not_served(self, since: float) -> set[str]:
        """Pages that nobody has seen since then (seconds since 1970) but in answers that say to come back."""
        return set(self.pages) - {v.page for v in list(self.visits) if v.began >= since and 0 < v.status < 500}

    def _keep_asking(self, page: str, number: int) -> None:
        person = Buyer(self.port, number, address=f"127.250.0.{number + 1}")
        while not self._is_closing.is_set():
            person.cookies = dict(self.cookies)
            began = time.time()
            try:
                answer = person.get(page)
            except NoAnswer:
                answer = None
            self.visits.append(Visit(page, began, time.time(), answer))
            self._is_closing.wait(self.pause)
