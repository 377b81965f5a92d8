import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import Lot, Reservation
from catalog.stock import actions as stock
from store.flows.invariants import check_invariants
from store.models import CooperativeOrder, DeliveryZone, Order, OutboxMessage, StatusChange, ZoneArea
from store.statuses import PartStatus
from tests.factories import CartFactory, LotFactory, a_commune, a_contact, a_part, advance, place

from .admin_people import editor, queries_of, staff, superuser

pytestmark = pytest.mark.django_db

LIST = "/admin/orders/"


def page_of(order: Order) -> str:
    return f"{LIST}inspect/{order.pk}/"


def move_of(part: CooperativeOrder) -> str:
    return f"{LIST}parts/{part.pk}/move/"


def cancel_of(part: CooperativeOrder) -> str:
    return f"{LIST}parts/{part.pk}/cancel/"


SURE = {"reason": "unreachable", "note": "Appelé trois fois", "is_sure": "on"}


def status_of(part: CooperativeOrder) -> str:
    return CooperativeOrder.objects.values_list("status", flat=True).get(pk=part.pk)


def test_staff_bring_a_part_from_placed_to_delivered():
    part, browser = a_part(), staff()
    for status in (PartStatus.CONFIRMED, PartStatus.PACKED, PartStatus.SHIPPED, PartStatus.DELIVERED):
        page = browser.get(page_of(part.order)).content.decode()
        assert f'name="to" value="{status}"' in page
        answer = browser.post(move_of(part), {"to": status, "note": f"vers {status}"})
        assert (answer.status_code, answer["location"]) == (302, page_of(part.order))
        assert status_of(part) == status
    changes = part.status_changes.exclude(was="").values_list("now", "actor", "by__username", "because")
    assert list(changes) == [
        (s, "staff", "equipe", f"vers {s}") for s in ("confirmed", "packed", "shipped", "delivered")
    ]
    assert Lot.objects.get().on_hand == 8
    assert check_invariants() == []


def test_only_allowed_moves_have_a_button_and_a_forged_one_is_refused_in_words():
    part, browser = a_part(PartStatus.CONFIRMED), staff()
    page = browser.get(page_of(part.order)).content.decode()
    assert 'value="packed"' in page and 'value="delivered"' not in page
    answer = browser.post(move_of(part), {"to": "delivered", "note": ""}, follow=True)
    assert "cannot become" in answer.content.decode()
    assert status_of(part) == PartStatus.CONFIRMED


@pytest.mark.parametrize("form", [{"to": "canceled"}, {"to": "nonsense"}, {}, {"to": "confirmed", "note": "x" * 201}])
def test_a_move_that_is_not_known_changes_nothing(form):
    part = a_part()
    assert staff().post(move_of(part), form).status_code == 302
    assert status_of(part) == PartStatus.PLACED


def test_a_part_moves_by_post_only():
    part = a_part()
    assert staff().get(move_of(part), {"to": "confirmed"}).status_code == 405
    assert status_of(part) == PartStatus.PLACED


def test_a_move_without_djangos_token_is_refused():
    part = a_part()
    browser = staff()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = browser.cookies
    assert strict.post(move_of(part), {"to": "confirmed"}).status_code == 403
    assert status_of(part) == PartStatus.PLACED


def test_a_lot_that_may_not_leave_is_said_and_the_part_stays_packed():
    part, browser = a_part(PartStatus.PACKED), staff()
    stock.block(Lot.objects.get(), because="Rappel")
    answer = browser.post(move_of(part), {"to": "shipped"}, follow=True)
    assert "blocked or past its date" in answer.content.decode()
    assert status_of(part) == PartStatus.PACKED


def test_a_parcel_whose_lot_may_not_leave_is_packed_again_from_another():
    part, browser = a_part(PartStatus.PACKED), staff()
    lot = Lot.objects.get()
    assert 'value="repack"' not in browser.get(page_of(part.order)).content.decode()
    stock.block(lot, because="Rappel")
    other = LotFactory(variant=lot.variant)
    page = browser.get(page_of(part.order)).content.decode()
    assert 'value="repack"' in page and 'value="shipped"' not in page

    page = browser.post(move_of(part), {"to": "repack", "note": "Rappel"}, follow=True).content.decode()

    assert other.code in page and lot.code not in page and "Packed again" in page
    assert 'value="shipped"' in page
    assert part.status_changes.last().because == "Rappel"


def test_packing_without_enough_stock_is_said_with_what_is_left():
    part, browser = a_part(PartStatus.CONFIRMED), staff()
    stock.block(Lot.objects.get(), because="Rappel")
    answer = browser.post(move_of(part), {"to": "packed"}, follow=True)
    assert "2 needed, 0 left" in answer.content.decode()
    assert status_of(part) == PartStatus.CONFIRMED


def test_staff_cancel_a_part_with_a_reason_after_confirming():
    part, browser = a_part(), staff()
    assert browser.get(cancel_of(part)).status_code == 200
    answer = browser.post(cancel_of(part), SURE)
    assert (answer.status_code, answer["location"]) == (302, page_of(part.order))
    part = CooperativeOrder.objects.get(pk=part.pk)
    assert (part.status, part.cancel_reason) == ("canceled", "unreachable")
    assert part.status_changes.last().because.endswith(": Appelé trois fois")
    assert Lot.objects.get().reserved == 0
    assert check_invariants() == []


@pytest.mark.parametrize("left_out", ["reason", "is_sure"])
def test_without_a_reason_or_the_confirmation_nothing_is_canceled(left_out):
    part = a_part()
    answer = staff().post(cancel_of(part), {key: value for key, value in SURE.items() if key != left_out})
    assert answer.status_code == 200 and answer.context["form"].errors.keys() == {left_out}
    assert status_of(part) == PartStatus.PLACED


def test_a_part_that_left_is_no_longer_canceled():
    part, browser = a_part(PartStatus.SHIPPED), staff()
    assert cancel_of(part) not in browser.get(page_of(part.order)).content.decode()
    answer = browser.post(cancel_of(part), SURE, follow=True)
    assert "cannot become" in answer.content.decode()
    assert status_of(part) == PartStatus.SHIPPED


@pytest.mark.parametrize("browser", [Client, editor], ids=["visitor", "editor"])
def test_who_does_not_manage_orders_sees_and_writes_nothing(browser):
    part, client = a_part(), browser()
    before = StatusChange.objects.count()
    for path in [LIST, LIST + "results/", LIST + "?export=csv", page_of(part.order), cancel_of(part), "/admin/mails/"]:
        answer = client.get(path)
        assert answer.status_code in (302, 403), path
        assert part.order.number not in answer.content.decode()
    assert client.post(move_of(part), {"to": "confirmed"}).status_code in (302, 403)
    assert client.post(cancel_of(part), SURE).status_code in (302, 403)
    assert (status_of(part), StatusChange.objects.count()) == (PartStatus.PLACED, before)

    assert staff().post(move_of(part), {"to": "confirmed"}).status_code == 302
    assert status_of(part) == PartStatus.CONFIRMED


def test_the_menu_and_the_dashboard_of_an_editor_do_not_speak_of_orders():
    a_part()
    assert LIST not in editor().get("/admin/").content.decode()
    assert LIST in staff().get("/admin/").content.decode()


def test_nobody_adds_edits_copies_or_deletes_an_order():
    part, root = a_part(), superuser()
    for path in [f"{LIST}new/", *(f"{LIST}{view}/{part.order_id}/" for view in ("edit", "delete", "copy"))]:
        assert root.post(path, {"name": "X"}).status_code == 404
    assert Order.objects.get().name == part.order.name


def test_the_list_asks_as_many_queries_for_ten_orders_as_for_one():
    browser, counts = staff(), []
    for size in (1, 9):
        for _ in range(size):
            a_part()
        counts.append(queries_of(browser, LIST))
    assert counts[0] == counts[1]


def test_an_order_asks_as_many_queries_with_three_parts_as_with_one():
    browser, counts = staff(), []
    for size in (1, 3):
        order = place(CartFactory(lines=[(LotFactory().variant, 1) for _ in range(size)]))
        for part in order.parts.all():
            advance(part, PartStatus.PACKED)
        counts.append(queries_of(browser, page_of(order)))
    assert counts[0] == counts[1]
    page = browser.get(page_of(order)).content.decode()
    assert all(reservation.lot.code in page for reservation in Reservation.objects.order_by("-pk")[:3])


def test_orders_are_found_by_number_name_and_telephone_as_people_write_it():
    wanted = a_part(contact=a_contact(name="زينب الفلالي", phone="+212612345678")).order
    a_part()
    browser = staff()
    for query in (wanted.number, "الفلالي", "0612 34 56 78", "06123456", "+212 612-345678", "٠٦١٢٣٤٥٦٧٨"):
        assert list(browser.get(LIST, {"q": query}).context["object_list"]) == [wanted], query


def test_a_status_and_a_cooperative_are_asked_of_the_same_part():
    order = place(CartFactory(lines=[(LotFactory().variant, 1), (LotFactory().variant, 1)]))
    first, second = order.parts.order_by("pk")
    advance(first, PartStatus.CONFIRMED)
    browser = staff()

    def found(**query) -> list[Order]:
        return list(browser.get(LIST, query).context["object_list"])

    assert found(status="confirmed", cooperative=first.cooperative_id) == [order]
    assert found(status="confirmed", cooperative=second.cooperative_id) == []
    today = timezone.localdate().isoformat()
    assert (found(placed_at_from=today), found(placed_at_to="2020-01-01")) == ([order], [])


def test_the_dashboard_counts_what_is_to_do_today():
    a_part()
    a_part(PartStatus.CONFIRMED)
    a_part(PartStatus.PACKED)
    panel = staff().get("/admin/").content.decode().split('class="to-do"')[1].split("</ul>")[0]
    assert [panel.split("<strong>")[n].split("<")[0] for n in range(1, 6)] == ["1", "1", "1", "0", "0"]


def test_mails_are_listed_and_never_written():
    part, browser = a_part(), staff()
    assert part.order.email in browser.get("/admin/mails/").content.decode()
    message = OutboxMessage.objects.first()
    for view in ("edit", "delete", "inspect"):
        assert browser.post(f"/admin/mails/{view}/{message.pk}/").status_code == 404


ZONE = {"name_fr": "Proche", "name_ar": "قريب", "name_en": "Near", "price": "25.00", "days_min": 1, "days_max": 2}


def test_a_zone_is_written_with_its_places_and_read_back():
    commune, browser = a_commune(), staff()
    named = f"{commune.name_fr} ({commune.province.name_fr})"
    answer = browser.post("/admin/delivery-zones/new/", {**ZONE, "regions": ["04"], "communes": f"{named}\n"})
    assert answer.status_code == 302, answer.context["form"].errors
    zone = DeliveryZone.objects.get()
    assert {(area.region_id, area.commune_id) for area in zone.areas.all()} == {("04", None), (None, commune.pk)}

    form = browser.get(f"/admin/delivery-zones/edit/{zone.pk}/").context["form"]
    assert form.initial["communes"] == named
    browser.post(f"/admin/delivery-zones/edit/{zone.pk}/", {**ZONE, "communes": named})
    assert [area.commune_id for area in zone.areas.all()] == [commune.pk]


@pytest.mark.parametrize(
    ("field", "value"),
    [("communes", "Atlantide"), ("communes", "(("), ("days_max", 0), ("price", "-1"), ("name_fr", "")],
)
def test_a_zone_that_makes_no_sense_is_refused(field, value):
    answer = staff().post("/admin/delivery-zones/new/", {**ZONE, field: value})
    assert answer.status_code == 200 and field in answer.context["form"].errors
    assert DeliveryZone.objects.count() == 0


def test_a_place_belongs_to_one_zone():
    part = a_part()  # its zone holds the region
    answer = staff().post("/admin/delivery-zones/new/", {**ZONE, "regions": ["03"]})
    assert "belongs to the zone" in answer.content.decode()
    assert ZoneArea.objects.count() == 1 and part.order.commune
