"""What the tests of statements and of settling share."""

from django.urls import reverse

from store.statuses import PartStatus
from tests.factories import CourierFactory, a_part, book_in, last_month

MONTHS = reverse("statements:index")


def at(name: str, *args) -> str:
    return reverse(f"statements:{name}", args=[str(last_month()), *args])


def statement_url(part, name: str = "statement") -> str:
    return at(name, part.cooperative_id)


def sold(**placing):
    """A part of last month, of which the cooperative is owed 156.40."""
    part = a_part(PartStatus.DELIVERED, courier=CourierFactory(), **placing)
    book_in(last_month())
    return part
