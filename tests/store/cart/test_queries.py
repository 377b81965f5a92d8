from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from catalog.models import ProductSale, Variant
from store.cart.queries import contents_of, units_in
from tests.factories import CartFactory, CooperativeFactory, LotFactory, VariantFactory

pytestmark = pytest.mark.django_db


def test_no_cart_is_an_empty_one():
    contents = contents_of(None)

    assert (contents.is_empty, contents.units, contents.goods, contents.has_problems) == (
        True,
        0,
        Decimal("0.00"),
        False,
    )


def test_lines_stand_with_their_cooperative_at_the_price_of_now():
    first, second = CooperativeFactory(), CooperativeFactory()
    honey = LotFactory(variant__product__sale__cooperative=second, variant__price=Decimal("85.00")).variant
    oil = LotFactory(variant__product__sale__cooperative=first, variant__price=Decimal("40.50")).variant
    wax = LotFactory(variant__product__sale__cooperative=second, variant__price=Decimal("20.00")).variant
    cart = CartFactory(lines=[(honey, 2), (oil, 1), (wax, 1)])
    Variant.objects.filter(pk=wax.pk).update(price=Decimal("21.00"))

    contents = contents_of(cart)

    assert [(part.cooperative, [line.variant for line in part.lines], part.goods) for part in contents.parts] == [
        (first, [oil], Decimal("40.50")),
        (second, [honey, wax], Decimal("191.00")),
    ]
    assert (contents.goods, contents.units, contents.has_problems) == (Decimal("231.50"), 4, False)
    assert units_in(cart) == 4


def retired(variant):
    Variant.objects.filter(pk=variant.pk).update(is_active=False)


def withdrawn(variant):
    ProductSale.objects.filter(product=variant.product).update(withdrawn_at=timezone.now())


def suspended(variant):
    cooperative = variant.product.sale.cooperative
    cooperative.suspended_at = timezone.now()
    cooperative.save()


def unpublished(variant):
    variant.product.unpublish()


@pytest.mark.parametrize("gone", [retired, withdrawn, suspended, unpublished])
def test_what_is_no_longer_on_sale_stands_apart_and_costs_nothing(gone):
    variant = LotFactory().variant
    cart = CartFactory(lines=[(variant, 1)])
    assert contents_of(cart).goods == Decimal("85.00")

    gone(variant)

    contents = contents_of(cart)
    assert ([line.variant for line in contents.gone], contents.parts, contents.goods) == (
        [variant],
        [],
        Decimal("0.00"),
    )
    assert (contents.is_empty, contents.has_problems) == (False, True)


def test_a_line_is_short_when_there_is_less_today():
    lot = LotFactory(quantity=3, best_before=timezone.localdate())
    LotFactory(variant=lot.variant, quantity=9, best_before=timezone.localdate() - timedelta(days=1))

    assert not contents_of(CartFactory(lines=[(lot.variant, 3)])).has_problems
    contents = contents_of(CartFactory(lines=[(lot.variant, 4)]))
    assert [(line.is_short, line.stock.available) for line in contents.lines] == [(True, 3)]
    assert contents.has_problems


@pytest.mark.parametrize("count", [1, 3])
def test_a_cart_is_two_queries_however_long_it_is(count, django_assert_num_queries):
    cart = CartFactory(lines=[(VariantFactory(), 1) for _ in range(count)])

    with django_assert_num_queries(2):
        assert contents_of(cart).units == count
