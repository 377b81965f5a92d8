from datetime import timedelta

import pytest
from django.utils import timezone

from store.cart import actions as carts
from store.models import Cart, CartLine
from tests.factories import CartFactory, VariantFactory, a_commune, a_part

pytestmark = pytest.mark.django_db


def in_cart(cart) -> list[tuple]:
    return list(cart.lines.values_list("variant", "quantity"))


def test_what_is_added_joins_what_is_there():
    cart, honey, oil = CartFactory(), VariantFactory(), VariantFactory()

    for variant, quantity in [(honey, 2), (oil, 1), (honey, 3)]:
        carts.add(cart, variant, quantity)

    assert in_cart(cart) == [(honey.pk, 5), (oil.pk, 1)]


@pytest.mark.parametrize("quantities", [(150,), (60, 60)])
def test_a_cart_takes_99_of_a_kind(quantities):
    cart, variant = CartFactory(), VariantFactory()

    for quantity in quantities:
        carts.add(cart, variant, quantity)

    assert in_cart(cart) == [(variant.pk, 99)]


def test_a_quantity_is_changed_and_nothing_takes_the_line_out():
    honey, oil = VariantFactory(), VariantFactory()
    cart = CartFactory(lines=[(honey, 2), (oil, 1)])

    carts.change(cart, cart.lines.get(variant=honey).pk, 7)
    carts.change(cart, cart.lines.get(variant=oil).pk, 0)
    carts.change(cart, 123456, 1)

    assert in_cart(cart) == [(honey.pk, 7)]


def test_a_line_of_another_cart_is_out_of_reach():
    """The control of `change`: the line's own cart reaches it."""
    variant = VariantFactory()
    mine, another = CartFactory(), CartFactory(lines=[(variant, 2)])
    line = another.lines.get()

    carts.change(mine, line.pk, 0)
    carts.change(mine, line.pk, 9)
    assert in_cart(another) == [(variant.pk, 2)]

    carts.change(another, line.pk, 0)
    assert in_cart(another) == []


def test_a_cart_remembers_where_it_goes_and_when_it_was_touched():
    cart = CartFactory()
    Cart.objects.update(touched_at=timezone.now() - timedelta(days=9))

    carts.set_commune(cart, a_commune())

    cart.refresh_from_db()
    assert cart.commune == a_commune()
    assert timezone.now() - cart.touched_at < timedelta(minutes=1)


def test_a_cart_becomes_an_order_once():
    part = a_part()

    assert carts.close(part.order.cart, order=part.order) is False


def test_old_carts_are_forgotten_and_carts_that_became_orders_are_kept():
    placed = a_part().order.cart
    old, new = CartFactory(lines=[(VariantFactory(), 1)]), CartFactory(lines=[(VariantFactory(), 1)])
    Cart.objects.exclude(pk=new.pk).update(touched_at=timezone.now() - timedelta(days=31))

    carts.forget_old_carts(now=timezone.now())

    assert set(Cart.objects.all()) == {placed, new}
    assert not CartLine.objects.filter(cart_id=old.pk).exists()


def test_nobody_can_guess_the_token_of_a_cart():
    tokens = {CartFactory().token for _ in range(3)}

    assert len(tokens) == 3
    assert all(len(token) >= 22 for token in tokens)
