"""Seeded faults of returns and refunds, written past every guard: each is found and named."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import StockMovement
from store.flows.give_back import give_back
from store.flows.invariants import check_invariants
from store.flows.refunds import approve_refund, give_rib, pay_refund, seal
from store.ledger.models import Act
from store.models import (
    CooperativeOrder,
    LedgerEntry,
    LedgerLine,
    Payment,
    Refund,
    ReturnLine,
    ReturnRequest,
    StatusChange,
    User,
)
from store.statuses import DiscountBearer
from tests.checks import without_checks
from tests.factories import a_debt, a_part, a_return, a_rib, a_sold_part

pytestmark = pytest.mark.django_db


def paid_back(part) -> Refund:
    """The buyer of the part has everything back that was owed."""
    user, _ = User.objects.get_or_create(username="amina")
    [refund] = give_rib(part.order, a_rib())
    approve_refund(refund, seen=seal(refund), by=user)
    pay_refund(refund, reference="VIR-1", by=user)
    return refund


def a_shop_with_everything() -> CooperativeOrder:
    """A part of which one unit of four came back and was paid back, with goodwill, a new debt and an open refund."""
    part = a_debt(a_sold_part(quantity=4))
    paid_back(part)
    give_back(part, Decimal(20), act=Act.GOODWILL, bearer=DiscountBearer.PLATFORM, because="Retard", key="g")
    a_debt(part)
    give_rib(part.order, a_rib())
    a_return(part)
    return part


def test_returns_and_refunds_in_every_state_are_sound():
    a_shop_with_everything()

    assert check_invariants() == []


def test_the_number_of_queries_does_not_grow_with_the_refunds():
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert check_invariants() == []
        return len(captured)

    part = a_debt(a_sold_part())
    paid_back(part)
    a_return(part)
    with_one = queries()
    for _ in range(2):
        part = a_debt(a_sold_part())
        paid_back(part)
        a_return(part)

    assert queries() == with_one


def open_refund(**values):
    return lambda part: Refund.objects.filter(status="asked").update(**values)


def paid_refund(**values):
    return lambda part: Refund.objects.filter(status="paid").update(**values)


def less_was_collected(part):
    """The cash that was taken was 100, all the books say so."""
    LedgerLine.objects.filter(entry__act=Act.COLLECTED, amount__lt=0).update(amount=Decimal(-100))
    LedgerLine.objects.filter(entry__act=Act.COLLECTED, amount__gt=0).update(amount=Decimal(100))


def another_s_payment(part):
    Refund.objects.filter(status="asked").update(payment=a_part().payments.get())


def a_payment_is_lost_in_the_books(part):
    LedgerEntry.objects.filter(act=Act.REFUNDED).update(key="refunded:0")


def nobody_says_why(part):
    LedgerEntry.objects.filter(act=Act.GOODWILL).update(because="")


def alone(part):
    amina = User.objects.get(username="amina")
    Refund.objects.filter(status="paid").update(needs_two=True, created_by=None, approved_by=amina, paid_by=amina)


def long_ago(part):
    Refund.objects.filter(status="paid").update(ended_at=timezone.now() - timedelta(days=32))


def more_on_the_shelf(part):
    sent = StockMovement.objects.filter(kind="shipped").latest("pk")
    StockMovement.objects.create(
        lot=sent.lot, cooperative=sent.cooperative, kind="returned", quantity=3, holder=sent.holder
    )


def returned_too_soon(part):
    CooperativeOrder.objects.filter(pk=part.pk).update(status="returned")


def of_another_part(part):
    ReturnLine.objects.update(line=a_part().lines.get())


def more_than_was_bought(part):
    ReturnLine.objects.update(quantity=5)


def forget_a_move(kind: str, now: str):
    return lambda part: StatusChange.objects.filter(row_type__model=kind, now=now).delete()


FAULTS = {
    "more to go than is owed": (
        open_refund(amount=Decimal("105.01")), "Part {part} of order {order} has 105,01\xa0MAD to go back, 105,00\xa0MAD are owed.",
    ),
    "more than was collected": (
        less_was_collected, "Part {part} of order {order} gives 190,00\xa0MAD back, 100,00\xa0MAD were collected.",
    ),
    "more than the payment brought": (
        lambda part: Payment.objects.filter(part=part).update(amount=Decimal(100)),
        "Payment {payment} of order {order} brought 100,00\xa0MAD, 190,00\xa0MAD of it go back.",
    ),
    "another's payment": (another_s_payment, "Refund {open} of part {part} comes out of a payment of something else."),
    "paid and not booked": (
        a_payment_is_lost_in_the_books, "refunded:{paid} is 0,00\xa0MAD in the books, 85,00\xa0MAD were paid back.",
    ),
    "booked otherwise": (
        paid_refund(amount=Decimal(84)), "refunded:{paid} is 85,00\xa0MAD in the books, 84,00\xa0MAD were paid back.",
    ),
    "given without a reason": (nobody_says_why, "Entry given-back:g gives something back without a reason."),
    "one pair of hands": (alone, "Refund {paid} of 85,00\xa0MAD went through one pair of hands."),
    "no account": (open_refund(rib="1" * 24), "Refund {open} goes to an account that is none."),
    "not forgotten": (long_ago, "Refund {paid} ended long ago and still names an account."),
    "too much on the shelf": (more_on_the_shelf, "3 units of line {line} are back on the shelf, 2 came back."),
    "returned too soon": (
        returned_too_soon, "Part {part} of order {order} is returned while 2 of its units are with the buyer.",
    ),
    "another part's line": (of_another_part, "Return {request} names line {other_line} of another part."),
    "more than was bought": (more_than_was_bought, "Return {request} names more of line {line} than was bought."),
    "gap in a refund": (
        forget_a_move("refund", "approved"),
        "Refund {paid} of order {order} has a gap in its history: asked, then approved → paid.",
    ),
    "gap in a return": (
        forget_a_move("returnrequest", "asked"),
        "Return {request} of order {order} is asked, its history ends with nothing.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_seeded_fault_is_found_and_named(name):
    seed, sentence = FAULTS[name]
    part = a_shop_with_everything()

    with without_checks(Refund, Payment, ReturnRequest, ReturnLine, CooperativeOrder):
        seed(part)
    named = {
        "part": part.pk, "order": part.order.number, "line": part.lines.get().pk, "payment": part.payments.get().pk,
        "open": Refund.objects.get(status="asked").pk, "paid": Refund.objects.get(status="paid").pk,
        "request": ReturnRequest.objects.get().pk, "other_line": ReturnLine.objects.get().line_id,
    }  # fmt: skip

    assert sentence.format(**named) in check_invariants()
