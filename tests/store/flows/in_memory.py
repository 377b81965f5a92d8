"""An order and its ledger without a database: the functions that decide the shop's money, and rows that are never saved."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from types import SimpleNamespace

from catalog.cooperatives.models import Cooperative
from catalog.money import ZERO, from_centimes, to_centimes, total
from catalog.products.models import Category, Product, ProductSale, Variant
from catalog.stock.queries import NO_STOCK
from store.cart.queries import CartContents, CartPart, PricedLine
from store.delivery.prices import PICKUP_QUOTE, DeliveryMethod, Quote
from store.flows import legs
from store.flows.balances import Balance
from store.flows.discounts import offer_of
from store.flows.hand_over import Brought
from store.flows.pricing import Pricing
from store.flows.summary import Summary, SummaryPart
from store.ledger.actions import Account, Leg, balanced
from store.ledger.models import Act, CommissionRate, Holder, Kind
from store.ledger.queries import BuyersMoney
from store.ledger.rates import Rates
from store.models import CooperativeOrder, Order, OrderLine, Voucher
from store.orders import actions as orders
from store.orders.shares import Shares, shares_of
from store.payments.verdict import Standing, judge
from store.statuses import DiscountBearer

from .plans import COOPERATIVES, Good, Plan

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
ORDER, COURIER = Order(pk=1), 7
IN_VAIN = Decimal("17.55")
SHELVES = {1: Category(pk=1), 2: Category(pk=2, parent_id=1), 3: Category(pk=3)}
COOPERATIVE_ROWS = [Cooperative(pk=number + 1, name=f"Coopérative {number}") for number in range(COOPERATIVES)]


@dataclass
class Entry:
    act: Act
    part: int | None
    amounts: dict[Account, Decimal]


@dataclass
class Parcel:
    """A part of the order, and what became of it."""

    row: CooperativeOrder
    lines: list[OrderLine]
    fate: str
    courier: int | None
    #: Units of each line that came back, and their shares one after the other.
    back: Counter[int] = field(default_factory=Counter)
    shares: dict[int, list[Shares]] = field(default_factory=lambda: defaultdict(list))
    delivery_left: Decimal = ZERO
    refunded: Decimal = ZERO
    is_handed_over: bool = False

    @property
    def is_sold(self) -> bool:
        return self.fate.startswith("delivered")

    def account(self, kind: Kind) -> Account:
        if self.courier:
            return Account(Holder.COURIER, kind, self.courier)
        return Account(Holder.COOPERATIVE, kind, self.row.cooperative_id)


class Life:
    """Of one order."""

    def __init__(self, plan: Plan):
        self.plan = plan
        self.entries: list[Entry] = []
        self.voucher = a_voucher(plan)
        self.summary = self._summary()
        self.parcels = self._parcels()
        self.total = total(parcel.row.total for parcel in self.parcels)
        #: What came for the whole order in advance; none when it is paid at the door.
        self.is_transfer = plan.pays != "cash" and bool(self.total)
        self.paid_in_advance = ZERO

    def _summary(self) -> Summary:
        parts = cart_of(self.plan.goods)
        offer = offer_of(self.voucher, parts, now=NOW) if self.voucher else None
        courier = Quote(DeliveryMethod.COURIER, from_centimes(self.plan.courier))
        return Summary(
            [
                SummaryPart(
                    part.cooperative,
                    part.lines,
                    PICKUP_QUOTE if self.plan.is_picked_up[part.cooperative.pk - 1] else courier,
                    courier,
                    [offer.on(line) if offer else ZERO for line in part.lines],
                )
                for part in parts
            ],
            CartContents(parts, []),
            offer,
        )

    def _parcels(self) -> list[Parcel]:
        taxed = {number + 1 for number, is_taxed in enumerate(self.plan.is_taxed) if is_taxed}
        pricing, bearer = Pricing(rates_of(self.plan.rates), taxed), self.voucher.bearer if self.voucher else ""
        parcels = []
        for pk, part in enumerate(self.summary.parts, start=1):
            new = pricing.lines(part.lines, part.discounts, bearer=bearer)
            row, lines = orders.draft_part(ORDER, part.cooperative, new, delivery=part.quote, discount_bearer=bearer)
            row.pk, fate = pk, self.plan.fates[part.cooperative.pk - 1]
            by_courier = fate != "delivered by the cooperative" and row.delivery_method == DeliveryMethod.COURIER
            parcels.append(Parcel(row, lines, fate, COURIER if by_courier else None))
        return parcels

    # -- The ledger ----------------------------------------------------------------------------------------------------

    def write(self, act: Act, those: list[Leg], parcel: Parcel | None = None) -> None:
        if amounts := balanced(those, key=act):
            self.entries.append(Entry(act, parcel.row.pk if parcel else None, amounts))

    def balance(self, holder: Holder, *kinds: Kind, owner: int | None = None, part: int | None = None) -> Decimal:
        return total(
            amount
            for entry in self.entries
            for account, amount in entry.amounts.items()
            if account.holder == holder
            and (not kinds or account.kind in kinds)
            and owner in (None, account.owner)
            and part in (None, entry.part)
        )

    def money_of(self, parcel: Parcel) -> BuyersMoney:
        due = [e.amounts.get(legs.DUE, ZERO) for e in self.entries if e.part == parcel.row.pk]
        at_the_door, drawn = total(-a for a in due if a < 0), total(a for a in due if a > 0)
        owed = -self.balance(Holder.BUYER, Kind.REFUND_DUE, part=parcel.row.pk)
        return BuyersMoney(at_the_door or drawn, owed, parcel.refunded)

    # -- What happens --------------------------------------------------------------------------------------------------

    def come_to_their_ends(self) -> None:
        if self.is_transfer:
            self.is_paid_in_advance()
        for parcel in self.parcels:
            self.meets_its_fate(parcel)

    def is_paid_in_advance(self) -> None:
        """For all that is wanted, in one transfer or in two, with too much or once more."""
        wanted = total(p.row.total for p in self.parcels)
        first = from_centimes(to_centimes(wanted) // 3)
        sums = {
            "exactly": [wanted], "in two": [first, wanted - first], "too much": [wanted + first], "twice": [wanted] * 2,
        }[self.plan.pays]  # fmt: skip
        standing = Standing(is_paid=False, open=wanted, lapsed=ZERO)
        for amount in [amount for amount in sums if amount]:
            verdict = judge(standing, amount)
            standing = verdict.then
            self.write(Act.TRANSFERRED, legs.transferred_legs(amount, applied=verdict.applied))
            self.paid_in_advance += verdict.applied

    def meets_its_fate(self, parcel: Parcel) -> None:
        part = parcel.row
        if parcel.is_sold:
            sale = legs.sale_legs(part, parcel.lines, carrier=parcel.account(Kind.DELIVERY))
            self.write(Act.SALE, sale, parcel)
            parcel.delivery_left = part.delivery_price
            if not self.is_transfer:
                self.write(Act.COLLECTED, [(legs.DUE, -part.total), (parcel.account(Kind.CASH), part.total)], parcel)
        elif parcel.fate != "open":
            if parcel.fate == "refused" and parcel.courier:
                bearer = legs.account_of_bearer(part, self.plan.bearers[part.cooperative_id - 1], Kind.DELIVERY)
                in_vain = [(Account(Holder.COURIER, Kind.DELIVERY, COURIER), -IN_VAIN), (bearer, IN_VAIN)]
                self.write(Act.CARRIED_IN_VAIN, in_vain, parcel)
            if self.is_transfer:
                self.write(Act.OWED_BACK, [(legs.DUE, part.total), (legs.REFUND_DUE, -part.total)], parcel)

    def step(self, what: str, where: int, which: int, how_much: int) -> str:
        """Do it if there is something to do it to; returns what was done."""
        parcel = self.parcels[where % len(self.parcels)]
        match what:
            case "back" if lines := self.with_buyer(parcel):
                line = lines[which % len(lines)]
                self.comes_back(parcel, line, 1 + how_much % (line.quantity - parcel.back[line.variant_id]))
            case "all back" if lines := self.with_buyer(parcel):
                for line in lines:
                    self.comes_back(parcel, line, line.quantity - parcel.back[line.variant_id])
            case "delivery back" | "good will":
                return self.gives(parcel, what, how_much)
            case "refund":
                return self.refunds(parcel, how_much)
            case "hand over" if parcels := self.to_hand_over():
                self.hands_over(parcels)
            case "settle":
                return self.settles(COOPERATIVE_ROWS[where % COOPERATIVES])
            case _:
                return ""
        return what

    def with_buyer(self, parcel: Parcel) -> list[OrderLine]:
        lines = parcel.lines if parcel.is_sold else []
        return [line for line in lines if line.quantity > parcel.back[line.variant_id]]

    def comes_back(self, parcel: Parcel, line: OrderLine, units: int) -> None:
        shares = shares_of(line, units, after=parcel.back[line.variant_id])
        parcel.back[line.variant_id] += units
        parcel.shares[line.variant_id].append(shares)
        self.write(Act.RETURN, legs.return_legs(parcel.row, shares), parcel)
        self.write(Act.GOODWILL, legs.undone_legs(self.money_of(parcel), self.borne(parcel)), parcel)

    def borne(self, parcel: Parcel) -> list[Leg]:
        sums: dict[Account, Decimal] = defaultdict(lambda: ZERO)
        for entry in self.entries:
            if entry.part == parcel.row.pk and entry.act in legs.BORNE:
                for account, amount in entry.amounts.items():
                    sums[account] += amount if account.holder != Holder.BUYER else ZERO
        rows = [(account, amount) for account, amount in sums.items() if account.holder != Holder.BUYER]
        return sorted(rows, key=lambda row: (row[0].kind != Kind.GOODWILL, row[0].code))

    def gives(self, parcel: Parcel, what: str, how_much: int) -> str:
        act = Act.DELIVERY_BACK if what == "delivery back" else Act.GOODWILL
        left = self.money_of(parcel).left
        left = min(left, parcel.delivery_left) if act == Act.DELIVERY_BACK else left
        if left <= 0:
            return ""
        amount = from_centimes(1 + how_much % to_centimes(left))
        parcel.delivery_left -= amount if act == Act.DELIVERY_BACK else ZERO
        bearer = list(DiscountBearer)[how_much % 2]
        self.write(act, legs.given_back_legs(parcel.row, act, amount, bearer=bearer), parcel)
        return what

    def refunds(self, parcel: Parcel, how_much: int) -> str:
        """All that may go back, or some of it."""
        paid = self.paid_in_advance if self.is_transfer else parcel.row.total
        counted = total(p.refunded for p in (self.parcels if self.is_transfer else [parcel]))
        left = min(self.money_of(parcel).refundable, paid - counted)
        if left <= 0:
            return ""
        amount = left if how_much % 2 else from_centimes(1 + how_much % to_centimes(left))
        self.write(Act.REFUNDED, [(legs.REFUND_DUE, amount), (legs.BANK, -amount)], parcel)
        parcel.refunded += amount
        return "refund"

    def to_hand_over(self) -> list[Parcel]:
        ended = [p for p in self.parcels if p.is_sold or p.fate == "refused"]
        return [p for p in ended if p.courier and not p.is_handed_over]

    def hands_over(self, parcels: list[Parcel]) -> None:
        for parcel in parcels:
            cash = self.balance(Holder.COURIER, Kind.CASH, part=parcel.row.pk)
            brought = Brought(SimpleNamespace(), cash, -self.balance(Holder.COURIER, Kind.DELIVERY, part=parcel.row.pk))
            assert brought.to_hand_over == brought.cash - brought.earned
            handed = legs.handed_over_legs(COURIER, cash=brought.cash, earned=brought.earned)
            self.write(Act.HANDED_OVER, handed, parcel)
            parcel.is_handed_over = True

    def settles(self, cooperative: Cooperative) -> str:
        owed = -self.balance(Holder.COOPERATIVE, owner=cooperative.pk)
        payable = Balance(cooperative, closing=owed, now=owed).payable
        if not payable:
            return ""
        netted = self.balance(Holder.COOPERATIVE, Kind.CASH, owner=cooperative.pk)
        self.write(Act.SETTLED, legs.settled_legs(cooperative.pk, payable, netted=netted))
        return "settle"


def cart_of(goods: list[Good]) -> list[CartPart]:
    parts: dict[int, CartPart] = {}
    for pk, good in enumerate(goods, start=1):
        sale = a_sale(pk, good.cooperative, good.shelf, good.tax_per_mille)
        variant = Variant(pk=pk, product=sale.product, price=from_centimes(good.centimes))
        line = PricedLine(SimpleNamespace(variant=variant, quantity=good.units), sale, NO_STOCK)
        parts.setdefault(sale.cooperative_id, CartPart(sale.cooperative)).lines.append(line)
    return [parts[pk] for pk in sorted(parts)]


@cache
def a_sale(pk: int, cooperative: int, shelf: int, tax_per_mille: int) -> ProductSale:
    product = Product(pk=pk)
    return ProductSale(
        product=product, cooperative=COOPERATIVE_ROWS[cooperative], category=SHELVES[shelf], tax_per_mille=tax_per_mille
    )


def a_voucher(plan: Plan) -> Voucher | None:
    if plan.voucher is None:
        return None
    is_percent, number, bearer, cooperative, shelf = plan.voucher
    worth = {"percent": number} if is_percent else {"amount": from_centimes(number)}
    return Voucher(code="X", bearer=bearer, cooperative_id=cooperative, category_id=shelf, **worth)


@cache
def rates_of(per_mille: tuple[int, ...]) -> Rates:
    goods = [(None, None), (1, None), (None, 1), (1, 1)]
    rules = zip(goods, per_mille, strict=True)
    return Rates(CommissionRate(cooperative_id=c, category_id=s, per_mille=rate) for (c, s), rate in rules)
