"""Statements of the bank: looked at first, imported once, each line matched with an order or somebody's work."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from store.flows import take_money
from store.flows.import_statement import AlreadyImported, Faulty, import_statement, plan
from store.flows.invariants import check_invariants
from store.flows.reconcile import reconcile
from store.flows.set_aside import set_aside
from store.flows.take_money import AlreadyMatched, NotByTransfer, match_by_hand
from store.flows.tick import tick
from store.ledger.models import Act, Holder
from store.ledger.queries import balance, lines_of
from store.models import BankStatement, LedgerEntry, MoneyTask, StatementLine
from store.payments import tasks
from store.payments.bank import Ending, LineStatus, TaskKind
from store.payments.statements import Unreadable, read_rows, read_table
from store.payments.tasks import TaskEnded
from store.payments.verdict import Outcome
from store.statuses import PartStatus, PaymentStatus
from tests.factories import (
    LotFactory,
    a_bank_format,
    a_file,
    a_part,
    a_person,
    a_transfer,
    money_comes,
)

from .banking import a_lapsed_transfer, statuses, the_task

pytestmark = pytest.mark.django_db

D = Decimal


# -- Whose is it? -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("label", ["VIR AMINA", "VIR TW-0000000", "=cmd|' /C calc'!A0"])
def test_money_that_names_no_order_is_somebodys_task_and_nobodys_in_the_books(label, admin_user):
    a_transfer()

    line = money_comes(label, "205,00", by=admin_user)

    assert (line.status, line.payment) == (LineStatus.TASK, None)
    task = MoneyTask.objects.get()
    assert (task.kind, task.owner, task.line) == (TaskKind.UNKNOWN_REFERENCE, admin_user, line)
    assert task.due_on == timezone.localdate() + timedelta(days=3)
    entry = LedgerEntry.objects.get()
    assert (entry.act, entry.order, entry.by) == (Act.RECEIVED, None, admin_user)
    assert check_invariants() == []


def test_money_that_names_two_orders_is_given_to_neither():
    first, second = a_transfer(), a_transfer()

    money_comes(f"{first.number} {second.number}", "410,00")

    assert the_task() == (TaskKind.UNKNOWN_REFERENCE, D(410))


def test_money_for_an_order_paid_in_cash_is_somebodys_task_that_names_it():
    part = a_part()

    line = money_comes(part.order.number, "205,00")

    assert MoneyTask.objects.get().order == part.order
    with pytest.raises(NotByTransfer):
        match_by_hand(line, part.order, by=None)
    assert check_invariants() == []


def test_somebody_matches_by_hand_and_the_task_is_done(admin_user):
    order = a_transfer()
    line = money_comes("VIR AMINA", "205,00")

    match_by_hand(line, order, by=admin_user, because="Même nom, même montant")

    assert statuses(order) == [PartStatus.CONFIRMED]
    task = MoneyTask.objects.get()
    assert (task.done_by, task.is_open) == (admin_user, False) and order.number in task.because
    assert LedgerEntry.objects.get(act=Act.TRANSFERRED).because == "Même nom, même montant"
    assert check_invariants() == []


def test_a_line_is_matched_by_hand_once(admin_user):
    first, second = a_transfer(), a_transfer()
    line = money_comes("VIR AMINA", "205,00")
    match_by_hand(line, first, by=admin_user)

    with pytest.raises(AlreadyMatched):
        match_by_hand(line, second, by=admin_user)

    assert statuses(second) == [PartStatus.PLACED]
    assert LedgerEntry.objects.filter(act=Act.TRANSFERRED).count() == 1


def test_a_line_that_is_set_aside_with_a_word_on_why_is_matched_no_more(admin_user):
    order, line = a_transfer(), money_comes("VIR AMINA", "205,00")
    task = MoneyTask.objects.get()

    with pytest.raises(ValueError, match="how"):
        set_aside(task, Ending.KEPT, because=" ", by=admin_user)
    set_aside(task, Ending.KEPT, because="Apport de la fédération", by=admin_user)

    line.refresh_from_db()
    assert line.status == LineStatus.IGNORED
    with pytest.raises(AlreadyMatched):
        match_by_hand(line, order, by=admin_user)
    with pytest.raises(TaskEnded):
        set_aside(task, Ending.KEPT, because="Encore", by=admin_user)
    with pytest.raises(TaskEnded):
        tasks.take_on(task, owner=admin_user)
    assert check_invariants() == []


# -- The file ---------------------------------------------------------------------------------------------------------


def planned(content: bytes) -> list[tuple]:
    return [
        (row.order, row.outcome, row.is_doubled) for row in plan(read_rows(read_table(content), a_bank_format()).rows)
    ]


def test_a_dry_run_says_of_each_row_what_becomes_of_it_and_writes_nothing():
    order, cash = a_transfer(), a_part().order
    lapsed = a_lapsed_transfer()
    content = a_file(
        (order.number, "200,00"), (order.number, "5,00"), (order.number, "5,00"), (order.number, "9,00"),
        (lapsed.number, "205,00"), (cash.number, "205,00"), ("VIR", "1 000,00"),
    )  # fmt: skip

    assert planned(content) == [
        (order, Outcome.TOO_LITTLE, False),
        (order, Outcome.PAYS, False),
        (order, None, False),
        (order, Outcome.PAID_TWICE, False),
        (lapsed, Outcome.PAYS_LATE, False),
        (cash, None, False),
        (None, None, False),
    ]
    assert not BankStatement.objects.exists() and not StatementLine.objects.exists() and not MoneyTask.objects.exists()


def test_a_dry_run_asks_as_much_for_many_rows_as_for_one(django_assert_num_queries):
    orders = [a_transfer() for _ in range(3)]
    a_bank_format()
    for some in (orders[:1], orders):
        rows = read_rows(read_table(a_file(*((order.number, "205") for order in some))), a_bank_format()).rows
        with django_assert_num_queries(5):
            plan(rows)


def test_the_same_file_is_imported_once():
    a_bank_format()
    content = a_file((a_transfer().number, "205,00"))
    first = import_statement(content, file_name="releve.csv")

    with pytest.raises(AlreadyImported) as refusal:
        import_statement(content, file_name="autre-nom.csv")

    assert refusal.value.statement == first
    assert StatementLine.objects.count() == 1


def test_lines_that_an_earlier_file_told_are_left_out_and_counted():
    order = a_transfer()
    a_bank_format()
    rows = [(order.number, "205,00"), ("VIR", "10,00")]

    first = import_statement(a_file(*rows), file_name="a.csv")
    second = import_statement(a_file(*rows, ("NEUF", "11,00")), file_name="b.csv")

    assert (first.doubled, first.lines.count()) == (0, 2)
    assert (second.doubled, second.lines.count()) == (2, 1)
    assert balance(lines_of(Holder.BANK)) == D(226)
    assert check_invariants() == []


def test_a_line_like_another_of_its_file_is_matched_by_nobody_but_a_person():
    order = a_transfer(LotFactory(), LotFactory())
    a_bank_format()
    half = (order.number, "205,00")

    statement = import_statement(a_file(half, half), file_name="a.csv", by=a_person("amal"))

    assert order.payments.get().status == PaymentStatus.EXPECTED
    asked = MoneyTask.objects.get(kind=TaskKind.UNKNOWN_REFERENCE)
    assert (asked.order, asked.owner, asked.line.is_like_another) == (order, a_person("amal"), True)
    assert check_invariants() == [] and reconcile() == []

    match_by_hand(asked.line, order, by=a_person("amal"))

    assert order.payments.get().status == PaymentStatus.PAID
    assert balance(lines_of(Holder.BANK)) == D(410)
    assert statement.doubled == 0 and check_invariants() == [] and reconcile() == []


def test_equal_lines_that_come_again_with_their_file_s_days_are_known_both():
    a_bank_format()
    pair = [("VIR", "10,00")] * 2
    import_statement(a_file(*pair), file_name="a.csv")

    again = import_statement(a_file(*pair, ("NEUF", "11,00")), file_name="b.csv")

    assert (again.doubled, again.lines.count(), StatementLine.objects.count()) == (2, 1, 3)


def test_a_line_that_the_banks_number_shows_to_be_the_same_is_left_out():
    a_bank_format(number="N°")
    header = "Date;Libellé;Débit;Crédit;Donneur d'ordre;N°"
    content = "\n".join([header, *["26/11/2026;VIR;;10,00;A;7"] * 2]).encode()

    statement = import_statement(content, file_name="a.csv")

    assert (statement.doubled, statement.lines.count()) == (1, 1)


def test_what_the_bank_said_is_neither_edited_nor_deleted():
    line = money_comes("VIR", "9,00")

    for row in (line, line.statement):
        with pytest.raises(TypeError, match="never edited"):
            row.save()
        with pytest.raises(TypeError, match="never deleted"):
            row.delete()


def test_two_payments_that_only_the_banks_number_tells_apart_are_two():
    a_bank_format(number="N°")
    header = "Date;Libellé;Débit;Crédit;Donneur d'ordre;N°"
    content = "\n".join([header, *(f"26/11/2026;VIR;;10,00;A;{number}" for number in (1, 2))]).encode()

    assert import_statement(content, file_name="a.csv").lines.count() == 2


def test_money_that_went_is_kept_for_the_record_and_set_aside():
    a_bank_format()
    content = b"Date;Libell\xe9;D\xe9bit;Cr\xe9dit;Donneur d'ordre\n26/11/2026;Frais;12,00;;\n"

    line = import_statement(content, file_name="a.csv").lines.get()

    assert (line.amount, line.status) == (D("-12.00"), LineStatus.IGNORED)
    assert check_invariants() == []


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (a_file(("VIR", "cinq")), Faulty),
        (a_file(("VIR", "5,00"), day="demain"), Faulty),
        (b"Date;Montant\n26/11/2026;5\n", Unreadable),
        (b"\0" * 100, Unreadable),
    ],
)
def test_a_file_with_a_fault_writes_nothing(content, error):
    a_bank_format()

    with pytest.raises(error):
        import_statement(content, file_name="a.csv")

    assert not BankStatement.objects.exists() and not StatementLine.objects.exists()


def test_lines_that_an_import_left_are_matched_by_the_next_tick(monkeypatch):
    order = a_transfer()
    monkeypatch.setattr("store.flows.import_statement.match_new_lines", lambda lines, by: 0)
    line = money_comes(order.number, "205,00")
    assert line.status == LineStatus.NEW

    assert tick()["transfers matched"] == 1
    assert tick()["transfers matched"] == 0

    assert statuses(order) == [PartStatus.CONFIRMED]
    assert check_invariants() == []


def test_a_line_that_is_matched_a_second_time_changes_nothing():
    order = a_transfer()
    line = money_comes(order.number, "205,00")

    assert take_money.match_line(line) is False

    assert LedgerEntry.objects.count() == 1
