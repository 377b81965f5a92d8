"""What differs between the tables is found and named; clean rows give no finding."""

from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import Lot
from store.flows.cancel_part import cancel_part
from store.flows.fulfil_part import fail_part, return_part
from store.flows.give_back import give_back, return_lines
from store.flows.give_surplus_back import give_surplus_back
from store.flows.hand_over import close_sheet, waiting
from store.flows.reconcile import reconcile
from store.flows.refunds import approve_refund, ask_refund, pay_refund, seal
from store.flows.set_aside import set_aside
from store.flows.settle import approve, pay, propose
from store.ledger.actions import Account, write
from store.ledger.models import Act, Holder, Kind
from store.models import CooperativeOrder, LedgerEntry, MoneyTask, Payment, Settlement
from store.orders.reasons import CancelReason
from store.payments.bank import Ending, TaskKind
from store.payments.models import DifferenceBearer
from store.refunds.models import RefundWay
from store.statuses import Actor, DiscountBearer, PartStatus, ShipmentStatus
from tests.checks import without_checks
from tests.factories import (
    CourierFactory,
    LotFactory,
    a_part,
    a_person,
    a_rate,
    a_transfer,
    book_in,
    last_month,
    money_comes,
)
from tests.factories.cards import a_provider, all_that_cards_do

from . import breaks

pytestmark = pytest.mark.django_db

D = Decimal


def delivered() -> CooperativeOrder:
    return a_part(PartStatus.DELIVERED, courier=CourierFactory())


def on_a_sheet() -> CooperativeOrder:
    part = delivered()
    take_in(part.shipment.courier)
    return part


def take_in(courier, *, missing: int = 0) -> None:
    parcels = waiting(courier)
    expected = sum(row.to_hand_over for row in parcels)
    said = {"bearer": DifferenceBearer.COURIER, "because": "Un billet manque"} if missing else {}
    close_sheet(courier, [row.shipment.pk for row in parcels], expected=expected, counted=expected - missing, **said)


def returned() -> CooperativeOrder:
    part = delivered()
    return_part(part, actor=Actor.STAFF)
    return part


def settled() -> CooperativeOrder:
    """A part of which the courier brought the cash, and its cooperative was paid; it also took some cash itself."""
    part = on_a_sheet()
    a_part(PartStatus.DELIVERED, lot=LotFactory(variant=part.lines.get().variant), quantity=1)
    book_in(last_month(), part__cooperative=part.cooperative)
    settlement = propose(part.cooperative, last_month(), by=a_person("amal"))
    approve(settlement, by=a_person("badr"))
    pay(settlement, reference="VIR 1", paid_on=timezone.localdate(), by=a_person("amal"))
    return part


#: How a part is made that a break may spoil.
MADE = {
    **dict.fromkeys(breaks.OF_DELIVERED, delivered),
    **dict.fromkeys(breaks.OF_PACKED, lambda: a_part(PartStatus.PACKED)),
    **dict.fromkeys(breaks.OF_SHEETS, on_a_sheet),
    **dict.fromkeys(breaks.OF_RETURNED, returned),
    **dict.fromkeys(breaks.OF_SETTLED, settled),
}


def everything_that_happens() -> None:
    courier = CourierFactory(price_in_vain=D(20))
    for status in PartStatus:
        a_part(status, courier=courier)
    a_part(PartStatus.DELIVERED)
    refused = a_part(PartStatus.SHIPPED, courier=courier)
    fail_part(refused, ShipmentStatus.REFUSED, actor=Actor.STAFF)
    return_part(refused, actor=Actor.STAFF, restocked={refused.lines.get().pk: 2})
    back = a_part(PartStatus.DELIVERED, courier=courier)
    return_part(back, actor=Actor.STAFF, restocked={back.lines.get().pk: 1})
    take_in(courier, missing=3)
    returned()
    paid_back()
    canceled_transfer()
    paid_twice()
    nobodys()
    with a_provider() as provider:
        all_that_cards_do(provider)
    settled()


def paid_back() -> CooperativeOrder:
    """Of which one unit, the delivery and something for good will went back to the buyer."""
    part = delivered()
    return_lines(part, {part.lines.get().pk: 1}, key="k", actor=Actor.STAFF, restocked={})
    given = {Act.DELIVERY_BACK: part.delivery_price, Act.GOODWILL: D(5)}
    for act, amount in given.items():
        give_back(part, amount, act=act, bearer=DiscountBearer.PLATFORM, because="Retard", key=str(act))
    refund = ask_refund(part, D(85), way=RefundWay.CASH, key="k", actor=Actor.STAFF, by=a_person("amal"))
    approve_refund(refund, seen=seal(refund), by=a_person("badr"))
    pay_refund(refund, reference="Reçu 4", by=a_person("amal"))
    return part


def canceled_transfer() -> CooperativeOrder:
    """Paid in advance, of which one of two parts is canceled."""
    order = a_transfer(LotFactory(), LotFactory())
    money_comes(order.number, "410,00")
    part = order.parts.first()
    cancel_part(part, reason=CancelReason.CHANGED_MIND, actor=Actor.STAFF)
    return part


def nobodys() -> None:
    """Money that no order is for: one is the platform's, one waits for whoever knows whose it is."""
    money_comes("VIR INTERETS", "12,00")
    set_aside(MoneyTask.objects.get(done_at=None, amount=12), Ending.KEPT, because="Intérêts", by=a_person("amal"))
    money_comes("VIR AMINA", "13,00")


def paid_twice() -> None:
    order = a_transfer()
    for day in ("26/11/2026", "27/11/2026"):
        money_comes(order.number, "205,00", day=day)
    give_surplus_back(MoneyTask.objects.get(kind=TaskKind.PAID_TWICE), reference="VIR 7", by=a_person("amal"))


def test_an_empty_shop_agrees():
    assert reconcile() == []


def test_a_shop_in_which_everything_happened_agrees():
    a_rate(80)
    everything_that_happens()

    assert {entry.act for entry in LedgerEntry.objects.all()} == set(Act.values)
    assert reconcile() == []


@pytest.mark.parametrize("made", dict.fromkeys(MADE.values()), ids=lambda made: made.__name__)
def test_what_a_break_spoils_agrees_before(made):
    a_rate(80)
    made()

    assert reconcile() == []


@pytest.mark.parametrize("seed", breaks.ALL, ids=lambda seed: seed.__name__)
def test_a_break_is_found_and_named(seed):
    a_rate(80)
    part = MADE[seed]()

    with without_checks(*breaks.SPOILED):
        sentence = seed(part)
        found = reconcile()

    assert sentence in found


def test_thirty_of_thirty_breaks_in_one_shop_are_found():
    a_rate(80)
    everything_that_happens()
    seeds = (breaks.ALL * 2)[:30]
    parts = [MADE[seed]() for seed in seeds]
    assert reconcile() == []

    with without_checks(*breaks.SPOILED):
        sentences = {seed(part) for seed, part in zip(seeds, parts, strict=True)}
        found = reconcile()

    assert len(sentences) == 30 and len(set(seeds)) >= 15
    assert sentences - set(found) == set()


def test_money_at_the_bank_that_nothing_explains_is_named():
    legs = [(Account(Holder.BANK, Kind.CASH), D(9)), (Account(Holder.BUYER, Kind.DUE), D(-9))]
    write(Act.COLLECTED, "mystery", legs)

    assert "9,00\xa0MAD came to the bank by “collected”, which nothing explains." in reconcile()


def test_a_cooperative_that_was_never_settled_with_has_handed_nothing_over():
    part = a_part(PartStatus.DELIVERED)
    payment = part.payments.get()
    Payment.objects.filter(pk=payment.pk).update(status="handed_over")

    assert (
        f"Payment {payment.pk} of order {part.order.number} is handed over by its cooperative, which was never settled with."
    ) in reconcile()


def test_a_receipt_that_tells_something_else_than_the_ledger_is_named(monkeypatch):
    part = delivered()
    monkeypatch.setattr("store.flows.receipt.goods_legs", lambda *_: [])
    assert reconcile() == []  # nothing is to come: the books alone are read
    monkeypatch.setattr("store.flows.receipt._rows", lambda *_: [])

    assert (
        f"The receipt of order {part.order.number} says 0,00\xa0MAD, it cost 205,00\xa0MAD less what came back."
        in reconcile()
    )


def test_a_statement_that_loses_a_row_is_named(monkeypatch):
    part = delivered()
    monkeypatch.setattr("store.flows.reconcile.rows_of", lambda cooperative: [])

    assert (
        f"The statements of {part.cooperative.slug} add up to 0,00\xa0MAD, the ledger owes 170,00\xa0MAD."
        in reconcile()
    )


def test_the_number_of_queries_does_not_grow_with_the_orders():
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert reconcile() == []
        return len(asked)

    lot, courier = LotFactory(quantity=50), CourierFactory()
    a_part(PartStatus.DELIVERED, lot=lot, courier=courier)
    with_one = queries()
    for _ in range(2):
        a_part(PartStatus.DELIVERED, lot=lot, courier=courier)

    assert queries() == with_one


def test_the_command_names_each_break_and_fails(capsys):
    part = delivered()
    call_command("reconcile")
    assert capsys.readouterr().out == "Everything agrees.\n"
    LedgerEntry.objects.filter(part=part, act="sale").update(act=Act.RETURN)
    Lot.objects.update(on_hand=3)

    with pytest.raises(SystemExit) as status:
        call_command("reconcile")

    assert status.value.code == 1
    lines = capsys.readouterr().out.splitlines()
    assert any("its sale is not in the books" in line for line in lines)
    assert any("has 3 on hand" in line for line in lines)


def test_what_was_withdrawn_moves_nothing():
    part = delivered()
    book_in(last_month())
    settlement = propose(part.cooperative, last_month(), by=a_person("amal"))
    Settlement.objects.filter(pk=settlement.pk).update(status="withdrawn")

    assert reconcile() == [
        f"Settlement {settlement.pk} of {part.cooperative.slug} is withdrawn, its history ends with proposed."
    ]
