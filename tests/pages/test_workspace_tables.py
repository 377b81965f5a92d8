"""A cooperative takes its orders, stock and products with it as tables, and brings changed ones back."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from catalog.models import Lot, Role, Variant
from store.flows.import_table.apply import HOURS
from store.flows.month import Month
from store.models import CooperativeOrder, StatusChange, TableImport
from store.permissions import buyers_seen, sees_buyer
from store.statuses import PartStatus
from tests.factories import CooperativeFactory, LotFactory, VariantFactory, a_contact, a_part

from .admin_people import queries_of
from .members import at_work, space_of

pytestmark = pytest.mark.django_db

MONTH = Month.of(timezone.localdate())
SEP = ";"


def rows_of(browser, cooperative, table: str, language: str = "fr") -> list[dict]:
    answer = browser.get(space_of(cooperative, f"tableaux/{table}", language))
    assert answer.status_code == 200 and answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith("attachment") and "no-store" in answer["Cache-Control"]
    text = answer.content.decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:]), delimiter="," if language == "en" else SEP))


def orders(browser, cooperative, month=MONTH, language: str = "fr"):
    return rows_of(browser, cooperative, f"commandes.csv?month={month}", language)


@pytest.fixture
def honey() -> Variant:
    return VariantFactory(sku="MT-250", price=Decimal("85.00"), product__name_fr="Miel de thym")


@pytest.fixture
def home(honey):
    return honey.product.sale.cooperative


def send(browser, cooperative, text: str, name: str = "prix.csv"):
    file = SimpleUploadedFile(name, text.encode(), "text/csv")
    return browser.post(space_of(cooperative, "tableaux/importer/"), {"file": file})


def press(browser, address: str, shown: str | None = None):
    shown = browser.get(address).context["plan"].digest if shown is None else shown
    return browser.post(address, {"shown": shown})


# -- Out ---------------------------------------------------------------------------------------------------------------


def test_the_orders_of_a_month_have_a_row_each_with_plain_amounts():
    part = a_part(contact=a_contact(name='=HYPERLINK("//x")', phone="+212612345678"))
    [row] = orders(at_work(part.cooperative), part.cooperative)
    assert (row["Commande"], row["Statut"], row["Unités"]) == (part.order.number, "à confirmer", "2")
    assert (row["Produits"], row["Livraison"], row["Total"]) == ("170,00", "35,00", "205,00")
    assert (row["Acheteur"], row["Téléphone"]) == ('\'=HYPERLINK("//x")', "0612 34 56 78")
    [english] = orders(at_work(part.cooperative), part.cooperative, language="en")
    assert english["Total"] == "205.00"


def test_only_orders_that_were_placed_in_the_month_are_in_it():
    part = a_part()
    assert orders(at_work(part.cooperative), part.cooperative, MONTH.previous) == []
    for month in ("", "2026-13", "x" * 3_000, "٢٠٢٦-١١"):
        page = space_of(part.cooperative, f"tableaux/commandes.csv?month={month}")
        assert at_work(part.cooperative).get(page).status_code == 404


def long_ago(part: CooperativeOrder) -> None:
    days = settings.BUYER_SHOWN_DAYS
    StatusChange.objects.filter(row_id=part.pk).update(at=timezone.now() - timedelta(days=days, minutes=1))


def test_who_ordered_is_told_of_each_order_as_long_as_its_page_tells_it():
    lot, parts = LotFactory(quantity=100), []
    for status in PartStatus:
        for is_old in (False, True):
            part = a_part(status, lot=lot, quantity=1)
            if is_old:
                long_ago(part)
            parts.append(part)
    told = {row["Commande"]: row for row in orders(at_work(lot.cooperative), lot.cooperative)}
    now = timezone.now()
    for part in parts:
        row = told[part.order.number]
        is_told = (row["Acheteur"], row["Téléphone"]) != ("", "")
        assert is_told == sees_buyer(part, now=now), part.status
    shown = buyers_seen(CooperativeOrder.objects.all(), now=now)
    assert shown == {part.pk for part in parts if sees_buyer(part, now=now)} and len(shown) == 11


def test_without_the_look_at_days_everybody_is_told(monkeypatch):
    """The control of the test above."""
    part = a_part(PartStatus.DELIVERED, contact=a_contact(name="Amina"))
    long_ago(part)
    browser = at_work(part.cooperative)
    assert orders(browser, part.cooperative)[0]["Acheteur"] == ""
    monkeypatch.setattr("store.workspace.tables.buyers_seen", lambda parts, now: {part.pk})
    assert orders(browser, part.cooperative)[0]["Acheteur"] == "Amina"


def test_stock_and_products_tell_what_the_pages_tell(honey, home):
    LotFactory(variant=honey, code="+L1", quantity=12, best_before=timezone.localdate() + timedelta(days=60))
    browser = at_work(home, Role.SELLER)
    [stock] = rows_of(browser, home, "stock.csv")
    assert (stock["Référence"], stock["Lot"], stock["En stock"], stock["Libres"]) == ("MT-250", "'+L1", "12", "12")
    [product] = rows_of(browser, home, "produits.csv")
    assert (product["Prix"], product["Libres"], product["Statut"]) == ("85,00", "12", "en vente")


@pytest.mark.parametrize("table", [f"commandes.csv?month={MONTH}", "stock.csv", "produits.csv"])
def test_a_table_asks_as_little_for_many_rows_as_for_one(table):
    lot = LotFactory(quantity=100)
    a_part(lot=lot)
    browser, page = at_work(lot.cooperative), space_of(lot.cooperative, f"tableaux/{table}")
    few = queries_of(browser, page)
    for _number in range(5):
        a_part(lot=lot, quantity=1)
        LotFactory(variant__product__sale__cooperative=lot.cooperative)
    assert queries_of(browser, page) == few <= 10


# -- Back --------------------------------------------------------------------------------------------------------------


def test_a_table_is_looked_at_and_then_applied(honey, home):
    browser = at_work(home)
    answer = send(browser, home, "Référence;Prix;Lot;En stock\nMT-250;99,50;N1;24\n")
    address = answer["location"]
    page = browser.get(address).content.decode()
    assert "85,00" in page and "99,50" in page and "N1" in page
    assert Variant.objects.get().price == Decimal("85.00") and not Lot.objects.exists()

    assert press(browser, address).status_code == 302

    assert Variant.objects.get().price == Decimal("99.50") and Lot.objects.get().on_hand == 24
    assert "C’est fait" in browser.get(address).content.decode()


def test_a_button_that_is_pressed_again_changes_nothing_more(honey, home):
    browser = at_work(home)
    address = send(browser, home, "Référence;Lot;En stock\nMT-250;N1;24\n")["location"]
    shown = browser.get(address).context["plan"].digest
    codes = [press(browser, address, shown).status_code for _hand in range(3)]
    assert codes == [302, 200, 200] and Lot.objects.get().on_hand == 24


def test_faults_are_told_by_row_and_column_and_cannot_be_applied(honey, home):
    browser = at_work(home)
    address = send(browser, home, "Référence;Prix\nMT-250;douze\nXX;12\n")["location"]
    page = browser.get(address).content.decode()
    assert "«\xa0douze\xa0» n’est pas un prix" in page and "Aucun de vos produits n’a cette référence" in page
    assert 'name="shown"' not in page
    assert press(browser, address, "").status_code == 409
    assert Variant.objects.get().price == Decimal("85.00")


def test_what_moved_meanwhile_is_said_and_shown_anew(honey, home):
    browser = at_work(home)
    address = send(browser, home, "Référence;Prix\nMT-250;99\n")["location"]
    shown = browser.get(address).context["plan"].digest
    Variant.objects.update(price=Decimal("86.00"))
    answer = press(browser, address, shown)
    assert answer.status_code == 409 and "86,00" in answer.content.decode()
    assert Variant.objects.get().price == Decimal("86.00")
    assert press(browser, address).status_code == 302


@pytest.mark.parametrize("text", ["", "x", "a;b\n1;2", "Référence;Prix\n" + "A;1\n" * 2_001, '"Référence;Prix\nA;1'])
def test_a_file_that_is_no_table_is_refused_with_words(honey, home, text):
    answer = send(at_work(home), home, text)
    assert answer.status_code == 422 and "errorlist" in answer.content.decode()
    assert not TableImport.objects.exists()


def test_no_file_and_a_file_that_is_too_large_are_refused(home):
    browser = at_work(home)
    assert browser.post(space_of(home, "tableaux/importer/")).status_code == 422
    assert send(browser, home, "Référence;Prix\n" + "x" * 2 * 1024 * 1024).status_code == 422


def test_a_table_is_of_one_person_and_waits_a_day(honey, home):
    browser = at_work(home)
    address = send(browser, home, "Référence;Prix\nMT-250;99\n")["location"]
    shown = browser.get(address).context["plan"].digest
    for stranger in (at_work(home), at_work(CooperativeFactory())):
        assert stranger.get(address).status_code == 404 and press(stranger, address, shown).status_code == 404
    TableImport.objects.update(uploaded_at=timezone.now() - timedelta(hours=HOURS, minutes=1))
    assert press(browser, address, shown)["location"] == space_of(home, "tableaux/importer/")
    assert Variant.objects.get().price == Decimal("85.00")


def test_many_changes_are_told_page_by_page_and_each_page_is_light(honey, home):
    Variant.objects.bulk_create(
        Variant(product=honey.product, sku=f"M-{number}", size=number, unit="ml", price=1) for number in range(1, 1001)
    )
    browser = at_work(home)
    rows = "".join(f"M-{number};{number + 1}\n" for number in range(1, 1001))
    address = send(browser, home, "Référence;Prix\n" + rows)["location"]
    first, last = browser.get(address), browser.get(f"{address}?page=10")
    assert first.content.decode().count("<li>") >= 100 and "1001" in last.content.decode()
    assert len(first.content) < 60 * 1024
    assert browser.get(f"{address}?page={'9' * 300}").status_code == 200


def test_tables_go_out_to_who_sells_and_come_in_from_who_manages(honey, home):
    seller, packer = at_work(home, Role.SELLER), at_work(home, Role.PACKER)
    for page, codes in {
        "tableaux/": (200, 403),
        "tableaux/stock.csv": (200, 403),
        f"tableaux/commandes.csv?month={MONTH}": (200, 403),
        "tableaux/importer/": (403, 403),
    }.items():
        got = tuple(browser.get(space_of(home, page)).status_code for browser in (seller, packer))
        assert got == codes, page
    assert "importer" not in seller.get(space_of(home, "tableaux/")).content.decode()
    assert send(seller, home, "Référence;Prix\nMT-250;1\n").status_code == 403
