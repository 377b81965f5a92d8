"""Staff open recalls, tell buyers and close them; whoever does not manage orders sees none."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.stock.history import take_off_sale
from store.flows.recall import call_back
from store.models import Recall, RecallContact, RecallReading
from store.statuses import PartStatus
from tests.factories import LotFactory, a_contact, a_part, a_person

from .admin_people import editor, moderator, queries_of, staff

pytestmark = pytest.mark.django_db

LIST = "/admin/recalls/"


def a_sold_lot():
    lot = LotFactory(quantity=40)
    return lot, a_part(PartStatus.DELIVERED, lot=lot, contact=a_contact(name="Salma", phone="+212612345678"))


def a_recall():
    lot, part = a_sold_lot()
    return call_back(lot, because="Couvercles mal fermés", by=a_person())[0], part


def page_of(recall: Recall) -> str:
    return f"{LIST}inspect/{recall.pk}/"


def test_staff_recall_a_lot_that_is_blocked_and_no_other():
    lot, _part = a_sold_lot()
    browser = staff()
    assert browser.post(LIST + "new/", {"lot": lot.pk}).status_code == 200 and not Recall.objects.exists()
    take_off_sale(lot, because="Couvercles mal fermés", by=a_person())
    answer = browser.post(LIST + "new/", {"lot": lot.pk})
    recall = Recall.objects.get()
    assert (answer["location"], recall.because, recall.opened_by.username) == (
        page_of(recall),
        "Couvercles mal fermés",
        "equipe",
    )


def test_staff_see_whom_to_call_and_read_telephones_at_a_touch_with_their_name():
    recall, part = a_recall()
    browser = staff()
    page = browser.get(page_of(recall)).content.decode()
    assert part.order.number in page and "Salma" not in page and not RecallReading.objects.exists()
    shown = browser.post(page_of(recall), {"shown": "1"}).content.decode()
    assert "Salma" in shown and "tel:+212612345678" in shown
    assert RecallReading.objects.get().by.username == "equipe"
    assert "Who read names" in shown and "Who read names" not in page


def test_staff_write_down_what_came_of_a_call_and_close_the_recall():
    recall, part = a_recall()
    browser = staff()
    browser.post(page_of(recall), {"part": part.pk, "seen": "0", "outcome": "reached", "note": "Elle le rapporte"})
    assert RecallContact.objects.get().note == "Elle le rapporte"
    listed = browser.get(LIST).content.decode()
    assert "1 of 1" in listed
    browser.post(page_of(recall), {"close": "1"})
    recall.refresh_from_db()
    assert (recall.is_open, recall.closed_by.username) == (False, "equipe")
    assert browser.post(page_of(recall), {"shown": "1"}).status_code == 302


def test_whoever_manages_no_orders_sees_and_does_nothing():
    recall, _part = a_recall()
    for browser in (editor(), moderator()):
        for answer in (browser.get(LIST), browser.get(page_of(recall)), browser.post(page_of(recall), {"shown": "1"})):
            assert answer.status_code in (302, 403) and "Salma" not in answer.content.decode()
        browser.post(page_of(recall), {"close": "1"})
        browser.post(LIST + "new/", {"lot": recall.lot_id})
    assert not RecallReading.objects.exists() and Recall.objects.get().is_open


def test_open_recalls_are_on_the_panel_of_the_day_and_can_be_found():
    recall, _part = a_recall()
    browser = staff()
    assert f"{LIST}?open=true" in browser.get("/admin/").content.decode()
    assert recall.lot.code in browser.get(LIST, {"q": recall.lot.code.lower(), "open": "true"}).content.decode()
    assert recall.lot.code not in browser.get(LIST, {"open": "false"}).content.decode()


def test_the_list_asks_as_little_for_many_recalls_as_for_one():
    a_recall()
    browser = staff()
    few = queries_of(browser, LIST)
    for _number in range(4):
        a_recall()
    with CaptureQueriesContext(connection) as asked:
        browser.get(LIST)
    assert len(asked) == few
