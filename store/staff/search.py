"""Lists that are searched by what somebody on the telephone can say: the order's number, a name, a telephone number."""

import re

from django.db.models import Q, QuerySet

from catalog.text_folding import western_digits

#: Fewer digits are part of too many telephone numbers.
FEWEST_DIGITS = 4


def about_order(query: str, *, path: str = "") -> Q:
    """Rows whose order, at `path` (such as `part__order__`), has this in its number, its name or its telephone number."""
    digits = re.sub(r"\D", "", western_digits(query)).removeprefix("00212").removeprefix("212").lstrip("0")
    found = Q(**{f"{path}number__icontains": query}) | Q(**{f"{path}name__icontains": query})
    if len(digits) >= FEWEST_DIGITS:
        found |= Q(**{f"{path}phone__contains": digits})
    return found


class SearchesOrders:
    """Of a list in the admin: searched by the order of each row, and by other texts of it."""

    #: Where the order of a row is, such as `part__order__`; empty where the row is one.
    order_path = ""
    #: Further fields, such as references of the bank.
    searched_too: tuple[str, ...] = ()

    def search_queryset(self, queryset: QuerySet) -> QuerySet:
        if not self.is_searching:
            return queryset
        query = self.search_query.strip()
        found = about_order(query, path=self.order_path)
        for field in self.searched_too:
            found |= Q(**{f"{field}__icontains": query})
        return queryset.filter(found).distinct()
