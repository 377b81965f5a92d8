"""Staff and auditors read the ledger: each line, whose it is, what happened, by whom and why."""

import csv
import io
from decimal import Decimal

import pytest
from django.urls import reverse

from store.flows.cancel_part import cancel_part
from store.flows.give_back import give_back
from store.flows.refunds import approve_refund, give_rib, pay_refund, seal
from store.ledger.models import Act
from store.models import LedgerLine, Order, User
from store.orders.reasons import CancelReason
from store.staff.ledger import LedgerViewSet
from store.statuses import Actor, DiscountBearer, PartStatus
from tests.factories import CourierFactory, a_part, a_person, a_rib, a_sold_part, a_transfer, money_comes

from .admin_people import editor, queries_of, staff, superuser

pytestmark = pytest.mark.django_db

INDEX = reverse("ledger:index")


def page(browser, **asked) -> str:
    return browser.get(INDEX, asked).content.decode()


def test_each_line_says_what_happened_to_whose_money():
    part = a_part(PartStatus.DELIVERED, courier=CourierFactory(name="Rachid"))

    lines = page(staff())

    for told in ("Cash collected", "courier · Rachid", part.cooperative.name, part.order.number, "205.00"):
        assert told.lower() in lines.lower(), told
    assert ">0.00\xa0MAD</bdi></strong> together" in lines


def test_an_account_is_read_by_itself_with_its_sum():
    courier = CourierFactory(name="Rachid")
    a_part(PartStatus.DELIVERED, courier=courier)
    a_part(PartStatus.DELIVERED)

    lines = page(staff(), holder="courier", courier=courier.pk)

    assert ">170.00\xa0MAD</bdi></strong> together" in lines  # 205 in cash, of which 35 are earned


def test_an_entry_shows_all_its_lines_who_wrote_it_and_why_and_leads_to_the_others_of_its_order():
    part = a_sold_part()
    browser = staff()
    by = User.objects.get(username="equipe")
    give_back(part, Decimal(10), act=Act.GOODWILL, bearer=DiscountBearer.PLATFORM, because="Bocal fêlé", key="k", by=by)
    line = LedgerLine.objects.filter(entry__act=Act.GOODWILL).first()

    entry = browser.get(reverse("ledger:inspect", args=[line.pk])).content.decode()

    assert "Bocal fêlé" in entry and "equipe" in entry and part.order.number in entry
    sale = LedgerLine.objects.filter(entry__act=Act.SALE).first()
    assert reverse("ledger:inspect", args=[sale.pk]) in entry


def test_it_is_searched_by_the_buyers_telephone_and_by_the_orders_number():
    part, other, browser = a_part(PartStatus.DELIVERED), a_part(PartStatus.DELIVERED), superuser()
    for its, phone in ((part, "+212600970001"), (other, "+212611111111")):
        Order.objects.filter(pk=its.order_id).update(phone=phone)

    for query in ("0600 97 00 01", "+212600970001", "٠٦٠٠٩٧٠٠٠١", part.order.number):
        lines = page(browser, q=query)
        assert part.order.number in lines and other.order.number not in lines


def test_it_can_be_taken_along_as_a_table_that_no_spreadsheet_runs():
    part = a_sold_part()
    give_back(part, Decimal(10), act=Act.GOODWILL, bearer=DiscountBearer.PLATFORM, because="=1+1", key="k")

    answer = staff().get(INDEX, {"export": "csv"})
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))

    assert len(rows) == LedgerLine.objects.count()
    assert sum(Decimal(row["Amount"]) for row in rows) == 0
    assert {row["Why"] for row in rows} >= {"'=1+1"}


def test_it_asks_as_much_with_many_lines_as_with_few():
    browser = superuser()
    a_part(PartStatus.DELIVERED, courier=CourierFactory())
    few = queries_of(browser, INDEX)
    for _ in range(4):
        a_part(PartStatus.DELIVERED, courier=CourierFactory())

    assert queries_of(browser, INDEX) == few


def test_who_does_not_see_statements_sees_no_ledger_and_nobody_edits_it():
    a_part(PartStatus.DELIVERED)
    line, browser = LedgerLine.objects.first(), editor()

    for address in (INDEX, reverse("ledger:inspect", args=[line.pk]), f"{INDEX}?export=csv"):
        assert browser.get(address).status_code == 302
    assert {pattern.name for pattern in LedgerViewSet().get_urlpatterns()} == {"index", "index_results", "inspect"}


# -- Money that went back ----------------------------------------------------------------------------------------------


def test_what_was_paid_back_is_found_by_its_reference_and_from_its_order():
    order = a_transfer()
    money_comes(order.number, "205,00")
    part = order.parts.get()
    cancel_part(part, reason=CancelReason.CHANGED_MIND, actor=Actor.BUYER)
    [refund] = give_rib(order, a_rib())
    approve_refund(refund, seen=seal(refund), by=a_person("amal"))
    pay_refund(refund, reference="VIR 7", by=a_person("badr"))
    browser, refunds = staff(), reverse("refunds:index")

    assert order.number not in browser.get(refunds).content.decode()
    for asked in ({"q": "VIR 7"}, {"q": order.number}, {"paid": "yes"}):
        listed = browser.get(refunds, asked).content.decode()
        assert order.number in listed and "VIR 7" in listed
    shown = browser.get(reverse("orders:inspect", args=[order.pk])).content.decode()
    assert reverse("refunds:inspect", args=[part.pk]) in shown
