"""The month of a statement, in the shop's own time."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils import formats, timezone

_NAMED = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, order=True)
class Month:
    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Month":
        return cls(day.year, day.month)

    @classmethod
    def named(cls, text: str) -> "Month | None":
        """Of `2026-11`; None for anything else."""
        found = _NAMED.fullmatch(text)
        return cls(int(found[1]), int(found[2])) if found else None

    @property
    def first(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        return self.next.first - timedelta(days=1)

    @property
    def begins(self) -> datetime:
        return timezone.make_aware(datetime(self.year, self.number, 1))

    @property
    def ends(self) -> datetime:
        """When the next one begins."""
        return self.next.begins

    @property
    def next(self) -> "Month":
        return Month(self.year + self.number // 12, self.number % 12 + 1)

    @property
    def previous(self) -> "Month":
        return Month.of(self.first - timedelta(days=1))

    def is_over(self, today: date) -> bool:
        return self.last < today

    def within(self, column: str) -> Q:
        """The moments of this month, in this column."""
        return Q(**{f"{column}__gte": self.begins, f"{column}__lt": self.ends})

    @property
    def label(self) -> str:
        """`novembre 2026`, in the active language."""
        return formats.date_format(self.first, formats.get_format("MONTH_FORMAT"))

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02}"
