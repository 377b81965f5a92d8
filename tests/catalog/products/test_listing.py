from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from catalog.models import ProductSale
from catalog.products.queries import cards, listing, product_at
from catalog.stock import actions as stock
from tests.factories import CategoryFactory, CooperativeFactory, LotFactory, VariantFactory

pytestmark = pytest.mark.django_db


def a_sale(name: str = "Produit", *, price="85.00", product=None, **sale) -> ProductSale:
    fields = {f"product__{field}": value for field, value in (product or {}).items()}
    sale = {f"product__sale__{field}": value for field, value in sale.items()}
    return VariantFactory(product__name_fr=name, price=Decimal(price), **fields, **sale).product.sale


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("éclat", True), ("eclat", True), ("ECLAT", True), ("rose éclat", True), ("rose miel", False),
        ("الخزامى", True), ("خزامى", True), ("خزامي", True), ("الزعتر", False), ("", True), ("%", True), ("_clat", False),
    ],
)  # fmt: skip
def test_a_search_finds_what_people_mean_in_any_language(query, found):
    sale = a_sale("Eau de rose Éclat", product={"name_ar": "ماء الخُزَامَى"})

    assert list(listing(query=query)) == ([sale] if found else [])


def test_what_a_buyer_cannot_have_is_not_listed():
    shown = a_sale()
    a_sale(withdrawn_at=timezone.now())
    a_sale(cooperative=CooperativeFactory(suspended_at=timezone.now()))
    a_sale(product={"live": False})
    retired = a_sale().product.variants.get()
    retired.is_active = False
    retired.save()

    assert list(listing()) == [shown]
    assert [sale.slug for sale in ProductSale.objects.all() if product_at(sale.slug)] == [shown.slug]


def test_the_list_is_ordered_as_asked():
    now = timezone.now()
    cheap = a_sale("Bougie", price="20.00", listed_at=now - timedelta(days=2))
    dear = a_sale("Argan", price="200.00", listed_at=now - timedelta(days=1))
    middling = a_sale("Miel", price="100.00", listed_at=now - timedelta(days=3))
    VariantFactory(product=dear.product, price=Decimal("30.00"), is_active=False)

    assert list(listing()) == [dear, cheap, middling]
    assert list(listing(sort="price")) == [cheap, middling, dear]
    assert list(listing(sort="-price")) == [dear, middling, cheap]
    assert list(listing(sort="name")) == [dear, cheap, middling]
    assert set(listing(sort="nonsense")) == {cheap, dear, middling}


def test_names_are_ordered_in_the_language_of_the_page():
    first_in_french = a_sale("Argan", product={"name_en": "Zest"})
    first_in_english = a_sale("Zeste", product={"name_en": "Argan"})

    with translation.override("fr"):
        assert list(listing(sort="name")) == [first_in_french, first_in_english]
    with translation.override("en"):
        assert list(listing(sort="name")) == [first_in_english, first_in_french]


def test_a_shelf_holds_what_is_on_its_inner_shelves_too():
    oils = CategoryFactory()
    massage = CategoryFactory(parent=oils)
    outer, inner, _ = a_sale(category=oils), a_sale(category=massage), a_sale()

    assert set(listing(category=oils)) == {outer, inner}
    assert list(listing(category=massage)) == [inner]
    assert list(listing(cooperative=inner.cooperative)) == [inner]


def test_in_stock_means_that_a_unit_can_be_bought_today():
    def with_a_lot(**lot):
        made = LotFactory(**{"quantity": 1, **lot})
        return made, made.variant.product.sale

    _, shown = with_a_lot()
    with_a_lot(best_before=timezone.localdate() - timedelta(days=1))
    blocked, _ = with_a_lot()
    stock.block(blocked, because="recall")
    kept, _ = with_a_lot()
    stock.hold([stock.Wanted(kept.variant, 1, "somebody")], until=None)
    retired, _ = with_a_lot()
    VariantFactory(product=retired.variant.product)
    type(retired.variant).objects.filter(pk=retired.variant.pk).update(is_active=False)
    a_sale()

    assert list(listing(in_stock=True)) == [shown]
    assert listing().count() == 6


@pytest.mark.parametrize("count", [1, 3])
def test_cards_cost_five_queries_however_many_there_are(count, django_assert_num_queries):
    for _ in range(count):
        LotFactory()

    with django_assert_num_queries(4):  # without photos there are no renditions to ask for
        shown = cards(listing())

    assert [card.lowest.available for card in shown] == [10] * count
