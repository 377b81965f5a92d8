"""What is written in the ledger, and when. Nothing else writes it (docs/decisions/0019).

A sale is booked when the buyer has the goods. Its cash is then with whoever brought the parcel: the courier, or the
cooperative itself. Whoever carries it earns the price of its delivery.
"""

from decimal import Decimal

from catalog.money import ZERO

from ..delivery.models import Shipment
from ..ledger.actions import Account, Leg, write
from ..ledger.models import Act, Holder, Kind
from ..orders.models import CooperativeOrder, LineChange
from ..orders.shares import Shares
from ..payments.bank import MoneyTask, StatementLine
from ..payments.methods import CARDS
from ..payments.models import CashSheet, DifferenceBearer, Payment
from ..refunds.models import Refund, RefundWay
from ..settlements.models import Settlement
from ..statuses import DiscountBearer
from .legs import (
    BANK,
    DUE,
    REFUND_DUE,
    UNMATCHED,
    account_of_bearer,
    given_back_legs,
    handed_over_legs,
    owed_back_legs,
    provider_account,
    return_legs,
    sale_legs,
    settled_legs,
    surplus_back_legs,
    transferred_legs,
)


def carried(part: CooperativeOrder, kind: Kind) -> Account:
    """The account of whoever carries the part: its courier, else the cooperative."""
    shipment = getattr(part, "shipment", None)
    if shipment and shipment.courier_id:
        return Account(Holder.COURIER, kind, shipment.courier_id)
    return Account(Holder.COOPERATIVE, kind, part.cooperative_id)


def book_sale(part: CooperativeOrder, *, by=None) -> None:
    """The buyer has the goods: the buyer owes their price and the delivery, and is owed nothing any more."""
    legs = sale_legs(part, part.lines.order_by("pk"), carrier=carried(part, Kind.DELIVERY))
    write(Act.SALE, f"sale:{part.pk}", legs, part=part, by=by)


def book_collected(part: CooperativeOrder, payment: Payment, *, by=None) -> None:
    """The cash of a part was taken at the door by whoever carried it."""
    legs = [(DUE, -payment.amount), (carried(part, Kind.CASH), payment.amount)]
    write(Act.COLLECTED, f"collected:{payment.pk}", legs, part=part, by=by)


def book_received(line: StatementLine, *, by=None) -> None:
    """Money is at the bank, and nobody knows whose it is."""
    write(Act.RECEIVED, f"received:{line.pk}", [(BANK, line.amount), (UNMATCHED, -line.amount)], by=by)


def book_set_aside(line: StatementLine, to: Account, *, by=None, because: str = "") -> None:
    """It is no order's: it left the bank again, or is somebody's from now on."""
    legs = [(UNMATCHED, line.amount), (to, -line.amount)]
    write(Act.SET_ASIDE, f"set-aside:{line.pk}", legs, by=by, because=because)


def book_transferred(
    line: StatementLine, *, order, applied: Decimal, was_received: bool = False, by=None, because: str = ""
) -> None:
    """A line of the bank's statement is money for an order: `applied` of it pays the order, the rest is owed back.

    More may be applied than came with this line: what came before and was too little was owed back until now.
    `was_received` says that it is in the books already, as nobody's.
    """
    legs = transferred_legs(line.amount, applied=applied, to=UNMATCHED if was_received else BANK)
    write(Act.TRANSFERRED, f"transferred:{line.pk}", legs, order=order, by=by, because=because)


def book_waited(task: MoneyTask, *, applied: Decimal, by=None) -> None:
    """What came before and was too little pays the order now, because it costs less."""
    write(Act.TRANSFERRED, f"waited:{task.pk}", transferred_legs(ZERO, applied=applied), order=task.order, by=by)


def book_owed_back(part: CooperativeOrder, *, by=None, because: str = "") -> None:
    """A part was paid in advance and is not delivered: its price is owed back to the buyer."""
    write(Act.OWED_BACK, f"owed-back:{part.pk}", owed_back_legs(part.due), part=part, by=by, because=because)


def book_missing(change: LineChange, *, by=None) -> None:
    """Units were paid in advance and are missing: what was paid for them is owed back to the buyer."""
    legs = owed_back_legs(change.amount - change.discount)
    write(Act.OWED_BACK, f"missing:{change.pk}", legs, part=change.line.part, by=by, because=change.because)


def book_return(change: LineChange, *, by=None) -> None:
    """Units of a sold line came back: everybody gives back their share, and the buyer is owed what was paid for them."""
    part = change.line.part
    shares = Shares(change.amount, change.discount, change.tax, change.commission)
    write(Act.RETURN, f"return:{change.pk}", return_legs(part, shares), part=part, by=by, because=change.because)


def book_given_back(
    part: CooperativeOrder, act: Act, amount: Decimal, *, bearer: DiscountBearer, key: str, by=None, because: str = ""
) -> bool:
    """The price of the delivery, or something for good will: the buyer is owed it, and `bearer` goes without it."""
    legs = given_back_legs(part, act, amount, bearer=bearer)
    return write(act, f"given-back:{key}", legs, part=part, by=by, because=because)


def book_goodwill_undone(change: LineChange, legs: list[Leg], *, by=None) -> None:
    """Goods came back at their full price: what was given for them before is no longer given."""
    write(Act.GOODWILL, f"undone:{change.pk}", legs, part=change.line.part, by=by)


def paid_out_of(refund: Refund) -> Account:
    """Money that goes back to a card leaves what its provider holds, any other the bank."""
    is_to_card = refund.way == RefundWay.ORIGINAL and refund.payment.method in CARDS
    return provider_account(refund.payment.method) if is_to_card else BANK


def book_refunded(refund: Refund, *, by=None) -> None:
    """The buyer has the money back."""
    legs = [(REFUND_DUE, refund.amount), (paid_out_of(refund), -refund.amount)]
    write(Act.REFUNDED, f"refunded:{refund.pk}", legs, part=refund.part, by=by)


def book_surplus_back(task: MoneyTask, *, out_of: Account = BANK, by=None) -> None:
    """The buyer has back what came and was not needed."""
    legs = surplus_back_legs(task.amount, out_of=out_of)
    write(Act.SURPLUS_BACK, f"surplus-back:{task.pk}", legs, order=task.order, by=by, because=task.reference)


def book_in_vain(shipment: Shipment, *, price: Decimal, bearer: DiscountBearer, by=None, because: str = "") -> None:
    """A parcel was carried and not taken: the courier is owed its price, and somebody bears it."""
    part = shipment.part
    borne = account_of_bearer(part, bearer, Kind.DELIVERY)
    legs = [(Account(Holder.COURIER, Kind.DELIVERY, shipment.courier_id), -price), (borne, price)]
    write(Act.CARRIED_IN_VAIN, f"in-vain:{shipment.pk}", legs, part=part, by=by, because=because)


def book_handed_over(shipment: Shipment, *, cash: Decimal, earned: Decimal, by=None) -> None:
    """The courier hands over the cash of a parcel and keeps what the delivery earned."""
    legs = handed_over_legs(shipment.courier_id, cash=cash, earned=earned)
    write(Act.HANDED_OVER, f"handed-over:{shipment.pk}", legs, part=shipment.part, by=by)


def book_difference(sheet: CashSheet, *, by=None) -> None:
    """More or less was counted than a sheet asks for; what earlier sheets left with the courier is asked for anew."""
    missing = sheet.expected - sheet.counted
    courier = Account(Holder.COURIER, Kind.DIFFERENCE, sheet.courier_id)
    bearer = courier if sheet.bearer == DifferenceBearer.COURIER else Account(Holder.PLATFORM, Kind.DIFFERENCE)
    legs = [(courier, -sheet.earlier), (BANK, sheet.earlier - missing), (bearer, missing)]
    write(Act.DIFFERENCE, f"difference:{sheet.pk}", legs, by=by, because=sheet.because)


def book_settled(settlement: Settlement, *, netted: Decimal, by=None) -> None:
    """A cooperative was paid by transfer. The cash it took itself, `netted`, has been counted against what it is owed."""
    legs = settled_legs(settlement.cooperative_id, settlement.amount, netted=netted)
    write(Act.SETTLED, f"settled:{settlement.pk}", legs, by=by, because=settlement.bank_reference)
