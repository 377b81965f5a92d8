"""Orders that go through the shop and its database come to what `in_memory` counts, after each thing that happens to them.

`WHOLE=1` makes it 300 orders.
"""

import os
from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, seed, settings

from catalog.models import Category, Cooperative, TaxStatus, Variant
from catalog.money import from_centimes
from store.flows.cancel_part import cancel_part
from store.flows.fulfil_part import VERBS, fail_part, return_part, ship_part
from store.flows.give_back import give_back, return_lines
from store.flows.hand_over import close_sheet, waiting
from store.flows.invariants import check_invariants
from store.flows.month import Month
from store.flows.receipt import receipt_of
from store.flows.refunds import approve_refund, ask_refund, pay_refund, seal
from store.flows.settle import approve, pay, propose
from store.ledger.models import Act, LedgerLine
from store.models import CommissionRate, CooperativeOrder, DeliveryZone, Order
from store.orders.queries import with_parts
from store.orders.reasons import CancelReason
from store.payments.methods import CASH, TRANSFER
from store.refunds.models import RefundWay
from store.statuses import Actor, DiscountBearer, PartStatus, ShipmentStatus
from tests.factories import (
    CartFactory,
    CooperativeFactory,
    CourierFactory,
    LotFactory,
    a_person,
    a_voucher,
    a_zone,
    advance,
    book_in,
    money_comes,
    place,
)

from .in_memory import COURIER, IN_VAIN, Life, Parcel
from .plans import COOPERATIVES, Plan, plans

pytestmark = pytest.mark.django_db

ORDERS = 300 if os.environ.get("WHOLE") else 6
STAFF = Actor.STAFF


class Shop:
    """The rows that all orders share; what is priced and taxed is set for each."""

    def __init__(self):
        a_zone()
        a_person("amal"), a_person("badr")
        self.cooperatives = [
            Cooperative.objects.filter(pk=pk).first() or CooperativeFactory(pk=pk) for pk in range(1, COOPERATIVES + 1)
        ]
        Cooperative.objects.update(offers_pickup=True)
        self.courier = CourierFactory(pk=COURIER, price_in_vain=IN_VAIN)
        outer = Category.objects.create(slug="outer", name="Outer")
        inner = Category.objects.create(slug="inner", name="Inner", parent=outer)
        self.shelves = {1: outer, 2: inner, 3: Category.objects.create(slug="other", name="Other")}
        self.variants: dict[tuple, Variant] = {}

    def variant(self, at: int, good) -> Variant:
        key = at, good.cooperative, good.shelf, good.tax_per_mille
        if key not in self.variants:
            lot = LotFactory(
                quantity=100, variant__product__sale__cooperative=self.cooperatives[good.cooperative],
                variant__product__sale__category=self.shelves[good.shelf],
                variant__product__sale__tax_per_mille=good.tax_per_mille,
            )  # fmt: skip
            self.variants[key] = lot.variant
        variant = self.variants[key]
        Variant.objects.filter(pk=variant.pk).update(price=from_centimes(good.centimes))
        return variant

    def places(self, plan: Plan) -> Order:
        DeliveryZone.objects.update(price=from_centimes(plan.courier))
        first, outer = self.cooperatives[0], self.shelves[1]
        goods = [{}, {"cooperative": first}, {"category": outer}, {"cooperative": first, "category": outer}]
        for rule, per_mille in zip(goods, plan.rates, strict=True):
            CommissionRate.objects.create(since="2026-01-01", per_mille=per_mille, **rule)
        for cooperative, is_taxed in zip(self.cooperatives, plan.is_taxed, strict=True):
            TaxStatus.objects.create(cooperative=cooperative, since="2026-01-01", is_taxable=is_taxed)
        cart = CartFactory(lines=[(self.variant(at, good), good.units) for at, good in enumerate(plan.goods)])
        if plan.voucher:
            is_percent, number, bearer, cooperative, shelf = plan.voucher
            worth = {"percent": number} if is_percent else {"amount": from_centimes(number)}
            cart.voucher = a_voucher(
                bearer=bearer, cooperative_id=cooperative, category=self.shelves.get(shelf), **worth
            )
            cart.save()
        pickups = {pk + 1: "pickup" for pk, is_picked_up in enumerate(plan.is_picked_up) if is_picked_up}
        return place(cart, delivery=pickups, method=TRANSFER if Life(plan).is_transfer else CASH)


class RealLife(Life):
    """Does for real whatever is counted."""

    def __init__(self, plan: Plan, shop: Shop, order: Order):
        super().__init__(plan)
        self.shop, self.order = shop, order
        self.day = timezone.localdate()
        # All that happens up to a settlement happened in a month that is over, and what comes after it in a later one.
        self.month = Month(self.day.year - 2, self.day.month)
        self.rows = {parcel.row.pk: row for parcel, row in zip(self.parcels, order.parts.order_by("pk"), strict=True)}

    def real(self, parcel: Parcel) -> CooperativeOrder:
        return CooperativeOrder.objects.select_related("order", "cooperative").get(pk=self.rows[parcel.row.pk].pk)

    def meets_its_fate(self, parcel: Parcel) -> None:
        super().meets_its_fate(parcel)
        part, courier = self.real(parcel), self.shop.courier if parcel.courier else None
        if parcel.is_sold or parcel.fate == "refused":
            if part.status == PartStatus.PLACED:
                advance(part, PartStatus.CONFIRMED)
            for status in (PartStatus.PACKED, PartStatus.SHIPPED, PartStatus.DELIVERED)[: 3 if parcel.is_sold else 2]:
                one_step(part, status, courier)
        if parcel.fate == "refused":
            if parcel.courier:
                bearer = self.plan.bearers[part.cooperative_id - 1]
                fail_part(part, ShipmentStatus.REFUSED, actor=STAFF, bearer=bearer)
            return_part(part, actor=STAFF)
        elif parcel.fate == "canceled":
            cancel_part(part, reason=CancelReason.OTHER, actor=STAFF)

    def comes_back(self, parcel: Parcel, line, units: int) -> None:
        super().comes_back(parcel, line, units)
        row = self.real(parcel).lines.order_by("pk")[parcel.lines.index(line)]
        return_lines(self.real(parcel), {row.pk: units}, key=f"{len(self.entries)}", actor=STAFF, restocked={})

    def write(self, act: Act, those: list, parcel: Parcel | None = None) -> None:
        super().write(act, those, parcel)
        amount = abs(those[0][1])
        match act:
            case Act.TRANSFERRED:
                self.day += timedelta(days=1)
                said = f"{amount:.2f}".replace(".", ",")
                money_comes(self.order.number, said, day=f"{self.day:%d/%m/%Y}")
            case Act.DELIVERY_BACK | Act.GOODWILL if those[0][1] < 0:
                bearer = DiscountBearer(those[1][0].holder)
                key, part = f"{len(self.entries)}", self.real(parcel)
                give_back(part, amount, act=act, bearer=bearer, because="Cassé", key=key)
            case Act.REFUNDED:
                refund = ask_refund(
                    self.real(parcel), amount, way=RefundWay.CASH, key=f"{len(self.entries)}", actor=Actor.BUYER
                )
                approve_refund(refund, seen=seal(refund), by=a_person("amal"))
                pay_refund(refund, reference="R", by=a_person("badr"))
            case Act.HANDED_OVER:
                [row] = [row for row in waiting(self.shop.courier) if row.shipment.part_id == self.real(parcel).pk]
                sum_ = row.to_hand_over
                close_sheet(self.shop.courier, [row.shipment.pk], expected=sum_, counted=sum_)
            case Act.SETTLED:
                settled = self.shop.cooperatives[those[0][0].owner - 1]
                book_in(self.month, at__gte=self.month.ends)
                its = propose(settled, self.month, by=a_person("amal"))
                approve(its, by=a_person("badr"))
                pay(its, reference="VIR", paid_on=self.month.next.first, by=a_person("amal"))
                self.month = self.month.next

    def agrees(self) -> None:
        """Every account of the ledger, and the receipt."""
        counted: Counter[tuple] = Counter()
        for entry in self.entries:
            for account, amount in entry.amounts.items():
                counted[account.holder, account.kind, account.owner] += amount
        asked = ("account__holder", "account__kind", "account__cooperative", "account__courier")
        rows = LedgerLine.objects.order_by().values_list(*asked).annotate(Sum("amount"))
        booked = {(holder, kind, owner or courier): amount for holder, kind, owner, courier, amount in rows if amount}
        assert booked == {account: amount for account, amount in counted.items() if amount}
        order = with_parts(Order.objects).get(pk=self.order.pk)
        kept = sum(p.row.total - self.money_of(p).credited for p in self.parcels if p.is_sold)
        still_open = sum(p.row.total for p in self.parcels if p.fate == "open")
        assert receipt_of(order, order.parts.all()).total == kept + still_open


def one_step(part: CooperativeOrder, status: PartStatus, courier) -> None:
    if status == PartStatus.SHIPPED:
        ship_part(part, actor=STAFF, courier=courier)
    else:
        VERBS[status](part, actor=STAFF)


def frozen(part: CooperativeOrder, lines) -> tuple:
    return (part.total, part.discount, part.discount_bearer), [
        (line.quantity, line.amount, line.discount, line.tax, line.commission) for line in lines
    ]


def test_the_shop_comes_to_what_is_counted_without_it(record_property):
    shop, happens = Shop(), Counter()
    chosen = settings(
        max_examples=ORDERS, database=None, deadline=None, phases=[Phase.generate], report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip

    @seed(5)
    @chosen
    @given(plans)
    def live(plan: Plan) -> None:
        shop.variants.clear()  # what was made for the order before is gone
        with transaction.atomic():
            life = RealLife(plan, shop, shop.places(plan))
            for parcel in life.parcels:
                part = life.real(parcel)
                assert frozen(part, part.lines.order_by("pk")) == frozen(parcel.row, parcel.lines)
            life.come_to_their_ends()
            life.agrees()
            for step in plan.steps:
                if done := life.step(*step):
                    happens[done] += 1
                    life.agrees()
            assert check_invariants() == []
            happens["orders"] += 1
            transaction.set_rollback(True)

    live()

    assert happens["orders"] >= ORDERS
    told = ", ".join(f"{happens[name]} × {name}" for name in sorted(happens))
    record_property("shop", f"Through the shop: {told}")
