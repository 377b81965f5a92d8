from datetime import date

from .models import TaxStatus


def taxable_on(day: date) -> set[int]:
    """The cooperatives that charge tax on this day, by key: the last status that has begun decides."""
    statuses = TaxStatus.objects.filter(since__lte=day).order_by("since", "pk")
    last = dict(statuses.values_list("cooperative", "is_taxable"))
    return {cooperative for cooperative, is_taxable in last.items() if is_taxable}
