"""A courier's file says what became of its parcels."""

import pytest

from store.flows.fulfil_part import deliver_part
from store.flows.invariants import check_invariants
from store.flows.outcomes import read_outcomes, write_down
from store.models import LedgerEntry, Shipment
from store.payments.statements import Unreadable, read_table
from store.statuses import Actor, PartStatus, ShipmentStatus
from tests.factories import CourierFactory, a_part, a_transfer, advance, money_comes

pytestmark = pytest.mark.django_db


@pytest.fixture
def courier():
    return CourierFactory()


def a_parcel(courier, tracking: str):
    part = a_part(PartStatus.SHIPPED, courier=courier)
    Shipment.objects.filter(part=part).update(tracking=tracking)
    return part


def told(courier, *rows: str, headings: str = "N° colis;Statut;Montant CRBT;Motif"):
    return read_outcomes(courier, read_table("\n".join([headings, *rows]).encode("cp1252")))


def faults(rows) -> list[str]:
    return [row.fault for row in rows]


def test_outcomes_are_written_down_by_the_parcel_s_number_or_the_order_s(courier):
    by_number, by_order, silent = a_parcel(courier, "AM1"), a_parcel(courier, "AM2"), a_parcel(courier, "AM3")
    rows = told(courier, "am1;Livré;205,00;", f"{by_order.order.number};Refusé;;Trop tard", "AM3;Injoignable;;")

    assert write_down(rows) == []

    assert [Shipment.objects.get(part=part).status for part in (by_number, by_order, silent)] == [
        ShipmentStatus.DELIVERED,
        ShipmentStatus.REFUSED,
        ShipmentStatus.UNREACHABLE,
    ]
    assert LedgerEntry.objects.get(act="carried_in_vain", part=by_order).because == "Trop tard"
    assert check_invariants() == []


def test_a_parcel_that_was_paid_in_advance_brings_nothing_at_the_door(courier):
    order = a_transfer()
    money_comes(order.number, "205,00")
    part = advance(order.parts.get(), PartStatus.SHIPPED, courier=courier)
    Shipment.objects.filter(part=part).update(tracking="AM1")

    assert faults(told(courier, "AM1;Livré;0,00;")) == [""]
    [twice] = told(courier, "AM1;Livré;205,00;")
    assert "205,00" in twice.fault and not twice.is_new


def test_looking_at_a_file_writes_nothing(courier):
    a_parcel(courier, "AM1")

    [row] = told(courier, "AM1;Livré;205;")

    assert row.is_new and Shipment.objects.get().status == ShipmentStatus.HANDED_OVER


def test_a_file_that_comes_twice_says_nothing_new(courier):
    a_parcel(courier, "AM1")
    write_down(told(courier, "AM1;Livré;205;"))

    [row] = told(courier, "AM1;Livré;205;")

    assert row.is_known and LedgerEntry.objects.filter(act="sale").count() == 1


def test_foreign_and_unknown_parcels_are_named_and_left_alone(courier):
    foreign = a_parcel(CourierFactory(), "ZZ9")

    rows = told(courier, "ZZ9;Livré;205;", "QQ1;Livré;205;")

    assert faults(rows) == ["Ce colis n’est pas de ce livreur.", "Aucun colis n’a ce numéro."]
    write_down(rows)
    assert Shipment.objects.get(part=foreign).status == ShipmentStatus.HANDED_OVER


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("AM1;Non livré;;", "« Non livré » n’est pas un résultat connu ici."),
        ("AM1;Livré;200,00;", "Le fichier dit 200,00 ; 205,00\xa0MAD étaient à payer."),
        ("AM1;Livré;beaucoup;", "Le fichier dit beaucoup ; 205,00\xa0MAD étaient à payer."),
    ],
)
def test_what_is_not_understood_is_not_guessed(courier, row, fault):
    a_parcel(courier, "AM1")

    assert faults(told(courier, row)) == [fault]


def test_a_parcel_that_is_told_twice_differently_is_for_a_person(courier):
    a_parcel(courier, "AM1")

    first, same, other = told(courier, "AM1;Livré;205;", "AM1;Livré;205;", "AM1;Refusé;;")

    assert first.is_new and same.is_known and other.fault == "La ligne 2 dit autre chose de ce colis."


def test_a_parcel_that_is_delivered_already_cannot_be_refused(courier):
    deliver_part(a_parcel(courier, "AM1"), actor=Actor.STAFF)

    assert faults(told(courier, "AM1;Refusé;;")) == ["Le colis est déjà « livré »."]


def test_a_parcel_that_moved_meanwhile_is_left_as_it_is(courier):
    part = a_parcel(courier, "AM1")
    rows = told(courier, "AM1;Refusé;;")
    deliver_part(part, actor=Actor.STAFF)

    assert [row.name for row in write_down(rows)] == ["AM1"]
    assert check_invariants() == []


def test_a_file_without_the_columns_is_refused(courier):
    with pytest.raises(Unreadable):
        told(courier, "AM1;Livré", headings="Client;Ville")


def test_a_long_file_asks_as_little_as_a_short_one(courier, django_assert_num_queries):
    for number in range(4):
        a_parcel(courier, f"AM{number}")
    table = read_table(("Colis;Statut\n" + "\n".join(f"AM{n};Livré" for n in range(4))).encode())

    with django_assert_num_queries(3):
        read_outcomes(courier, table)
