"""A month with everything that happens to orders: receipts, statements and ledger agree to the centime.

What each should say is counted here from the lines that were placed and from what was done, never from the ledger.
`WHOLE=1` makes it 2,000 orders.
"""

import os
from collections import defaultdict
from decimal import Decimal
from random import Random

import pytest
from django.db.models import Sum

from catalog.models import TaxStatus
from store.flows.balances import balances
from store.flows.fulfil_part import fail_part, return_part
from store.flows.give_back import give_back, return_lines
from store.flows.give_surplus_back import give_surplus_back
from store.flows.hand_over import close_sheet, left_over, waiting
from store.flows.receipt import receipt_of
from store.flows.reconcile import reconcile
from store.flows.refunds import approve_refund, ask_refund, pay_refund, seal
from store.flows.settle import approve_all, pay_all, propose_all, to_pay
from store.flows.statement import rows_of, statement_of, totals_of
from store.ledger.models import Act, LedgerLine
from store.ledger.queries import owed_to_cooperative
from store.models import CooperativeOrder, MoneyTask, Order
from store.orders.queries import with_parts
from store.payments.bank import TaskKind
from store.payments.methods import CASH, TRANSFER
from store.payments.models import DifferenceBearer
from store.refunds.models import RefundWay
from store.statuses import Actor, DiscountBearer, PartStatus, ShipmentStatus
from tests.factories import (
    CartFactory,
    CooperativeFactory,
    CourierFactory,
    LotFactory,
    a_person,
    a_rate,
    a_voucher,
    advance,
    book_in,
    last_month,
    money_comes,
    place,
)

pytestmark = pytest.mark.django_db

ORDERS = 2000 if os.environ.get("WHOLE") else 40
SEED = 20261126
D, STAFF = Decimal, Actor.STAFF
FATES = [
    "delivered", "delivered", "delivered by the cooperative", "delivered by the cooperative", "partly back", "back",
    "refused at the platform's cost", "refused at the cooperative's cost", "canceled", "open", "on its way",
    "good will of the platform", "good will of the cooperative", "delivery given back", "paid back",
]  # fmt: skip
#: How an order is paid, and by whom a part of it is not.
WAYS = [
    "in cash",
    "in cash",
    "by transfer",
    "in cash",
    "too much by transfer",
    "less, by the platform",
    "less, by itself",
]


class AMonth:
    """Orders with fates drawn by a fixed seed, and what each leaves to whom."""

    def __init__(self):
        self.chance = Random(SEED)
        self.cooperatives = CooperativeFactory.create_batch(4)
        for cooperative in self.cooperatives[:2]:
            TaxStatus.objects.create(cooperative=cooperative, since="2026-01-01", is_taxable=True)
        a_rate(83)
        a_rate(77, cooperative=self.cooperatives[0])
        self.variants = [self.a_variant(owner) for owner in self.cooperatives for _ in range(3)]
        self.couriers = CourierFactory.create_batch(3, price_in_vain=D("17.55"))
        self.vouchers = {
            "less, by the platform": a_voucher("PLATEFORME", bearer=DiscountBearer.PLATFORM),
            "less, by itself": a_voucher("COOPERATIVE", bearer=DiscountBearer.COOPERATIVE),
        }
        self.fates: set[str] = set()
        self.ways: set[str] = set()
        #: Dirhams by order: what the buyer pays in the end. By cooperative: what it is owed.
        self.kept: dict[int, Decimal] = defaultdict(Decimal)
        self.owed: dict[int, Decimal] = defaultdict(Decimal)

    def a_variant(self, owner):
        price = D(self.chance.randint(1234, 33_333)) / 100
        lot = LotFactory(
            variant__product__sale__cooperative=owner, variant__product__sale__tax_per_mille=200,
            variant__price=price, quantity=100_000,
        )  # fmt: skip
        return lot.variant

    def lives(self) -> None:
        for number in range(ORDERS):
            chosen = self.chance.sample(self.variants, self.chance.randint(1, 4))
            order = self.placed(chosen, WAYS[number % len(WAYS)])
            for part in order.parts.all():
                self.meets(part, self.chance.choice(FATES) if number >= len(FATES) else FATES[number])
            if number % 20 == 19:
                self.cash_is_taken_in(short=number % 40 == 39)

    def placed(self, chosen, way: str) -> Order:
        """An order that is to be paid in this way; what is to be paid in advance is."""
        self.ways.add(way)
        lines = [(variant, self.chance.randint(1, 7)) for variant in chosen]
        cart = CartFactory(lines=lines, voucher=self.vouchers.get(way))
        order = place(cart, method=TRANSFER if "transfer" in way else CASH)
        if "transfer" in way:
            more = D(17) if way == "too much by transfer" else D(0)
            money_comes(order.number, f"{order.total + more:.2f}".replace(".", ","), by=a_person("amal"))
        if way == "too much by transfer":
            give_surplus_back(
                MoneyTask.objects.get(done_at=None, kind=TaskKind.TOO_MUCH), reference="VIR", by=a_person("badr")
            )
        return order

    def meets(self, part: CooperativeOrder, fate: str) -> None:
        self.fates.add(fate)
        courier = None if fate == "delivered by the cooperative" else self.chance.choice(self.couriers)
        if fate == "canceled":
            advance(part, PartStatus.CANCELED)
        elif fate == "open":
            advance(part, self.chance.choice([PartStatus.PLACED, PartStatus.CONFIRMED, PartStatus.PACKED]))
        elif fate == "on its way":
            advance(part, PartStatus.SHIPPED, courier=courier)
        elif fate.startswith("refused"):
            bearer = DiscountBearer.COOPERATIVE if "cooperative" in fate else DiscountBearer.PLATFORM
            advance(part, PartStatus.SHIPPED, courier=courier)
            fail_part(part, ShipmentStatus.REFUSED, actor=STAFF, bearer=bearer)
            return_part(part, actor=STAFF, restocked={line.pk: 1 for line in part.lines.all()})
            self.owed[part.cooperative_id] -= D("17.55") if bearer == DiscountBearer.COOPERATIVE else 0
        else:
            self.sells(part, courier)
            if fate == "back":
                return_part(part, actor=STAFF)
                self.comes_back(part, {line: line.quantity for line in part.lines.all()})
            elif fate == "partly back":
                line = self.chance.choice(list(part.lines.all()))
                units = self.chance.randint(1, line.quantity)
                for at in range(units):  # one by one: the shares of each are rounded
                    return_lines(part, {line.pk: 1}, key=f"back:{at}", actor=STAFF, restocked={})
                self.comes_back(part, {line: units})
            elif fate != "delivered" and courier:
                self.is_given_something(part, fate)

    def is_given_something(self, part: CooperativeOrder, fate: str) -> None:
        """For good will, or the price of the delivery; and the buyer has it back in cash."""
        is_delivery = fate == "delivery given back"
        act = Act.DELIVERY_BACK if is_delivery else Act.GOODWILL
        bearer = DiscountBearer.COOPERATIVE if fate == "good will of the cooperative" else DiscountBearer.PLATFORM
        amount = part.delivery_price if is_delivery else D("7.77")
        give_back(part, amount, act=act, bearer=bearer, because="Bocal fêlé", key=f"{part.pk}")
        self.kept[part.order_id] -= amount
        self.owed[part.cooperative_id] -= amount if bearer == DiscountBearer.COOPERATIVE else 0
        if fate == "paid back":
            refund = ask_refund(part, amount, way=RefundWay.CASH, key=f"{part.pk}", actor=STAFF)
            approve_refund(refund, seen=seal(refund), by=a_person("amal"))
            pay_refund(refund, reference="R", by=a_person("badr"))

    def sells(self, part: CooperativeOrder, courier) -> None:
        advance(part, PartStatus.DELIVERED, courier=courier)
        self.kept[part.order_id] += part.total
        self.owed[part.cooperative_id] += sum(line.amount - line.commission for line in part.lines.all())
        if part.discount_bearer == DiscountBearer.COOPERATIVE:
            self.owed[part.cooperative_id] -= part.discount
        if courier is None:
            took = D(0) if part.order.payments.filter(method=TRANSFER.code).exists() else part.total
            self.owed[part.cooperative_id] += part.delivery_price - took

    def comes_back(self, part: CooperativeOrder, units: dict) -> None:
        for line, quantity in units.items():
            amount = line.unit_price * quantity
            less = (line.discount * quantity / line.quantity).quantize(D("0.01"), rounding="ROUND_HALF_UP")
            # All units of a line come back with exactly its commission; some of them, with their rounded share.
            commission = (line.commission * quantity / line.quantity).quantize(D("0.01"), rounding="ROUND_HALF_UP")
            self.kept[part.order_id] -= amount - less
            borne = less if part.discount_bearer == DiscountBearer.COOPERATIVE else 0
            self.owed[part.cooperative_id] -= amount - borne - commission

    def cash_is_taken_in(self, *, short: bool) -> None:
        for courier in self.couriers:
            parcels = waiting(courier)
            expected = sum(row.to_hand_over for row in parcels) + left_over(courier)
            if expected <= 5:
                continue
            bearer = self.chance.choice(list(DifferenceBearer))
            said = {"bearer": bearer, "because": "Monnaie"} if short else {}
            counted = expected - 5 if short else expected
            close_sheet(courier, [row.shipment.pk for row in parcels], expected=expected, counted=counted, **said)


def test_receipts_statements_and_ledger_agree_to_the_centime_before_and_after_the_month_is_settled():
    a_month = AMonth()
    a_month.lives()
    assert a_month.fates == set(FATES) and a_month.ways == set(WAYS)
    book_in(last_month())

    they_agree(a_month)

    it_is_settled(a_month)


def they_agree(a_month: AMonth) -> None:
    for order in with_parts(Order.objects).filter(pk__in=a_month.kept):
        receipt = receipt_of(order, order.parts.all())
        open_parts = sum(
            part.total for part in order.parts.all() if part.status in ("placed", "confirmed", "packed", "shipped")
        )
        assert receipt.total - open_parts == a_month.kept[order.pk], order

    by_order: dict[str, Decimal] = defaultdict(Decimal)
    for cooperative in a_month.cooperatives:
        statement = statement_of(cooperative, last_month())
        assert statement.closing == a_month.owed[cooperative.pk] == owed_to_cooperative(cooperative.pk)
        assert statement.totals.amount == sum(row.amount for row in statement.rows) == statement.closing
        for row in statement.rows:
            by_order[row.number] += row.amount
    lines = LedgerLine.objects.exclude(account__cooperative=None).order_by().values_list("entry__order__number")
    assert {number: -amount for number, amount in lines.annotate(Sum("amount"))} == dict(by_order)
    assert reconcile() == []


def it_is_settled(a_month: AMonth) -> None:
    month, owed = last_month(), {row.cooperative.pk: row.closing for row in balances(last_month())}

    propose_all(month, by=a_person("amal"))
    approve_all(month, by=a_person("badr"))
    done = pay_all([(its, "VIR 1") for its in to_pay(month)], paid_on=month.next.first, by=a_person("amal")).done

    assert {its.cooperative_id: its.amount for its in done} == {pk: sum_ for pk, sum_ in owed.items() if sum_ > 0}
    for cooperative in a_month.cooperatives:
        left = min(owed[cooperative.pk], D(0))
        assert owed_to_cooperative(cooperative.pk) == left == totals_of(rows_of(cooperative)).amount
    assert reconcile() == []
