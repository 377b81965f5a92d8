"""Who gives and who gets what in each act that moves money; amounts alone, nothing is asked or written.

Above zero comes onto an account, below zero leaves it. `flows/books.py` writes these in the ledger.
"""

from collections.abc import Iterable
from decimal import Decimal

from catalog.money import ZERO, total

from ..ledger.actions import Account, Leg
from ..ledger.models import Act, Holder, Kind
from ..ledger.queries import BuyersMoney
from ..orders.models import CooperativeOrder
from ..orders.shares import Shares, shares_sent
from ..statuses import DiscountBearer

DUE = Account(Holder.BUYER, Kind.DUE)
REFUND_DUE = Account(Holder.BUYER, Kind.REFUND_DUE)
COMMISSION = Account(Holder.PLATFORM, Kind.COMMISSION)
DISCOUNT = Account(Holder.PLATFORM, Kind.DISCOUNT)
BANK = Account(Holder.BANK, Kind.CASH)
#: Money at the bank of which nobody knows yet whose it is: the platform owes it to somebody.
UNMATCHED = Account(Holder.PLATFORM, Kind.UNMATCHED)
#: What a provider took off our balance, a dispute or a refund that was not asked for here, until somebody says who bears it.
TAKEN_BACK = Account(Holder.PLATFORM, Kind.TAKEN_BACK)

#: What is given back beside goods, and the kind of account on which somebody bears it.
BORNE = {Act.DELIVERY_BACK: Kind.DELIVERY, Act.GOODWILL: Kind.GOODWILL}


def goods_legs(part: CooperativeOrder, shares: Iterable[Shares]) -> list[Leg]:
    """Who is owed what for these goods; the buyer's leg, who owes it, is not among them."""
    shares = list(shares)
    tax, commission = total(share.tax for share in shares), total(share.commission for share in shares)
    discount = total(share.discount for share in shares)
    paid = total(share.paid for share in shares)
    borne = discount if part.discount_bearer == DiscountBearer.PLATFORM else ZERO
    cooperative = part.cooperative_id
    return [
        (Account(Holder.COOPERATIVE, Kind.GOODS, cooperative), -(paid + borne - tax - commission)),
        (Account(Holder.COOPERATIVE, Kind.TAX, cooperative), -tax),
        (COMMISSION, -commission),
        (DISCOUNT, borne),
    ]


def sale_legs(part: CooperativeOrder, lines: Iterable, *, carrier: Account) -> list[Leg]:
    """The buyer owes the price of the goods and of their delivery, which `carrier` has earned."""
    goods = goods_legs(part, (shares_sent(line) for line in lines))
    return [(DUE, part.due), *goods, (carrier, -part.delivery_price)]


def return_legs(part: CooperativeOrder, shares: Shares) -> list[Leg]:
    """Everybody gives back their share, and the buyer is owed what was paid for it."""
    return [(REFUND_DUE, -shares.paid), *((account, -amount) for account, amount in goods_legs(part, [shares]))]


def transferred_legs(came: Decimal, *, applied: Decimal, to: Account = BANK) -> list[Leg]:
    """Of the money that came, `applied` pays an order and the rest is owed back; more where some had waited for it.

    It came to the bank, or was there already as money that nobody had matched.
    """
    return [(to, came), (DUE, -applied), (REFUND_DUE, applied - came)]


def provider_account(code: str) -> Account:
    """What a provider of card payments holds for the shop until it pays it out to the bank."""
    return Account(Holder.PROVIDER, Kind.CASH, provider=code)


def fee_legs(provider: str, shares: Iterable[Leg]) -> list[Leg]:
    """What a provider kept of a payment, and who goes without how much of it."""
    shares = list(shares)
    return [*shares, (provider_account(provider), -total(amount for _account, amount in shares))]


def owed_back_legs(amount: Decimal) -> list[Leg]:
    """What was paid in advance and is not delivered is owed back."""
    return [(DUE, amount), (REFUND_DUE, -amount)]


def surplus_back_legs(amount: Decimal, *, out_of: Account = BANK) -> list[Leg]:
    """What came and was not needed goes back to the buyer."""
    return [(REFUND_DUE, amount), (out_of, -amount)]


def given_back_legs(part: CooperativeOrder, act: Act, amount: Decimal, *, bearer: DiscountBearer) -> list[Leg]:
    return [(REFUND_DUE, -amount), (account_of_bearer(part, bearer, BORNE[act]), amount)]


def undone_legs(money: BuyersMoney, borne: Iterable[Leg]) -> list[Leg]:
    """What is no longer given, because with it more than was paid would go back; `borne` says who gave how much."""
    excess = money.credited - money.collected
    undone: list[Leg] = []
    for account, given in borne:
        amount = min(given, excess)
        if amount > 0:
            undone.append((account, -amount))
            excess -= amount
    return [(REFUND_DUE, -total(amount for _account, amount in undone)), *undone]


def account_of_bearer(part: CooperativeOrder, bearer: DiscountBearer, kind: Kind) -> Account:
    if bearer == DiscountBearer.PLATFORM:
        return Account(Holder.PLATFORM, kind)
    return Account(Holder.COOPERATIVE, kind, part.cooperative_id)


def handed_over_legs(courier: int | None, *, cash: Decimal, earned: Decimal) -> list[Leg]:
    """A courier hands over the cash of a parcel and keeps what the delivery earned."""
    return [
        (Account(Holder.COURIER, Kind.CASH, courier), -cash),
        (Account(Holder.COURIER, Kind.DELIVERY, courier), earned),
        (BANK, cash - earned),
    ]


def settled_legs(cooperative: int, amount: Decimal, *, netted: Decimal) -> list[Leg]:
    """A cooperative is paid. The cash that it took itself, `netted`, is counted against what it is owed."""
    return [
        (Account(Holder.COOPERATIVE, Kind.GOODS, cooperative), amount + netted),
        (Account(Holder.COOPERATIVE, Kind.CASH, cooperative), -netted),
        (BANK, -amount),
    ]
