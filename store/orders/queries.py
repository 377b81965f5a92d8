from django.db.models import ExpressionWrapper, F, Prefetch

from catalog.money import MoneyField

from ..statuses import PartStatus
from .models import CooperativeOrder, Order


def less(amount: str, of: str) -> ExpressionWrapper:
    """One column of amounts less another."""
    return ExpressionWrapper(F(amount) - F(of), output_field=MoneyField())


#: What the buyer pays for a part; `CooperativeOrder.due` in a query.
DUE = less("total", "reduced_by")


def with_parts(orders):
    """Orders with all that their page shows, in a fixed number of queries."""
    parts = CooperativeOrder.objects.select_related("cooperative").prefetch_related("lines", "status_changes")
    return orders.select_related("commune__province__region", "voucher_use__voucher").prefetch_related(
        Prefetch("parts", parts), "payments__attempts__card_refunds", "money_tasks__card_refund"
    )


def unconfirmed_orders_of(phone) -> int:
    """Orders of a phone number that still wait for a confirmation."""
    return Order.objects.filter(phone=phone, parts__status=PartStatus.PLACED).distinct().count()
