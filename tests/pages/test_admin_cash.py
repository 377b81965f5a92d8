"""Staff take in a courier's cash, and write down what became of a parcel."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from catalog.models import Lot
from store.flows.fulfil_part import deliver_part
from store.flows.invariants import check_invariants
from store.models import CashSheet, CommissionRate, LedgerEntry, Shipment
from store.statuses import Actor, PartStatus, ShipmentStatus
from tests.factories import CourierFactory, a_part, a_rate

from .admin_people import editor, queries_of, staff, superuser

pytestmark = pytest.mark.django_db


def hand_over(courier) -> str:
    return reverse("couriers:hand_over", args=[courier.pk])


def shown(browser, courier) -> dict:
    """What the form would send as it stands."""
    form = browser.get(hand_over(courier)).context["form"]
    return {"expected": str(form["expected"].value()), "parcels": [str(pk) for pk in form["parcels"].value()]}


def test_staff_take_a_days_cash_in_within_two_acts():
    courier, browser = CourierFactory(name="Rachid"), staff()
    for _ in range(2):
        a_part(PartStatus.DELIVERED, courier=courier)

    page = browser.get(hand_over(courier)).content.decode()
    assert "340.00" in page and "Take the cash in" in page
    answer = browser.post(hand_over(courier), {**shown(browser, courier), "counted": "340"}, follow=True)

    page = answer.content.decode()
    assert "2 parcels are settled." in page and "340.00" in page
    assert check_invariants() == []


def test_a_difference_is_asked_for_and_what_was_typed_stays():
    courier, browser = CourierFactory(), staff()
    a_part(PartStatus.DELIVERED, courier=courier)
    form = {**shown(browser, courier), "counted": "150", "because": "Un billet manque"}

    page = browser.post(hand_over(courier), form).content.decode()
    assert "Say why it differs" in page and "Un billet manque" in page and not CashSheet.objects.exists()

    page = browser.post(hand_over(courier), {**form, "bearer": "courier"}, follow=True).content.decode()
    assert ("Un billet manque" in page and "−20.00" in page) or "-20.00" in page
    assert check_invariants() == []


def test_a_courier_brings_the_cash_of_some_days_only():
    courier, browser = CourierFactory(), staff()
    early, late = (a_part(PartStatus.DELIVERED, courier=courier) for _ in range(2))
    yesterday = timezone.now() - timedelta(days=1)
    Shipment.objects.filter(part=early).update(handed_over_at=yesterday)
    address = f"{hand_over(courier)}?until={timezone.localdate(yesterday)}"

    page = browser.get(address)
    assert early.order.number in page.content.decode() and late.order.number not in page.content.decode()
    form = page.context["form"]
    sent = {"expected": str(form["expected"].value()), "parcels": [str(pk) for pk in form["parcels"].value()]}
    browser.post(address, {**sent, "counted": "170"})

    assert list(CashSheet.objects.get().shipments.values_list("part", flat=True)) == [early.pk]
    assert late.order.number in browser.get(hand_over(courier)).content.decode()
    assert "Nothing to settle of these days." in browser.get(address).content.decode()


def test_a_day_that_is_none_shows_all_parcels():
    courier, browser = CourierFactory(), staff()
    part = a_part(PartStatus.DELIVERED, courier=courier)

    assert part.order.number in browser.get(f"{hand_over(courier)}?until=hier").content.decode()


def test_what_a_courier_left_is_on_the_list_and_on_the_next_sheet():
    courier, browser = CourierFactory(), superuser()
    a_part(PartStatus.DELIVERED, courier=courier)
    said = {"bearer": "courier", "because": "Un billet manque"}
    browser.post(hand_over(courier), {**shown(browser, courier), "counted": "150", **said})

    assert "20.00" in browser.get(reverse("couriers:index")).content.decode()
    page = browser.get(hand_over(courier)).content.decode()
    assert "Left from earlier sheets" in page and "20.00" in page

    browser.post(hand_over(courier), {**shown(browser, courier), "counted": "20"})
    assert "Nothing to settle" in browser.get(hand_over(courier)).content.decode()
    assert check_invariants() == []


def test_a_sheet_sent_twice_is_taken_in_once():
    courier, browser = CourierFactory(), staff()
    a_part(PartStatus.DELIVERED, courier=courier)
    form = {**shown(browser, courier), "counted": "170"}
    browser.post(hand_over(courier), form)

    page = browser.post(hand_over(courier), form, follow=True).content.decode()

    assert "Nothing was taken in" in page
    assert CashSheet.objects.count() == 1


@pytest.mark.parametrize("form", [{}, {"counted": "x"}, {"counted": "1e9"}, {"parcels": ["9999"], "counted": "1"}])
def test_a_sheet_that_makes_no_sense_settles_nothing(form):
    courier, browser = CourierFactory(), staff()
    a_part(PartStatus.DELIVERED, courier=courier)

    assert browser.post(hand_over(courier), form).status_code in (200, 302)

    assert not CashSheet.objects.exists()


def test_the_list_of_couriers_says_what_each_has_to_hand_over():
    courier, browser = CourierFactory(name="Rachid"), superuser()
    a_part(PartStatus.DELIVERED, courier=courier)
    with_one = queries_of(browser, reverse("couriers:index"))
    for _ in range(2):
        a_part(PartStatus.DELIVERED, courier=CourierFactory())

    assert "170.00" in browser.get(reverse("couriers:index")).content.decode()
    assert queries_of(browser, reverse("couriers:index")) == with_one


def test_a_sheet_asks_as_much_with_many_parcels_as_with_one():
    courier, browser = CourierFactory(), staff()
    a_part(PartStatus.DELIVERED, courier=courier)
    with_one = queries_of(browser, hand_over(courier))
    for _ in range(3):
        a_part(PartStatus.DELIVERED, courier=courier)

    assert queries_of(browser, hand_over(courier)) == with_one


def test_who_does_not_manage_orders_sees_no_cash():
    courier, browser = CourierFactory(), editor()

    for address in (hand_over(courier), reverse("cash-sheets:index"), reverse("couriers:index")):
        assert browser.get(address).status_code == 302
        assert browser.get(address)["location"].startswith("/admin/")
    browser.post(hand_over(courier), {"expected": "0", "counted": "0"})
    assert not CashSheet.objects.exists()


# -- Parcels ----------------------------------------------------------------------------------------------------------


def part_page(name: str, part) -> str:
    return reverse(f"orders:{name}", args=[part.pk])


def test_a_parcel_leaves_with_a_courier_and_its_number():
    courier, part = CourierFactory(), a_part(PartStatus.PACKED)

    staff().post(part_page("move_part", part), {"to": "shipped", "note": "", "courier": courier.pk, "tracking": "AM12"})

    shipment = Shipment.objects.get()
    assert (shipment.part, shipment.courier, shipment.tracking) == (part, courier, "AM12")


def test_a_parcel_that_nobody_takes_is_written_down_with_who_bears_the_way():
    part, browser = a_part(PartStatus.SHIPPED, courier=CourierFactory(price_in_vain=Decimal(20))), staff()
    assert 'value="20.00"' in browser.get(part_page("not_taken", part)).content.decode()

    form = {"outcome": "refused", "price": "20.00", "bearer": "cooperative", "note": "Trop tard"}
    page = browser.post(part_page("not_taken", part), form, follow=True).content.decode()

    assert "was not taken" in page and "refused at the door" in page
    assert LedgerEntry.objects.get().because == "Trop tard"


def test_a_delivered_parcel_cannot_be_refused_any_more():
    part, browser = a_part(PartStatus.SHIPPED, courier=CourierFactory()), staff()
    deliver_part(part, actor=Actor.STAFF)

    form = {"outcome": "refused", "price": "20.00", "bearer": "platform"}
    page = browser.post(part_page("not_taken", part), form, follow=True).content.decode()

    assert "cannot become" in page
    assert Shipment.objects.get().status == ShipmentStatus.DELIVERED


def test_a_parcel_of_which_nothing_was_heard_is_on_the_list():
    silent, fresh, browser = a_part(PartStatus.SHIPPED), a_part(PartStatus.SHIPPED), staff()
    long_ago = timezone.now() - timedelta(days=settings.OUTCOME_DAYS, minutes=1)
    Shipment.objects.filter(part=silent).update(handed_over_at=long_ago)

    page = browser.get("/admin/orders/", {"unheard_of": "true"}).content.decode()

    assert silent.order.number in page and fresh.order.number not in page
    assert "Parcels of which nothing was heard" in browser.get("/admin/").content.decode()
    deliver_part(silent, actor=Actor.STAFF)
    assert silent.order.number not in browser.get("/admin/orders/", {"unheard_of": "true"}).content.decode()


def test_what_came_back_and_is_good_is_on_the_shelf_again():
    part, browser = a_part(PartStatus.SHIPPED), staff()
    line = part.lines.get()
    assert line.name in browser.get(part_page("came_back", part)).content.decode()

    browser.post(part_page("came_back", part), {f"line_{line.pk}": "1", "note": "Un pot cassé"})

    assert Lot.objects.get().on_hand == 9
    assert check_invariants() == []


def test_more_than_was_sent_cannot_come_back():
    part = a_part(PartStatus.SHIPPED)

    page = staff().post(part_page("came_back", part), {f"line_{part.lines.get().pk}": "3"}).content.decode()

    assert "less than or equal to 2" in page
    assert Lot.objects.get().on_hand == 8


# -- Commissions ------------------------------------------------------------------------------------------------------


def test_staff_set_a_commission_from_a_day_on_and_not_twice():
    browser, form = superuser(), {"since": "2026-01-01", "per_mille": "80"}

    browser.post(reverse("commissions:add"), form)
    page = browser.post(reverse("commissions:add"), form).content.decode()

    assert CommissionRate.objects.get().per_mille == 80
    assert "since this day already" in page
    assert "8 %" in browser.get(reverse("commissions:index")).content.decode()


def test_a_commission_of_more_than_everything_is_refused():
    page = superuser().post(reverse("commissions:add"), {"since": "2026-01-01", "per_mille": "1001"}).content.decode()

    assert "At most 1000" in page and not CommissionRate.objects.exists()


def test_the_list_of_commissions_asks_as_much_for_many_as_for_one():
    browser = superuser()
    a_rate(80)
    with_one = queries_of(browser, reverse("commissions:index"))
    for month in range(2, 5):
        a_rate(80, since=f"2026-0{month}-01")

    assert queries_of(browser, reverse("commissions:index")) == with_one
