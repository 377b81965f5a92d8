"""No money goes from a provider to a cooperative: our books pay them, and never what a bank took back from them."""

from decimal import Decimal as D

import pytest
from django.utils import timezone

from store.flows.cancel_part import cancel_part
from store.flows.cards.contested import Bearer, bear
from store.flows.cards.watch import watch
from store.flows.fulfil_part import VERBS, ship_part
from store.flows.settle import NothingToSettle, approve, pay, propose
from store.ledger.queries import owed_to_cooperative
from store.models import CardRefund, MoneyTask
from store.orders.reasons import CancelReason
from store.payments.providers.base import DisputeTold
from store.statuses import Actor, PartStatus
from tests.factories import CourierFactory, LotFactory, a_person, book_in, last_month
from tests.factories.cards import disputed, paid_by_card, sound

pytestmark = pytest.mark.django_db


@pytest.fixture
def part(provider):
    """Paid by card and brought last month: 170 dirhams of goods."""
    part = paid_by_card(provider, LotFactory()).parts.get()
    VERBS[PartStatus.PACKED](part, actor=Actor.STAFF)
    ship_part(part, actor=Actor.STAFF, courier=CourierFactory())
    VERBS[PartStatus.DELIVERED](part, actor=Actor.STAFF)
    book_in(last_month())
    return part


def settled(part):
    settlement = propose(part.cooperative, last_month(), by=a_person("amal"))
    approve(settlement, by=a_person("badr"))
    pay(settlement, reference="VIR 1", paid_on=timezone.localdate(), by=a_person("amal"))
    return settlement


def lost(provider, part, bearer: Bearer) -> None:
    disputed(provider, DisputeTold.LOST, is_withdrawn=True, attempt=part.order.payments.get().attempts.get())
    bear(MoneyTask.objects.get(), bearer, part=part if bearer != Bearer.PLATFORM else None, because="Perdu", by=None)


def test_what_was_paid_by_card_is_settled_like_all_else(part):
    assert settled(part).amount == D(170)
    sound()


def test_a_dispute_that_is_open_takes_nothing_from_the_cooperative_and_one_that_the_platform_bears_neither(
    provider, part
):
    disputed(provider, DisputeTold.OPEN, is_withdrawn=True, attempt=part.order.payments.get().attempts.get())
    assert owed_to_cooperative(part.cooperative_id) == D(170)
    lost(provider, part, Bearer.PLATFORM)
    assert settled(part).amount == D(170)
    sound()


def test_what_a_cooperative_bears_is_not_paid_to_it(provider, part):
    lost(provider, part, Bearer.COOPERATIVE)
    with pytest.raises(NothingToSettle):
        settled(part)
    sound()


def test_what_was_paid_to_it_before_it_lost_is_owed_by_it_and_taken_off_what_comes_next(provider, part):
    settled(part)
    lost(provider, part, Bearer.COOPERATIVE)
    assert owed_to_cooperative(part.cooperative_id) == D(-205)
    sound()


def test_a_refund_that_the_provider_has_no_money_for_stays_owed_until_it_has(provider):
    order = paid_by_card(provider)
    provider.down["refund"] = False
    cancel_part(order.parts.get(), reason=CancelReason.OUT_OF_STOCK, actor=Actor.STAFF)
    for _again in range(3):
        waiting = CardRefund.objects.get()
        watch(waiting.next_try_at)
        sound()
    assert CardRefund.objects.get().status == "to_send"
    provider.down.clear()
    watch(CardRefund.objects.get().next_try_at)
    assert CardRefund.objects.get().status == "done"
    sound()
