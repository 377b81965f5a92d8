"""Staff settle a month: they see what each cooperative is owed, two of them approve it, and the transfers are noted."""

import csv
import io
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from catalog.models import Cooperative
from store.flows.fulfil_part import fail_part, return_part
from store.flows.invariants import check_invariants
from store.flows.reconcile import reconcile
from store.flows.settle import propose
from store.models import Settlement
from store.staff.statement import safe
from store.statuses import Actor, PartStatus, SettlementStatus, ShipmentStatus
from tests.factories import CourierFactory, LotFactory, a_part, a_person, a_rate, a_rib, book_in, last_month

from .admin_people import editor, queries_of, staff, staff_without_money, superuser

pytestmark = pytest.mark.django_db

MONTHS = reverse("statements:index")


def at(name: str, *args) -> str:
    return reverse(f"statements:{name}", args=[str(last_month()), *args])


def statement_url(part, name: str = "statement") -> str:
    return at(name, part.cooperative_id)


def sold(**placing):
    """A part of last month, of which the cooperative is owed 156.40."""
    part = a_part(PartStatus.DELIVERED, courier=CourierFactory(), **placing)
    book_in(last_month())
    return part


@pytest.fixture(autouse=True)
def _commission():
    a_rate(80)


def transfer(browser, **changes):
    """Send the form as it is shown, with these changes."""
    form = browser.get(at("transferred")).context["form"]
    fields = {name: field.value() for name, field in ((field.name, field) for field in form)}
    fields = {name: "on" if value is True else value for name, value in fields.items() if value is not None}
    return browser.post(at("transferred"), {**fields, **changes}, follow=True)


# -- The way of a month -----------------------------------------------------------------------------------------------


class Acts:
    """Counts what a person does: each page opened, each field filled in, each button pressed."""

    def __init__(self):
        self.count = 0

    def open(self, browser, path: str):
        self.count += 1
        return browser.get(path)

    def fill(self, value: str) -> str:
        self.count += 1
        return value

    def press(self, browser, path: str, form: dict):
        self.count += 1
        return browser.post(path, form, follow=True)


def test_a_month_of_three_cooperatives_is_settled_within_twelve_acts():
    for _ in range(3):
        sold()
    amal, badr, acts = staff("amal"), staff("badr"), Acts()

    page = acts.open(amal, MONTHS).content.decode()
    assert page.count("156.40") >= 3 and "Propose all of the month" in page
    page = acts.press(amal, at("propose"), {}).content.decode()
    assert "3 settlements are proposed." in page and "Approve all" not in page

    page = acts.open(badr, MONTHS)
    shown = [row.pk for row in page.context["to_approve"]]
    page = acts.press(badr, at("approve"), {"shown": shown}).content.decode()
    assert "3 settlements are approved." in page

    form = acts.open(badr, at("transferred")).context["form"]
    sent = {field.name: "on" for field in form if field.name.startswith("paid_") and field.name != "paid_on"}
    sent |= {"paid_on": str(form["paid_on"].value()), "reference": acts.fill("Ordre 2026-11")}
    page = acts.press(badr, at("transferred"), sent).content.decode()
    assert "3 transfers are noted." in page and "Ordre 2026-11" in page

    signing_in = 2
    assert acts.count + signing_in == 9 <= 12
    assert set(Settlement.objects.values_list("status", flat=True)) == {SettlementStatus.PAID}
    assert check_invariants() == [] == reconcile()


def test_who_proposed_does_not_approve_even_by_sending_it():
    sold()
    amal = staff("amal")
    amal.post(at("propose"))
    pk = Settlement.objects.get().pk

    page = amal.post(at("approve"), {"shown": [pk]}, follow=True).content.decode()

    assert "it takes a second person" in page
    assert Settlement.objects.get().status == SettlementStatus.PROPOSED


def test_only_what_was_on_the_page_is_approved():
    sold()
    propose(sold().cooperative, last_month(), by=a_person("dounia"))
    seen = Settlement.objects.get()
    staff("amal").post(at("propose"))

    staff("badr").post(at("approve"), {"shown": [seen.pk]})

    assert list(Settlement.objects.filter(status="approved")) == [seen]


@pytest.mark.parametrize("shown", [[], ["x"], ["-1"], ["9" * 30], ["²"]])
def test_an_approval_of_nothing_known_approves_nothing(shown):
    propose(sold().cooperative, last_month(), by=a_person())

    page = staff().post(at("approve"), {"shown": shown}, follow=True).content.decode()

    assert "There was nothing to do" in page
    assert Settlement.objects.get().status == SettlementStatus.PROPOSED


def test_proposing_twice_says_that_it_was_done():
    sold()
    browser = staff()
    browser.post(at("propose"))

    assert "There was nothing to do" in browser.post(at("propose"), follow=True).content.decode()
    assert Settlement.objects.count() == 1


def test_a_cooperative_without_a_rib_is_named_and_the_others_are_proposed():
    part, homeless = sold(), sold()
    Cooperative.objects.filter(pk=homeless.cooperative_id).update(rib="")

    page = staff().post(at("propose"), follow=True).content.decode()

    assert f"{homeless.cooperative}: its RIB is missing" in page
    assert Settlement.objects.get().cooperative == part.cooperative


def test_a_month_that_is_not_over_cannot_be_proposed():
    sold()
    month = last_month().next
    browser = staff()

    assert "This month is not over" in browser.get(f"{MONTHS}?month={month}").content.decode()
    page = browser.post(reverse("statements:propose", args=[str(month)]), follow=True).content.decode()

    assert "This month is not over: what it comes to may still change." in page
    assert not Settlement.objects.exists()


# -- Transfers --------------------------------------------------------------------------------------------------------


@pytest.fixture
def approved():
    part = sold()
    staff("amal").post(at("propose"))
    staff("badr").post(at("approve"), {"shown": [Settlement.objects.get().pk]})
    return part


def test_each_transfer_may_have_a_reference_of_its_own(approved):
    its = Settlement.objects.get()

    transfer(staff("chama"), **{f"reference_{its.pk}": "VIR 77", "reference": "for the others"})

    its.refresh_from_db()
    assert (its.bank_reference, its.paid_on) == ("VIR 77", timezone.localdate())


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({}, "Write the reference by which the bank knows it."),
        ({"reference": "x" * 61}, "at most 60 characters"),
        ({"reference": "1", "paid_on": "2999-01-01"}, "This day is still to come."),
        ({"reference": "1", "paid_on": "2020-01-01"}, "The month was not over on this day."),
        ({"reference": "1", "paid_on": "hier"}, "Enter a valid date."),
        ({"reference": "1", "paid_on": ""}, "This field is required."),
        ({"reference": "\x00"}, "Null characters are not allowed."),
    ],
)
def test_a_transfer_that_makes_no_sense_is_not_noted_and_what_was_typed_stays(approved, typed, told):
    answer = transfer(staff("chama"), **typed)

    page = answer.content.decode()
    assert told in page
    if len(typed.get("paid_on", "")) > 4:
        assert typed["paid_on"] in page
    assert Settlement.objects.get().status == SettlementStatus.APPROVED


def test_nothing_ticked_is_nothing_noted(approved):
    browser = staff("chama")
    page = browser.post(at("transferred"), {"paid_on": str(timezone.localdate()), "reference": "1"}).content.decode()

    assert "Tick what was transferred." in page
    assert Settlement.objects.get().status == SettlementStatus.APPROVED


def test_a_form_that_was_sent_twice_is_noted_once(approved):
    browser = staff("chama")
    its = Settlement.objects.get()
    form = {"paid_on": str(timezone.localdate()), "reference": "1", f"paid_{its.pk}": "on"}
    browser.post(at("transferred"), form)

    page = browser.post(at("transferred"), form).content.decode()

    assert "No settlement of this month waits for its transfer." in page
    assert Settlement.objects.count() == 1


def test_more_than_is_owed_by_now_is_refused_with_its_reason(approved):
    return_part(approved, actor=Actor.STAFF)

    page = transfer(staff("chama"), reference="1").content.decode()

    assert f"{approved.cooperative}: only 0.00" in page
    assert Settlement.objects.get().status == SettlementStatus.APPROVED


def test_a_settlement_is_withdrawn_with_a_reason(approved):
    its, browser = Settlement.objects.get(), staff("chama")
    address = reverse("statements:withdraw", args=[its.pk])
    assert address in browser.get(statement_url(approved)).content.decode()

    assert "This field is required." in browser.post(address, {"because": " "}).content.decode()
    page = browser.post(address, {"because": "Faux RIB"}, follow=True).content.decode()

    assert "The settlement is withdrawn." in page
    its.refresh_from_db()
    assert its.status == SettlementStatus.WITHDRAWN
    assert its.status_changes.last().because == "Faux RIB"
    page = browser.post(address, {"because": "x"}, follow=True).content.decode()
    assert check_invariants() == []


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


def test_the_sheet_says_what_is_to_be_transferred_and_what_was_by_which_reference(approved):
    browser = staff("chama")
    sheet = statement_url(approved, "print") + "?language=en"
    Cooperative.objects.update(rib=a_rib(77))  # what was proposed goes where it was proposed
    rib = Settlement.objects.get().rib
    assert f"{rib[6:22]} {rib[22:]}" in browser.get(sheet).content.decode()

    transfer(browser, reference="VIR 77")

    page = browser.get(sheet).content.decode()
    assert "reference <bdi>VIR 77</bdi>" in page and "To be transferred" not in page


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
    for text in ("=1", "+1", "-1", "@x", " =1", "\tx", "\rx", "＝1", "|x", "%x"):
        assert safe(text) == f"'{text}"
    assert safe("2 × Miel") == "2 × Miel" and safe("") == ""


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


def test_a_deed_is_never_done_by_opening_its_address():
    sold()
    browser = staff()

    for name in ("propose", "approve"):
        assert browser.get(at(name)).status_code == 405
    assert not Settlement.objects.exists()


def test_staff_write_the_rib_of_a_cooperative_and_a_wrong_one_is_refused():
    cooperative, browser = sold().cooperative, superuser()
    address = reverse("cooperatives:edit", args=[cooperative.pk])
    form = browser.get(address).context["form"]
    fields = {field.html_name: field.value() for field in form if field.value() is not None}
    fields["phone"] = "0612 34 56 78"  # that of the factory is none

    page = browser.post(address, {**fields, "rib": a_rib(5)[:-1] + "x"}).content.decode()
    assert "This is not a RIB" in page
    answer = browser.post(address, {**fields, "rib": f" {a_rib(5)[:3]} {a_rib(5)[3:]}"})
    assert answer.status_code == 302, answer.context["form"].errors

    cooperative.refresh_from_db()
    assert cooperative.rib == a_rib(5)
