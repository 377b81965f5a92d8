"""The books of the demonstration: a newcomer finds something on each page about money, and all of it agrees."""

from collections import Counter
from datetime import datetime

import pytest
from django.utils import timezone

from catalog.cooperatives.models import Cooperative
from store.demo.books import load_books
from store.demo.cards import load_ways_to_pay
from store.demo.catalogue import load_categories, load_cooperatives
from store.demo.delivery import load_commission, load_couriers, load_zones
from store.demo.load import load_accounts
from store.demo.vouchers import load_voucher
from store.flows.cancel_part import cancel_part
from store.flows.cards.start import start_card
from store.flows.cards.watch import catch_up
from store.flows.hand_over import to_hand_over
from store.flows.invariants import check_invariants
from store.flows.month import Month
from store.flows.reconcile import reconcile
from store.flows.refunds import SecondPersonNeeded, approve_refund, seal
from store.flows.statement import statement_of
from store.flows.transfer import transfer_of
from store.models import (
    CashSheet,
    CooperativeOrder,
    Dispute,
    Order,
    PaymentAttempt,
    PaymentEvent,
    Refund,
    ReturnRequest,
    Settlement,
    Shipment,
    User,
    VoucherUse,
)
from store.orders.reasons import CancelReason
from store.payments.bank import LineStatus, MoneyTask, StatementLine, TaskKind
from store.statuses import (
    Actor,
    AttemptStatus,
    PartStatus,
    RefundStatus,
    ReturnStatus,
    SettlementStatus,
    ShipmentStatus,
)
from tests.machine.clock import a_clock_of_its_own
from tests.providers.running import running_provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(settings):
    """Where the demonstration's cards are paid, as `make run` has it."""
    with running_provider() as provider:
        settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRETS = provider.key, [provider.webhook_secret]
        settings.STRIPE_API_BASE = settings.STRIPE_PAY_ORIGIN = provider.url
        settings.CMI_CLIENT_ID, settings.CMI_STORE_KEY = provider.cmi_client_id, provider.cmi_store_key
        settings.SITE_URL = "http://127.0.0.1:8000"
        yield provider


def load(now: datetime, provider=None) -> list[Order]:
    """The books alone, of products without photos."""
    load_cooperatives(dict.fromkeys(["heroes/hero-huiles.webp", "heroes/hero-miel.webp"]), load_categories())
    load_zones()
    load_couriers()
    load_commission()
    load_voucher()
    load_ways_to_pay()
    load_accounts()
    return load_books(now, provider)


def last_month(now: datetime) -> Month:
    return Month.of(timezone.localdate(now)).previous


def test_the_demonstration_has_something_for_each_page_about_money(provider):
    now = timezone.now()
    orders = load(now, provider)
    month = last_month(now)

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
    assert sorted(kinds) == sorted(
        [TaskKind.CANCELED_PART, TaskKind.DISPUTE, TaskKind.TAKEN_BACK, TaskKind.UNKNOWN_REFERENCE]
    )
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


@pytest.mark.parametrize(("day", "takes_cards"), [("2026-03-01 00:20", True), ("2026-08-31 23:50", False)])
def test_the_books_of_the_demonstration_agree_on_whatever_day_it_is_loaded(day, takes_cards, provider):
    """And where the local provider is not there."""
    now = timezone.make_aware(datetime.fromisoformat(day))
    with a_clock_of_its_own() as clock:
        clock.time = now
        load(now, provider if takes_cards else None)

        assert PaymentAttempt.objects.exists() is takes_cards
        assert Settlement.objects.filter(status=SettlementStatus.PAID).count() == 2
        assert check_invariants(now) == []
        assert reconcile(now) == []


def test_the_cards_of_the_demonstration_are_known_to_its_provider(provider):
    """What `make run` shows can be gone on with: money goes back, the page that is open is paid."""
    now = timezone.now()
    load(now, provider)
    attempts = {attempt.status: attempt for attempt in PaymentAttempt.objects.all()}

    assert Counter(PaymentAttempt.objects.values_list("provider", "status")) == {
        ("stripe", AttemptStatus.PAID): 6, ("stripe", AttemptStatus.OPEN): 1, ("cmi", AttemptStatus.PAID): 2,
    }  # fmt: skip
    assert not PaymentAttempt.objects.filter(status=AttemptStatus.PAID, fee=None).exists()
    assert PaymentEvent.objects.exists() and not PaymentEvent.objects.filter(done_at=None).exists()
    assert Dispute.objects.get().is_withdrawn and not provider.callbacks.take()
    assert provider.account.shift == 0
    assert {"fee"} <= {row.act for row in statement_of(Cooperative.objects.get(slug="qatr-nada"), last_month(now)).rows}

    open_ = attempts[AttemptStatus.OPEN]
    assert start_card(open_.payment.order).to.url == open_.url
    provider.pay(open_.reference)
    packed = CooperativeOrder.objects.get(status=PartStatus.PACKED, order__payments__method="stripe")
    cancel_part(packed, reason=CancelReason.CHANGED_MIND, actor=Actor.STAFF)
    catch_up()

    open_.refresh_from_db()
    assert open_.status == AttemptStatus.PAID
    assert packed.refunds.get().status == RefundStatus.PAID
    assert check_invariants() == []
    assert reconcile() == []
