from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core import mail

from catalog.models import Cooperative, Lot, Product, Reservation, Variant
from catalog.stock.errors import OutOfStock, ShortLine
from store.flows.fulfil_part import confirm_part
from store.flows.invariants import check_invariants
from store.flows.place_order import CartEmpty, NoDelivery, NoLongerOnSale, SummaryMoved, TooManyUnconfirmed, place_order
from store.flows.summary import PriceMoved, summarize
from store.models import Cart, CooperativeOrder, DeliveryZone, Order, OrderLine, OutboxMessage, Payment, StatusChange
from store.payments.methods import CASH
from store.statuses import Actor, PaymentStatus
from tests.factories import (
    CartFactory,
    CooperativeFactory,
    LotFactory,
    VariantFactory,
    a_commune,
    a_contact,
    a_zone,
    place,
)

pytestmark = pytest.mark.django_db

WRITTEN = (Order, CooperativeOrder, OrderLine, Payment, Reservation, StatusChange, OutboxMessage)


def counts() -> dict:
    return {model.__name__: model.objects.count() for model in WRITTEN}


@pytest.fixture
def two_parcels():
    honey = LotFactory(
        variant__price=Decimal("85.00"), variant__sku="MIEL-250", variant__product__name_fr="Miel",
        variant__product__name_ar="عسل", variant__product__name_en="Honey",
    ).variant  # fmt: skip
    oil = LotFactory(variant__price=Decimal("40.50")).variant
    return CartFactory(lines=[(honey, 2), (oil, 1)])


def test_a_cart_becomes_one_order_with_a_part_for_each_cooperative(two_parcels):
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)

    order = place(two_parcels, now=now)

    assert (order.total, order.placed_at, len(order.token)) == (Decimal("280.50"), now, 22)
    assert [(part.status, part.goods_total, part.delivery_price, part.total) for part in order.parts.all()] == [
        ("placed", Decimal("170.00"), Decimal("35.00"), Decimal("205.00")),
        ("placed", Decimal("40.50"), Decimal("35.00"), Decimal("75.50")),
    ]
    assert {part.confirm_by for part in order.parts.all()} == {now + timedelta(hours=48)}
    assert [(payment.part, payment.method, payment.amount, payment.status) for payment in order.payments.all()] == [
        (part, "cash", part.total, PaymentStatus.EXPECTED) for part in order.parts.all()
    ]
    assert Cart.objects.get().order == order


def test_what_was_ordered_is_kept_under_the_name_of_its_line_until_the_deadline(two_parcels):
    order = place(two_parcels)

    kept = Reservation.objects.live().values_list("lot__variant", "quantity", "holder", "expires_at")
    assert list(kept.order_by("pk")) == [
        (line.variant_id, line.quantity, line.holder, line.part.confirm_by) for line in OrderLine.objects.order_by("pk")
    ]
    assert {line.part.order for line in OrderLine.objects.all()} == {order}
    assert check_invariants() == []


def test_the_buyer_each_cooperative_and_the_staff_get_a_mail(two_parcels, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        order = place(two_parcels)

    parts = order.parts.all()
    keys = [
        f"order_received:{order.pk}",
        *(f"part_to_confirm:{part.pk}" for part in parts),
        f"order_for_staff:{order.pk}",
    ]
    assert list(OutboxMessage.objects.values_list("key", flat=True)) == keys
    assert sorted(to for sent in mail.outbox for to in sent.to) == sorted(
        ["amina@example.org", *(part.cooperative.email for part in parts), "staff@twiza.example"]
    )


def test_a_buyer_without_an_address_for_mails_gets_none(two_parcels):
    place(two_parcels, contact=a_contact(email=""))

    assert not OutboxMessage.objects.filter(kind="order_received").exists()


def test_placing_the_same_cart_again_gives_the_same_order(two_parcels):
    order = place(two_parcels)
    before = counts()

    assert place(two_parcels, accepted="something else") == order

    assert counts() == before


def test_nothing_that_happens_to_the_catalog_changes_what_was_placed(two_parcels):
    """A new price, tariff, name or seat is for the next order only."""
    order = place(two_parcels)
    placed = [list(rows.values()) for rows in (Order.objects, CooperativeOrder.objects, OrderLine.objects)]

    Variant.objects.update(price=Decimal("1.00"), size=1)
    Product.objects.update(name_fr="Autre", name_ar="آخر")
    DeliveryZone.objects.update(price=Decimal("1.00"))
    Cooperative.objects.update(legal_name="Autre")

    assert [list(rows.values()) for rows in (Order.objects, CooperativeOrder.objects, OrderLine.objects)] == placed
    line = order.parts.first().lines.get()
    assert (line.sku, line.size_label, line.unit_price, line.amount) == (
        "MIEL-250", "250\xa0g", Decimal("85.00"), Decimal("170.00"),
    )  # fmt: skip
    assert (line.name_fr, line.name_ar, line.name_en) == ("Miel", "عسل", "Honey")
    assert check_invariants() == []


def test_the_last_jar_goes_to_the_first_buyer_and_the_second_order_leaves_no_trace():
    lot = LotFactory(quantity=1)
    early, late = CartFactory.create_batch(2, lines=[(lot.variant, 1)])
    order = place(early)
    before = counts()

    with pytest.raises(OutOfStock) as refusal:
        place(late)

    assert refusal.value.lines == [ShortLine(lot.variant, wanted=1, left=0)]
    assert counts() == before
    assert Reservation.objects.get().holder == OrderLine.objects.get(part__order=order).holder
    late.refresh_from_db()
    assert late.is_open


def test_an_empty_cart_is_no_order():
    with pytest.raises(CartEmpty):
        place(CartFactory())

    assert not Order.objects.exists()


def test_what_was_withdrawn_meanwhile_is_named(two_parcels):
    variant = two_parcels.lines.first().variant
    Variant.objects.filter(pk=variant.pk).update(is_active=False)

    with pytest.raises(NoLongerOnSale) as refusal:
        place(two_parcels)

    assert [line.variant for line in refusal.value.lines] == [variant]
    assert counts() == dict.fromkeys(counts(), 0)


def test_a_price_that_the_buyer_did_not_see_is_not_charged(two_parcels):
    a_zone()
    accepted = summarize(two_parcels, commune=a_commune(), methods={}).accepted()
    Variant.objects.filter(sku="MIEL-250").update(price=Decimal("99.00"))

    with pytest.raises(SummaryMoved) as refusal:
        place(two_parcels, accepted=accepted)

    assert [(type(change), change.was, change.now) for change in refusal.value.changes] == [
        (PriceMoved, Decimal("85.00"), Decimal("99.00"))
    ]
    assert counts() == dict.fromkeys(counts(), 0)


def test_where_no_courier_goes_nothing_is_ordered_but_what_is_picked_up(two_parcels):
    def order(delivery):
        accepted = summarize(two_parcels, commune=a_commune(), methods=delivery).accepted()
        return place_order(
            cart=two_parcels, contact=a_contact(), delivery=delivery, payment_method=CASH, accepted=accepted
        )

    with pytest.raises(NoDelivery):
        order({})
    assert counts() == dict.fromkeys(counts(), 0)

    assert order(dict.fromkeys(Cooperative.objects.values_list("pk", flat=True), "pickup")).total == Decimal("210.50")


def test_a_telephone_number_has_three_orders_to_confirm_at_most():
    variant = LotFactory(quantity=10).variant
    amina = a_contact()

    def order(contact=amina):
        return place(CartFactory(lines=[(variant, 1)]), contact=contact)

    placed = [order() for _ in range(3)]
    before = counts()
    with pytest.raises(TooManyUnconfirmed):
        order()
    assert counts() == before

    order(a_contact())
    confirm_part(placed[0].parts.get(), actor=Actor.STAFF)
    order()
    assert Order.objects.filter(phone=amina.phone).count() == 4


def test_several_sizes_of_one_product_and_one_cooperative_are_one_part():
    cooperative = CooperativeFactory()
    small = LotFactory(variant__product__sale__cooperative=cooperative).variant
    large = VariantFactory(product=small.product, size=500)
    LotFactory(variant=large)

    order = place(CartFactory(lines=[(small, 1), (large, 2)]))

    assert [line.quantity for line in order.parts.get().lines.all()] == [1, 2]
    assert dict(Lot.objects.values_list("variant", "reserved")) == {small.pk: 1, large.pk: 2}
