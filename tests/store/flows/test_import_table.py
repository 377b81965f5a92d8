"""A table of a cooperative: what it would change is told, and then done whole or not at all."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from wagtail.models import ModelLogEntry

from catalog.models import Lot, Product, StockMovement, Variant
from catalog.money import format_money
from catalog.spreadsheets.writing import as_csv
from catalog.stock import actions as stock
from store.flows.import_table import apply as flow
from store.flows.import_table.apply import AppliedAlready, Faulty, Moved, apply, forget_tables, keep, plan_of
from store.flows.import_table.plan import plan
from store.flows.invariants import check_invariants
from store.flows.table_rows import product_rows, stock_rows
from store.models import TableImport
from store.tables.sheet import read_sheet
from tests.factories import CategoryFactory, CooperativeFactory, LotFactory, VariantFactory, a_part, a_person

pytestmark = pytest.mark.django_db

D = Decimal
TODAY = date(2026, 11, 28)
NEW = "Référence;Produit;Catégorie;Usage;Format;Unité;Prix;Lot;En stock"


@pytest.fixture(autouse=True)
def _in_french():
    with translation.override("fr"):
        yield


@pytest.fixture
def honey() -> Variant:
    return VariantFactory(sku="MT-250", price=D("85.00"), product__name_fr="Miel de thym")


def owner_of(variant: Variant):
    return variant.product.sale.cooperative


def what(cooperative, *rows: str, heads: str = "Référence;Prix;Lot;En stock;À consommer de préférence avant"):
    return plan(read_sheet("\n".join([heads, *rows]).encode()), cooperative=cooperative, today=TODAY)


def told(planned) -> list[tuple]:
    return [(change.at, change.what, change.subject, change.was, change.now) for change in planned.changes]


def faults(planned) -> list[tuple]:
    return [(fault.at, fault.column.name) for fault in planned.faults]


def kept(cooperative, *rows: str, heads: str = "Référence;Prix;Lot;En stock", by=None) -> TableImport:
    sheet = read_sheet("\n".join([heads, *rows]).encode())
    return keep(sheet, cooperative=cooperative, by=by or a_person(), file_name="prix.csv")


def apply_all(table: TableImport, *, by=None) -> int:
    return apply(table, shown=plan_of(table).digest, by=by or a_person())


# -- What is told ------------------------------------------------------------------------------------------------------


def test_prices_counts_days_and_new_lots_are_told_from_what_is_to_what_would_be(honey):
    LotFactory(variant=honey, code="L1", quantity=10, best_before=date(2027, 5, 31))
    planned = what(owner_of(honey), "MT-250;1 234,50;L1;8;31/08/2027", "mt-250;;L2;٢٤;2028-01-31")
    name = "Miel de thym · 250\xa0g"
    assert told(planned) == [
        (2, "Prix", name, format_money(D("85.00")), format_money(D("1234.50"))),
        (2, "En stock", f"{name} · L1", "10", "8"),
        (2, "À consommer de préférence avant", f"{name} · L1", "31/05/2027", "31/08/2027"),
        (3, "Nouveau lot", f"{name} · L2", "", "24 · 31/01/2028"),
    ]
    assert planned.faults == []


@pytest.mark.parametrize(
    ("cell", "price"),
    [("90", D("90")), ("90,5", D("90.50")), ("1234.50", D("1234.50")), ("١٢٣٤٫٥٠", D("1234.50")), ("1.234,50 DH", D("1234.50"))],
)  # fmt: skip
def test_a_price_is_understood_however_it_is_written(honey, cell, price):
    [change] = what(owner_of(honey), f"MT-250;{cell};;;").changes
    assert change.price == price


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("MT-250;abc;;;", "PRICE"), ("MT-250;-5;;;", "PRICE"), ("MT-250;0;;;", "PRICE"), ("MT-250;1e5;;;", "PRICE"),
        ("MT-250;99999999999;;;", "PRICE"), ("MT-250;=1+1;;;", "PRICE"), ("MT-250;;L1;-1;", "COUNT"),
        ("MT-250;;L1;2,5;", "COUNT"), ("MT-250;;L1;100001;", "COUNT"), ("MT-250;;L1;beaucoup;", "COUNT"),
        ("MT-250;;;5;", "LOT"), ("MT-250;;L9;0;", "COUNT"), ("MT-250;;L9;;", "COUNT"), ("MT-250;;L1;;hier", "BEST_BEFORE"),
        ("MT-250;;L1;;31/02/2027", "BEST_BEFORE"), ("MT-250;;L1;;2020-01-01", "BEST_BEFORE"), ("XX;90;;;", "REFERENCE"),
        ("MT-250;;L-de-l-autre;5;", "LOT"), ("MT-250;;L1;2;", "COUNT"),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_is_told_by_its_row_and_column(honey, row, column):
    lot = LotFactory(variant=honey, code="L1", quantity=10)
    LotFactory(variant__product__sale__cooperative=owner_of(honey), code="L-de-l-autre")
    a_part(lot=lot, quantity=3)
    planned = what(owner_of(honey), row)
    assert faults(planned) == [(2, column)] and planned.faults[0].why and planned.changes == []


def test_what_belongs_to_another_cooperative_is_told_like_what_is_not_there(honey):
    foreign = LotFactory(code="L-etranger", variant__sku="ETR-1")
    unknown, others = what(owner_of(honey), "RIEN-1;90;;;", "ETR-1;90;;;").faults
    assert unknown.why == others.why
    planned = what(owner_of(honey), f"MT-250;;{foreign.code};5;")
    assert [change.what for change in planned.changes] == ["Nouveau lot"] and planned.faults == []


def test_the_same_thing_told_twice_is_a_fault_where_the_two_differ(honey):
    LotFactory(variant=honey, code="L1")
    assert faults(what(owner_of(honey), "MT-250;90;;;", "MT-250;91;;;")) == [(3, "PRICE")]
    assert faults(what(owner_of(honey), "MT-250;;L1;5;", "MT-250;;L1;5;")) == [(3, "LOT")]
    same = what(owner_of(honey), "MT-250;90;;;", "MT-250;90,00;;;")
    assert len(same.changes) == 1 and same.faults == []


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (";Amlou;Huiles;Alimentaire;250;g;", "PRICE"), (";;Huiles;Alimentaire;250;g;85", "NAME"),
        (";Amlou;;Alimentaire;250;g;85", "CATEGORY"),
        (";Amlou;Nulle part;Alimentaire;250;g;85", "CATEGORY"), (";Amlou;Huiles;Magie;250;g;85", "USE"),
        (";Amlou;Huiles;Alimentaire;0;g;85", "SIZE"), (";Amlou;Huiles;Alimentaire;2,5;g;85", "SIZE"),
        (";Amlou;Huiles;Alimentaire;250;once;85", "UNIT"), (f";{'x' * 121};Huiles;Alimentaire;250;g;85", "NAME"),
        (";Miel de thym;;;250;g;85", "REFERENCE"),
    ],
)  # fmt: skip
def test_a_new_product_says_all_that_it_needs(honey, row, column):
    CategoryFactory(name_fr="Huiles")
    assert faults(what(owner_of(honey), row + ";;", heads=NEW)) == [(2, column)]


def test_a_table_asks_as_little_of_the_database_for_many_rows_as_for_one(honey):
    variants = VariantFactory.create_batch(20, product=honey.product)
    counts = []
    for some in (variants[:1], variants):
        with CaptureQueriesContext(connection) as asked:
            what(owner_of(honey), *[f"{variant.sku};{90 + at};N{at};3;" for at, variant in enumerate(some)])
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 5


# -- What is done ------------------------------------------------------------------------------------------------------


def test_a_table_is_applied_whole_and_everything_names_who_did_it(honey):
    CategoryFactory(name_fr="Huiles")
    lot = LotFactory(variant=honey, code="L1", quantity=10)
    by = a_person()
    rows = [
        "MT-250;;;;;;90,00;L1;8",
        ";Amlou;Huiles;Alimentaire;0,25;kg;60;A1;12",
        ";Amlou;Huiles;Alimentaire;500;g;110;;",
    ]
    table = kept(owner_of(honey), *rows, heads=NEW, by=by)

    assert apply_all(table, by=by) == 5

    honey.refresh_from_db()
    lot.refresh_from_db()
    assert (honey.price, lot.on_hand) == (D("90.00"), 8)
    amlou = Product.objects.get(name_fr="Amlou")
    assert (amlou.live, amlou.sale.cooperative, amlou.sale.use) == (False, owner_of(honey), "food")
    assert sorted(amlou.variants.values_list("size", "price")) == [(250, D("60.00")), (500, D("110.00"))]
    assert Lot.objects.get(code="A1").on_hand == 12
    assert set(StockMovement.objects.exclude(kind="received", lot=lot).values_list("by", "reason")) == {
        (by.pk, "Tableau prix.csv")
    }
    [written] = ModelLogEntry.objects.for_instance(honey)
    assert (written.user, written.action, written.data["price"]) == (by, "wagtail.edit", ["85.00", "90.00"])
    assert check_invariants() == []


def test_a_new_size_of_a_product_that_is_there_is_added_to_it(honey):
    apply_all(kept(owner_of(honey), ";Miel de thym;;;1;kg;300;;", heads=NEW))
    assert list(honey.product.variants.values_list("size", "unit", "price"))[1:] == [(1000, "g", D("300.00"))]
    assert Product.objects.count() == 1


def test_nothing_is_written_while_it_is_only_looked_at(honey):
    LotFactory(variant=honey, code="L1")
    table = kept(owner_of(honey), "MT-250;90;L1;5")
    assert len(plan_of(table).changes) == 2
    honey.refresh_from_db()
    assert (honey.price, Lot.objects.get().on_hand, StockMovement.objects.count()) == (D("85.00"), 10, 1)


def test_of_a_thousand_rows_with_fifty_faulty_ones_each_fault_is_told_and_nothing_is_done(honey):
    skus = [f"M-{number}" for number in range(1, 1001)]
    Variant.objects.bulk_create(
        Variant(product=honey.product, sku=sku, size=size, unit="g", price=D("85.00"))
        for size, sku in enumerate(skus, 1)
    )
    rows = [f"{sku};{'x' if at % 20 == 0 else 100};;" for at, sku in enumerate(skus)]
    table = kept(owner_of(honey), *rows)
    planned = plan_of(table)
    assert faults(planned) == [(at + 2, "PRICE") for at in range(0, 1000, 20)] and len(planned.changes) == 950
    with pytest.raises(Faulty):
        apply(table, shown=planned.digest, by=a_person())
    assert not Variant.objects.exclude(price=D("85.00")).exists()
    mended = kept(owner_of(honey), *[row.replace(";x;", ";100;") for row in rows])
    assert apply_all(mended) == 1000
    assert Variant.objects.filter(price=D("100.00")).count() == 1000


def test_a_table_is_applied_once_however_often_it_is_pressed(honey):
    table = kept(owner_of(honey), "MT-250;;N1;5")
    shown = plan_of(table).digest
    apply(table, shown=shown, by=a_person())
    with pytest.raises(AppliedAlready):
        apply(table, shown=shown, by=a_person())
    assert Lot.objects.get().on_hand == 5
    table.refresh_from_db()
    assert (table.sheet, table.changes) == ({}, 1)


@pytest.mark.parametrize("meanwhile", ["a price", "a count", "a sale"])
def test_what_moved_since_it_was_shown_is_shown_anew_and_nothing_is_done(honey, meanwhile):
    lot = LotFactory(variant=honey, code="L1", quantity=10)
    table = kept(owner_of(honey), "MT-250;90;L1;8")
    shown = plan_of(table).digest
    if meanwhile == "a price":
        Variant.objects.update(price=D("86.00"))
    elif meanwhile == "a count":
        stock.adjust(lot, -1, reason="cassé")
    else:
        a_part("shipped", lot=lot, quantity=1)
    before = (Variant.objects.get().price, Lot.objects.get().on_hand)
    with pytest.raises(Moved):
        apply(table, shown=shown, by=a_person())
    assert (Variant.objects.get().price, Lot.objects.get().on_hand) == before
    assert apply_all(table) == 2  # shown anew


def test_without_the_look_at_what_was_shown_a_table_overwrites_what_moved(honey, monkeypatch):
    """The control of the test above."""
    table = kept(owner_of(honey), "MT-250;90;;")
    shown = plan_of(table).digest
    Variant.objects.update(price=D("86.00"))
    monkeypatch.setattr("store.flows.import_table.plan.Plan.digest", shown)
    assert apply(table, shown=shown, by=a_person()) == 1


def test_a_row_that_fails_at_the_last_moment_takes_back_those_before_it(honey, monkeypatch):
    table = kept(owner_of(honey), "MT-250;90;;", "MT-250;;N1;5")

    def taken(*args, **kwargs):
        raise flow.IntegrityError("somebody has taken this code")

    monkeypatch.setattr(stock, "receive_all", taken)
    with pytest.raises(Moved):
        apply_all(table)
    honey.refresh_from_db()
    assert honey.price == D("85.00") and ModelLogEntry.objects.for_instance(honey).count() == 0


def test_another_upload_takes_the_place_of_the_one_that_waits_and_old_ones_are_forgotten(honey):
    first, second = (kept(owner_of(honey), f"MT-250;{price};;") for price in (90, 91))
    assert first.pk == second.pk and TableImport.objects.count() == 1
    later = timezone.now() + flow.timedelta(hours=flow.HOURS, minutes=1)
    TableImport.objects.update(uploaded_at=timezone.now() - flow.timedelta(hours=flow.HOURS, minutes=1))
    with pytest.raises(AppliedAlready):
        apply_all(second)
    assert forget_tables(now=later) == 1 and not TableImport.objects.exists()


# -- There and back ----------------------------------------------------------------------------------------------------


def test_a_table_that_was_taken_before_a_sale_puts_nothing_back(honey):
    lot = LotFactory(variant=honey, code="L-2", quantity=5)
    heads = "Référence;Prix;Prix au départ;Lot;En stock;Stock au départ"
    stock.adjust(lot, -3, reason="Vendus")
    honey.price = D("95.00")
    honey.save()
    unchanged = what(owner_of(honey), "MT-250;85;85;L-2;5;5", heads=heads)
    counted = what(owner_of(honey), "MT-250;90;85;L-2;4;5", heads=heads)
    agreed = what(owner_of(honey), "MT-250;95;85;L-2;2;5", heads=heads)
    assert (told(unchanged), faults(unchanged), told(agreed), faults(agreed)) == ([], [], [], [])
    assert sorted(name for _row, name in faults(counted)) == ["COUNT", "PRICE"]


def test_the_code_of_a_lot_is_known_in_small_letters(honey):
    LotFactory(variant=honey, code="LOT-A", quantity=10)
    planned = what(owner_of(honey), "MT-250;85;lot-a;8;")
    assert [type(change).__name__ for change in planned.changes] == ["NewCount"]


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_the_tables_that_go_out_change_nothing_when_they_come_back(honey, language):
    cooperative = CooperativeFactory()
    for number, unit in enumerate(("g", "ml", "piece")):
        its = {"product__sale__cooperative": cooperative, "product__name_fr": f"=Produit {number}", "unit": unit}
        LotFactory(variant=VariantFactory(sku=f"+{number}", price=D("1234.50"), **its), best_before=date(2027, 5, 31))
    VariantFactory(sku="Deux  espaces", product__sale__cooperative=cooperative)
    LotFactory(code="L  1", variant=VariantFactory(sku="deux espaces", product__sale__cooperative=cooperative))
    LotFactory(variant=Variant.objects.get(sku="+1"), best_before=date(2026, 1, 1))  # its date is over
    mine = Variant.objects.filter(product__sale__cooperative=cooperative).order_by("pk")
    with translation.override(language):
        for rows in (
            product_rows(mine, today=TODAY),
            stock_rows(mine, Lot.objects.filter(cooperative=cooperative), today=TODAY),
        ):
            sheet = read_sheet(as_csv(rows).encode())
            planned = plan(sheet, cooperative=cooperative, today=TODAY)
            assert (planned.changes, planned.faults, sheet.left_out) == ([], [], [])
            assert planned.rows >= 4
