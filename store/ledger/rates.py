"""What the platform keeps of a price."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import Q

from catalog.money import dirhams
from catalog.products.models import Category

from .models import CommissionRate


class Rates:
    """The commissions in force on a day. The narrowest decides: cooperative and category, cooperative, category, all."""

    def __init__(self, rates: Iterable[CommissionRate]):
        #: Oldest first, so that the newest of a kind stays.
        self._per_mille = {(rate.cooperative_id, rate.category_id): rate.per_mille for rate in rates}

    @classmethod
    def on(cls, day: date) -> "Rates":
        return cls(CommissionRate.objects.filter(since__lte=day).order_by("since", "pk"))

    def per_mille(self, *, cooperative_id: int, category: Category) -> int:
        shelves = [category.pk, category.parent_id] if category.parent_id else [category.pk]
        narrowest_first = [
            *((cooperative_id, shelf) for shelf in shelves),
            (cooperative_id, None),
            *((None, shelf) for shelf in shelves),
            (None, None),
        ]
        return next((self._per_mille[rule] for rule in narrowest_first if rule in self._per_mille), 0)

    def commission(self, amount: Decimal, *, cooperative_id: int, category: Category) -> Decimal:
        """Of an amount of dirhams including tax, rounded half up."""
        return dirhams(amount * self.per_mille(cooperative_id=cooperative_id, category=category) / 1000)


def is_taken(rate: CommissionRate) -> bool:
    """Another rule says something for the same goods since the same day."""
    same = CommissionRate.objects.filter(since=rate.since).exclude(pk=rate.pk)
    return same.filter(
        Q(cooperative=rate.cooperative_id) if rate.cooperative_id else Q(cooperative=None),
        Q(category=rate.category_id) if rate.category_id else Q(category=None),
    ).exists()
