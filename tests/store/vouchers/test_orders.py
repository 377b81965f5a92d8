"""An order with a voucher: what is frozen on it, who bears it, and when somebody else may use the voucher."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import Category, TaxStatus, Variant
from catalog.money import total
from store.flows import mails
from store.flows.books import book_return
from store.flows.cancel_part import cancel_part
from store.flows.discounts import offer_of
from store.flows.fulfil_part import return_part
from store.flows.invariants import check_invariants
from store.flows.place_order import SummaryMoved
from store.flows.receipt import receipt_of
from store.flows.summary import DiscountMoved, summarize
from store.ledger.models import Holder, Kind, LedgerLine
from store.models import Cart, Order, OutboxMessage, Payment, Voucher, VoucherUse
from store.orders.actions import digest, take_back
from store.orders.queries import with_parts
from store.orders.reasons import CancelReason
from store.statuses import Actor, PartStatus
from store.vouchers.refusals import Why
from tests.factories import CartFactory, LotFactory, a_commune, a_contact, a_part, a_rate, a_voucher, advance, place

D = Decimal


@pytest.fixture
def two_parcels(db):
    """Two jars of 85 dirhams of one cooperative and an oil of 40.50 of another."""
    honey = LotFactory(variant__price=D("85.00")).variant
    oil = LotFactory(variant__price=D("40.50")).variant
    return CartFactory(lines=[(honey, 2), (oil, 1)])


def with_voucher(cart: Cart, **fields) -> Voucher:
    cart.voucher = a_voucher(**fields)
    cart.save()
    return cart.voucher


def amounts(order: Order) -> list[tuple]:
    return [(part.discount, part.discount_bearer, part.total) for part in order.parts.all()]


# -- Placing ----------------------------------------------------------------------------------------------------------


def test_the_discount_is_shared_over_the_parts_and_each_is_paid_without_its_share(two_parcels):
    voucher = with_voucher(two_parcels, amount=D("50.00"))

    order = place(two_parcels)

    assert amounts(order) == [
        (D("40.38"), "platform", D("164.62")),  # 170 of 210.50
        (D("9.62"), "platform", D("65.88")),
    ]
    assert order.total == D("230.50")
    assert list(Payment.objects.values_list("amount", flat=True)) == [D("164.62"), D("65.88")]
    use = VoucherUse.objects.get()
    assert (use.voucher, use.order, use.discount, use.released_at) == (voucher, order, D("50.00"), None)
    assert Voucher.objects.get().used == 1
    assert check_invariants() == []


def test_only_goods_that_it_is_for_are_cheaper(two_parcels):
    honey = two_parcels.lines.first().variant
    with_voucher(two_parcels, cooperative=honey.product.sale.cooperative)

    order = place(two_parcels)

    assert amounts(order) == [(D("17.00"), "platform", D("188.00")), (D("0.00"), "", D("75.50"))]
    assert check_invariants() == []


@given(
    prices=st.lists(st.tuples(st.integers(1, 99_999), st.integers(1, 9), st.integers(0, 2)), min_size=1, max_size=6),
    percent=st.integers(1, 100),
    amount=st.none() | st.integers(1, 500_000),
)
def test_the_shares_of_lines_add_up_to_those_of_parts_and_these_to_the_discount(prices, percent, amount):
    from tests.store.vouchers.unsaved import a_cart_of  # rows that are never saved: hundreds of carts are tried

    parts = a_cart_of(prices)
    goods = total(part.goods for part in parts)
    voucher = Voucher(percent=None if amount else percent, amount=D(amount) / 100 if amount else None)

    offer = offer_of(voucher, parts)

    off = voucher.discount_on(goods)
    assert total(offer.on(line) for part in parts for line in part.lines) == off
    for part in parts:
        share = total(offer.on(line) for line in part.lines)
        assert abs(share * goods - off * part.goods) < D("0.01") * goods
        assert all(0 <= offer.on(line) <= line.amount for line in part.lines)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("bearer", "tax", "commission"), [("platform", "14.17", "6.80"), ("cooperative", "12.75", "6.12")]
)
def test_tax_and_commission_are_of_what_the_cooperative_sells_for(bearer, tax, commission):
    a_rate(80)
    lot = LotFactory(variant__price=D("85.00"))
    TaxStatus.objects.create(cooperative=lot.cooperative, is_taxable=True, since="2026-01-01")
    cart = CartFactory(lines=[(lot.variant, 1)])
    with_voucher(cart, bearer=bearer)

    line = place(cart).parts.get().lines.get()

    assert (line.discount, line.tax, line.commission) == (D("8.50"), D(tax), D(commission))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("bearer", "goods", "platform"), [("platform", "78.20", "1.70"), ("cooperative", "70.38", "-6.12")]
)
def test_whoever_bears_it_goes_without_it_in_the_books_and_on_the_receipt(bearer, goods, platform):
    a_rate(80)
    cart = CartFactory(lines=[(LotFactory(variant__price=D("85.00")).variant, 1)])
    with_voucher(cart, bearer=bearer)
    part = place(cart).parts.get()

    advance(part, PartStatus.DELIVERED)

    owed = total(LedgerLine.objects.filter(account__kind=Kind.GOODS).values_list("amount", flat=True))
    kept = total(LedgerLine.objects.filter(account__holder=Holder.PLATFORM).values_list("amount", flat=True))
    assert (-owed, kept) == (D(goods), D(platform))
    order = with_parts(Order.objects).get()
    assert receipt_of(order, order.parts.all()).total == order.total == D("111.50")
    assert check_invariants() == []


@pytest.mark.django_db
def test_what_comes_back_takes_its_share_of_the_discount_along():
    cart = CartFactory(lines=[(LotFactory(variant__price=D("85.00")).variant, 3)])
    with_voucher(cart, amount=D("10.00"))
    part = place(cart).parts.get()
    advance(part, PartStatus.DELIVERED)

    change = take_back(part.lines.get(), 1, actor=Actor.STAFF)
    book_return(change)
    assert (change.amount, change.discount) == (D("85.00"), D("3.33"))
    return_part(part, actor=Actor.STAFF)

    back = LedgerLine.objects.filter(account__kind=Kind.REFUND_DUE).values_list("amount", flat=True)
    assert list(back) == [D("-81.67"), D("-163.33")]
    assert check_invariants() == []


# -- What was seen is what is charged ---------------------------------------------------------------------------------


def accepted(cart: Cart) -> str:
    return summarize(cart, commune=a_commune(), methods={}).accepted()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"used": 3}, Why.USED_UP),
        ({"is_active": False}, Why.OVER),
        ({"ends_on": "2026-01-01"}, Why.OVER),
        ({"minimum": D("1000.00")}, Why.MINIMUM),
    ],
)
def test_a_voucher_that_ran_out_meanwhile_is_told_and_nothing_is_ordered(two_parcels, change, why):
    with_voucher(two_parcels, limit=3)
    place(CartFactory(lines=[(LotFactory().variant, 1)]))  # somewhere a courier goes
    seen = accepted(two_parcels)
    Voucher.objects.update(**change)

    with pytest.raises(SummaryMoved) as refusal:
        place(Cart.objects.get(pk=two_parcels.pk), accepted=seen)

    [moved] = refusal.value.changes
    assert (moved.was, moved.now, moved.refused.why) == (D("21.05"), D("0.00"), why)
    assert Order.objects.count() == 1 and not VoucherUse.objects.exists()


def test_who_accepts_the_price_without_it_orders_without_it(two_parcels):
    with_voucher(two_parcels, limit=3, used=3)

    order = place(two_parcels)

    assert [part.discount for part in order.parts.all()] == [D("0.00"), D("0.00")]
    assert not VoucherUse.objects.exists() and Voucher.objects.get().used == 3


def test_a_voucher_that_takes_more_off_than_was_seen_is_told_too(two_parcels):
    with_voucher(two_parcels, percent=10)
    place(CartFactory(lines=[(LotFactory().variant, 1)]))
    seen = accepted(two_parcels)
    Voucher.objects.update(percent=20)

    with pytest.raises(SummaryMoved) as refusal:
        place(Cart.objects.get(pk=two_parcels.pk), accepted=seen)

    assert refusal.value.changes == [DiscountMoved(was=D("21.05"), now=D("42.10"), refused=None)]


def test_a_telephone_that_has_used_it_is_told_when_it_orders_again(two_parcels):
    voucher, contact = with_voucher(two_parcels, limit_per_phone=1), a_contact()
    place(CartFactory(lines=[(LotFactory().variant, 1)], voucher=voucher), contact=contact)

    with pytest.raises(SummaryMoved) as refusal:
        place(two_parcels, contact=contact)

    assert [change.refused.why for change in refusal.value.changes] == [Why.PHONE]
    assert place(two_parcels) and Voucher.objects.get().used == 2


@pytest.mark.django_db
def test_a_part_without_a_discount_has_the_fingerprint_that_it_always_had():
    part = a_part()
    lines = list(part.lines.all())
    with_one = digest(part, lines)

    part.discount = D("1.00")
    other = digest(part, lines)
    part.discount_bearer = "cooperative"

    assert with_one == part.placed_digest
    assert len({with_one, other, digest(part, lines)}) == 3
    # As it was counted before there were discounts.
    assert with_one == OLD_DIGEST(part, lines)


def OLD_DIGEST(part, lines) -> str:
    import hashlib
    import json

    placed = [
        part.seller, part.delivery_method, int(part.delivery_price * 100), int(part.goods_total * 100), int(part.total * 100),
        *[[line.sku, line.name_fr, line.size, line.unit, line.quantity, int(line.unit_price * 100)] for line in lines],
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(placed, ensure_ascii=False).encode()).hexdigest()


# -- Giving it back ---------------------------------------------------------------------------------------------------


def cancel(part) -> None:
    assert cancel_part(part, reason=CancelReason.CHANGED_MIND, actor=Actor.BUYER)


def test_the_voucher_is_free_again_when_every_part_that_it_made_cheaper_is_canceled(two_parcels):
    with_voucher(two_parcels, limit=1)
    first, second = place(two_parcels).parts.all()

    cancel(first)
    assert Voucher.objects.get().used == 1
    assert check_invariants() == []
    cancel(second)

    assert Voucher.objects.get().used == 0
    assert VoucherUse.objects.get().released_at is not None
    assert check_invariants() == []


def test_a_part_that_it_did_not_make_cheaper_keeps_nothing_of_it(two_parcels):
    honey = two_parcels.lines.first().variant
    with_voucher(two_parcels, cooperative=honey.product.sale.cooperative)
    first, _second = place(two_parcels).parts.all()

    cancel(first)

    assert Voucher.objects.get().used == 0
    assert check_invariants() == []


@pytest.mark.django_db
def test_a_parcel_that_left_has_used_its_voucher_even_if_it_is_refused():
    cart = CartFactory(lines=[(LotFactory().variant, 1)])
    with_voucher(cart)
    advance(place(cart).parts.get(), PartStatus.RETURNED)

    assert Voucher.objects.get().used == 1
    assert check_invariants() == []


@pytest.mark.django_db
def test_whoever_cancels_gives_back_its_own_use_of_the_voucher_and_leaves_that_of_others():
    voucher, variant = a_voucher(limit=2), LotFactory().variant
    kept, canceled = (place(CartFactory(lines=[(variant, 1)], voucher=voucher)) for _ in range(2))

    cancel(canceled.parts.get())

    assert VoucherUse.objects.get(order=kept).released_at is None
    assert VoucherUse.objects.get(order=canceled).released_at is not None
    assert Voucher.objects.get().used == 1
    assert check_invariants() == []


@pytest.mark.django_db
def test_a_telephone_that_canceled_may_use_it_again():
    voucher, variant, contact = a_voucher(limit_per_phone=1), LotFactory().variant, a_contact()
    cancel(place(CartFactory(lines=[(variant, 1)], voucher=voucher), contact=contact).parts.get())

    order = place(CartFactory(lines=[(variant, 1)], voucher=voucher), contact=contact)

    assert order.parts.get().discount == D("8.50")
    assert check_invariants() == []


# -- Mails ------------------------------------------------------------------------------------------------------------


def test_every_mail_about_the_order_says_what_the_voucher_takes_off(two_parcels):
    with_voucher(two_parcels)
    place(two_parcels)

    for message in OutboxMessage.objects.filter(kind__in=(mails.ORDER_RECEIVED, mails.ORDER_FOR_STAFF)):
        mail = mails.compose(message)
        for written in (mail.text, mail.html):
            assert "BIENVENUE" in written and "-17,00" in written and "-4,05" in written
    for_first = OutboxMessage.objects.filter(kind=mails.PART_TO_CONFIRM).first()
    assert "-17,00" in mails.compose(for_first).text


@pytest.mark.django_db
def test_a_price_of_nothing_is_never_made_cheaper():
    category = Category.objects.create(slug="cadeaux", name_fr="Cadeaux")
    lot = LotFactory(variant__price=D("0.00"), variant__product__sale__category=category)
    cart = CartFactory(lines=[(lot.variant, 1)])
    with_voucher(cart, amount=D("10.00"))

    order = place(cart)

    assert Variant.objects.get().price == order.parts.get().discount == D("0.00")
    assert not VoucherUse.objects.exists()
