"""A member brings an order from new to handed over, and nobody else's."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from catalog.models import Lot, Role
from store.flows.invariants import check_invariants
from store.models import BuyerCall, CooperativeOrder, MoneyTask, Shipment, StatusChange
from store.statuses import PartStatus
from tests.factories import CooperativeFactory, CourierFactory, LotFactory, a_contact, a_part, a_transfer, money_comes

from .admin_people import queries_of
from .members import at_work, space_of

pytestmark = pytest.mark.django_db


def page_of(part: CooperativeOrder) -> str:
    return space_of(part.cooperative, f"commandes/{part.pk}/")


def status_of(part: CooperativeOrder) -> str:
    return CooperativeOrder.objects.values_list("status", flat=True).get(pk=part.pk)


def test_a_new_order_is_confirmed_packed_handed_over_and_delivered_from_one_page():
    part, courier = a_part(), CourierFactory(name="Barid")
    browser = at_work(part.cooperative)
    today = browser.get(space_of(part.cooperative)).content.decode()
    assert part.order.number in today

    for deed, status in {
        "confirm": PartStatus.CONFIRMED,
        "pack": PartStatus.PACKED,
        "hand_over": PartStatus.SHIPPED,
        "delivered": PartStatus.DELIVERED,
    }.items():
        assert f'value="{deed}"' in browser.get(page_of(part)).content.decode()
        answer = browser.post(page_of(part), {"deed": deed, "courier": courier.pk, "tracking": "AB 12"})
        assert (answer.status_code, answer["location"]) == (302, page_of(part))
        assert status_of(part) == status

    shipment = CooperativeOrder.objects.get(pk=part.pk).shipment
    assert (shipment.courier, shipment.tracking) == (courier, "AB 12")
    moved = part.status_changes.exclude(was="").values_list("actor", "by__first_name")
    assert set(moved) == {("cooperative", "Khadija")}
    assert Lot.objects.get().on_hand == 8
    assert check_invariants() == []


def test_the_page_of_an_order_names_the_lots_and_what_is_to_be_paid_at_the_door():
    part = a_part(PartStatus.CONFIRMED, lot=LotFactory(code="THYM-7"))
    page = at_work(part.cooperative).get(page_of(part)).content.decode()
    assert "THYM-7" in page and "205,00" in page


def test_nobody_answered_is_written_down_and_the_order_stays():
    part = a_part()
    browser = at_work(part.cooperative)
    browser.post(page_of(part), {"deed": "unreachable"})
    browser.post(page_of(part), {"deed": "wants_change", "note": "Demain"})
    assert list(BuyerCall.objects.values_list("outcome", "note", "by__first_name")) == [
        ("unreachable", "", "Khadija"),
        ("wants_change", "Demain", "Khadija"),
    ]
    assert status_of(part) == PartStatus.PLACED
    assert "appelé 2 fois" in browser.get(space_of(part.cooperative)).content.decode()


def test_whoever_does_not_want_it_is_canceled_with_the_reason():
    part = a_part()
    at_work(part.cooperative).post(page_of(part), {"deed": "cancel", "reason": "changed_mind", "note": "Trop cher"})
    part.refresh_from_db()
    assert (part.status, part.cancel_reason) == (PartStatus.CANCELED, "changed_mind")
    assert Lot.objects.get().reserved == 0


@pytest.mark.parametrize(("deed", "status"), [("refused", "refused"), ("absent", "unreachable")])
def test_a_parcel_that_was_not_taken_is_told(deed, status):
    part = a_part(PartStatus.SHIPPED)
    at_work(part.cooperative).post(page_of(part), {"deed": deed})
    assert Shipment.objects.get().status == status
    assert status_of(part) == PartStatus.SHIPPED


def test_a_parcel_that_is_back_puts_what_is_good_on_the_shelf():
    part = a_part(PartStatus.SHIPPED, quantity=3)
    [line] = part.lines.all()
    browser = at_work(part.cooperative)
    browser.post(page_of(part), {"deed": "refused"})
    assert "refusé à la porte" in browser.get(page_of(part)).content.decode().lower()
    browser.post(page_of(part), {"deed": "back", f"line_{line.pk}": "2", "note": "Un pot cassé"})
    assert status_of(part) == PartStatus.RETURNED
    assert Lot.objects.get().on_hand == 9
    assert check_invariants() == []


def test_more_than_was_sent_does_not_come_back():
    part = a_part(PartStatus.SHIPPED, quantity=3)
    [line] = part.lines.all()
    at_work(part.cooperative).post(page_of(part), {"deed": "back", f"line_{line.pk}": "4"})
    assert (status_of(part), Lot.objects.get().on_hand) == (PartStatus.SHIPPED, 7)


def test_a_parcel_is_back_only_with_a_number_for_each_product():
    part = a_part(PartStatus.SHIPPED)
    at_work(part.cooperative).post(page_of(part), {"deed": "back"})
    assert status_of(part) == PartStatus.SHIPPED


@pytest.mark.parametrize(
    ("status", "deed"),
    [("delivered", "back"), ("packed", "cancel"), ("delivered", "unreachable"), ("confirmed", "delivered")],
)
def test_an_old_page_does_nothing_that_does_not_fit_any_more(status, deed):
    part = a_part(PartStatus(status))
    [line] = part.lines.all()
    answer = at_work(part.cooperative).post(page_of(part), {"deed": deed, f"line_{line.pk}": "2"}, follow=True)
    assert "Rien n’a changé" in answer.content.decode()
    assert status_of(part) == status and BuyerCall.objects.count() == 0


def test_who_takes_the_parcel_is_said_and_shown():
    part, courier = a_part(PartStatus.PACKED), CourierFactory(name="Barid")
    browser = at_work(part.cooperative)
    answer = browser.post(page_of(part), {"deed": "hand_over", "courier": ""}, follow=True)
    assert "Dites qui l’emporte" in answer.content.decode() and status_of(part) == PartStatus.PACKED
    browser.post(page_of(part), {"deed": "hand_over", "courier": str(courier.pk), "tracking": "AB 12"})
    page = browser.get(page_of(part)).content.decode()
    assert "Barid" in page and "AB 12" in page


def test_the_cooperative_brings_a_parcel_itself():
    part = a_part(PartStatus.PACKED)
    at_work(part.cooperative).post(page_of(part), {"deed": "hand_over", "courier": "own"})
    assert Shipment.objects.get().courier is None


def test_money_that_a_canceled_transfer_leaves_is_looked_after_by_staff():
    order = a_transfer()
    money_comes(order.number, "205,00")
    part = order.parts.get()
    at_work(part.cooperative).post(page_of(part), {"deed": "cancel", "reason": "out_of_stock"})
    assert status_of(part) == PartStatus.CANCELED
    assert [task.owner for task in MoneyTask.objects.all()] == [None]


def test_each_input_of_the_page_has_a_name_of_its_own():
    for status in ("placed", "confirmed", "packed", "shipped"):
        part = a_part(PartStatus(status))
        page = at_work(part.cooperative).get(page_of(part)).content.decode()
        ids = re.findall(r' id="([^"]+)"', page)
        assert len(ids) == len(set(ids)), status
        assert set(re.findall(r' for="([^"]+)"', page)) <= set(ids), status


def test_what_cannot_be_packed_is_canceled():
    part = a_part(PartStatus.CONFIRMED)
    at_work(part.cooperative).post(page_of(part), {"deed": "cancel", "reason": "out_of_stock"})
    assert status_of(part) == PartStatus.CANCELED


def test_a_deed_that_does_not_fit_is_refused_in_words():
    part = a_part()
    answer = at_work(part.cooperative).post(page_of(part), {"deed": "hand_over"}, follow=True)
    assert "à confirmer" in answer.content.decode()
    assert status_of(part) == PartStatus.PLACED


@pytest.mark.parametrize(
    "form", [{}, {"deed": "nonsense"}, {"deed": "confirm", "note": "x" * 201}, {"deed": "confirm", "courier": "9999"}]
)
def test_a_button_that_is_not_known_changes_nothing(form):
    part = a_part()
    assert at_work(part.cooperative).post(page_of(part), form).status_code == 302
    assert status_of(part) == PartStatus.PLACED


def test_an_order_whose_transfer_has_not_come_waits_and_has_no_button_to_confirm():
    order = a_transfer()
    part = order.parts.get()
    browser = at_work(part.cooperative)
    assert order.number not in browser.get(space_of(part.cooperative)).content.decode()
    page = browser.get(page_of(part)).content.decode()
    assert 'value="confirm"' not in page
    browser.post(page_of(part), {"deed": "confirm"})
    assert status_of(part) == PartStatus.PLACED


def test_thirty_days_after_the_delivery_nobody_reads_who_ordered():
    part = a_part(PartStatus.DELIVERED, contact=a_contact(name="Amina Berrada"))
    browser = at_work(part.cooperative)
    assert "Amina Berrada" in browser.get(page_of(part)).content.decode()

    long_ago = timezone.now() - timedelta(days=settings.BUYER_SHOWN_DAYS, minutes=1)
    StatusChange.objects.filter(row_id=part.pk, now="delivered").update(at=long_ago)

    page = browser.get(page_of(part)).content.decode()
    assert "Amina Berrada" not in page and "rue des Oliviers" not in page and str(part.order.phone) not in page


def test_a_packer_packs_and_does_not_speak_with_buyers():
    placed, confirmed = a_part(), a_part(PartStatus.CONFIRMED)
    for part, deed, code, status in [(placed, "confirm", 403, "placed"), (confirmed, "pack", 302, "packed")]:
        browser = at_work(part.cooperative, Role.PACKER)
        assert browser.post(page_of(part), {"deed": deed}).status_code == code
        assert status_of(part) == status


def test_the_page_of_today_asks_as_little_for_thirty_orders_as_for_one():
    lot = LotFactory(quantity=200)
    a_part(lot=lot)
    cooperative = lot.variant.product.sale.cooperative
    browser = at_work(cooperative)
    few = queries_of(browser, space_of(cooperative))
    for _number in range(29):
        a_part(lot=lot, quantity=1)
    assert (
        queries_of(browser, space_of(cooperative)) == few + 1
    )  # the number of them all is asked where the page is full
    assert few <= 18


def test_orders_of_another_cooperative_are_not_there():
    mine, theirs = CooperativeFactory(), a_part(PartStatus.CONFIRMED)
    browser = at_work(mine)
    foreign = [
        page_of(theirs),
        space_of(theirs.cooperative),
        space_of(theirs.cooperative, "membres/"),
        space_of(mine, f"commandes/{theirs.pk}/"),
        space_of(mine, "commandes/999999/"),
        "/fr/espace/il-n-y-en-a-pas/",
    ]
    for address in foreign:
        for answer in (browser.get(address), browser.post(address, {"deed": "pack"})):
            assert answer.status_code in {404, 405}, address
            assert theirs.order.number not in answer.content.decode()
    assert status_of(theirs) == PartStatus.CONFIRMED


def test_what_is_not_there_leads_back_to_the_workspace():
    cooperative = CooperativeFactory()
    page = at_work(cooperative).get(space_of(cooperative, "commandes/999999/"))
    assert page.status_code == 404
    assert 'href="/fr/espace/"' in page.content.decode() and "/fr/panier/" not in page.content.decode()


def test_without_the_look_at_the_cooperative_a_foreign_order_is_read(monkeypatch):
    """The control of the test above."""
    mine, theirs = CooperativeFactory(), a_part(PartStatus.CONFIRMED)
    monkeypatch.setattr("store.permissions.parts_of", lambda member: CooperativeOrder.objects.all())
    page = at_work(mine).get(space_of(mine, f"commandes/{theirs.pk}/"))
    assert theirs.order.number in page.content.decode()
