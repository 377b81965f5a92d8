"""Staff see what each cooperative is owed in a month, print it, and open it in a spreadsheet."""

import csv
import io
import re

import pytest
from django.urls import reverse

from catalog.models import Cooperative
from store.flows.fulfil_part import fail_part
from store.flows.settle import propose
from store.models import Settlement
from store.statuses import Actor, PartStatus, SettlementStatus, ShipmentStatus
from tests.factories import CourierFactory, LotFactory, a_part, a_person, a_rate, a_rib, book_in, last_month

from .admin_people import editor, queries_of, staff, staff_without_money, superuser
from .statements import MONTHS, at, sold, statement_url

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _commission():
    a_rate(80)


# -- What is shown ----------------------------------------------------------------------------------------------------


def test_the_month_says_what_is_carried_what_is_open_and_who_owes():
    sold()
    owing = a_part(PartStatus.DELIVERED)
    book_in(last_month())

    page = staff().get(MONTHS).content.decode()

    assert last_month().previous.label in page and "it owes: carried to the next month" in page
    assert str(owing.cooperative) in page and "-13.60" in page and "142.80" in page  # the total of both


def test_the_month_asks_as_much_for_many_cooperatives_as_for_one():
    sold()
    browser = superuser()
    with_one = queries_of(browser, MONTHS)
    for _ in range(3):
        propose(sold().cooperative, last_month(), by=a_person())

    assert queries_of(browser, MONTHS) == with_one


def test_a_statement_asks_as_much_for_many_orders_as_for_one():
    part, browser = sold(), staff()
    with_one = queries_of(browser, statement_url(part))
    printed_with_one = queries_of(browser, statement_url(part, "print"))
    for _ in range(3):
        sold(lot=LotFactory(variant=part.lines.get().variant))

    assert queries_of(browser, statement_url(part)) == with_one
    assert queries_of(browser, statement_url(part, "print")) == printed_with_one


def test_a_statement_is_printed_in_the_language_of_the_cooperative_or_in_the_asked_one():
    part, browser = sold(), staff()
    Cooperative.objects.update(language="ar", name_ar="تعاونية النحل")
    own = browser.get(statement_url(part, "print")).content.decode()
    french = browser.get(statement_url(part, "print") + "?language=fr").content.decode()
    nonsense = browser.get(statement_url(part, "print") + "?language=xx").content.decode()

    assert '<html lang="ar" dir="rtl">' in own and "تعاونية النحل" in own
    assert '<html lang="fr" dir="ltr">' in french and part.order.number in french
    assert '<html lang="ar" dir="rtl">' in nonsense
    assert "style=" not in own and "<script" not in own


def test_letters_are_smaller_where_there_are_many_rows():
    part, browser = sold(), staff()
    assert 'class="large"' in browser.get(statement_url(part, "print")).content.decode()
    lot = LotFactory(variant=part.lines.get().variant, quantity=100)
    for _ in range(6):
        a_part(PartStatus.DELIVERED, lot=lot)  # a sale and its cash: two rows each
    book_in(last_month())

    assert 'class="medium"' in browser.get(statement_url(part, "print")).content.decode()


def table_of(answer) -> list[dict]:
    text = answer.content.decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_table_for_a_spreadsheet_has_plain_amounts_and_adds_up():
    part, browser = sold(), staff()
    a_part(PartStatus.DELIVERED, lot=LotFactory(variant=part.lines.get().variant))
    book_in(last_month())
    Cooperative.objects.update(language="en")

    answer = browser.get(statement_url(part, "csv"))

    rows = table_of(answer)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="{part.cooperative.slug}-{last_month()}.csv"'
    assert [row["For the cooperative"] for row in rows] == ["0.00", "156.40", "191.40", "-205.00", "142.80"]
    assert rows[1]["Commission"] == "-13.60" and rows[1]["Goods"] == "170.00"
    for row in rows[1:-1]:
        columns = ("Goods", "Commission", "Delivery", "Cash held", "Paid out, other")
        assert sum(float(row[name]) for name in columns) == pytest.approx(float(row["For the cooperative"]))
    assert all(re.fullmatch(r"-?\d+\.\d\d|", row["Goods"]) for row in rows)


def test_no_cell_is_taken_for_a_formula():
    part = a_part(PartStatus.SHIPPED, courier=CourierFactory())
    fail_part(part, ShipmentStatus.REFUSED, actor=Actor.STAFF, bearer="cooperative", because='=HYPERLINK("//x")')
    book_in(last_month())
    Cooperative.objects.update(language="en")

    [row] = table_of(staff().get(statement_url(part, "csv")))[1:-1]

    assert row["Detail"] == '\'=HYPERLINK("//x")'


@pytest.mark.parametrize("month", ["2026-13", "x", "2026-1", "٢٠٢٦-١١"])
def test_a_month_that_does_not_exist_is_not_found(month):
    browser, part = staff(), sold()

    assert browser.get(f"{MONTHS}?month={month}").status_code == 404
    for name in ("statement", "print", "csv"):
        assert browser.get(reverse(f"statements:{name}", args=[month, part.cooperative_id])).status_code == 404
    for name in ("propose", "approve"):
        assert browser.post(reverse(f"statements:{name}", args=[month])).status_code == 404
    assert browser.get(at("statement", 999_999)).status_code == 404


# -- Who may ----------------------------------------------------------------------------------------------------------


def test_who_does_not_manage_orders_sees_no_statement():
    part, browser = sold(), editor()

    for address in (
        MONTHS,
        statement_url(part),
        statement_url(part, "print"),
        statement_url(part, "csv"),
        at("transferred"),
    ):
        answer = browser.get(address)
        assert answer.status_code == 302 and answer["location"].startswith("/admin/"), address


def test_who_manages_orders_sees_the_month_and_may_not_settle_it():
    part, browser = sold(), staff_without_money()
    settlement = propose(part.cooperative, last_month(), by=a_person())

    page = browser.get(MONTHS).content.decode()
    assert "156.40" in page and "Approve all" not in page
    assert "Withdraw" not in browser.get(statement_url(part)).content.decode()
    browser.post(at("approve"), {"shown": [settlement.pk]})
    browser.post(at("propose"))
    browser.post(reverse("statements:withdraw", args=[settlement.pk]), {"because": "x"})
    browser.post(at("transferred"), {"paid_on": "2026-11-01", "reference": "1"})

    settlement.refresh_from_db()
    assert settlement.status == SettlementStatus.PROPOSED and Settlement.objects.count() == 1


def test_staff_write_the_rib_of_a_cooperative_and_a_wrong_one_is_refused():
    cooperative, browser = sold().cooperative, superuser()
    address = reverse("cooperatives:edit", args=[cooperative.pk])
    form = browser.get(address).context["form"]
    fields = {field.html_name: field.value() for field in form if field.value() is not None}
    fields["phone"] = "0612 34 56 78"  # that of the factory is none

    page = browser.post(address, {**fields, "rib": a_rib(5)[:-1] + "x"}).content.decode()
    assert "A RIB has 24 digits." in page
    answer = browser.post(address, {**fields, "rib": f" {a_rib(5)[:3]} {a_rib(5)[3:]}"})
    assert answer.status_code == 302, answer.context["form"].errors

    cooperative.refresh_from_db()
    assert cooperative.rib == a_rib(5)
