"""Orders, stock and products as tables for a spreadsheet."""

from datetime import date

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone

from catalog.members.models import CooperativeMember
from catalog.spreadsheets.writing import csv_file

from ..flows.month import Month
from ..flows.table_rows import order_rows, product_rows, stock_rows
from ..permissions import Deed, buyers_seen, lots_of, parts_of, variants_of
from .door import for_members

#: Months of orders that are offered.
MOST_MONTHS = 36


@for_members(Deed.TAKE_TABLES)
def tables(request, member: CooperativeMember):
    first = parts_of(member).order_by("order__placed_at").values_list("order__placed_at", flat=True).first()
    today = timezone.localdate()
    return render(
        request, "workspace/tables.html", {"months": _months(timezone.localdate(first) if first else today, today)}
    )


def _months(first: date, today: date) -> list[Month]:
    """From this one back to the first, as far as is offered."""
    months = [Month.of(today)]
    while months[-1] > Month.of(first) and len(months) < MOST_MONTHS:
        months.append(months[-1].previous)
    return months


@for_members(Deed.TAKE_TABLES)
def orders_file(request, member: CooperativeMember):
    """Those that were placed in a month."""
    month = Month.named(request.GET.get("month", ""))
    if month is None:
        raise Http404("there is no such month")
    parts = parts_of(member).filter(month.within("order__placed_at"))
    rows = order_rows(parts, shown=buyers_seen(parts, now=timezone.now()))
    return csv_file(rows, name=f"{member.cooperative.slug}-commandes-{month}.csv")


@for_members(Deed.TAKE_TABLES)
def stock_file(request, member: CooperativeMember):
    """What lies on the shelves now."""
    today = timezone.localdate()
    rows = stock_rows(variants_of(member), lots_of(member).filter(on_hand__gt=0).first_expiring_first(), today=today)
    return csv_file(rows, name=f"{member.cooperative.slug}-stock-{today}.csv")


@for_members(Deed.TAKE_TABLES)
def products_file(request, member: CooperativeMember):
    """Every size with its price."""
    today = timezone.localdate()
    rows = product_rows(variants_of(member).select_related("product__sale__category"), today=today)
    return csv_file(rows, name=f"{member.cooperative.slug}-produits-{today}.csv")
