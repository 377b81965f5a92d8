"""The books of the demonstration: a newcomer finds something on each page about money, and all of it agrees."""

from datetime import datetime

import pytest
from django.utils import timezone

from catalog.cooperatives.models import Cooperative
from store.demo.books import load_books
from store.demo.catalogue import load_categories, load_cooperatives
from store.demo.delivery import load_commission, load_couriers, load_zones
from store.demo.load import load_accounts
from store.demo.vouchers import load_voucher
from store.flows.hand_over import to_hand_over
from store.flows.invariants import check_invariants
from store.flows.month import Month
from store.flows.reconcile import reconcile
from store.flows.refunds import SecondPersonNeeded, approve_refund, seal
from store.flows.statement import statement_of
from store.flows.transfer import transfer_of
from store.models import CashSheet, Order, Refund, ReturnRequest, Settlement, Shipment, User, VoucherUse
from store.payments.bank import LineStatus, MoneyTask, StatementLine, TaskKind
from store.statuses import RefundStatus, ReturnStatus, SettlementStatus, ShipmentStatus

pytestmark = pytest.mark.django_db


def load(now: datetime) -> list[Order]:
    """The books alone, of products without photos."""
    load_cooperatives(dict.fromkeys(["heroes/hero-huiles.webp", "heroes/hero-miel.webp"]), load_categories())
    load_zones()
    load_couriers()
    load_commission()
    load_voucher()
    load_accounts()
    return load_books(now)


def test_the_demonstration_has_something_for_each_page_about_money():
    now = timezone.now()
    orders = load(now)
    month = Month.of(timezone.localdate(now)).previous

    assert all(order.placed_at <= now for order in orders)
    assert CashSheet.objects.get().at < month.ends and to_hand_over()
    assert Shipment.objects.get(status=ShipmentStatus.RETURNED).part.refunds.count() == 0
    assert set(StatementLine.objects.values_list("status", flat=True)) == {
        LineStatus.MATCHED, LineStatus.TASK, LineStatus.IGNORED,
    }  # fmt: skip
    assert check_invariants() == []
    assert reconcile() == []

    assert sum(bool((transfer := transfer_of(order)) and transfer.is_awaited) for order in orders) == 2
    kinds = MoneyTask.objects.filter(done_at=None).values_list("kind", flat=True)
    assert sorted(kinds) == [TaskKind.CANCELED_PART, TaskKind.UNKNOWN_REFERENCE]
    assert sorted(ReturnRequest.objects.values_list("status", flat=True)) == [ReturnStatus.ASKED, ReturnStatus.RECEIVED]
    assert VoucherUse.objects.count() == 1

    waiting = Refund.objects.get(status=RefundStatus.ASKED)
    with pytest.raises(SecondPersonNeeded):
        approve_refund(waiting, seen=seal(waiting), by=User.objects.get(username="tresoriere"))
    assert approve_refund(waiting, seen=seal(waiting), by=User.objects.get(username="equipe"))

    for cooperative in Cooperative.objects.all():
        statement = statement_of(cooperative, month)
        assert statement.settlement.status == SettlementStatus.PAID
        assert statement.settlement.amount == statement.closing > 0


@pytest.mark.parametrize("day", ["2026-03-01 00:20", "2026-08-31 23:50"])
def test_the_books_of_the_demonstration_agree_on_whatever_day_it_is_loaded(day):
    now = timezone.make_aware(datetime.fromisoformat(day))
    load(now)

    assert Settlement.objects.filter(status=SettlementStatus.PAID).count() == 2
    assert check_invariants(now) == []
    assert reconcile(now) == []
