"""A buyer orders from two cooperatives and pays at the door; one parcel is refused; the month is settled. All say the same."""

from .people import (
    check_out,
    choose_file,
    enter,
    fill_cart,
    follow,
    open_order,
    part_of,
    press,
    receipt,
    says,
    settle_the_month,
)

TINAS, QATR = "Tinas Cop", "Qatr Nada"


def test_cash_goes_from_the_door_to_the_settlement_though_one_parcel_is_refused(small_shop, open_here):
    buyer, amal, badr = open_here("phone"), open_here("desk"), open_here("desk")
    fill_cart(buyer, "fr", "miel-thym", "huile-lavande")
    order = check_out(buyer, name="Salma Berrada", phone="06 00 97 10 01", email="salma@example.com")

    enter(amal, "amal")
    open_order(amal, order)
    for cooperative, tracking in ((TINAS, "R-1"), (QATR, "R-2")):
        press(amal, "L’acheteur a confirmé", told="confirmée", within=part_of(amal, cooperative))
        press(amal, "Elle est emballée", told="emballée", within=part_of(amal, cooperative))
        hand_to_the_courier(amal, cooperative, tracking)
    assert small_shop.on_the_shelf(small_shop.oil) == 9
    small_shop.let_pass(days=2)

    the_honey_is_delivered(amal)
    the_oil_is_refused_and_comes_back(amal, order)
    assert small_shop.on_the_shelf(small_shop.oil) == 10
    the_courier_hands_the_cash_over(amal)
    assert small_shop.books_agree()

    buyer.goto(order.page)
    assert receipt(buyer) == {
        TINAS: "119,60 MAD",
        "Livraison": "35,00 MAD",
        "Fonctionnement de la boutique": "10,40 MAD",
        "TVA": "0,00 MAD",
        "Total": "165,00 MAD",
    }
    assert says(buyer, "Reste à payer 0,00 MAD")

    small_shop.let_pass(days=29)
    settle_the_month(amal, badr, reference="VIR 2030-03")
    the_statements_say_the_same(badr)
    assert small_shop.books_agree()


def hand_to_the_courier(page, cooperative: str, tracking: str) -> None:
    part = part_of(page, cooperative)
    part.locator("[name=courier]").select_option("Rachid")
    part.locator("[name=tracking]").fill(tracking)
    press(page, "Elle est partie", told="en route", within=part)


def the_honey_is_delivered(page) -> None:
    """The courier's file says so."""
    page.goto("/admin/couriers/")
    follow(page, "Rachid")
    follow(page, "Résultats d’un fichier…")
    choose_file(page, "rachid.csv", "Colis;Statut", "R-1;Livré")
    page.get_by_role("button", name="Regarder le fichier").click()
    press(page, "Noter 1 résultat", told="1 résultat")


def the_oil_is_refused_and_comes_back(page, order) -> None:
    open_order(page, order)
    follow(page, "Non pris…", within=part_of(page, QATR))
    page.get_by_role("radio", name="coopérative").check()
    page.fill("[name=note]", "Personne n’avait commandé")
    press(page, "Enregistrer", told="le colis n’a pas été pris")
    follow(page, "Il est revenu…", within=part_of(page, QATR))
    page.get_by_label("Huile de lavande").fill("1")
    press(page, "Enregistrer", told="est revenue")


def the_courier_hands_the_cash_over(page) -> None:
    """165 dirhams were paid at the door; 35 are for that way, 20 for the one in vain."""
    page.goto("/admin/couriers/")
    follow(page, "Rachid")
    assert says(page, "165,00", "110,00")
    page.fill("[name=counted]", "110")
    press(page, "Encaisser", told="2 colis sont soldés")


def the_statements_say_the_same(page) -> None:
    follow(page, TINAS)
    assert says(page, "1 × Miel de thym 250 g 130,00 -10,40 119,60", "119,60 MAD · viré", "Approuvé par badr")
    page.go_back()
    follow(page, QATR)
    assert says(page, "Colis porté en vain · Personne n’avait commandé -20,00", "À reporter -20,00 MAD · elle doit")
