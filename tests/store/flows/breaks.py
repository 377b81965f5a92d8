"""Breaks between ledger, payments, orders, parcels, stock and settlements, each written past every guard.

Each takes the parts that it may spoil and says, in the words of `reconcile`, what must be named.
"""

from collections.abc import Callable
from decimal import Decimal

from catalog.models import Lot, Reservation, StockMovement
from store.flows import books, legs
from store.ledger.models import Act, LedgerAccount
from store.models import (
    CashSheet,
    CooperativeOrder,
    LedgerEntry,
    LedgerLine,
    LineChange,
    Order,
    OrderLine,
    Payment,
    Settlement,
    Shipment,
    StatusChange,
)
from tests.factories import CooperativeFactory, CourierFactory

D = Decimal
SPOILED = (CashSheet, CooperativeOrder, LedgerLine, LineChange, Lot, OrderLine, Payment, Settlement)
Break = Callable[[CooperativeOrder], str]


def number(part) -> str:
    return part.order.number


def lines_of(part, act: str, kind: str):
    return LedgerLine.objects.filter(entry__part=part, entry__act=act, account__kind=kind)


def a_centime_too_much_in_the_ledger(part) -> str:
    line = lines_of(part, "sale", "commission").get()
    LedgerLine.objects.filter(pk=line.pk).update(amount=line.amount + D("0.01"))
    return f"Entry sale:{part.pk} is out of balance by 0,01\xa0MAD."


def a_sale_that_was_struck_out(part) -> str:
    LedgerLine.objects.filter(entry__part=part, entry__act="sale").delete()
    LedgerEntry.objects.filter(part=part, act="sale").delete()
    return f"Part {part.pk} of order {number(part)} is delivered, and its sale is not in the books."


def a_sale_of_what_never_left(part) -> str:
    """Of a part that is packed."""
    books.book_sale(part)
    return f"Part {part.pk} of order {number(part)} is in the books as sold, and is not delivered."


def a_share_that_moved_to_the_platform(part) -> str:
    """The entry still adds up."""
    goods, commission = lines_of(part, "sale", "goods").get(), lines_of(part, "sale", "commission").get()
    LedgerLine.objects.filter(pk=goods.pk).update(amount=goods.amount + 10)
    LedgerLine.objects.filter(pk=commission.pk).update(amount=commission.amount - 10)
    return f"Part {part.pk} has 13,60\xa0MAD of commission on its lines, 23,60\xa0MAD in the books."


def cash_that_nobody_wrote_down(part) -> str:
    LedgerLine.objects.filter(entry__part=part, entry__act="collected").delete()
    LedgerEntry.objects.filter(part=part, act="collected").delete()
    payment = part.payments.get()
    return f"Payment {payment.pk} is collected with 205,00\xa0MAD, 0,00\xa0MAD are in the books."


def a_payment_of_another_amount(part) -> str:
    part.payments.update(amount=D(200))
    return f"Payment {part.payments.get().pk} of order {number(part)} is not the total of its part {part.pk}."


def a_payment_that_is_due_again(part) -> str:
    part.payments.update(status="expected")
    payment = part.payments.get()
    return f"Payment {payment.pk} of order {number(part)} is expected, its history ends with collected."


def cash_handed_over_without_a_sheet(part) -> str:
    payment = part.payments.get()
    Payment.objects.filter(pk=payment.pk).update(status="handed_over")
    payment.status_changes.create(was="collected", now="handed_over", actor="staff")
    return f"Payment {payment.pk} of order {number(part)} is handed over, its parcel is on no sheet."


def cash_on_another_courier_s_account(part) -> str:
    """The other courier has a sheet of nothing, so that there is an account."""
    other = CourierFactory()
    account = LedgerAccount.objects.create(
        code=f"courier:cash:{other.pk}", holder="courier", kind="cash", courier=other
    )
    lines_of(part, "collected", "cash").update(account=account)
    return f"Courier {other.name} took 0,00\xa0MAD and has not passed it on, the ledger says 205,00\xa0MAD."


def a_sheet_with_another_count(part) -> str:
    sheet = CashSheet.objects.get(shipments__part=part)
    CashSheet.objects.filter(pk=sheet.pk).update(expected=D(1))
    return f"Sheet {sheet.pk} asks for 1,00\xa0MAD, its parcels brought 170,00\xa0MAD."


def a_return_that_was_struck_out(part) -> str:
    change = LineChange.objects.get(line__part=part)
    LedgerLine.objects.filter(entry__key=f"return:{change.pk}").delete()
    LedgerEntry.objects.filter(key=f"return:{change.pk}").delete()
    return f"Change {change.pk} of line {change.line_id} is not in the books."


def an_order_that_costs_less(part) -> str:
    Order.objects.filter(pk=part.order_id).update(total=D(1))
    return f"Order {number(part)} costs 1,00\xa0MAD, its parts add up to 205,00\xa0MAD."


def a_price_that_changed_after_placing(part) -> str:
    part.lines.update(unit_price=D(80), amount=D(160))
    return f"Part {part.pk} of order {number(part)} is not what was placed."


def units_that_left_twice(part) -> str:
    line = part.lines.get()
    StockMovement.objects.filter(holder=line.holder, kind="shipped").update(quantity=-4)
    return f"Line {line.pk} of order {number(part)} sold 2 units, 4 left the stock."


def units_that_came_back_from_nobody(part) -> str:
    line = part.lines.get()
    moved = StockMovement.objects.get(holder=line.holder, kind="shipped")
    StockMovement.objects.create(
        lot=moved.lot, cooperative=moved.cooperative, kind="returned", quantity=1, holder=line.holder
    )
    Lot.objects.filter(pk=moved.lot_id).update(on_hand=moved.lot.on_hand + 1)
    return f"1 units of line {line.pk} of order {number(part)} are back in the stock, 0 came back."


def a_counter_that_lies(part) -> str:
    lot = Lot.objects.get(movements__holder=part.lines.get().holder)
    Lot.objects.filter(pk=lot.pk).update(on_hand=lot.on_hand + 1)
    return f"Lot {lot.code} ({lot.pk}) has {lot.on_hand + 1} on hand, its movements add up to {lot.on_hand}."


def a_parcel_elsewhere(part) -> str:
    Shipment.objects.filter(part=part).update(status="refused")
    return f"Parcel {part.shipment.pk} is refused while part {part.pk} is delivered."


def a_move_that_was_struck_out(part) -> str:
    StatusChange.objects.filter(row_id=part.pk, row_type__model="cooperativeorder", now="packed").delete()
    return f"Part {part.pk} of order {number(part)} has a gap in its history: confirmed, then packed → shipped."


def stock_kept_for_a_part_that_left(part) -> str:
    line = part.lines.get()
    lot = Lot.objects.get(movements__holder=line.holder)
    kept = Reservation.objects.create(lot=lot, holder=line.holder, quantity=1)
    Lot.objects.filter(pk=lot.pk).update(reserved=1)
    return f"Reservation {kept.pk} is live for {line.holder}, which is no line of an open part."


# -- Those of settlements: their parts were settled last month ---------------------------------------------------------


def settlement_of(part) -> Settlement:
    return Settlement.objects.get(cooperative=part.cooperative)


def more_transferred_than_booked(part) -> str:
    settlement = settlement_of(part)
    Settlement.objects.filter(pk=settlement.pk).update(amount=settlement.amount + 1)
    said = f"{settlement.amount + 1} MAD, {settlement.amount} MAD".replace(".", ",").replace(" MAD", "\xa0MAD")
    return f"Settlement {settlement.pk} of {part.cooperative.slug} is paid with {said} are in the books."


def a_transfer_that_one_person_decided(part) -> str:
    settlement = settlement_of(part)
    Settlement.objects.filter(pk=settlement.pk).update(approved_by=settlement.proposed_by)
    return f"Settlement {settlement.pk} of {part.cooperative.slug} was not approved by a second person."


def a_transfer_that_was_booked_twice(part) -> str:
    settlement = settlement_of(part)
    owner = books.Account(books.Holder.COOPERATIVE, books.Kind.GOODS, settlement.cooperative_id)
    key = f"settled:again-{settlement.pk}"
    books.write(Act.SETTLED, key, [(owner, settlement.amount), (legs.BANK, -settlement.amount)])
    return f"Entry {key} settles something, and there is no such settlement."


def an_account_that_another_reads(part) -> str:
    """The statement of a stranger shows it."""
    other = CooperativeFactory()
    code = f"cooperative:tax:{part.cooperative_id}"
    LedgerAccount.objects.create(code=code, holder="cooperative", kind="tax", cooperative=other)
    return f"Account {code} is read as cooperative:tax:{other.pk}."


#: What each spoils: a part that a courier delivered, and whose cash is with the courier, unless it says otherwise.
OF_DELIVERED: list[Break] = [
    a_centime_too_much_in_the_ledger,
    a_sale_that_was_struck_out,
    a_share_that_moved_to_the_platform,
    cash_that_nobody_wrote_down,
    a_payment_of_another_amount,
    a_payment_that_is_due_again,
    cash_handed_over_without_a_sheet,
    cash_on_another_courier_s_account,
    an_order_that_costs_less,
    a_price_that_changed_after_placing,
    units_that_left_twice,
    units_that_came_back_from_nobody,
    a_counter_that_lies,
    a_parcel_elsewhere,
    a_move_that_was_struck_out,
    stock_kept_for_a_part_that_left,
]
OF_PACKED: list[Break] = [a_sale_of_what_never_left]
OF_SHEETS: list[Break] = [a_sheet_with_another_count]
OF_RETURNED: list[Break] = [a_return_that_was_struck_out]
OF_SETTLED: list[Break] = [
    more_transferred_than_booked,
    a_transfer_that_one_person_decided,
    a_transfer_that_was_booked_twice,
    an_account_that_another_reads,
]
ALL = [*OF_DELIVERED, *OF_PACKED, *OF_SHEETS, *OF_RETURNED, *OF_SETTLED]
