"""Two people import the same statement at once, or match the same line: it is done once, and each guard is enough."""

import threading

import pytest
from django.db import models

from store.flows import import_statement as flow
from store.flows import mails
from store.flows.cancel_by_hand import cancel_by_hand
from store.flows.cancel_part import cancel_part
from store.flows.import_statement import AlreadyImported, import_statement
from store.flows.invariants import check_invariants
from store.flows.take_money import AlreadyMatched, match_by_hand
from store.ledger.models import Act, Holder
from store.ledger.queries import balance, lines_of
from store.models import BankFormat, BankStatement, CooperativeOrder, LedgerEntry, MoneyTask, StatementLine
from store.orders.reasons import CancelReason
from store.statuses import Actor, IllegalMove, PartStatus, Raced
from tests.factories import LotFactory, a_bank_format, a_file, a_transfer, money_comes

from .test_race import kinds, race

at_once = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture(autouse=True)
def _no_mail(monkeypatch):
    monkeypatch.setattr(mails, "deliver_soon", lambda: None)


def importing(content: bytes):
    return lambda: import_statement(content, file_name="releve.csv")


@at_once
def test_a_statement_that_is_imported_five_times_at_once_is_imported_once():
    a_bank_format()
    orders = [a_transfer() for _ in range(2)]
    content = a_file(*((order.number, "205,00") for order in orders), ("VIR", "9,00"))

    outcomes = race(*[importing(content)] * 5)

    assert kinds(outcomes) == {BankStatement: 1, AlreadyImported: 4}
    assert (BankStatement.objects.count(), StatementLine.objects.count(), LedgerEntry.objects.count()) == (1, 3, 3)
    assert (MoneyTask.objects.count(), balance(lines_of(Holder.BANK))) == (1, 419)
    assert check_invariants() == []


@at_once
def test_two_statements_that_share_days_count_these_once_however_fast_they_come():
    a_bank_format()
    shared = [(a_transfer().number, "205,00") for _ in range(3)]

    outcomes = race(*(importing(a_file(*shared[:: (-1) ** n], (f"VIR {n}", "9,00"))) for n in range(4)))

    assert kinds(outcomes) == {BankStatement: 4}
    assert (StatementLine.objects.count(), balance(lines_of(Holder.BANK))) == (7, 651)
    assert check_invariants() == []


@at_once
def test_a_line_that_two_people_match_with_two_orders_at_once_goes_to_one():
    line, orders = money_comes("VIR", "205,00"), [a_transfer(), a_transfer()]

    outcomes = race(*(lambda order=order: match_by_hand(line, order, by=None) for order in orders * 2))

    assert kinds(outcomes) == {type(None): 1, AlreadyMatched: 3}
    matched = LedgerEntry.objects.filter(act=Act.TRANSFERRED)
    assert (matched.count(), balance(lines_of(Holder.BANK))) == (1, 205)
    assert check_invariants() == []


@at_once
def test_a_part_that_is_canceled_while_the_rest_comes_leaves_the_other_paid_whoever_is_first():
    order = a_transfer(LotFactory(), LotFactory())
    money_comes(order.number, "100,00")
    unwanted = order.parts.order_by("pk").last()

    outcomes = race(
        lambda: cancel_by_hand(unwanted, reason=CancelReason.CHANGED_MIND, actor=Actor.BUYER),
        importing(a_file((order.number, "105,00"))),
    )

    assert kinds(outcomes) == {bool: 1, BankStatement: 1}
    assert list(order.parts.order_by("pk").values_list("status", flat=True)) == [
        PartStatus.CONFIRMED,
        PartStatus.CANCELED,
    ]
    assert not MoneyTask.objects.filter(done_at=None).exists()
    assert check_invariants() == []


@at_once
def test_a_part_that_is_canceled_at_the_moment_of_its_money_is_owed_back_or_paid_less():
    a_bank_format()
    order = a_transfer()
    part = order.parts.get()

    def cancel():
        mine = CooperativeOrder.objects.select_related("order", "cooperative").get(pk=part.pk)
        return cancel_part(mine, reason=CancelReason.CHANGED_MIND, actor=Actor.BUYER)

    outcomes = race(cancel, importing(a_file((order.number, "205,00"))), cancel)

    assert {type(outcome) for outcome in outcomes} <= {bool, BankStatement, IllegalMove, Raced}
    part.refresh_from_db()
    assert part.status == "canceled"
    assert MoneyTask.objects.get().amount == 205
    assert check_invariants() == []


# -- The controls: everybody looks before anybody writes --------------------------------------------------------------


class Unlocked(models.QuerySet):
    """Rows that nobody waits for."""

    def select_for_update(self, *args, **kwargs):
        return self


@pytest.fixture
def everybody_has_looked(monkeypatch):
    """Two who import at once have both seen that the file is new, and nobody waits for the bank's row."""
    start = threading.Barrier(2, timeout=20)
    known = flow._known

    def look_then_wait(rows):
        seen = list(known(rows))
        start.wait()
        return seen

    manager = Unlocked.as_manager()
    manager.model = BankFormat
    monkeypatch.setattr(BankFormat, "objects", manager)
    monkeypatch.setattr(flow, "_known", look_then_wait)


@at_once
@pytest.mark.postgres
def test_without_the_lock_the_fingerprint_of_the_file_refuses(everybody_has_looked):
    a_bank_format()
    content = a_file(("VIR", "9,00"))

    outcomes = race(*[importing(content)] * 2)

    assert kinds(outcomes) == {BankStatement: 1, AlreadyImported: 1}
    assert StatementLine.objects.count() == 1


@at_once
@pytest.mark.postgres
def test_without_the_lock_and_the_fingerprint_of_the_file_those_of_the_lines_refuse(everybody_has_looked):
    a_bank_format()
    contents = [a_file(("VIR", "9,00")), a_file(("VIR", "9,00")) + b"\n"]

    outcomes = race(*map(importing, contents))

    assert kinds(outcomes) == {BankStatement: 1, AlreadyImported: 1}
    assert (BankStatement.objects.count(), StatementLine.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_without_any_guard_the_money_is_counted_twice_and_is_there_once(monkeypatch):
    """The control of them all: nothing is known of earlier files, and a line's fingerprint is its file's too."""
    a_bank_format()
    order = a_transfer()
    first = a_file((order.number, "205,00"))
    monkeypatch.setattr(flow, "_known", lambda rows: [])
    prints = iter(range(10))
    monkeypatch.setattr("store.payments.statements.Row.fingerprint", property(lambda row: f"print {next(prints)}"))

    for content in (first, first + b"\n"):
        import_statement(content, file_name="releve.csv")

    assert StatementLine.objects.count() == 2
    assert balance(lines_of(Holder.BANK)) == 410  # of 205 that came
