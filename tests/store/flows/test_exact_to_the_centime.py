"""Orders with everything that decides their money: totals, shares, refunds and books are whole centimes that add up.

They are placed, delivered, given back and settled by the functions that the shop itself counts with, without a database;
what each must come to is counted here in integers. `WHOLE=1` makes it 100,000 orders.
"""

import os
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from catalog.money import dirhams, from_centimes, to_centimes
from store.flows import receipt, statement
from store.ledger.models import Act, Holder, Kind
from store.orders.shares import Shares
from store.statuses import DiscountBearer

from .in_memory import COOPERATIVE_ROWS, COURIER, NOW, Life, Parcel
from .plans import Plan, plans

#: In rounds, because each remembers what it has tried.
ORDERS, ROUND = (100_000, 2_500) if os.environ.get("WHOLE") else (300, 300)
HAPPENS = {
    "percent", "amount", "borne by the platform", "borne by the cooperative", "for a cooperative", "for a shelf", "refused",
    "back", "all back", "delivery back", "good will", "refund", "hand over", "settle", "a debt after it", "taxed", "for nothing",
    "paid in advance", "paid at the door", "good will undone",
}  # fmt: skip


def lives(count: int, *, happens: Counter[str], with_seed: int = 0) -> None:
    chosen = settings(
        max_examples=count, database=None, deadline=None, phases=[Phase.generate], report_multiple_bugs=False,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )  # fmt: skip

    @seed(with_seed)
    @chosen
    @given(plans)
    def live(plan: Plan) -> None:
        life = Life(plan)
        happens["orders"] += 1
        it_is_placed_exactly(life, happens)
        life.come_to_their_ends()
        it_adds_up(life, since=0)
        for step in plan.steps:
            known = len(life.entries)
            if done := life.step(*step):
                happens[done] += 1
                it_adds_up(life, since=known)
        statements_add_up(life)
        everything_that_happened(life, happens)

    live()


def a_round(with_seed: int) -> Counter[str]:
    happens: Counter[str] = Counter()
    lives(ROUND, happens=happens, with_seed=with_seed)
    return happens


def test_every_share_of_every_order_is_whole_centimes_that_add_up(record_property):
    rounds = range(ORDERS // ROUND)
    if len(rounds) == 1:
        happens = a_round(0)
    else:
        with ProcessPoolExecutor(2) as processes:
            happens = sum(processes.map(a_round, rounds), Counter())

    assert set(+happens) >= HAPPENS
    told = ", ".join(f"{happens[name]} × {name}" for name in sorted(happens))
    record_property("exact", f"Exact to the centime: {happens['orders']} orders; {told}")


# -- Controls: with any of these the shop would lose a centime, and it is seen ------------------------------------------


def each_share_by_itself(discount: Decimal, over: Iterable[Decimal]) -> list[Decimal]:
    amounts = list(over)
    return [dirhams(discount * amount / (sum(amounts) or 1)) for amount in amounts]


def each_return_by_itself(line, units: int, *, after: int = 0) -> Shares:
    wholes = (line.amount, line.discount, line.tax, line.commission)
    return Shares(*(dirhams(whole * units / line.quantity) for whole in wholes))


def never_rounded(amount: Decimal, per_mille: int) -> Decimal:
    return amount * per_mille / (1000 + per_mille)


@pytest.mark.parametrize(
    ("where", "rule"),
    [
        ("store.flows.discounts.share_out", each_share_by_itself),
        ("tests.store.flows.in_memory.shares_of", each_return_by_itself),
        ("store.flows.pricing.tax_within", never_rounded),
    ],
)
def test_a_rule_that_loses_a_centime_does_not_pass(monkeypatch, where, rule):
    monkeypatch.setattr(where, rule)

    with pytest.raises(AssertionError):
        lives(900, happens=Counter())


# -- What is asked of each order ----------------------------------------------------------------------------------------


def whole(*amounts: Decimal) -> bool:
    """No part of a centime, and written with two places."""
    return all(amount.as_tuple().exponent == -2 for amount in amounts)


def half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


def it_is_placed_exactly(life: Life, happens: Counter[str]) -> None:
    """Discounts add up to what the voucher takes off, and tax and commission are those of what is sold."""
    summary, voucher = life.summary, life.voucher
    lines = [line for parcel in life.parcels for line in parcel.lines]
    if voucher:
        goods = sum(good.centimes * good.units for good in life.plan.goods if is_for(life.plan, good))
        off = half_up(goods * voucher.percent, 100) if voucher.percent else min(to_centimes(voucher.amount), goods)
        assert sum(to_centimes(line.discount) for line in lines) == off
        happens["percent" if voucher.percent else "amount"] += bool(off)
        happens[f"borne by the {voucher.bearer}"] += bool(off)
        happens["for a cooperative"] += bool(off and voucher.cooperative_id)
        happens["for a shelf"] += bool(off and voucher.category_id)
        happens["for nothing"] += not off
    for parcel in life.parcels:
        part = parcel.row
        its = parcel.lines
        assert to_centimes(part.goods_total) == sum(to_centimes(line.unit_price) * line.quantity for line in its)
        assert part.discount == sum(line.discount for line in its)
        assert part.total == part.goods_total - part.discount + part.delivery_price
        assert part.total >= part.delivery_price >= 0
        for line in its:
            its_shares_are_those_of_its_price(life, parcel, line)
    assert life.total == summary.total == sum(parcel.row.total for parcel in life.parcels)


def its_shares_are_those_of_its_price(life: Life, parcel: Parcel, line) -> None:
    good = life.plan.goods[line.variant_id - 1]
    assert whole(line.amount, line.discount, line.tax, line.commission)
    assert 0 <= line.discount <= line.amount
    is_borne_by_it = parcel.row.discount_bearer == DiscountBearer.COOPERATIVE
    sold = to_centimes(line.amount - line.discount if is_borne_by_it else line.amount)
    tax = good.tax_per_mille if life.plan.is_taxed[good.cooperative] else 0
    for_all, first, shelf, first_and_shelf = life.plan.rates
    shelved = good.shelf in (1, 2)
    commission = (first_and_shelf if shelved else first) if good.cooperative == 0 else shelf if shelved else for_all
    assert to_centimes(line.tax) == half_up(sold * tax, 1000 + tax)
    assert to_centimes(line.commission) == half_up(sold * commission, 1000)
    assert line.tax + line.commission <= from_centimes(sold)


def is_for(plan: Plan, good) -> bool:
    *_, cooperative, shelf = plan.voucher
    return cooperative in (None, good.cooperative + 1) and shelf in (None, good.shelf, 1 if good.shelf == 2 else None)


# -- What is asked after each step --------------------------------------------------------------------------------------


def it_adds_up(life: Life, *, since: int) -> None:
    """`since` is the first entry that is new."""
    for entry in life.entries[since:]:
        assert whole(*entry.amounts.values())
        assert sum(map(to_centimes, entry.amounts.values())) == 0
    for parcel in life.parcels:
        what_came_back_is_of_the_line(parcel)
        nobody_gets_more_than_was_paid(life, parcel)
    if life.is_transfer:
        assert sum(parcel.refunded for parcel in life.parcels) <= life.paid_in_advance
    the_receipt_adds_up(life)
    if life.entries and life.entries[-1].act == Act.SETTLED:
        statements_add_up(life)
    if not life.to_hand_over():
        assert life.balance(Holder.COURIER, owner=COURIER) == 0


def what_came_back_is_of_the_line(parcel: Parcel) -> None:
    """Whatever order it comes back in: all of it is the line, and each return is within a centime of its proportion."""
    for line in parcel.lines:
        shares, units = parcel.shares[line.variant_id], parcel.back[line.variant_id]
        for name in ("amount", "discount", "tax", "commission"):
            back, its = sum(getattr(share, name) for share in shares), getattr(line, name)
            assert abs(back * line.quantity - its * units) * 200 <= line.quantity
            assert units < line.quantity or back == its
            assert whole(*(getattr(share, name) for share in shares))
        for share in shares:
            assert min(share.amount, share.discount, share.tax, share.commission, share.paid) >= 0
        assert sum(share.amount for share in shares) == line.unit_price * units


def nobody_gets_more_than_was_paid(life: Life, parcel: Parcel) -> None:
    money = life.money_of(parcel)
    assert 0 <= money.refunded <= money.credited <= money.collected
    assert money.owed == money.credited - money.refunded >= money.refundable
    assert money.left == money.collected - money.credited
    if parcel.is_sold:
        assert money.collected == parcel.row.total
        came_back = sum(share.paid for shares in parcel.shares.values() for share in shares)
        assert money.credited >= came_back


def the_receipt_adds_up(life: Life) -> None:
    owed, is_open = [], [parcel for parcel in life.parcels if parcel.fate == "open"]
    for entry in life.entries:
        if entry.act in (Act.SALE, Act.RETURN, *receipt.BORNE):
            owed += [
                receipt.owed_by(
                    entry.act, account.owner if account.holder == Holder.COOPERATIVE else None, account.kind, amount
                )
                for account, amount in entry.amounts.items()
                if account.holder != Holder.BUYER
            ]
    for parcel in is_open:
        owed += receipt.to_come(parcel.row, parcel.lines)
    cooperatives = {row.pk: row for row in COOPERATIVE_ROWS}

    it = receipt.add_up(owed, cooperatives, is_expected=bool(is_open))

    kept = sum(parcel.row.total - life.money_of(parcel).credited for parcel in life.parcels if parcel.is_sold)
    assert it.total == sum(row.amount for row in it.rows) == kept + sum(parcel.row.total for parcel in is_open)
    assert whole(*(row.amount for row in it.rows))
    if any(row.amount > 0 for row in it.rows):
        assert sum(row.width for row in it.rows) == receipt.WIDTH


def statements_add_up(life: Life) -> None:
    """The rows of a cooperative's statement are what it is owed; once it is settled it is owed nothing, or it owes."""
    for cooperative in {parcel.row.cooperative_id for parcel in life.parcels}:
        lines, commissions = [], []
        for at, entry in enumerate(life.entries):
            its = [(account, a) for account, a in entry.amounts.items() if account.owner == cooperative]
            lines += [
                SimpleNamespace(
                    entry=at, entry__key=str(at), entry__act=entry.act, entry__at=NOW, entry__part=entry.part,
                    entry__order__number="", entry__because="", account__kind=account.kind, amount=amount,
                )
                for account, amount in its
                if account.holder == Holder.COOPERATIVE
            ]  # fmt: skip
            commissions += [(at, a) for account, a in entry.amounts.items() if account.kind == Kind.COMMISSION and its]

        rows, _keys = statement.add_up(lines, commissions)

        owed = -life.balance(Holder.COOPERATIVE, owner=cooperative)
        assert statement.totals_of(rows.values()).amount == sum(row.amount for row in rows.values()) == owed
        if life.entries and life.entries[-1].act == Act.SETTLED:
            settled = next(account.owner for account in life.entries[-1].amounts if account.owner)
            assert settled != cooperative or owed == life.balance(Holder.COOPERATIVE, Kind.CASH, owner=settled) == 0


def everything_that_happened(life: Life, happens: Counter[str]) -> None:
    happens["entries"] += len(life.entries)
    happens["steps"] += len(life.plan.steps)
    happens["refused"] += any(parcel.fate == "refused" for parcel in life.parcels)
    happens["taxed"] += any(line.tax for parcel in life.parcels for line in parcel.lines)
    happens["paid in advance" if life.is_transfer else "paid at the door"] += 1
    undone = [
        e
        for e in life.entries
        if e.act == Act.GOODWILL and sum(a for x, a in e.amounts.items() if x.kind == Kind.REFUND_DUE) > 0
    ]
    happens["good will undone"] += bool(undone)
    settled = [account.owner for e in life.entries if e.act == Act.SETTLED for account in e.amounts if account.owner]
    happens["a debt after it"] += any(life.balance(Holder.COOPERATIVE, owner=owner) > 0 for owner in settled)
