"""Members take lots in, count them, and take them off sale."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from wagtail.models import ModelLogEntry

from catalog.models import Lot, Role, StockMovement, Variant
from catalog.stock import actions
from store.flows.invariants import check_invariants
from tests.factories import CooperativeFactory, LotFactory, VariantFactory, a_part

from .admin_people import queries_of
from .members import at_work, space_of
from .product_pages import a_photo

pytestmark = pytest.mark.django_db


def a_variant(cooperative, **fields) -> Variant:
    return VariantFactory(product__sale__cooperative=cooperative, **fields)


def take_in(browser, cooperative, of, **changes):
    in_a_year = timezone.localdate() + timedelta(days=365)
    fields = {"variant": of.pk, "quantity": "12", "best_before": in_a_year.isoformat(), "origin": "", "produced_on": ""}
    return browser.post(space_of(cooperative, "stock/nouveau/"), {**fields, **changes})


def page_of(lot: Lot) -> str:
    return space_of(lot.cooperative, f"stock/{lot.pk}/")


def a_lot(**fields) -> Lot:
    return LotFactory(**fields)


def test_a_new_lot_in_three_fields_is_on_sale_at_once_under_a_code_of_its_own():
    cooperative = CooperativeFactory()
    variant = a_variant(cooperative, sku="MIEL-250")
    answer = take_in(at_work(cooperative), cooperative, variant, origin="Rucher d’Aït Ourir")
    [lot] = Lot.objects.all()
    assert answer["location"] == page_of(lot)
    assert (lot.code, lot.on_hand, lot.origin_fr) == (
        f"MIEL-250-{timezone.localdate():%y%m%d}",
        12,
        "Rucher d’Aït Ourir",
    )
    assert StockMovement.objects.get().by.first_name == "Khadija"
    assert check_invariants() == []


@pytest.mark.parametrize(
    ("name", "content", "is_kept"),
    [
        ("Analyse du miel.pdf", b"%PDF-1.7 what was found %%EOF", True),
        ("Analyse.pdf", b"<html>", False),
        ("Analyse.html", b"%PDF-1.7 %%EOF", False),
    ],
)
def test_a_certificate_goes_with_a_lot_if_it_is_a_pdf(name, content, is_kept):
    cooperative = CooperativeFactory()
    browser, variant = at_work(cooperative), a_variant(cooperative)
    answer = take_in(browser, cooperative, variant, certificate=SimpleUploadedFile(name, content))
    assert answer.status_code == (302 if is_kept else 422)
    titles = list(Lot.objects.values_list("certificate__title", flat=True))
    assert titles == (["Analyse du miel"] if is_kept else [])
    if is_kept:
        assert "Analyse du miel" in browser.get(page_of(Lot.objects.get())).content.decode()


def test_lots_of_one_day_have_different_codes():
    cooperative = CooperativeFactory()
    browser, variant = at_work(cooperative), a_variant(cooperative, sku="MIEL-250")
    for number in range(3):
        take_in(browser, cooperative, variant, quantity=str(12 + number))
    day = f"{timezone.localdate():%y%m%d}"
    codes = set(Lot.objects.values_list("code", flat=True))
    assert codes == {f"MIEL-250-{day}", f"MIEL-250-{day}-2", f"MIEL-250-{day}-3"}


@pytest.mark.parametrize(
    "changes",
    [
        {"quantity": "0"}, {"quantity": "beaucoup"}, {"quantity": "100001"}, {"variant": ""}, {"variant": "999999"},
        {"best_before": "2020-01-01"}, {"best_before": "hier"}, {"best_before": "2030-01-01", "produced_on": "2030-02-01"},
        {"origin": "x" * 161},
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_and_nothing_is_lost(changes):
    cooperative = CooperativeFactory()
    answer = take_in(at_work(cooperative), cooperative, a_variant(cooperative), **{"quantity": "7", **changes})
    assert answer.status_code == 422 and "errorlist" in answer.content.decode()
    assert Lot.objects.count() == 0


def test_a_lot_of_another_cooperatives_product_cannot_be_taken_in():
    cooperative = CooperativeFactory()
    answer = take_in(at_work(cooperative), cooperative, a_variant(CooperativeFactory()))
    assert answer.status_code == 422 and Lot.objects.count() == 0


def test_a_count_corrects_what_is_on_hand_with_its_reason():
    lot = a_lot(quantity=10)
    browser = at_work(lot.cooperative)
    browser.post(page_of(lot), {"counted": "8", "reason": "Deux pots cassés", "seen": "10"})
    lot.refresh_from_db()
    assert lot.on_hand == 8
    assert "Deux pots cassés" in browser.get(page_of(lot)).content.decode()
    assert check_invariants() == []


def test_what_was_sold_between_counting_and_writing_is_not_taken_off_twice():
    lot = a_lot(quantity=10)
    actions.adjust(lot, -1, reason="vendu au marché")
    answer = at_work(lot.cooperative).post(page_of(lot), {"counted": "8", "reason": "Deux pots cassés", "seen": "10"})
    lot.refresh_from_db()
    assert answer.status_code == 422 and lot.on_hand == 9
    assert "Deux pots cassés" in answer.content.decode() and 'name="seen" value="9"' in answer.content.decode()


def test_what_is_kept_for_orders_cannot_be_counted_away():
    part = a_part(quantity=3)
    lot = Lot.objects.get()
    answer = at_work(part.cooperative).post(page_of(lot), {"counted": "2", "reason": "Perdus", "seen": "10"})
    lot.refresh_from_db()
    assert answer.status_code == 422 and lot.on_hand == 10


def test_a_manager_takes_a_lot_off_sale_and_only_the_federation_puts_it_back():
    lot = a_lot()
    browser = at_work(lot.cooperative)
    assert browser.get(page_of(lot)).content.decode().count('name="reason"') == 2  # of the count and of the block
    assert browser.post(page_of(lot), {"block": "1", "reason": ""}).status_code == 422
    browser.post(page_of(lot), {"block": "1", "reason": "Couvercles mal fermés"})
    lot.refresh_from_db()
    assert (lot.blocked_because, lot.is_sellable(timezone.localdate())) == ("Couvercles mal fermés", False)
    [written] = ModelLogEntry.objects.for_instance(lot)
    assert (written.user.first_name, written.data["reason"]) == ("Khadija", "Couvercles mal fermés")
    assert 'name="block"' not in browser.get(page_of(lot)).content.decode()


def test_the_same_lot_twice_is_asked_about():
    cooperative = CooperativeFactory()
    browser, variant = at_work(cooperative), a_variant(cooperative)
    take_in(browser, cooperative, variant)
    asked = take_in(browser, cooperative, variant)  # they went back and pressed again
    assert asked.status_code == 422 and 'name="again"' in asked.content.decode()
    assert Lot.objects.count() == 1
    take_in(browser, cooperative, variant, again="on")
    assert Lot.objects.count() == 2


def test_of_two_who_counted_the_same_lot_one_is_told_to_count_again():
    lot = a_lot(quantity=12)
    browser = at_work(lot.cooperative)
    counted = {"counted": "10", "reason": "Deux pots cassés", "seen": "12"}
    assert [browser.post(page_of(lot), counted).status_code for _hand in range(2)] == [302, 422]
    lot.refresh_from_db()
    assert lot.on_hand == 10


def test_a_seller_counts_and_does_not_block_and_a_packer_does_neither():
    lot = a_lot()
    seller, packer = at_work(lot.cooperative, Role.SELLER), at_work(lot.cooperative, Role.PACKER)
    assert seller.post(page_of(lot), {"counted": "9", "reason": "Offert", "seen": "10"}).status_code == 302
    assert seller.post(page_of(lot), {"block": "1", "reason": "Non"}).status_code == 403
    assert packer.get(page_of(lot)).status_code == 403
    lot.refresh_from_db()
    assert (lot.on_hand, lot.blocked_at) == (9, None)


def test_lots_whose_date_comes_or_is_over_are_marked():
    cooperative, today = CooperativeFactory(), timezone.localdate()
    variant = a_variant(cooperative)
    for days in (-1, 10, 100):
        LotFactory(variant=variant, best_before=today + timedelta(days=days))
    page = at_work(cooperative).get(space_of(cooperative, "stock/")).content.decode()
    assert page.count("date dépassée") == 1 and page.count("jusqu’au") == 1
    assert '<span class="shelf__count">20</span>' in page


def test_the_page_asks_as_little_for_many_lots_as_for_one():
    cooperative = CooperativeFactory()
    LotFactory(variant=a_variant(cooperative))
    browser = at_work(cooperative)
    few = queries_of(browser, space_of(cooperative, "stock/"))
    for _number in range(20):
        LotFactory(variant=a_variant(cooperative))
    assert queries_of(browser, space_of(cooperative, "stock/")) == few
    assert few <= 10


def test_a_photo_of_the_harvest_stands_on_the_page_behind_the_code(client):
    cooperative = CooperativeFactory()
    variant = a_variant(cooperative)
    take_in(at_work(cooperative), cooperative, variant, photo=a_photo())
    lot = Lot.objects.get()
    assert lot.photo.cooperative == cooperative
    assert lot.photo.file.url in client.get(f"/fr/lot/{cooperative.slug}/{lot.code}/").content.decode()


def test_the_workspace_is_an_application_of_its_own(client):
    manifest = client.get("/ar/espace/manifest.webmanifest").json()
    assert (manifest["start_url"], manifest["scope"], manifest["dir"]) == ("/ar/espace/", "/ar/espace/", "rtl")
    assert "/ar/espace/manifest.webmanifest" in client.get("/ar/espace/entrer/").content.decode()
