"""Less can be sent than was ordered: who pays what, what lies where, and who is told."""

from decimal import Decimal

import pytest

from catalog.models import Lot, Reservation, StockMovement
from store.flows.cancel_part import cancel_part
from store.flows.fulfil_part import confirm_part, pack_part, return_part, ship_part
from store.flows.give_back import return_lines
from store.flows.invariants import check_invariants
from store.flows.mails import PART_SHORT, compose
from store.flows.receipt import receipt_of
from store.flows.reconcile import reconcile
from store.flows.refunds import approve_refund, ask_refund, pay_refund, seal
from store.flows.send_less import send_less
from store.models import CooperativeOrder, LineChange, MoneyTask, OutboxMessage
from store.orders.reasons import CancelReason
from store.statuses import Actor, PartStatus, PaymentStatus, Raced
from tests.factories import (
    CartFactory,
    LotFactory,
    VariantFactory,
    a_part,
    a_person,
    a_rate,
    a_rib,
    a_transfer,
    a_voucher,
    advance,
    money_comes,
    place,
)

pytestmark = pytest.mark.django_db
BY = {"actor": Actor.COOPERATIVE}


def short(part, count: int = 1, *, are_gone: bool = True, line: int = 0) -> bool:
    """Of a line so many units can be sent."""
    return send_less(part, {part.lines.order_by("pk")[line].pk: count}, are_gone=are_gone, **BY)


def again(part) -> CooperativeOrder:
    return CooperativeOrder.objects.select_related("order", "cooperative").get(pk=part.pk)


@pytest.mark.parametrize("status", [PartStatus.PLACED, PartStatus.CONFIRMED])
def test_a_missing_unit_is_neither_paid_for_nor_kept_nor_on_the_shelf(status):
    a_rate(80)
    part = a_part(status, quantity=3)  # of 85 dirhams, and 35 for the delivery

    assert short(part, 2) is True

    part = again(part)
    assert (part.total, part.due) == (Decimal("290.00"), Decimal("205.00"))
    assert part.payments.get().amount == Decimal("205.00")
    change = LineChange.objects.get()
    assert (change.quantity, change.amount, change.commission) == (1, Decimal("85.00"), Decimal("6.80"))
    assert Lot.objects.values_list("on_hand", "reserved").get() == (9, 2)
    assert receipt_of(part.order, [part]).total == Decimal("205.00")
    assert check_invariants() == []


def test_what_was_only_not_found_in_time_can_be_bought_by_others():
    part = a_part(quantity=3)
    short(part, 2, are_gone=False)
    assert Lot.objects.values_list("on_hand", "reserved").get() == (10, 2)
    assert check_invariants() == []


def test_the_sale_of_a_short_part_is_that_of_what_was_sent_and_what_comes_back_adds_up_to_it():
    a_rate(83)
    lot = LotFactory(variant__price=Decimal("33.33"))
    part = place(CartFactory(lines=[(lot.variant, 3)], voucher=a_voucher())).parts.get()
    short(part, 2)

    part = advance(part, PartStatus.DELIVERED)

    assert StockMovement.objects.filter(kind="shipped").get().quantity == -2
    assert part.payments.get().status == PaymentStatus.COLLECTED
    assert receipt_of(part.order, [part]).total == again(part).due
    assert reconcile() == []
    [line] = part.lines.all()
    for number in range(2):
        return_lines(part, {line.pk: 1}, key=f"r{number}", actor=Actor.STAFF, restocked={line.pk: 1})
    assert again(part).status == PartStatus.RETURNED
    assert sum(change.amount - change.discount for change in line.changes.all()) == line.amount - line.discount
    assert reconcile() == []


def test_a_short_part_that_nobody_takes_comes_back_with_what_was_sent():
    part = a_part(quantity=3)
    short(part)
    part = advance(part, PartStatus.SHIPPED)
    return_part(part, restocked={line.pk: line.units for line in part.lines.all()}, **BY)
    assert Lot.objects.values_list("on_hand", "reserved").get() == (8, 0)
    assert reconcile() == []


def test_a_line_of_which_nothing_is_there_is_left_out_and_the_other_goes_on():
    lots = [LotFactory()]
    lots.append(LotFactory(variant=VariantFactory(product=lots[0].variant.product)))
    part = place(CartFactory(lines=[(lot.variant, 1) for lot in lots])).parts.get()
    short(part, 0)
    part = advance(part, PartStatus.DELIVERED)
    assert [line.units for line in part.lines.all()] == [0, 1]
    assert again(part).due == Decimal("120.00")
    assert reconcile() == []


def test_where_nothing_can_be_sent_the_part_is_canceled():
    part = a_part(quantity=3)
    assert short(part, 0) is True
    part = again(part)
    assert (part.status, part.cancel_reason) == (PartStatus.CANCELED, CancelReason.OUT_OF_STOCK)
    assert Lot.objects.values_list("on_hand", "reserved").get() == (7, 0)
    assert check_invariants() == []


def test_the_same_said_twice_is_said_once_and_more_may_be_missing_later():
    part = a_part(quantity=3)
    assert [short(part, 2), short(part, 2), short(part, 1)] == [True, False, True]
    assert [change.quantity for change in LineChange.objects.all()] == [1, 1]
    assert Lot.objects.get().on_hand == 8
    assert check_invariants() == []


@pytest.mark.parametrize("status", [PartStatus.PACKED, PartStatus.SHIPPED, PartStatus.CANCELED])
def test_once_it_is_packed_nothing_of_it_is_missing(status):
    part = a_part(status, quantity=3)
    with pytest.raises(Raced):
        short(part)
    assert not LineChange.objects.exists()


def test_units_of_a_lot_that_may_not_leave_go_first_and_then_those_that_keep_longest():
    variant = VariantFactory()
    soon = LotFactory(variant=variant, quantity=2, best_before="2031-01-01")
    later = LotFactory(variant=variant, quantity=2, best_before="2032-01-01")
    part = a_part(lot=soon, quantity=4)
    short(part, 3)
    assert Lot.objects.get(pk=later.pk).on_hand == 1
    Lot.objects.filter(pk=soon.pk).update(blocked_at="2026-01-01T00:00Z", blocked_because="Couvercles")
    short(part, 2)
    assert Reservation.objects.live().get(lot=soon).quantity == 1
    assert check_invariants() == []


def test_who_is_called_after_the_deadline_is_sent_what_is_there():
    """The hold ended by itself and is taken up again, of fewer units."""
    part = a_part(quantity=3)
    Reservation.objects.update(expires_at="2026-01-01T00:00Z")
    CooperativeOrder.objects.update(confirm_by="2026-01-01T00:00Z")
    a_part(lot=Lot.objects.get(), quantity=8)  # ends what is late, and takes it
    short(part, 2)
    confirm_part(again(part), **BY)
    pack_part(part, **BY)
    ship_part(part, **BY)
    assert check_invariants() == []


# -- Paid in advance -----------------------------------------------------------------------------------------------------------


def paid(**placing):
    order = a_transfer(**placing)
    money_comes(f"VIR {order.number}", str(order.total))
    return again(order.parts.get())


def test_what_was_paid_in_advance_and_is_missing_is_owed_back_and_somebodys_task_until_it_went():
    part = paid(quantity=3)
    short(part, 2)
    task = MoneyTask.objects.get(part=part)
    assert (task.amount, task.is_open) == (Decimal("85.00"), True)
    assert reconcile() == []

    refund = ask_refund(part, Decimal("85.00"), way="transfer", key="k", rib=a_rib(), actor=Actor.STAFF, by=a_person())
    approve_refund(refund, seen=seal(refund), by=a_person("badr"))
    pay_refund(refund, reference="R-1", by=a_person())
    task.refresh_from_db()
    assert not task.is_open
    advance_paid(part)
    assert reconcile() == []


def advance_paid(part):
    for verb in (pack_part, ship_part):
        verb(part, **BY)
    return advance_last(part)


def advance_last(part):
    from store.flows.fulfil_part import deliver_part

    deliver_part(part, **BY)
    return part


def test_a_short_part_that_is_canceled_owes_back_the_rest():
    part = paid(quantity=3)
    short(part, 2)
    cancel_part(again(part), reason=CancelReason.OTHER, actor=Actor.STAFF)
    assert sorted(MoneyTask.objects.filter(part=part).values_list("amount", flat=True)) == [
        Decimal("85.00"),
        Decimal("205.00"),
    ]
    assert reconcile() == []


def test_a_transfer_that_has_not_come_is_less_and_what_was_too_little_may_be_enough():
    order = a_transfer(quantity=3)
    money_comes(f"VIR {order.number}", "205.00")
    part = order.parts.get()
    assert part.status == PartStatus.PLACED
    short(part, 2)
    assert (again(part).status, order.payments.get().amount) == (PartStatus.CONFIRMED, Decimal("205.00"))
    assert reconcile() == []


def test_a_part_that_was_fetched_before_it_was_short_is_canceled_at_its_price_of_now():
    order = a_transfer(LotFactory(), LotFactory())
    seen, other = order.parts.all()
    short(seen)
    cancel_part(seen, reason=CancelReason.OTHER, actor=Actor.STAFF)
    assert order.payments.get().amount == other.total
    assert check_invariants() == []


def test_the_buyer_is_told_in_their_language_what_is_missing_and_what_is_to_pay():
    part = a_part(quantity=3)
    short(part, 2)
    written = OutboxMessage.objects.get(kind=PART_SHORT)
    mail = compose(written)
    assert written.recipient == part.order.email
    assert "205,00" in mail.text and "1 ×" in mail.text and "205,00" in mail.html
    paid_part = paid(quantity=3)
    short(paid_part, 2)
    assert "85,00" in compose(OutboxMessage.objects.filter(kind=PART_SHORT).last()).text
