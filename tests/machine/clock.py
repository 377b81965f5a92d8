"""A clock that moves when the machine says so, and only forward."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from unittest.mock import patch

from django.apps import apps
from django.db.models import Field
from django.db.models.functions import Now

START = datetime(2030, 3, 4, 9, 0, tzinfo=UTC)


class Clock:
    def __init__(self):
        self.time = START

    def now(self) -> datetime:
        return self.time


@contextmanager
def a_clock_of_its_own() -> Iterator[Clock]:
    """The shop lives by this clock: its `timezone.now`, and the columns that the database would fill with its own time."""
    clock = Clock()
    columns = [field for field in own_fields() if isinstance(field.db_default, Now)]
    with patch("django.utils.timezone.now", clock.now):
        for column in columns:
            column.__dict__["_get_default"] = clock.now  # where Django keeps the default once it has worked it out
        try:
            yield clock
        finally:
            for column in columns:
                del column.__dict__["_get_default"]


def own_fields() -> Iterator[Field]:
    for app in ("catalog", "store"):
        for model in apps.get_app_config(app).get_models():
            yield from model._meta.local_concrete_fields
