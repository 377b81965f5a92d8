"""Seeded faults in what the bank says, written past every guard: each is found and named."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from store.flows.cancel_part import cancel_part
from store.flows.give_surplus_back import give_surplus_back
from store.flows.invariants import check_invariants
from store.flows.set_aside import set_aside
from store.models import (
    BankStatement,
    CooperativeOrder,
    LedgerEntry,
    LedgerLine,
    MoneyTask,
    Payment,
    StatementLine,
)
from store.orders.reasons import CancelReason
from store.payments.bank import Ending
from store.statuses import Actor
from tests.checks import without_checks
from tests.factories import a_part, a_person, a_transfer, money_comes

from .banking import a_lapsed_transfer

pytestmark = pytest.mark.django_db

D = Decimal


def test_a_shop_with_every_kind_of_money_is_sound():
    for amount in ("205,00", "300,00", "100,00"):
        money_comes(a_transfer().number, amount)
    late = a_lapsed_transfer()
    money_comes(late.number, "205,00")
    canceled = a_transfer()
    money_comes(canceled.number, "205,00")
    cancel_part(canceled.parts.get(), reason=CancelReason.CHANGED_MIND, actor=Actor.BUYER)
    money_comes("VIR", "9,00")
    a_part()

    assert check_invariants() == []


def test_the_number_of_queries_does_not_grow_with_the_transfers():
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert check_invariants() == []
        return len(captured)

    def money():
        money_comes(a_transfer().number, "300,00")
        money_comes("VIR", f"{StatementLine.objects.count() + 1},00")

    money()
    with_one = queries()
    money(), money()

    assert queries() == with_one


# Each fault takes an order whose money came, 250 for what costs 205, and writes what must not be.


def confirm_unpaid(order):
    unpaid = a_transfer()
    CooperativeOrder.objects.filter(order=unpaid).update(status="confirmed")
    payment, part = unpaid.payments.get(), unpaid.parts.get()
    return f"Payment {payment.pk} is expected while part {part.pk} of order {unpaid.number} is confirmed."


def expect_another_amount(order):
    unpaid = a_transfer()
    unpaid.payments.update(amount=D(1))
    return f"Payment {unpaid.payments.get().pk} of order {unpaid.number} is 1,00\xa0MAD, its open parts cost 205,00\xa0MAD."


def pay_without_money(order):
    unpaid = a_transfer()
    unpaid.payments.update(status="paid")
    payment = unpaid.payments.get().pk
    return f"Payment {payment} of order {unpaid.number} is paid with 205,00\xa0MAD, 0,00\xa0MAD are booked."


def book_another_amount(order):
    due = LedgerLine.objects.filter(account__code="buyer:due")
    due.update(amount=D("-200.00"))
    return f"Order {order.number} has 200,00\xa0MAD paid in advance in the books, 205,00\xa0MAD are under way."


def match_without_booking(order):
    other = money_comes("VIR", "250,00", day="27/11/2026")
    StatementLine.objects.filter(pk=other.pk).update(status="matched", payment=order.payments.get())
    return f"Line {other.pk} of a statement is matched, and is not in the books as 250,00\xa0MAD for its order."


def book_for_another_order(order):
    LedgerEntry.objects.update(order=a_transfer())
    line = StatementLine.objects.get()
    return f"Line {line.pk} of a statement is matched, and is not in the books as 250,00\xa0MAD for its order."


def book_without_a_line(order):
    LedgerEntry.objects.update(key="transferred:987654")
    return "Entry transferred:987654 is no matched line of a statement."


def forget_the_task(order):
    other = money_comes("VIR", "9,00")
    MoneyTask.objects.filter(line=other).delete()
    return f"Line {other.pk} of a statement is to be looked at, and nobody's task says so."


def forget_the_surplus(order):
    MoneyTask.objects.all().delete()
    return f"Entry transferred:{StatementLine.objects.get().pk} leaves money over that is nobody's task."


def give_back_in_words(order):
    MoneyTask.objects.update(done_at=timezone.now(), because="Rendu", reference="VIR 7")
    return f"Task {MoneyTask.objects.get().pk} says that 45,00\xa0MAD were given back, the books do not."


def give_back_without_a_task(order):
    give_surplus_back(MoneyTask.objects.get(), reference="VIR 7", by=a_person("amal"))
    MoneyTask.objects.update(reference="")
    return f"Entry surplus-back:{MoneyTask.objects.get().pk} is no task of what was given back."


def leave_a_line(order):
    other = money_comes("VIR", "9,00")
    StatementLine.objects.filter(pk=other.pk).update(status="new")
    BankStatement.objects.update(at=timezone.now() - timedelta(hours=2))
    return f"Line {other.pk} of a statement was imported and never matched."


def match_with_cash(order):
    line = StatementLine.objects.get()
    StatementLine.objects.update(payment=a_part().payments.get())
    return f"Line {line.pk} of a statement is matched with a payment of cash."


def name_another_order(order):
    MoneyTask.objects.update(order=a_transfer())
    return f"Task {MoneyTask.objects.get().pk} names another order than its line."


def forget_that_it_is_nobodys(order):
    other = money_comes("VIR", "9,00")
    LedgerEntry.objects.filter(key=f"received:{other.pk}").update(key="received:987654")
    return f"Line {other.pk} of a statement is to be looked at, 0,00\xa0MAD of its 9,00\xa0MAD are in the books."


def set_aside_in_words(order):
    task = money_comes("VIR", "9,00").tasks.get()
    MoneyTask.objects.filter(pk=task.pk).update(done_at=timezone.now(), because="Gardé", ending=Ending.KEPT)
    return f"Task {task.pk} says how 9,00\xa0MAD ended, the books do not."


def set_aside_without_a_task(order):
    line = money_comes("VIR", "9,00")
    set_aside(line.tasks.get(), Ending.KEPT, because="Gardé", by=a_person("amal"))
    MoneyTask.objects.filter(line=line).update(ending="")
    return f"Entry set-aside:{line.pk} is no task of money that was set aside."


def keep_more_as_nobodys(order):
    money_comes("VIR", "9,00")
    LedgerLine.objects.filter(account__code="platform:unmatched").update(amount=D("-10.00"))
    return "10,00\xa0MAD are nobody's in the books, the lines to be looked at come to 9,00\xa0MAD."


FAULTS = [
    confirm_unpaid, expect_another_amount, pay_without_money, book_another_amount, match_without_booking,
    book_for_another_order, book_without_a_line, forget_the_task, forget_the_surplus, give_back_in_words,
    give_back_without_a_task, leave_a_line, match_with_cash, name_another_order, forget_that_it_is_nobodys,
    set_aside_in_words, set_aside_without_a_task, keep_more_as_nobodys,
]  # fmt: skip


@pytest.mark.parametrize("seed", FAULTS, ids=lambda seed: seed.__name__)
def test_a_seeded_fault_is_found_and_named(seed):
    order = a_transfer()
    money_comes(order.number, "250,00")

    with without_checks(CooperativeOrder, Payment, StatementLine, MoneyTask, LedgerLine):
        sentence = seed(order)

    assert sentence in check_invariants()
