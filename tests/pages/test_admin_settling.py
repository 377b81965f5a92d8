"""A month is settled in the admin: proposed by one, approved by another, transferred by hand and noted."""

import pytest
from django.urls import reverse
from django.utils import timezone

from catalog.models import Cooperative
from catalog.rib import in_groups
from store.flows.fulfil_part import return_part
from store.flows.invariants import check_invariants
from store.flows.reconcile import reconcile
from store.flows.settle import propose
from store.models import Settlement
from store.statuses import Actor, SettlementStatus
from tests.factories import a_person, a_rate, a_rib, last_month

from .admin_people import staff
from .statements import MONTHS, at, sold, statement_url

pytestmark = pytest.mark.django_db


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


def test_a_deed_is_never_done_by_opening_its_address():
    sold()
    browser = staff()

    for name in ("propose", "approve"):
        assert browser.get(at(name)).status_code == 405
    assert not Settlement.objects.exists()


def test_the_sheet_says_what_is_to_be_transferred_and_what_was_by_which_reference(approved):
    browser = staff("chama")
    sheet = statement_url(approved, "print") + "?language=en"
    Cooperative.objects.update(rib=a_rib(77))  # what was proposed goes where it was proposed
    rib = Settlement.objects.get().rib
    assert in_groups(rib) in browser.get(sheet).content.decode()

    transfer(browser, reference="VIR 77")

    page = browser.get(sheet).content.decode()
    assert "reference <bdi>VIR 77</bdi>" in page and "To be transferred" not in page
