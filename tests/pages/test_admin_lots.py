from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import Lot, StockMovement
from catalog.stock import actions
from catalog.stock.actions import Wanted
from store.models import User
from tests.factories import LotFactory, VariantFactory

from .admin_people import editor, queries_of, staff, superuser

pytestmark = pytest.mark.django_db

LIST = "/admin/lots/"


def at(view: str, lot: Lot) -> str:
    return f"{LIST}{view}/{lot.pk}/"


def new_lot(chosen, **changes) -> dict:
    return {
        "variant": chosen.pk,
        "code": "THY-2607",
        "quantity": 24,
        "produced_on": "2026-07-01",
        "best_before": "2028-07-31",
        "best_before_precision": "month",
        "origin_fr": "Rucher d'Ouislane",
        "origin_ar": "",
        "origin_en": "",
        "certificate": "",
        **changes,
    }


def test_a_lot_is_taken_in_with_its_first_movement():
    variant, browser = VariantFactory(), staff()
    answer = browser.post(LIST + "new/", new_lot(variant))
    lot = Lot.objects.get()
    assert (answer.status_code, answer["location"]) == (302, at("inspect", lot))
    assert (lot.on_hand, lot.code, lot.origin_fr) == (24, "THY-2607", "Rucher d'Ouislane")
    assert (lot.cooperative, lot.best_before_precision) == (variant.product.sale.cooperative, "month")
    movement = lot.movements.get()
    assert (movement.kind, movement.quantity, movement.by) == ("received", 24, User.objects.get())


@pytest.mark.parametrize(
    ("field", "value"),
    [("quantity", 0), ("quantity", ""), ("code", ""), ("variant", ""), ("best_before", "2020-01-01")],
)
def test_a_lot_that_makes_no_sense_is_refused_and_nothing_is_written(field, value):
    answer = staff().post(LIST + "new/", new_lot(VariantFactory(), **{field: value}))
    assert answer.status_code == 200 and field in answer.context["form"].errors
    assert (Lot.objects.count(), StockMovement.objects.count()) == (0, 0)


def test_a_code_is_used_once_in_a_cooperative():
    lot = LotFactory(code="THY-2607")
    answer = staff().post(LIST + "new/", new_lot(lot.variant))
    assert "This cooperative has a lot with this code already." in answer.content.decode()
    assert Lot.objects.get() == lot


def test_a_count_is_corrected_with_a_reason_and_by_name():
    lot, browser = LotFactory(quantity=10), staff()
    assert browser.post(at("adjust", lot), {"change": -2, "reason": "Deux pots cassés"}).status_code == 302
    lot.refresh_from_db()
    movement = lot.movements.first()
    assert lot.on_hand == 8
    assert (movement.quantity, movement.reason, movement.by.username) == (-2, "Deux pots cassés", "equipe")


@pytest.mark.parametrize(
    "form", [{"change": -2, "reason": " "}, {"change": 0, "reason": "Compté"}, {"change": "x", "reason": "Compté"}]
)
def test_a_correction_needs_a_reason_and_a_number(form):
    lot = LotFactory(quantity=10)
    assert staff().post(at("adjust", lot), form).status_code == 200
    lot.refresh_from_db()
    assert (lot.on_hand, lot.movements.count()) == (10, 1)


def test_what_is_kept_for_orders_is_not_counted_away():
    lot = LotFactory(quantity=10)
    actions.hold([Wanted(lot.variant, 7, "order-line:1")], until=None)
    answer = staff().post(at("adjust", lot), {"change": -4, "reason": "Inventaire"})
    assert "Only 3 units are free" in answer.content.decode()
    lot.refresh_from_db()
    assert (lot.on_hand, lot.reserved, lot.movements.count()) == (10, 7, 1)


def test_a_lot_is_blocked_and_unblocked_with_reasons_that_stay():
    lot, browser = LotFactory(), staff()
    browser.post(at("block", lot), {"reason": "Étiquette fausse"})
    lot.refresh_from_db()
    assert lot.blocked_at and lot.blocked_because == "Étiquette fausse"
    browser.post(at("unblock", lot), {"reason": "Étiquettes refaites"})
    lot.refresh_from_db()
    assert (lot.blocked_at, lot.blocked_because) == (None, "")
    page = browser.get(at("inspect", lot)).content.decode()
    assert "Étiquette fausse" in page and "Étiquettes refaites" in page


def test_blocking_needs_a_reason():
    lot = LotFactory()
    assert staff().post(at("block", lot), {"reason": ""}).status_code == 200
    lot.refresh_from_db()
    assert lot.blocked_at is None


def test_the_page_of_a_lot_shows_its_movements_and_for_whom_it_is_kept():
    lot = LotFactory(quantity=10)
    actions.hold([Wanted(lot.variant, 7, "order-line:42")], until=None)
    page = staff().get(at("inspect", lot)).content.decode()
    assert "order-line:42" in page and "+10" in page


def test_the_list_asks_as_many_queries_for_ten_lots_as_for_one():
    browser, counts = staff(), []
    for size in (1, 9):
        LotFactory.create_batch(size)
        counts.append(queries_of(browser, LIST))
    assert counts[0] == counts[1]


def test_lots_are_filtered_by_date_cooperative_and_block():
    today, browser = timezone.localdate(), staff()
    late, soon, fresh = (
        LotFactory(best_before=today + timedelta(days=days), produced_on=today - timedelta(days=400))
        for days in (-1, 30, 31)
    )
    actions.block(fresh, because="Contrôle")

    def found(query: str) -> set[Lot]:
        return set(browser.get(LIST + query).context["object_list"])

    assert found("?expiring=soon") == {soon}
    assert found("?expiring=past") == {late}
    assert (found("?blocked=true"), found("?blocked=false")) == ({fresh}, {late, soon})
    assert found(f"?cooperative={soon.cooperative_id}") == {soon}
    assert found(f"?q={late.code}") == {late}


@pytest.mark.parametrize("browser", [Client, editor], ids=["visitor", "editor"])
def test_who_does_not_keep_stock_sees_and_changes_nothing(browser):
    lot, client = LotFactory(quantity=10), browser()
    forms = {
        LIST + "new/": new_lot(lot.variant),
        at("adjust", lot): {"change": -2, "reason": "x"},
        at("block", lot): {"reason": "x"},
        at("unblock", lot): {"reason": "x"},
    }
    for path in [LIST, LIST + "results/", at("inspect", lot), *forms]:
        answer = client.get(path)
        assert answer.status_code in (302, 403) and lot.code not in answer.content.decode(), path
    for path, form in forms.items():
        assert client.post(path, form).status_code in (302, 403), path
    lot.refresh_from_db()
    assert (Lot.objects.count(), lot.on_hand, lot.movements.count(), lot.blocked_at) == (1, 10, 1, None)

    assert staff().post(at("adjust", lot), forms[at("adjust", lot)]).status_code == 302
    lot.refresh_from_db()
    assert lot.on_hand == 8


def test_the_row_of_a_lot_is_never_edited_or_deleted():
    lot, root = LotFactory(), superuser()
    for view in ("edit", "delete", "copy"):
        assert root.post(at(view, lot), {"on_hand": 99}).status_code == 404
    assert Lot.objects.get().on_hand == 10
