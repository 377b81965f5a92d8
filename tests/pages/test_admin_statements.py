"""Staff read the bank's statement in, and look after the money that fits no order."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from store.flows.invariants import check_invariants
from store.ledger.queries import owed_to_cooperative
from store.models import BankFormat, BankStatement, MoneyTask, StatementLine
from store.payments.bank import LineStatus
from store.payments.statements import LARGEST_FILE
from tests.factories import a_bank_format, a_file, a_part, a_transfer, money_comes

from .admin_people import editor, queries_of, staff

pytestmark = pytest.mark.django_db

IMPORT = "/admin/bank-statements/import/"
TASKS = "/admin/money-tasks/"


def look(browser: Client, content: bytes, name: str = "releve.csv"):
    return browser.post(IMPORT, {"file": SimpleUploadedFile(name, content, "text/csv")})


def step(browser: Client, seen, **answers):
    """Press a button of the page that was shown, with the file that it carries."""
    carried = {name: seen.context[name] for name in ("content", "file_name")}
    return browser.post(IMPORT, {**carried, **answers}, follow=True)


def page_of(task: MoneyTask, name: str = "inspect") -> str:
    return reverse(f"money-tasks:{name}", args=[task.pk])


def text(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_a_statement_of_a_known_bank_is_looked_at_and_imported_in_two_acts():
    a_bank_format()
    order, browser = a_transfer(), staff()

    seen = look(browser, a_file((f"VIR {order.number}", "205,00"), ("VIR DE QUI", "9,00")))
    told = text(seen)
    assert f"{order.number} · pays the order" in told and "unknown reference" in told
    assert not BankStatement.objects.exists()
    answer = step(browser, seen, step="import")

    told = text(answer)
    assert "2 lines are imported." in told and "matched" in told and "to be looked at" in told
    assert order.parts.get().status == "confirmed"
    assert BankStatement.objects.get().by.username == "equipe"
    assert check_invariants() == []


def test_the_columns_of_a_new_bank_are_asked_for_once():
    browser, content = staff(), a_file(("VIR", "9,00"))
    seen = look(browser, content)
    assert "new here" in text(seen) and not BankFormat.objects.exists()

    columns = {"name": "Banque", "date": "Date", "label": "Libellé", "credit": "Crédit", "debit": "Débit"}
    seen = step(browser, seen, step="columns", **columns)
    assert "This is what each line would do" in text(seen)
    step(browser, seen, step="import")

    assert StatementLine.objects.get().label == "VIR"
    assert "This is what each line would do" in text(look(browser, a_file(("AUTRE", "1,00"))))


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"name": "B", "date": "Date", "label": "Libellé"},
        {"name": "B", "date": "Date", "label": "Libellé", "amount": "Crédit", "credit": "Crédit"},
        {"name": "B", "date": "Date", "label": "Libellé", "amount": "Crédit", "debit": "Débit"},
        {"name": "B", "date": "Nulle part", "label": "Libellé", "amount": "Crédit"},
        {"name": "x" * 90, "date": "Date", "label": "Libellé", "amount": "Crédit"},
        {"name": "\0", "date": "\0", "label": "\0", "amount": "\0"},
    ],
)
def test_columns_that_make_no_sense_are_asked_for_again_and_nothing_is_kept(answers):
    browser = staff()
    seen = look(browser, a_file(("VIR", "9,00")))

    again = step(browser, seen, step="columns", **answers)

    assert again.status_code == 200 and "new here" in text(again)
    assert not BankFormat.objects.exists() and not BankStatement.objects.exists()


def test_a_statement_is_imported_once_however_often_its_button_is_pressed():
    a_bank_format()
    browser = staff()
    seen = look(browser, a_file(("VIR", "9,00")))
    step(browser, seen, step="import")

    assert "imported already" in text(step(browser, seen, step="import"))
    assert StatementLine.objects.count() == 1


def test_doubled_lines_are_told_before_and_after():
    a_bank_format()
    browser = staff()
    step(browser, look(browser, a_file(("VIR", "9,00"))), step="import")
    seen = look(browser, a_file(("VIR", "9,00"), ("NEUF", "8,00")))
    assert "doubled: left out" in text(seen)

    assert "Doubled lines 1" in text(step(browser, seen, step="import"))


def test_a_line_like_another_is_told_before_and_asked_about_after():
    a_bank_format()
    browser = staff()
    seen = look(browser, a_file(("VIR", "9,00"), ("VIR", "9,00")))
    assert "like another line: to be looked at" in text(seen)

    step(browser, seen, step="import")

    asked = MoneyTask.objects.order_by("pk").first()
    page = browser.get(reverse("money-tasks:inspect", args=[asked.pk]))
    assert "Another line of this statement tells the same." in page.content.decode()


HOSTILE = {
    "nothing": (b"", "The submitted file is empty|The file is empty"),
    "NUL": (b"Date;Libelle;Credit\n26/11/2026;a\0b;5\n", "letters of this file cannot be read"),
    "huge": (b"a;b\n" * (LARGEST_FILE // 4 + 1), "larger than 1 MB"),
    "broken letters": (b"Date;Libelle;Credit\n26/11/2026;\x81\x8d;5\n", "letters of this file cannot be read"),
    "Excel": (b"PK\x03\x04....", "file of Excel"),
    "prose": (b"Bonjour\n", "no columns"),
    "numbers": (b"1;2;3\n4;5;6\n", "No row names the columns"),
    "a fault": (a_file(("VIR", "cinq"), ("VIR", "5,00")), "These lines cannot be read"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_cannot_be_read_is_refused_in_words_and_nothing_is_written(name):
    content, words = HOSTILE[name]
    a_bank_format()

    answer = look(staff(), content)

    assert answer.status_code == 200 and re.search(words, text(answer))
    assert not BankStatement.objects.exists() and not StatementLine.objects.exists()


def test_a_faulty_file_cannot_be_imported_past_the_page():
    a_bank_format()
    browser = staff()
    seen = look(browser, a_file(("VIR", "cinq")))
    assert 'value="import"' not in seen.content.decode()

    assert "Nothing was written" in text(step(browser, seen, step="import"))
    assert not BankStatement.objects.exists()


@pytest.mark.parametrize("content", ["", "???", "\0", "QQ", "%%%=", "x" * 100])
def test_a_file_that_comes_back_spoiled_is_asked_for_again(content):
    answer = staff().post(IMPORT, {"step": "import", "content": content, "file_name": "a.csv"})
    assert answer.status_code == 200 and 'type="file"' in answer.content.decode()
    assert not BankStatement.objects.exists()


def test_a_label_of_markup_and_formulas_is_shown_as_it_is():
    a_bank_format()
    browser = staff()
    page = look(browser, a_file(("<script>alert(1)</script> =1+1", "9,00"))).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; =1+1" in page and "<script>alert(1)" not in page


# -- Tasks ------------------------------------------------------------------------------------------------------------


def test_staff_take_money_on_and_match_it_by_hand():
    order, browser = a_transfer(), staff()
    money_comes("VIR AMINA", "205,00")
    task = MoneyTask.objects.get()
    assert "unknown reference" in text(browser.get(f"{TASKS}?waiting=true")) and "nobody yet" in text(
        browser.get(TASKS)
    )

    assert "I take this on" in text(browser.get(page_of(task)))
    assert "I take this on" not in text(browser.post(page_of(task, "take_on"), follow=True))
    form = {"number": order.number.lower(), "because": "Même nom"}
    told = text(browser.post(page_of(task, "match"), form, follow=True))

    assert "matched with order" in told and "done" in told
    task.refresh_from_db()
    assert (task.owner.username, task.done_by.username) == ("equipe", "equipe")
    assert order.parts.get().status == "confirmed"
    assert check_invariants() == []


@pytest.mark.parametrize("number", ["", "TW-0000000", "x" * 400, "\0", "<b>"])
def test_an_order_that_does_not_exist_is_matched_with_nothing(number):
    money_comes("VIR", "205,00")
    task, browser = MoneyTask.objects.get(), staff()

    answer = browser.post(page_of(task, "match"), {"number": number, "because": "Je crois"})

    assert answer.status_code == 200 and "Je crois" in answer.content.decode()
    assert StatementLine.objects.get().status == LineStatus.TASK


def test_whoever_matches_money_sees_which_orders_wait_for_as_much():
    fitting, other = a_transfer(), a_transfer(quantity=1)
    money_comes("VIR AMINA", "205,00")

    told = text(staff().get(page_of(MoneyTask.objects.get(), "match")))

    assert "205.00" in told and fitting.number in told and other.number not in told


def test_an_order_in_cash_is_matched_with_nothing():
    order = a_part().order
    money_comes(order.number, "205,00")
    task, browser = MoneyTask.objects.get(), staff()
    assert order.number in browser.get(page_of(task, "match")).content.decode()

    told = text(browser.post(page_of(task, "match"), {"number": order.number, "because": "Je crois"}))

    assert "not paid by transfer" in told and StatementLine.objects.get().status == LineStatus.TASK


def test_money_of_a_cooperative_that_owes_is_written_down_as_its_own_once_it_is_named():
    cooperative = a_part().cooperative
    money_comes("VIR", "205,00")
    task, browser = MoneyTask.objects.get(), staff()
    said = {"ending": "cooperative", "because": "Commission de novembre"}

    assert "Say which cooperative paid." in browser.post(page_of(task, "finish"), said).content.decode()
    assert "Commission de novembre" in browser.post(page_of(task, "finish"), said).content.decode()
    told = text(browser.post(page_of(task, "finish"), {**said, "cooperative": cooperative.pk}, follow=True))

    assert "A cooperative paid what it owes" in told
    assert owed_to_cooperative(cooperative.pk) == 205  # more than it owed: it is carried
    assert check_invariants() == []


def test_money_that_is_nobodys_is_set_aside_with_a_word_and_only_once():
    money_comes("VIR", "205,00")
    task, browser = MoneyTask.objects.get(), staff()
    assert browser.post(page_of(task, "finish"), {"ending": "kept", "because": " "}).status_code == 200 and task.is_open

    told = text(browser.post(page_of(task, "finish"), {"ending": "kept", "because": "Apport"}, follow=True))
    assert "It is written down." in told and "Apport" in told
    assert "done this already" in text(
        browser.post(page_of(task, "finish"), {"ending": "kept", "because": "Encore"}, follow=True)
    )
    assert "done this already" in text(browser.post(page_of(task, "take_on"), follow=True))
    late = {"number": a_transfer().number, "because": "Trop tard"}
    assert "already" in text(browser.post(page_of(task, "match"), late, follow=True))

    task.refresh_from_db()
    assert (task.because, StatementLine.objects.get().status) == ("Apport", LineStatus.IGNORED)
    assert check_invariants() == []


def test_staff_give_a_surplus_back_and_write_its_reference_down_once():
    order, browser = a_transfer(), staff()
    money_comes(order.number, "300,00")
    task = MoneyTask.objects.get()
    assert browser.get(page_of(task, "finish")).url == page_of(task, "give_back")
    assert "given back" in text(browser.get(page_of(task)))
    assert browser.post(page_of(task, "give_back"), {"reference": " "}).status_code == 200

    told = text(browser.post(page_of(task, "give_back"), {"reference": "VIR 7"}, follow=True))

    assert "the buyer has the money" in told and "Given back: VIR 7" in told
    assert "done this already" in text(browser.post(page_of(task, "give_back"), {"reference": "VIR 8"}, follow=True))
    assert check_invariants() == []


def test_a_large_surplus_asks_for_a_second_person(settings):
    settings.SECOND_PERSON_ABOVE = 90
    order, browser = a_transfer(), staff()
    money_comes(order.number, "300,00")
    task = MoneyTask.objects.get()
    browser.post(page_of(task, "take_on"))

    told = browser.post(page_of(task, "give_back"), {"reference": "VIR 7"}).content.decode()
    assert "Somebody else than the owner" in told and 'value="VIR 7"' in told

    told = text(staff("tresoriere").post(page_of(task, "give_back"), {"reference": "VIR 7"}, follow=True))
    assert "Given back: VIR 7" in told


def test_the_page_of_an_order_shows_its_money_and_waits_with_its_button():
    order, browser = a_transfer(), staff()
    page = text(browser.get(reverse("orders:inspect", args=[order.pk])))
    assert "Bank transfer" in page and "waiting for the transfer" in page and "The buyer confirmed" not in page
    forged = {"to": "confirmed", "note": ""}
    refused = browser.post(reverse("orders:move_part", args=[order.parts.get().pk]), forged, follow=True)
    assert "has not come yet" in text(refused)

    money_comes(order.number, "250,00")

    page = text(browser.get(reverse("orders:inspect", args=[order.pk])))
    assert "Came to the bank" in page and "Too much" in page and "It is packed" in page


def test_lists_and_pages_ask_as_much_for_many_rows_as_for_one():
    browser = staff()

    def queries() -> list[int]:
        statement = BankStatement.objects.first()
        lists = [reverse(f"{name}:index") for name in ("bank-statements", "money-tasks", "bank-formats")]
        return [queries_of(browser, path) for path in (*lists, reverse("bank-statements:inspect", args=[statement.pk]))]

    money_comes(a_transfer().number, "250,00")
    with_one = queries()
    for _ in range(3):
        money_comes(a_transfer().number, "250,00")

    assert queries() == with_one


def test_a_statement_and_its_dry_run_ask_as_much_for_many_lines_as_for_one():
    a_bank_format()
    browser, asked = staff(), []
    for count in (1, 3):
        rows = [(a_transfer().number, "250,00") for _ in range(count)]
        with CaptureQueriesContext(connection) as captured:
            seen = look(browser, a_file(*rows))
        page = step(browser, seen, step="import").redirect_chain[-1][0]
        asked.append((len(captured), queries_of(browser, page)))

    assert asked[0] == asked[1]


def test_who_does_not_manage_orders_sees_no_money():
    money_comes("VIR", "205,00")
    task, browser = MoneyTask.objects.get(), editor()

    for address in (IMPORT, TASKS, page_of(task), page_of(task, "match"), page_of(task, "finish")):
        answer = browser.get(address)
        assert answer.status_code == 302 and answer["location"].startswith("/admin/")
    for address in (page_of(task, "take_on"), page_of(task, "finish")):
        browser.post(address, {"because": "x"})
    look(browser, a_file(("VIR", "9,00")))

    task.refresh_from_db()
    assert (task.owner, task.is_open, BankStatement.objects.count()) == (None, True, 1)
