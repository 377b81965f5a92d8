"""The courier takes several parcels at once, and signs for them."""

import re
from datetime import timedelta

import pypdfium2
import pytest
from django.utils import timezone

from catalog.models import Lot
from catalog.stock import actions as stock
from store.delivery.prices import DeliveryMethod
from store.documents import pdf
from store.flows.fulfil_part import deliver_part
from store.flows.invariants import check_invariants
from store.models import Courier, Shipment
from store.statuses import Actor, PartStatus
from tests.factories import CartFactory, CourierFactory, LotFactory, a_part, advance, place

from .admin_people import queries_of
from .members import at_work, space_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def lot() -> Lot:
    return LotFactory(quantity=200)


@pytest.fixture
def courier() -> Courier:
    return CourierFactory(name="Barid")


def packed(lot: Lot, count: int = 2) -> list:
    return [a_part(PartStatus.PACKED, lot=lot, quantity=1) for _ in range(count)]


def batch(lot: Lot) -> str:
    return space_of(lot.cooperative, "remise/")


def ticked(parts, courier="own", **trackings) -> dict[str, str]:
    """The form with these parcels ticked; `trackings` are by place in the list: `t0`, `t1`, …"""
    form = {"courier": str(getattr(courier, "pk", courier)), **{f"leaves_{part.pk}": "on" for part in parts}}
    return form | {f"tracking_{parts[int(place[1:])].pk}": number for place, number in trackings.items()}


def statuses(parts) -> list[str]:
    for part in parts:
        part.refresh_from_db()
    return [part.status for part in parts]


def test_parcels_that_are_ticked_leave_with_the_courier_and_the_others_stay(lot, courier):
    parts = packed(lot, 3)
    browser = at_work(lot.cooperative)
    assert batch(lot) in browser.get(space_of(lot.cooperative)).content.decode()

    answer = browser.post(batch(lot), ticked(parts[:2], courier, t0="AB 1", t1="AB 2"))

    assert (answer.status_code, answer["location"]) == (302, batch(lot))
    assert statuses(parts) == ["shipped", "shipped", "packed"]
    assert list(Shipment.objects.values_list("courier__name", "tracking")) == [("Barid", "AB 1"), ("Barid", "AB 2")]
    page = browser.get(batch(lot)).content.decode()
    assert "2 colis sont partis" in page and parts[2].order.number in page and parts[0].order.number not in page
    assert check_invariants() == []


def test_one_that_may_not_leave_is_told_with_its_reason_and_keeps_none_back(lot, courier):
    spoiled = LotFactory(quantity=5, variant__product__sale__cooperative=lot.cooperative)
    good, bad = packed(lot, 1) + packed(spoiled, 1)
    stock.block(spoiled, because="a doubt")

    answer = at_work(lot.cooperative).post(batch(lot), ticked([good, bad], courier, t1="AB 9"))

    page = answer.content.decode()
    assert (answer.status_code, statuses([good, bad])) == (422, ["shipped", "packed"])
    assert spoiled.code in page and "AB 9" in page and bad.order.number in page and good.order.number not in page
    assert check_invariants() == []


def test_a_number_that_another_parcel_has_is_refused_beside_its_parcel(lot, courier):
    parts = packed(lot)
    answer = at_work(lot.cooperative).post(batch(lot), ticked(parts, courier, t0="AB 1", t1="AB 1"))
    assert (answer.status_code, statuses(parts)) == (422, ["shipped", "packed"])
    assert "AB 1" in answer.content.decode()


def test_the_page_of_one_order_refuses_such_a_number_too(lot, courier):
    first, second = packed(lot)
    browser = at_work(lot.cooperative)
    for part in (first, second):
        form = {"deed": "hand_over", "courier": courier.pk, "tracking": "AB 1"}
        answer = browser.post(space_of(lot.cooperative, f"commandes/{part.pk}/"), form, follow=True)
    assert "AB 1" in answer.content.decode() and statuses([first, second]) == ["shipped", "packed"]


@pytest.mark.parametrize("spoil", [{"courier": ""}, {"courier": "999999"}, {"nobody": "ticked"}])
def test_without_a_courier_or_a_parcel_nothing_leaves_and_what_was_typed_stays(lot, spoil):
    parts = packed(lot)
    form = ticked(parts, t0="AB 1") | spoil
    if "nobody" in spoil:
        form = {name: value for name, value in form.items() if not name.startswith("leaves_")}
    answer = at_work(lot.cooperative).post(batch(lot), form)
    assert (answer.status_code, statuses(parts)) == (422, ["packed", "packed"])
    assert 'value="AB 1"' in answer.content.decode()


def test_what_left_meanwhile_on_another_telephone_is_told(lot, courier):
    parts = packed(lot)
    browser = at_work(lot.cooperative)
    form = ticked(parts, courier)
    advance_one(parts[0])
    page = browser.post(batch(lot), form, follow=True).content.decode()
    assert parts[0].order.number in page and "en route" in page
    assert Shipment.objects.get(part=parts[0]).courier is None


def advance_one(part) -> None:
    at_work(part.cooperative).post(batch_of(part), ticked([part]))


def batch_of(part) -> str:
    return space_of(part.cooperative, "remise/")


def test_what_its_buyer_fetches_is_not_among_them(lot):
    cart = CartFactory(lines=[(lot.variant, 1)])
    order = place(cart, delivery={lot.cooperative.pk: DeliveryMethod.PICKUP})
    advance(order.parts.get(), PartStatus.PACKED)
    assert order.number not in at_work(lot.cooperative).get(batch(lot)).content.decode()


def test_the_page_asks_as_little_for_twelve_parcels_as_for_two_and_is_light(lot):
    packed(lot, 2)
    browser = at_work(lot.cooperative)
    few = queries_of(browser, batch(lot))
    packed(lot, 10)
    assert queries_of(browser, batch(lot)) == few <= 14
    assert len(browser.get(batch(lot)).content) < 60_000


# -- The slip -----------------------------------------------------------------------------------------------------------


def slip(browser, lot, courier, day=None, language="fr"):
    return browser.get(space_of(lot.cooperative, f"remise/{day or timezone.localdate()}/{courier.pk}/", language))


def words_of(answer) -> str:
    assert (answer.status_code, answer["content-type"]) == (200, "application/pdf")
    pages = pypdfium2.PdfDocument(answer.content)
    return re.sub(r"\s+", " ", " ".join(page.get_textpage().get_text_range() for page in pages))


@pytest.fixture
def _pango():
    try:
        pdf._weasyprint()
    except pdf.NoPdf:
        pytest.skip("papers need pango: .ci/pango installs it")


@pytest.mark.usefixtures("_pango")
def test_the_slip_lists_what_the_courier_took_that_day_with_its_sum_whatever_became_of_it(lot, courier):
    parts, browser = packed(lot, 3), at_work(lot.cooperative)
    browser.post(batch(lot), ticked(parts[:2], courier, t0="AB 1"))
    deliver_part(parts[0], actor=Actor.COOPERATIVE)

    assert f"/remise/{timezone.localdate()}/{courier.pk}/" in browser.get(batch(lot)).content.decode()
    words = words_of(slip(browser, lot, courier))
    for told in [parts[0].order.number, parts[1].order.number, "AB 1", "Barid", "Meknès", "120,00 MAD", "240,00 MAD"]:
        assert told in words, told
    assert parts[2].order.number not in words and "Amina" not in words


@pytest.mark.usefixtures("_pango")
def test_a_slip_of_many_parcels_goes_on_on_the_next_page(lot, courier):
    for part in packed(lot, 45):
        part.shipment = Shipment.objects.create(part=part, courier=courier, handed_over_at=timezone.now())
    answer = slip(at_work(lot.cooperative), lot, courier, language="ar")
    assert len(pypdfium2.PdfDocument(answer.content)) == 2


YESTERDAY = str(timezone.localdate() - timedelta(days=1))


@pytest.mark.parametrize("day", ["2026-02-30", "20261128", "hier", "2026-W48-6", "9999-99-99", YESTERDAY])
def test_there_is_no_slip_of_a_day_on_which_nothing_left(lot, courier, day):
    parts, browser = packed(lot), at_work(lot.cooperative)
    browser.post(batch(lot), ticked(parts, courier))
    assert slip(browser, lot, courier, day).status_code == 404
    assert slip(browser, lot, CourierFactory()).status_code == 404
