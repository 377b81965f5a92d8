"""Three buyers pay by bank transfer, in Arabic: one in time, two too late, of whom one finds the oil gone."""

from catalog.rib import in_groups
from store.statuses import PartStatus
from tests.factories import a_part, a_rib

from .people import check_out, choose_file, enter, fill_cart, follow, open_order, press, says

RIB = "999 480 0000 2026 1126 0001 43"
HEADER = "Date;Libellé;Débit;Crédit;Donneur d’ordre"


def test_a_transfer_is_matched_and_a_late_one_takes_its_order_up_again_or_is_owed_back(small_shop, open_here):
    in_time, late, amal = open_here("phone"), open_here("phone"), open_here("desk")
    fill_cart(in_time, "ar", "miel-thym")
    salma = check_out(in_time, name="سلمى برادة", phone="06 00 97 20 01", email="", pay="transfer")
    assert says(in_time, RIB, salma.number, "165,00", "7 مارس 2030")
    driss, imane = small_shop.is_to_be_paid(small_shop.honey), small_shop.is_to_be_paid(small_shop.oil)
    assert small_shop.on_the_shelf(small_shop.honey) == 8

    small_shop.let_pass(days=1)
    enter(amal, "amal")
    the_first_statement_is_imported(amal, salma)
    in_time.goto(salma.page)
    assert says(in_time, "مؤدى بتحويل بنكي") and RIB not in in_time.content()

    small_shop.let_pass(days=5)
    late.goto(driss.page)
    assert says(late, "لم نعد ننتظر أي تحويل لهذا الطلب")
    assert small_shop.on_the_shelf(small_shop.honey) == 9
    a_part(PartStatus.PACKED, lot=small_shop.oil, quantity=10)  # somebody else takes all the oil

    the_late_statement_is_imported(amal, driss, imane)
    late.goto(driss.page)
    assert says(late, "مؤدى بتحويل بنكي")
    assert small_shop.on_the_shelf(small_shop.honey) == 8
    late.goto(imane.page)
    assert says(late.locator(".transfer"), "120,00 د.م.")
    follow(late, "أخبرونا بالحساب الذي نعيده إليه")
    late.locator("[name=rib]").fill(a_rib(1234))
    late.locator("main button").click()
    assert says(late, a_rib(1234)[-4:]) and a_rib(1234)[:20] not in late.content()
    late.goto(imane.page)
    assert "لم نعد ننتظر" not in late.content()
    somebody_gives_it_back(amal, imane)
    late.reload()
    assert "120,00" not in late.locator(".transfer").inner_text()
    assert small_shop.books_agree()


def the_first_statement_is_imported(page, salma) -> None:
    """The bank is new: its columns are told once. One line pays an order, one names none."""
    page.goto("/admin/bank-statements/")
    follow(page, "Importer un relevé")
    choose_file(
        page, "mars-1.csv", HEADER, f"05/03/2030;VIR RECU {salma.number};;165,00;BERRADA SALMA", "05/03/2030;FRAIS;12,00;;"
    )  # fmt: skip
    page.get_by_role("button", name="L’examiner").click()
    page.fill("[name=name]", "Banque de la Démonstration")
    columns = {"date": "Date", "label": "Libellé", "debit": "Débit", "credit": "Crédit", "sender": "Donneur d’ordre"}
    for name, column in columns.items():
        page.locator(f"[name={name}]").select_option(column)
    page.get_by_role("button", name="Examiner les lignes").click()
    assert says(page, f"{salma.number} · paie la commande", "argent sorti")
    press(page, "Importer", told="2 lignes sont importées.")


def the_late_statement_is_imported(page, driss, imane) -> None:
    page.goto("/admin/bank-statements/import/")
    choose_file(
        page, "mars-2.csv", HEADER, f"11/03/2030;{driss.number};;165,00;ALAOUI DRISS", f"11/03/2030;{imane.number};;120,00;"
    )  # fmt: skip
    page.get_by_role("button", name="L’examiner").click()
    assert says(page, f"{driss.number} · en retard", f"{imane.number} · en retard")
    press(page, "Importer", told="2 lignes sont importées.")
    assert says(page, "en retard et épuisé")


def somebody_gives_it_back(page, imane) -> None:
    """Who imported the statement looks after its money."""
    open_order(page, imane)
    assert says(page, "En retard et épuisé 120,00 MAD")
    page.locator(".facts").get_by_role("link", name="ouvert jusqu’au").click()
    assert says(page, "Responsable amal") and not page.get_by_role("button", name="Je m’en occupe").count()
    assert says(page, in_groups(a_rib(1234)))
    follow(page, "L’argent est rendu…")
    page.fill("[name=reference]", "VIR 312")
    press(page, "L’acheteur l’a reçu", told="l’acheteur a l’argent")
