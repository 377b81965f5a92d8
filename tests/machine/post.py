"""The model's outbox: each mail is tried until it is sent, later and later."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

CLAIM = timedelta(minutes=2)
LONGEST_WAIT = timedelta(hours=4)
MAILS_PER_ROUND = 50


class Answer(StrEnum):
    """What a mail server may do with a mail."""

    ACCEPTS = "accepts"
    REFUSES = "refuses"
    LOSES_ITS_ANSWER = "accepts, and the line breaks before it says so"
    DIES = "accepts, and our worker dies before it writes it down"


class WorkerDied(BaseException):
    """As when a worker is killed: no `except Exception` on its way is asked."""


@dataclass
class Mail:
    written_at: datetime
    next_try_at: datetime
    tries: int = 0
    is_sent: bool = False
    #: How often a server took it.
    arrived: int = 0


@dataclass
class Post:
    #: By kind and the number of the row that they are about, in the order in which they were written.
    mails: dict[tuple[str, int], Mail] = field(default_factory=dict)

    def write(self, kind: str, about: int, recipient: str, now: datetime) -> None:
        if recipient:
            self.mails.setdefault((kind, about), Mail(now, now))

    def waiting(self) -> list[Mail]:
        return [mail for mail in self.mails.values() if not mail.is_sent]

    def waits_since(self, time: datetime) -> bool:
        return any(mail.written_at < time for mail in self.waiting())

    def due(self, now: datetime) -> list[Mail]:
        """In the order in which they are tried."""
        return sorted((mail for mail in self.waiting() if mail.next_try_at <= now), key=lambda mail: mail.next_try_at)

    def deliver(self, answers: Iterator[Answer], *, now: datetime) -> int:
        """One round of the worker; how many mails it sent."""
        sent = 0
        for mail in self.due(now)[:MAILS_PER_ROUND]:
            answer = next(answers)
            mail.tries += 1
            mail.arrived += answer is not Answer.REFUSES
            mail.next_try_at = now + CLAIM
            if answer is Answer.DIES:
                raise WorkerDied
            if answer is Answer.ACCEPTS:
                mail.is_sent = True
                sent += 1
            else:
                mail.next_try_at = now + min(timedelta(minutes=2 ** (mail.tries - 1)), LONGEST_WAIT)
        return sent
