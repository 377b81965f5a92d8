"""Less than was ordered, and a lot that is called back: on a telephone, from the first look to the last call."""

import re

from playwright.sync_api import expect

from store.statuses import PartStatus
from tests.factories import a_contact, a_part

from .people import check_out, fill_cart, follow, plain, says
from .test_workspace_journey import come_in, is_sound, staff_invite


def test_a_jar_is_missing_and_the_buyer_pays_what_comes(small_shop, open_here):
    """In Arabic."""
    buyer, amal, rkia = open_here("phone"), open_here("desk"), open_here("phone")
    fill_cart(buyer, "ar", "miel-thym", "miel-thym", "miel-thym")
    order = check_out(buyer, name="سعاد بنجلون", phone="06 00 97 50 01", email="")
    come_in(rkia, staff_invite(amal))
    rkia.get_by_role("link", name="سعاد بنجلون").click()
    follow(rkia, "هناك نقص")
    assert is_sound(rkia)
    rkia.locator("[name^=line_]").fill("2")
    rkia.get_by_role("button", name="هذا ما يمكن إرساله").click()
    words = rkia.get_by_role("link", name="مراسلة عبر واتساب").get_attribute("href")
    assert order.number in words
    assert is_sound(rkia)
    buyer.goto(order.page)
    assert "295,00" in plain(buyer.locator("main").inner_text())  # two jars and the parcel
    assert small_shop.books_agree()


def test_a_lot_is_called_back_and_everybody_who_has_it_is_reached(small_shop, open_here):
    """In French."""
    amal, rkia, buyer = open_here("desk"), open_here("phone"), open_here("phone")
    has_it = a_part(PartStatus.DELIVERED, lot=small_shop.honey, contact=a_contact(name="Salma Berrada"))
    come_in(rkia, staff_invite(amal))
    rkia.goto(f"/fr/espace/tinas-cop/stock/{small_shop.honey.pk}/")
    rkia.get_by_text("Il a un défaut").click()
    rkia.locator("[name=reason]").last.fill("Des éclats de verre dans deux pots")
    rkia.locator("[name=tells]").check()
    assert is_sound(rkia)
    rkia.get_by_role("button", name="Bloquer ce lot").click()
    rkia.wait_for_url("**/rappel/")
    assert is_sound(rkia) and "Salma" not in rkia.locator("main").inner_text()
    rkia.get_by_role("button", name="Afficher les téléphones").click()
    assert says(rkia, "Salma Berrada")
    told = rkia.get_by_role("link", name="Écrire sur WhatsApp").get_attribute("href")
    assert "wa.me" in told and is_sound(rkia)
    rkia.get_by_role("button", name="Prévenu").click()
    expect(rkia.locator(".badge--delivered")).to_have_text("prévenu")
    rkia.get_by_text("Clore le rappel").first.click()
    with rkia.expect_navigation():
        rkia.get_by_role("button", name="Clore le rappel").click()
    assert "Salma" not in rkia.locator("main").inner_text() and is_sound(rkia)

    buyer.goto(f"/fr/commande/{has_it.order.token}/")
    assert says(buyer, "Des éclats de verre dans deux pots")
    buyer.goto(f"/fr/lot/tinas-cop/{small_shop.honey.code}/")
    assert re.search("rappel", buyer.locator("main").inner_text(), re.IGNORECASE) and is_sound(buyer)
    assert small_shop.books_agree()
