"""Two hands press the button of a table at once, or somebody buys meanwhile: it is done once, and nothing is lost."""

from threading import Barrier, get_ident

from django.db import connection

from catalog.models import Lot, Product, StockMovement
from catalog.products import drafts, offers
from store.flows.import_table import apply as flow
from store.flows.import_table.apply import AppliedAlready, Moved, apply, keep, plan_of
from store.flows.invariants import check_invariants
from store.models import Order
from store.tables.sheet import read_sheet
from tests.factories import CartFactory, CategoryFactory, LotFactory, a_person, place

from .test_race import at_once, kinds, race

HEADS = "reference;product;category;use;size;unit;price;lot;count"


def a_table(cooperative, *rows: str):
    sheet = read_sheet("\n".join([HEADS, *rows]).encode())
    return keep(sheet, cooperative=cooperative, by=a_person(), file_name="prix.csv")


def a_new_product():
    CategoryFactory(slug="huiles")
    lot = LotFactory(code="L1", variant__sku="MT-250")
    return a_table(lot.cooperative, "MT-250;;;;;;90;L1;12", ";Amlou;huiles;food;250;g;60;A1;5")


def pressing(table, times: int):
    shown, by = plan_of(table).digest, a_person()
    return race(*[lambda: apply(table, shown=shown, by=by)] * times)


@at_once
def test_a_button_that_is_pressed_six_times_at_once_is_pressed_once():
    outcomes = pressing(a_new_product(), 6)

    assert kinds(outcomes) == {int: 1, AppliedAlready: 5}
    assert (Product.objects.filter(name_fr="Amlou").count(), Lot.objects.get(code="L1").on_hand) == (1, 12)
    assert StockMovement.objects.filter(kind="adjusted").count() == 1
    assert check_invariants() == []


@at_once
def test_a_count_and_an_order_of_the_same_lot_both_count_or_the_table_is_shown_anew():
    lot = LotFactory(code="L1", variant__sku="MT-250", quantity=10)
    table, cart = a_table(lot.cooperative, "MT-250;;;;;;;L1;9"), CartFactory(lines=[(lot.variant, 2)])
    shown, by = plan_of(table).digest, a_person()

    bought, counted = race(lambda: place(cart), lambda: apply(table, shown=shown, by=by))

    assert isinstance(bought, Order) and (counted == 1 or isinstance(counted, Moved))
    lot.refresh_from_db()
    assert (lot.on_hand, lot.reserved) == (9 if counted == 1 else 10, 2)
    assert check_invariants() == []


if connection.vendor == "postgresql":  # SQLite has one writer: they come in turn anyway

    @at_once
    def test_without_taking_turns_a_new_product_begins_twice(monkeypatch):
        """The control of the first test above; the address of the product's page would keep the second one out too."""
        look, both_have_looked = flow.plan, Barrier(2)
        CategoryFactory(slug="huiles")
        table = a_table(LotFactory().cooperative, ";Amlou;huiles;food;250;g;60;;")

        def look_together(*args, **kwargs):
            told = look(*args, **kwargs)
            both_have_looked.wait()
            return told

        shown, by = plan_of(table).digest, a_person()
        monkeypatch.setattr(flow, "_take_turns", lambda _: None)
        monkeypatch.setattr(flow, "plan", look_together)
        monkeypatch.setattr(drafts, "free_slug", lambda name: f"amlou-{get_ident()}")
        monkeypatch.setattr(offers, "free_sku", lambda *size: f"AMLOU-{get_ident()}")

        race(*[lambda: apply(table, shown=shown, by=by)] * 2)

        assert Product.objects.filter(name_fr="Amlou").count() == 2
