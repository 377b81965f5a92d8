"""The cooperative's month on a page, for whoever keeps its money: to be read, and to be printed."""

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone

from catalog.members.models import CooperativeMember

from ..flows.month import Month
from ..flows.month_told import month_told
from ..permissions import Deed
from .door import for_members


@for_members(Deed.SEE_BOOKS)
def month(request, member: CooperativeMember, year: int | None = None, number: int = 0):
    """The one of the address, or this one."""
    this = Month.of(timezone.localdate())
    month = Month.named(f"{year:04}-{number:02}") if year is not None else this
    if month is None or month > this:
        raise Http404("there is no such month, or not yet")
    context = {
        "page": "more",
        "told": month_told(member.cooperative, month),
        "month": month,
        "next_month": month.next if month < this else None,
        "is_over": month < this,
    }
    return render(request, "workspace/month.html", context)
