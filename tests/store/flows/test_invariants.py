"""Seeded faults, written past every guard: each is found and named; sound rows give no finding."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import Lot, ProductPhoto, ProductSale, Reservation, ShopImage, StockMovement
from store.flows import books, legs
from store.flows.invariants import check_invariants
from store.ledger.models import Act
from store.models import (
    CashSheet,
    CooperativeOrder,
    LedgerAccount,
    LedgerEntry,
    LedgerLine,
    LineChange,
    Order,
    OrderLine,
    OutboxMessage,
    Payment,
    Shipment,
    StatusChange,
)
from store.statuses import Actor, PartStatus
from tests.checks import without_checks
from tests.factories import CartFactory, CooperativeFactory, CourierFactory, LotFactory, a_part, place

pytestmark = pytest.mark.django_db


def test_an_empty_shop_is_sound():
    assert check_invariants() == []


def test_a_shop_with_orders_in_every_status_is_sound():
    for status in PartStatus:
        a_part(status)
    honey, oil = LotFactory(), LotFactory()
    place(CartFactory(lines=[(honey.variant, 2), (oil.variant, 1)]))

    assert check_invariants() == []


def test_the_number_of_queries_does_not_grow_with_the_orders():
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert check_invariants() == []
        return len(captured)

    a_part()
    with_one = queries()
    a_part(), a_part()

    assert queries() == with_one


# Each fault takes a placed part and writes what must not be; the sentence may name {lot}, {part}, {line}, {order}, …


def set_part(**values):
    return lambda part: CooperativeOrder.objects.filter(pk=part.pk).update(**values)


def set_line(**values):
    return lambda part: OrderLine.objects.filter(part=part).update(**values)


def set_payment(**values):
    return lambda part: Payment.objects.filter(part=part).update(**values)


def set_order(**values):
    return lambda part: Order.objects.filter(pk=part.order_id).update(**values)


def set_lot(**values):
    return lambda part: Lot.objects.update(**values)


def set_reservation(**values):
    return lambda part: Reservation.objects.update(**values)


def set_movement(**values):
    return lambda part: StockMovement.objects.filter(kind="shipped").update(**values)


def end_reservation(part):
    Reservation.objects.update(ended_at=timezone.now(), outcome="released")
    Lot.objects.update(reserved=0)


def orphan_reservation(part):
    Reservation.objects.create(lot=Lot.objects.get(), holder="order-line:987654", quantity=1)
    Lot.objects.update(reserved=F("reserved") + 1)


def nonsense_reservation(part):
    Reservation.objects.create(lot=Lot.objects.get(), holder="cart:½", quantity=1)
    Lot.objects.update(reserved=F("reserved") + 1)


def another_seller(part):
    ProductSale.objects.update(cooperative=CooperativeFactory())


def without_parts(part):
    Order.objects.create(
        number="TW-1",
        checkout_key="x",
        language="fr",
        name="A",
        phone="+212612345678",
        total=0,
        terms_accepted_at=timezone.now(),
    )


def without_lines(part):
    Reservation.objects.all().delete()
    Lot.objects.update(reserved=0)
    OrderLine.objects.filter(part=part).delete()


def forget_a_move(part):
    StatusChange.objects.filter(row_id=part.pk, row_type__model="cooperativeorder", now="confirmed").delete()


def invent_a_move(part):
    part.status_changes.create(was="placed", now="shipped", actor=Actor.STAFF)
    CooperativeOrder.objects.filter(pk=part.pk).update(status="shipped")


def an_old_mail(part):
    OutboxMessage.objects.filter(kind="order_received").update(created_at=timezone.now() - timedelta(hours=25))


def a_foreign_picture(part):
    image = ShopImage.objects.create(title="pot", file="pot.webp", width=9, height=9, cooperative=CooperativeFactory())
    ProductPhoto.objects.create(product=part.lines.get().variant.product, image=image)


def no_payment(part):
    Payment.objects.all().delete()


def foreign_payment(part):
    Payment.objects.update(order=a_part().order)


def of_entry(act, **values):
    return lambda part: LedgerLine.objects.filter(entry__act=act, account__kind="due").update(**values)


def forget_entry(act):
    def forget(part):
        LedgerLine.objects.filter(entry__act=act).delete()
        LedgerEntry.objects.filter(act=act).delete()

    return forget


def sold_before_it_left(part):
    books.book_sale(part)


def for_another(part):
    account = LedgerLine.objects.get(entry__act="sale", account__kind="goods").account
    LedgerAccount.objects.filter(pk=account.pk).update(cooperative=CooperativeFactory())


def other_order(part):
    LedgerEntry.objects.filter(act="sale").update(order=a_part().order)


def empty_entry(part):
    LedgerEntry.objects.create(key="empty", act="sale")


def handed_over_to_nobody(part):
    books.write(Act.HANDED_OVER, "x", [(legs.BANK, Decimal(5)), (legs.DUE, Decimal(-5))], part=part)


def sheet_of_nothing(part):
    CashSheet.objects.create(courier=CourierFactory(), expected=Decimal(7), counted=Decimal(7))


def back_and_not_booked(part):
    line = part.lines.get()
    LineChange.objects.create(line=line, quantity=1, amount=line.unit_price, reason="returned", actor="staff")


def more_back_than_sent(part):
    LineChange.objects.create(line=part.lines.get(), quantity=3, amount=0, reason="returned", actor="staff")


def parcel_elsewhere(part):
    Shipment.objects.update(status="refused")
    StatusChange.objects.filter(row_type__model="shipment").update(now="refused", was="")


P, S, D, C = PartStatus.PLACED, PartStatus.SHIPPED, PartStatus.DELIVERED, PartStatus.CANCELED
FAULTS = {
    "reserved above on hand": (P, set_lot(reserved=11), "Lot {lot} has 10 on hand and 11 reserved."),
    "on hand below zero": (P, set_lot(on_hand=-1), "Lot {lot} has -1 on hand and 2 reserved."),
    "counter of movements": (P, set_lot(on_hand=9), "Lot {lot} has 9 on hand, its movements add up to 10."),
    "counter of reservations": (P, set_lot(reserved=1), "Lot {lot} has 1 reserved, its live reservations add up to 2."),
    "nobody's reservation": (
        P, orphan_reservation, "Reservation {reservation} is live for order-line:987654, which is no line of an open part.",
    ),
    "nonsense's reservation": (
        P, nonsense_reservation, "Reservation {reservation} is live for cart:½, which is no line of an open part.",
    ),
    "never swept": (
        P, set_reservation(expires_at="2026-01-02T03:04:00Z"),
        "Reservation {reservation} of order-line:{line} should have ended at 2026-01-02 03:04.",
    ),
    "given away": (
        P, end_reservation, "Line {line} of order {order} is placed with 2 ordered: 0 kept, 0 shipped, 2 released, 0 expired.",
    ),
    "kept too little": (
        P, set_reservation(quantity=1),
        "Line {line} of order {order} is placed with 2 ordered: 1 kept, 0 shipped, 0 released, 0 expired.",
    ),
    "canceled but shipped": (
        C, set_reservation(outcome="shipped"),
        "Line {line} of order {order} is canceled with 2 ordered: 0 kept, 2 shipped, 0 released, 0 expired.",
    ),
    "shipped but released": (
        S, set_reservation(outcome="released"),
        "Line {line} of order {order} is shipped with 2 ordered: 0 kept, 0 shipped, 2 released, 0 expired.",
    ),
    "shipped twice by movements": (
        S, set_movement(quantity=-4), "Line {line} of order {order} has 2 shipped, its movements say 4.",
    ),
    "another's lot": (P, another_seller, "Lot {lot} belongs to {cooperative}, which does not sell its product."),
    "another's movement": (
        S, another_seller, "Movement {movement} of lot {lot_code} belongs to {cooperative}, which does not sell its product.",
    ),
    "another's line": (
        P, another_seller, "Line {line} of order {order} is in the part of {cooperative}, which does not sell its product.",
    ),
    "spoiled": (S, set_lot(best_before="2026-01-01"), "Movement {movement} shipped lot {lot_code} after its best-before date."),
    "recalled": (
        S, set_lot(blocked_at="2026-01-01T00:00:00Z"), "Movement {movement} shipped lot {lot_code} while it was blocked.",
    ),
    "short token": (P, set_order(token="short"), "Order {order} has a token of 5 characters."),
    "order of nothing": (P, without_parts, "Order TW-1 has no part."),
    "part of nothing": (P, without_lines, "Part {part} of order {order} has no line."),
    "line's amount": (
        P, set_line(amount=Decimal("1.00")), "Line {line} of order {order} costs 1,00\xa0MAD, not 2 × 85,00\xa0MAD.",
    ),
    "part's total": (
        P, set_part(total=Decimal("1.00")),
        "Part {part} of order {order} costs 1,00\xa0MAD, not 170,00\xa0MAD + 35,00\xa0MAD − 0,00\xa0MAD.",
    ),
    "part's goods": (
        P, set_part(goods_total=Decimal("1.00")),
        "Part {part} of order {order} has goods for 1,00\xa0MAD, its lines add up to 170,00\xa0MAD.",
    ),
    "order's total": (
        P, set_order(total=Decimal("1.00")), "Order {order} costs 1,00\xa0MAD, its parts add up to 205,00\xa0MAD.",
    ),
    "renamed after placing": (P, set_line(name_fr="Autre"), "Part {part} of order {order} is not what was placed."),
    "seller after placing": (P, set_part(seller="Autre"), "Part {part} of order {order} is not what was placed."),
    "missing and not written": (
        P, set_line(missing=1), "Line {line} of order {order} misses 1 units, its changes say 0.",
    ),
    "cheaper and not written": (
        P, set_part(reduced_by=Decimal("1.00")), "Part {part} costs 1,00\xa0MAD less, its changes say 0,00\xa0MAD.",
    ),
    "no payment": (P, no_payment, "Part {part} of order {order} has no payment."),
    "payment's amount": (
        P, set_payment(amount=Decimal("1.00")), "Payment {payment} of order {order} is not the total of its part {part}.",
    ),
    "payment's order": (
        P, foreign_payment, "Payment {payment} names another order than its part {part} of order {order}.",
    ),
    "canceled but due": (
        C, set_payment(status="expected"), "Payment {payment} is expected while part {part} of order {order} is canceled.",
    ),
    "delivered but due": (
        D, set_payment(status="expected"), "Payment {payment} is expected while part {part} of order {order} is delivered.",
    ),
    "open but expired": (
        P, set_payment(status="expired"), "Payment {payment} is expired while part {part} of order {order} is placed.",
    ),
    "moved past the log": (
        P, set_part(status="confirmed"), "Part {part} of order {order} is confirmed, its history ends with placed.",
    ),
    "payment past the log": (
        P, set_payment(status="collected"), "Payment {payment} of order {order} is collected, its history ends with expected.",
    ),
    "gap in the log": (
        S, forget_a_move, "Part {part} of order {order} has a gap in its history: placed, then confirmed → packed.",
    ),
    "forbidden move": (
        P, invent_a_move, "Part {part} of order {order} made a move that is not allowed: placed → shipped.",
    ),
    "out of balance": (D, of_entry("sale", amount=Decimal("200.00")), "Entry sale:{part} is out of balance by -5,00\xa0MAD."),
    "entry of nothing": (D, empty_entry, "Entry empty has no line."),
    "entry of another order": (D, other_order, "Entry sale:{part} names another order than its part."),
    "account of a stranger": (
        D, for_another, "Entry sale:{part} moves cooperative:goods:{cooperative_pk}, which has no share in its part.",
    ),
    "sold and not booked": (
        D, forget_entry("sale"), "Part {part} of order {order} is delivered, and its sale is not in the books.",
    ),
    "booked and not sold": (
        S, sold_before_it_left, "Part {part} of order {order} is in the books as sold, and is not delivered.",
    ),
    "booked with another amount": (
        D, of_entry("sale", amount=Decimal("200.00")),
        "Part {part} of order {order} costs 205,00\xa0MAD, its sale is booked with 200,00\xa0MAD.",
    ),
    "commission raised later": (
        D, set_line(commission=Decimal("9.00")),
        "Part {part} has 9,00\xa0MAD of commission on its lines, 0,00\xa0MAD in the books.",
    ),
    "tax raised later": (
        D, set_line(tax=Decimal("9.00")), "Part {part} has 9,00\xa0MAD of tax on its lines, 0,00\xa0MAD in the books.",
    ),
    "cash not booked": (
        D, forget_entry("collected"), "Payment {payment} is collected with 205,00\xa0MAD, 0,00\xa0MAD are in the books.",
    ),
    "cash of nobody": (
        D, set_payment(status="expected"), "Part {part} has 205,00\xa0MAD of cash in the books, and no payment that was taken.",
    ),
    "back and not booked": (D, back_and_not_booked, "Change {change} of line {line} is not in the books."),
    "more back than sent": (D, more_back_than_sent, "3 units of line {line} came back, 2 were ordered."),
    "sheet of nothing": (D, sheet_of_nothing, "Sheet {sheet} asks for 7,00\xa0MAD, its parcels brought 0,00\xa0MAD."),
    "handed over to nobody": (D, handed_over_to_nobody, "5,00\xa0MAD were handed over without a sheet."),
    "parcel elsewhere": (D, parcel_elsewhere, "Parcel {parcel} is refused while part {part} is delivered."),
    "parcel past the log": (
        S, lambda part: Shipment.objects.update(status="refused"),
        "Parcel {parcel} of order {order} is refused, its history ends with handed_over.",
    ),
    "picture of another": (
        P, a_foreign_picture, "Photo {photo} of {product} shows a picture of {other}, which does not sell it.",
    ),
    "mail left lying": (P, an_old_mail, "Mail order_received:{order_pk} has waited since {yesterday}, 0 tries."),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_seeded_fault_is_found_and_named(name):
    status, seed, sentence = FAULTS[name]
    lot = LotFactory()
    part = a_part(status, lot=lot)
    named = {
        "lot": f"{lot.code} ({lot.pk})", "lot_code": lot.code, "part": part.pk, "line": part.lines.get().pk,
        "order": part.order.number, "order_pk": part.order_id, "cooperative": part.cooperative.slug,
        "cooperative_pk": part.cooperative_id, "payment": part.payments.get().pk,
        "movement": StockMovement.objects.order_by("pk").last().pk,
        "yesterday": f"{timezone.now() - timedelta(hours=25):%Y-%m-%d %H:%M}",
    }  # fmt: skip

    with without_checks(Lot, Payment, CooperativeOrder, OrderLine, LineChange):
        seed(part)
    named |= {
        name: getattr(model.objects.order_by("pk").last(), "pk", None)
        for name, model in {"change": LineChange, "sheet": CashSheet, "parcel": Shipment}.items()
    }
    if photo := ProductPhoto.objects.last():
        named |= {"photo": photo.pk, "product": photo.product.sale.slug, "other": photo.image.cooperative.slug}
    named["reservation"] = getattr(Reservation.objects.order_by("pk").last(), "pk", None)

    assert sentence.format(**named) in check_invariants()


if connection.vendor == "postgresql":  # SQLite cannot drop the constraint that makes a column unique

    def test_names_that_two_orders_share_are_found():
        first, second = a_part().order, a_part().order
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE store_order DROP CONSTRAINT store_order_number_key")
        Order.objects.filter(pk=second.pk).update(number=first.number)

        assert check_invariants() == [f"2 orders have the number {first.number}."]


def test_the_command_names_the_fault_and_fails(capsys):
    a_part()
    call_command("check_invariants")
    assert capsys.readouterr().out == "All invariants hold.\n"
    Lot.objects.update(on_hand=9)

    with pytest.raises(SystemExit) as status:
        call_command("check_invariants")

    assert status.value.code == 1
    assert "its movements add up to 10" in capsys.readouterr().out
