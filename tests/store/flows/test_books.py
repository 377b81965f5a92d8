"""Every dirham has a holder and a reason: what a sale, its cash and its return leave on whose account."""

from decimal import Decimal

import pytest
from django.db import transaction

from catalog.models import Category, StockMovement, TaxStatus
from store.flows.fulfil_part import deliver_part, fail_part, return_part
from store.flows.invariants import check_invariants
from store.ledger.actions import Account, Unbalanced, write
from store.ledger.models import Act, CommissionRate, Holder, Kind, LedgerEntry, LedgerLine
from store.ledger.queries import owed_to_cooperative
from store.ledger.rates import Rates, is_taken
from store.models import OrderLine, Shipment
from store.statuses import Actor, DiscountBearer, IllegalMove, PartStatus, ShipmentStatus
from tests.factories import CooperativeFactory, CourierFactory, LotFactory, a_part, a_rate

pytestmark = pytest.mark.django_db

STAFF = Actor.STAFF
D = Decimal


def accounts() -> dict[str, Decimal]:
    """What stands on each account that is not empty, without the key of its owner."""
    sums: dict[str, Decimal] = {}
    for line in LedgerLine.objects.select_related("account"):
        name = f"{line.account.holder} {line.account.kind}"
        sums[name] = sums.get(name, D(0)) + line.amount
    return {name: amount for name, amount in sums.items() if amount}


# -- Writing ----------------------------------------------------------------------------------------------------------

BUYER, BANK = Account(Holder.BUYER, Kind.DUE), Account(Holder.BANK, Kind.CASH)


def test_the_same_act_is_written_once():
    legs = [(BUYER, D(-5)), (BANK, D(5))]

    assert write(Act.COLLECTED, "a", legs) is True
    assert write(Act.COLLECTED, "a", legs) is False

    assert accounts() == {"buyer due": D(-5), "bank cash": D(5)}


def test_what_does_not_add_up_is_not_written():
    with pytest.raises(Unbalanced):
        write(Act.COLLECTED, "a", [(BUYER, D("-5.00")), (BANK, D("4.99"))])

    assert not LedgerEntry.objects.exists()


def test_an_act_that_moves_nothing_leaves_no_entry():
    assert write(Act.COLLECTED, "a", [(BUYER, D(0)), (BANK, D(0))]) is False


def test_the_ledger_is_never_edited_and_nothing_is_deleted_from_it():
    write(Act.COLLECTED, "a", [(BUYER, D(-5)), (BANK, D(5))])

    for row in (LedgerEntry.objects.get(), LedgerLine.objects.first()):
        with pytest.raises(TypeError):
            row.save()
        with pytest.raises(TypeError):
            row.delete()


# -- Commissions ------------------------------------------------------------------------------------------------------


def test_the_narrowest_commission_that_is_in_force_decides():
    mine, other = CooperativeFactory(), CooperativeFactory()
    shelf = Category.objects.create(slug="miels", name_fr="Miels")
    inside = Category.objects.create(slug="miels-rares", name_fr="Miels rares", parent=shelf)
    a_rate(100)
    a_rate(90, category=shelf)
    a_rate(80, cooperative=mine)
    a_rate(70, cooperative=mine, category=shelf)
    rates = Rates.on(a_rate(60, since="2026-02-01", cooperative=other).since)

    assert rates.per_mille(cooperative_id=mine.pk, category=inside) == 70
    assert rates.per_mille(cooperative_id=other.pk, category=inside) == 60
    assert Rates([]).per_mille(cooperative_id=mine.pk, category=shelf) == 0
    january = Rates.on(CommissionRate.objects.get(per_mille=100).since)
    assert january.per_mille(cooperative_id=other.pk, category=inside) == 90


def test_two_commissions_for_the_same_goods_do_not_begin_on_one_day():
    a_rate(100)

    assert is_taken(CommissionRate(per_mille=50, since="2026-01-01"))
    assert not is_taken(CommissionRate(per_mille=50, since="2026-01-02"))


def test_the_commission_is_frozen_when_the_order_is_placed():
    a_rate(80)
    part = a_part()
    a_rate(500, since="2026-01-02")

    assert part.lines.get().commission == D("13.60")  # 8 % of 2 × 85


# -- A sale and its cash ----------------------------------------------------------------------------------------------


def test_a_delivery_by_courier_leaves_the_cash_with_the_courier_and_each_share_with_whom_it_belongs_to():
    a_rate(80)
    part = a_part(PartStatus.DELIVERED, courier=CourierFactory())

    assert accounts() == {
        "courier cash": D("205.00"),
        "courier delivery": D("-35.00"),
        "cooperative goods": D("-156.40"),
        "platform commission": D("-13.60"),
    }
    assert owed_to_cooperative(part.cooperative_id) == D("156.40")
    assert check_invariants() == []


def test_what_a_cooperative_collects_itself_counts_against_what_it_is_owed():
    a_rate(80)
    part = a_part(PartStatus.DELIVERED)

    assert owed_to_cooperative(part.cooperative_id) == D("-13.60")


def test_the_tax_of_a_cooperative_that_charges_it_is_told_apart():
    lot = LotFactory()
    cooperative = lot.variant.product.sale.cooperative
    TaxStatus.objects.create(cooperative=cooperative, since="2026-01-01", is_taxable=True)

    a_part(PartStatus.DELIVERED, lot=lot, courier=CourierFactory())

    assert accounts()["cooperative tax"] == D("-28.33")  # of 170 at 20 %
    assert owed_to_cooperative(cooperative.pk) == D("170.00")


def test_delivering_twice_books_the_sale_once():
    part = a_part(PartStatus.DELIVERED)
    before = LedgerLine.objects.count()

    deliver_part(part, actor=STAFF)

    assert LedgerLine.objects.count() == before


def test_nothing_is_booked_before_the_buyer_has_it():
    for status in (PartStatus.PLACED, PartStatus.SHIPPED, PartStatus.CANCELED):
        a_part(status)

    assert not LedgerEntry.objects.exists()


# -- What goes wrong --------------------------------------------------------------------------------------------------


def test_a_refused_parcel_costs_its_courier_s_price_once_and_somebody_bears_it():
    part = a_part(PartStatus.SHIPPED, courier=CourierFactory(price_in_vain=D(20)))

    fail_part(part, ShipmentStatus.UNREACHABLE, actor=STAFF)
    fail_part(part, ShipmentStatus.REFUSED, actor=STAFF, because="Trop tard")

    assert accounts() == {"courier delivery": D("-20.00"), "platform delivery": D("20.00")}
    assert check_invariants() == []


def test_a_cooperative_may_bear_the_cost_of_a_refused_parcel():
    part = a_part(PartStatus.SHIPPED, courier=CourierFactory())

    fail_part(part, ShipmentStatus.REFUSED, actor=STAFF, price=D(15), bearer=DiscountBearer.COOPERATIVE)

    assert owed_to_cooperative(part.cooperative_id) == D("-15.00")


def test_a_part_that_has_not_left_cannot_be_refused():
    with pytest.raises(IllegalMove):
        fail_part(a_part(PartStatus.PACKED), ShipmentStatus.REFUSED, actor=STAFF)


def test_a_parcel_that_was_refused_can_be_delivered_later():
    part = a_part(PartStatus.SHIPPED, courier=CourierFactory())
    fail_part(part, ShipmentStatus.UNREACHABLE, actor=STAFF)

    deliver_part(part, actor=STAFF)

    assert Shipment.objects.get().status == ShipmentStatus.DELIVERED
    assert check_invariants() == []


def test_a_refused_parcel_that_came_back_was_never_sold_and_its_good_units_are_on_the_shelf_again():
    lot = LotFactory()
    part = a_part(PartStatus.SHIPPED, lot=lot, courier=CourierFactory())
    on_hand = lot.movements.count()

    return_part(part, actor=STAFF, because="Refusé", restocked={part.lines.get().pk: 1})

    lot.refresh_from_db()
    assert lot.on_hand == 9 and lot.movements.count() == on_hand + 1
    assert StockMovement.objects.latest("pk").kind == "returned"
    assert accounts() == {}
    assert check_invariants() == []


def test_a_sold_part_that_came_back_takes_every_share_back_and_the_buyer_is_owed_the_goods():
    a_rate(80)
    part = a_part(PartStatus.DELIVERED, courier=CourierFactory())

    return_part(part, actor=STAFF)

    assert accounts() == {
        "courier cash": D("205.00"),
        "courier delivery": D("-35.00"),
        "buyer refund_due": D("-170.00"),
    }
    assert check_invariants() == []


def test_a_sold_part_comes_back_once():
    part = a_part(PartStatus.DELIVERED)
    return_part(part, actor=STAFF)
    before = accounts()

    return_part(part, actor=STAFF)

    assert accounts() == before and OrderLine.objects.get().changes.count() == 1


def test_a_delivery_that_fails_half_way_leaves_nothing():
    part = a_part(PartStatus.SHIPPED)

    with transaction.atomic():
        deliver_part(part, actor=STAFF)
        transaction.set_rollback(True)

    part.refresh_from_db()
    assert part.status == PartStatus.SHIPPED and accounts() == {}
