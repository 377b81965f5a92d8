"""A buyer gives four of five jars back after the month was settled, and is paid back; the next month is less by it."""

import pytest

from store.flows.hand_over import close_sheet, waiting
from store.flows.month import Month
from store.flows.settle import approve_all, pay_all, propose_all, to_pay
from store.models import User
from store.statuses import PartStatus
from tests.factories import CartFactory, a_contact, a_part, a_rib, advance, place

from .people import enter, follow, press, rows_of, says, settle_the_month

MARCH, APRIL = Month(2030, 3), Month(2030, 4)
ADDRESS = "salma@example.com"


@pytest.fixture
def settled(small_shop):
    """In March five jars of honey and a bottle of oil were delivered and paid; the month is settled."""
    small_shop.let_pass(days=25)
    cart = CartFactory(lines=[(small_shop.honey.variant, 5), (small_shop.oil.variant, 1)])
    order = place(cart, contact=a_contact(name="Salma Berrada", email=ADDRESS))
    small_shop.tick()
    for part in order.parts.all():
        advance(part, PartStatus.DELIVERED, courier=small_shop.courier)
    parcels = waiting(small_shop.courier)
    cash = sum(row.to_hand_over for row in parcels)
    close_sheet(small_shop.courier, [row.shipment.pk for row in parcels], expected=cash, counted=cash)
    small_shop.let_pass(days=3)
    amal, badr = User.objects.get(username="amal"), User.objects.get(username="badr")
    propose_all(MARCH, by=amal)
    approve_all(MARCH, by=badr)
    pay_all([(its, "VIR 2030-03") for its in to_pay(MARCH)], paid_on=APRIL.first, by=badr)
    return order


def test_jars_come_back_after_the_settlement_are_paid_back_and_netted_in_the_next_month(settled, small_shop, open_here):
    buyer, amal, badr = open_here("phone"), open_here("desk"), open_here("desk")
    link = small_shop.link_in_the_mail_to(ADDRESS)
    small_shop.let_pass(days=1)
    four_jars_are_to_go_back(buyer, link)

    enter(amal, "amal")
    staff_take_them_back(amal, settled.number)
    assert small_shop.on_the_shelf(small_shop.honey) == 9

    the_buyer_says_where_the_money_goes(buyer, link)
    enter(badr, "badr")
    two_people_pay_it_back(amal, badr, settled.number)
    buyer.goto(link)
    assert says(buyer, "520,00 MAD vous ont été remboursés le 2 avril 2030")
    assert rows_of(buyer.locator(".receipt"))["Total"] == "285,00 MAD"

    a_part(PartStatus.DELIVERED, lot=small_shop.honey, quantity=6, courier=small_shop.courier)
    small_shop.let_pass(days=30)
    settle_the_month(amal, badr, reference="VIR 2030-04")
    april_is_less_by_it(badr)
    assert small_shop.books_agree()


def four_jars_are_to_go_back(page, link: str) -> None:
    page.goto(link)
    honey = page.locator(".part").filter(has=page.get_by_role("heading", name="Tinas Cop"))
    honey.get_by_role("link", name="Rendre quelque chose").click()
    page.get_by_label("Miel de thym").fill("4")
    page.locator("[name=reason]").select_option("changed_mind")
    page.locator("[name=because]").fill("Mon fils en avait déjà acheté.")
    page.get_by_role("button", name="Demander le retour").click()
    page.get_by_text("Votre demande est chez la coopérative").wait_for()


def staff_take_them_back(page, number: str) -> None:
    page.goto("/admin/returns/")
    page.get_by_role("link", name=number).first.click()
    assert says(page, "Mon fils en avait déjà acheté.", "Salma Berrada")
    follow(page, "Décider du retour")
    page.get_by_role("radio", name="Oui, il peut revenir").check()
    page.fill("[name=answer]", "Un livreur passera jeudi.")
    press(page, "Enregistrer", told="L’acheteur en est informé")
    follow(page, "Les produits sont là")
    assert page.get_by_label("Miel de thym · 250 g : bon").input_value() == "4"
    press(page, "Enregistrer", told="Les produits sont rentrés")


def the_buyer_says_where_the_money_goes(page, link: str) -> None:
    page.goto(link)
    assert says(page, "Un livreur passera jeudi.", "520,00 MAD vous sont dus")
    page.locator("a.button[href$='/remboursement/']").click()
    page.get_by_label("Votre RIB").fill(a_rib(1234)[:-1])
    page.get_by_role("button", name="Envoyer").click()
    page.get_by_text("Un RIB a 24 chiffres.").wait_for()
    page.get_by_label("Votre RIB").fill(a_rib(1234))
    page.get_by_role("button", name="Envoyer").click()
    page.get_by_text("Nous avons le numéro de votre compte").first.wait_for()
    assert a_rib(1234)[:20] not in page.content()


def two_people_pay_it_back(amal, badr, number: str) -> None:
    """Of so much nobody approves and pays alone."""
    to_be_paid_back(amal, number)
    follow(amal, "Approuver…")
    press(amal, "Approuver", told="Le remboursement est approuvé")
    follow(amal, "C’est payé…")
    amal.fill("[name=reference]", "VIR 77")
    press(amal, "C’est payé", told="quelqu’un d’autre")
    to_be_paid_back(badr, number)
    follow(badr, "C’est payé…")
    badr.fill("[name=reference]", "VIR 77")
    press(badr, "C’est payé", told="l’acheteur a l’argent")


def to_be_paid_back(page, number: str) -> None:
    page.goto("/admin/refunds/")
    page.get_by_role("link", name=number).first.click()


def april_is_less_by_it(page) -> None:
    """Six jars were sold, four came back: of 717.60 dirhams 478.40 are taken off."""
    assert says(page, "239,20", "VIR 2030-04")
    follow(page, "Tinas Cop")
    assert says(page, "Retour · 4 × Miel de thym 250 g -520,00 41,60 -478,40")
    assert says(page, "Vente · 6 × Miel de thym 250 g 780,00 -62,40 717,60")
    assert says(page, "239,20 MAD · viré", "Solde à reporter 239,20 MAD")
