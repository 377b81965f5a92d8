"""Whose row is it? Every page turns a request into rows here, and nowhere else. A foreign row is a 404."""

import re

from django.http import Http404

from .cart.models import Cart
from .orders.models import Order
from .orders.queries import with_parts

_TOKEN = re.compile(r"[-\w]{22,32}", re.ASCII)


def cart_by_cookie(token: str) -> Cart | None:
    """The cart that a cookie names; None for a foreign, old or broken one."""
    return (
        Cart.objects.filter(token=token)
        .select_related("order", "commune__province", "voucher__cooperative", "voucher__category")
        .first()
        if _TOKEN.fullmatch(token)
        else None
    )


def order_by_link(token: str) -> Order:
    """The order whose secret link this is. Who knows the link may see the order and cancel its parts."""
    order = with_parts(Order.objects).filter(token=token).first() if _TOKEN.fullmatch(token) else None
    if order is None:
        raise Http404("no order has this link")
    return order


def may_manage_orders(user) -> bool:
    """Platform staff who see and move the orders of every cooperative."""
    return user.is_active and user.has_perms(["wagtailadmin.access_admin", "store.change_order"])


def may_see_statements(user) -> bool:
    """Who manages orders sees what each cooperative is owed."""
    return may_manage_orders(user) or may_settle(user)


def may_settle(user) -> bool:
    """Platform staff who propose, approve and note transfers to cooperatives; two of them are needed for each."""
    return user.is_active and user.has_perms(["wagtailadmin.access_admin", "store.change_settlement"])
