from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from catalog.products.models import Variant

from .models import Cart, CartLine

#: Units of one variant that a cart takes; who needs more talks to the cooperative.
MOST_UNITS = 99


class NotOnSale(Exception):
    """The variant is unknown, retired or withdrawn."""


@transaction.atomic
def add(cart: Cart, variant: Variant, quantity: int) -> CartLine:
    """Put units of a variant in the cart, beside those that are there already, up to `MOST_UNITS`."""
    line, is_new = CartLine.objects.select_for_update().get_or_create(
        cart=cart, variant=variant, defaults={"quantity": min(quantity, MOST_UNITS)}
    )
    if not is_new:
        line.quantity = min(line.quantity + quantity, MOST_UNITS)
        line.save(update_fields=["quantity"])
    _touch(cart)
    return line


@transaction.atomic
def change(cart: Cart, line_id: int, quantity: int) -> CartLine | None:
    """Set how many of a line are wanted; 0 takes it out. A line that is gone already is no error.

    Returns the line as it was if it was taken out, so that somebody can put it back.
    """
    lines = CartLine.objects.filter(cart=cart, pk=line_id)
    taken_out = None if quantity else lines.first()
    if quantity:
        lines.update(quantity=quantity)
    else:
        lines.delete()
    _touch(cart)
    return taken_out


def set_commune(cart: Cart, commune) -> None:
    Cart.objects.filter(pk=cart.pk).update(commune=commune, touched_at=timezone.now())


def set_voucher(cart: Cart, voucher) -> None:
    """The voucher that the buyer means to use; None takes it off. It is counted when the order is placed."""
    Cart.objects.filter(pk=cart.pk).update(voucher=voucher, touched_at=timezone.now())


def lock(cart: Cart) -> Cart:
    """The cart as it is now, locked against a second placing until the transaction ends."""
    # Without its order: a row joined here would be read as it was before we waited for the lock.
    return Cart.objects.select_for_update().get(pk=cart.pk)


def close(cart: Cart, *, order) -> bool:
    """The cart has become this order; False when it has become one already."""
    return bool(Cart.objects.filter(pk=cart.pk, order=None).update(order=order))


def forget_old_carts(*, now: datetime) -> int:
    """Delete open carts that nobody touched for `CART_DAYS`; returns how many rows went."""
    old = Cart.objects.filter(order=None, touched_at__lt=now - timedelta(days=settings.CART_DAYS))
    return old.delete()[0]


def _touch(cart: Cart) -> None:
    Cart.objects.filter(pk=cart.pk).update(touched_at=timezone.now())
