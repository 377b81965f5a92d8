"""A courier hands over a day's cash."""

from decimal import Decimal

import pytest

from store.flows.fulfil_part import deliver_part, fail_part, return_part
from store.flows.hand_over import DifferenceUnexplained, SheetMoved, close_sheet, left_over, on, to_hand_over, waiting
from store.flows.invariants import check_invariants
from store.flows.reconcile import reconcile
from store.ledger.models import Holder, Kind
from store.ledger.queries import balance, lines_of
from store.models import CashSheet, Payment
from store.payments.models import DifferenceBearer
from store.statuses import Actor, PartStatus, PaymentStatus, ShipmentStatus
from tests.factories import CourierFactory, LotFactory, a_part

pytestmark = pytest.mark.django_db

D = Decimal


@pytest.fixture
def courier():
    return CourierFactory(price_in_vain=D(20))


def a_day(courier) -> None:
    """Two parcels delivered for 205 each, of which 35 are the courier's, and one refused for 20."""
    for _ in range(2):
        a_part(PartStatus.DELIVERED, courier=courier)
    refused = a_part(PartStatus.SHIPPED, courier=courier)
    fail_part(refused, ShipmentStatus.REFUSED, actor=Actor.STAFF)
    return_part(refused, actor=Actor.STAFF)


def close(courier, counted, **said) -> CashSheet:
    parcels = waiting(courier)
    return close_sheet(
        courier,
        [row.shipment.pk for row in parcels],
        expected=sum(row.to_hand_over for row in parcels) + left_over(courier),
        counted=D(counted),
        **said,
    )


def test_the_sheet_asks_for_the_cash_less_what_the_courier_earned(courier):
    a_day(courier)

    assert [row.to_hand_over for row in waiting(courier)] == [D("170.00"), D("170.00"), D("-20.00")]


def test_a_sheet_settles_its_parcels_and_the_cash_is_in_the_till(courier):
    a_day(courier)

    sheet = close(courier, "320.00")

    assert waiting(courier) == [] and len(on(sheet)) == 3
    assert balance(lines_of(Holder.COURIER, owner=courier.pk)) == 0
    assert balance(lines_of(Holder.BANK)) == D("320.00")
    assert set(Payment.objects.values_list("status", flat=True)) == {PaymentStatus.HANDED_OVER, PaymentStatus.EXPIRED}
    assert check_invariants() == []


def test_what_is_missing_is_owed_by_whoever_answers_for_it(courier):
    a_day(courier)

    close(courier, "300.00", bearer=DifferenceBearer.COURIER, because="Un billet de 20 manque")

    assert balance(lines_of(Holder.COURIER, Kind.DIFFERENCE, owner=courier.pk)) == D("20.00")
    assert balance(lines_of(Holder.BANK)) == D("300.00")
    assert check_invariants() == []


def test_what_the_courier_answers_for_is_asked_for_with_the_next_sheet(courier):
    a_day(courier)
    close(courier, "300.00", bearer=DifferenceBearer.COURIER, because="Un billet de 20 manque")
    a_part(PartStatus.DELIVERED, courier=courier)
    assert to_hand_over() == {courier.pk: (1, D("190.00"))}

    sheet = close(courier, "190.00")

    assert (sheet.earlier, sheet.expected, left_over(courier)) == (D("20.00"), D("190.00"), 0)
    assert balance(lines_of(Holder.BANK)) == D("490.00")
    assert balance(lines_of(Holder.COURIER, owner=courier.pk)) == 0
    assert check_invariants() == [] and reconcile() == []


def test_it_can_be_brought_alone_or_left_once_more(courier):
    a_day(courier)
    close(courier, "300.00", bearer=DifferenceBearer.COURIER, because="Un billet de 20 manque")

    close(courier, "5.00", bearer=DifferenceBearer.COURIER, because="Le reste demain")
    assert left_over(courier) == D("15.00")

    close(courier, "0.00", bearer=DifferenceBearer.PLATFORM, because="La plateforme y renonce")
    assert left_over(courier) == 0 and balance(lines_of(Holder.PLATFORM, Kind.DIFFERENCE)) == D("15.00")
    with pytest.raises(SheetMoved):
        close(courier, "0.00")
    assert check_invariants() == [] and reconcile() == []


def test_what_was_too_much_is_the_courier_s_with_the_next_sheet(courier):
    a_day(courier)
    close(courier, "345.00", bearer=DifferenceBearer.COURIER, because="Monnaie")
    a_part(PartStatus.DELIVERED, courier=courier)

    assert close(courier, "145.00").expected == D("145.00")

    assert left_over(courier) == 0 and check_invariants() == []


def test_what_is_too_much_is_kept_for_whoever_it_belongs_to(courier):
    a_day(courier)

    close(courier, "325.00", bearer=DifferenceBearer.PLATFORM, because="Monnaie")

    assert balance(lines_of(Holder.PLATFORM, Kind.DIFFERENCE)) == D("-5.00")


def test_a_difference_needs_a_reason_and_a_bearer(courier):
    a_day(courier)

    for said in ({}, {"bearer": DifferenceBearer.COURIER}, {"because": "Perdu"}):
        with pytest.raises(DifferenceUnexplained):
            close(courier, "1.00", **said)

    assert not CashSheet.objects.exists()


def test_a_sheet_that_was_shown_before_another_parcel_was_settled_is_not_closed(courier):
    a_day(courier)
    shown = [row.shipment.pk for row in waiting(courier)]
    close(courier, "320.00")

    with pytest.raises(SheetMoved):
        close_sheet(courier, shown, expected=D("320.00"), counted=D("320.00"))

    assert CashSheet.objects.count() == 1


def test_a_sheet_of_another_s_parcels_or_of_none_is_not_closed(courier):
    a_day(courier)
    foreign = a_part(PartStatus.DELIVERED, courier=CourierFactory()).shipment.pk

    for parcels in ([foreign], []):
        with pytest.raises(SheetMoved):
            close_sheet(courier, parcels, expected=D(0), counted=D(0))


def test_a_parcel_that_may_be_brought_again_is_not_settled_yet(courier):
    part = a_part(PartStatus.SHIPPED, courier=courier, lot=LotFactory())
    fail_part(part, ShipmentStatus.UNREACHABLE, actor=Actor.STAFF)

    assert waiting(courier) == []

    deliver_part(part, actor=Actor.STAFF)
    assert [row.to_hand_over for row in waiting(courier)] == [D("150.00")]  # brought twice: 205 − 35 − 20
