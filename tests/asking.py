"""Asks the database again only what may have another answer: most steps touch a table or two, and asking everything after
each of them took two thirds of the time of the machine, and a tenth of the fuzz's.
"""

import dis
import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from contextlib import closing
from datetime import datetime
from functools import cache
from typing import NamedTuple, TypeVar

from django.db import connection

from store.flows.invariants import CHECKS

Answer = TypeVar("Answer")
TABLES = re.compile(r'(?:FROM|JOIN|INTO|UPDATE) "(\w+)"')
#: So many answers are kept.
KEPT = 1000


class Answered(NamedTuple):
    answer: object
    #: How often each table that was read had been written to.
    written: dict[str, int]
    #: What was asked of the database, with parameters, and the rows that came.
    rows: list[tuple[str, tuple, list]]


class Asking:
    """Sees each statement of a connection while it is its `execute_wrapper`."""

    def __init__(self):
        #: How often each table was written to.
        self.written: Counter[str] = Counter()
        #: The statements of the question that is being asked.
        self.asked: list[tuple[str, tuple]] = []
        self.answers: dict[tuple, Answered] = {}

    def __call__(self, execute, sql, params, many, context):
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            self.written.update(TABLES.findall(sql))
        elif sql.startswith("ROLLBACK"):
            # What is taken back was written to one of these.
            self.written.update(list(self.written))
        else:
            self.asked.append((sql, params))
        return execute(sql, params, many, context)

    def answer(self, question: Callable[..., Answer], *arguments: Hashable) -> Answer:
        """As when it was last asked with these arguments, unless other rows would come now.

        To write a statement takes Django ten times as long as it takes the database to answer it. So what was asked is
        asked again word for word, if a table in it was written to, and the question itself only if other rows come.
        """
        key = question, *arguments
        known = self.answers.pop(key, None)
        if known and any(self.written[table] != times for table, times in known.written.items()):
            known = self.with_the_same_rows(known)
        self.answers[key] = known or self.ask(question, *arguments)
        if len(self.answers) > KEPT:
            del self.answers[next(iter(self.answers))]
        return self.answers[key].answer

    def ask(self, question: Callable[..., Answer], *arguments: Hashable) -> Answered:
        self.asked = []
        answer = question(*arguments)
        assert all(sql.startswith("SELECT") for sql, _ in self.asked), self.asked
        rows = [(sql, params, rows_of(sql, params)) for sql, params in self.asked]
        return self.as_of_now(answer, rows)

    def with_the_same_rows(self, known: Answered) -> Answered | None:
        if all(rows_of(sql, params) == rows for sql, params, rows in known.rows):
            return self.as_of_now(known.answer, known.rows)
        return None

    def as_of_now(self, answer: object, rows: list[tuple[str, tuple, list]]) -> Answered:
        tables = {table for sql, _, _ in rows for table in TABLES.findall(sql)}
        return Answered(answer, {table: self.written[table] for table in tables}, rows)


def rows_of(sql: str, params: tuple) -> list:
    with closing(connection.create_cursor()) as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def what_is_broken(asking: Asking, now: datetime) -> list[str]:
    """As `check_invariants`, of a shop whose every statement `asking` has seen."""
    # Most do not look at the clock, and what they found does not grow old.
    asked = ((check, now if looks_at_the_clock(check) else datetime.max) for check in CHECKS)
    return [finding for check, moment in asked for finding in asking.answer(findings, check, moment)]


def findings(check: Callable[[datetime], Iterator[str]], now: datetime) -> list[str]:
    return list(check(now))


@cache
def looks_at_the_clock(check: Callable[[datetime], Iterator[str]]) -> bool:
    """Whether its code reads `now`, itself or in something that it defines."""
    is_read = any(step.opname.startswith("LOAD") and step.argval == "now" for step in dis.get_instructions(check))
    return is_read or "now" in check.__code__.co_cellvars
