import pytest
from django.core import mail

from catalog.models import Lot, Reservation
from store.flows import cancel_part as flow
from store.flows.cancel_part import cancel_part
from store.flows.invariants import check_invariants
from store.models import OutboxMessage, StatusChange
from store.orders.reasons import CancelReason
from store.statuses import Actor, IllegalMove, PartStatus, PaymentStatus
from tests.factories import CartFactory, LotFactory, a_part, place

pytestmark = pytest.mark.django_db


def cancel(part, actor=Actor.BUYER) -> bool:
    return cancel_part(part, reason=CancelReason.CHANGED_MIND, actor=actor)


@pytest.mark.parametrize("status", [PartStatus.PLACED, PartStatus.CONFIRMED, PartStatus.PACKED])
def test_a_canceled_part_gives_its_stock_back_and_is_no_longer_paid_for(status):
    part = a_part(status)

    assert cancel(part, Actor.STAFF) is True

    part.refresh_from_db()
    assert (part.status, part.cancel_reason) == (PartStatus.CANCELED, CancelReason.CHANGED_MIND)
    assert part.payments.get().status == PaymentStatus.EXPIRED
    assert not Reservation.objects.live().exists()
    assert Lot.objects.values_list("on_hand", "reserved").get() == (10, 0)
    assert check_invariants() == []


def test_the_other_cooperatives_part_goes_on():
    lots = LotFactory.create_batch(2)
    order = place(CartFactory(lines=[(lot.variant, 1) for lot in lots]))
    gone, kept = order.parts.all()

    cancel(gone)

    kept.refresh_from_db()
    assert (kept.status, kept.payments.get().status) == (PartStatus.PLACED, PaymentStatus.EXPECTED)
    assert Reservation.objects.live().get().lot == lots[1]
    assert check_invariants() == []


def test_the_buyer_and_the_cooperative_are_told_once(django_capture_on_commit_callbacks):
    part = a_part()
    OutboxMessage.objects.all().delete()

    with django_capture_on_commit_callbacks(execute=True):
        cancel(part)
        cancel(part)

    assert sorted(to for sent in mail.outbox for to in sent.to) == sorted([part.order.email, part.cooperative.email])


def test_canceling_twice_gives_the_stock_back_once():
    lot = LotFactory()
    part, _ = a_part(lot=lot), a_part(lot=lot)

    assert (cancel(part), cancel(part)) == (True, False)

    lot.refresh_from_db()
    assert lot.reserved == 2
    assert part.status_changes.count() == 2


@pytest.mark.parametrize(
    ("status", "actor"),
    [
        (PartStatus.SHIPPED, Actor.STAFF), (PartStatus.DELIVERED, Actor.STAFF), (PartStatus.RETURNED, Actor.STAFF),
        (PartStatus.PACKED, Actor.BUYER), (PartStatus.CONFIRMED, Actor.CLOCK),
    ],
)  # fmt: skip
def test_when_it_is_too_late_nothing_is_canceled(status, actor):
    part = a_part(status)
    before = list(StatusChange.objects.values()), list(Lot.objects.values()), list(OutboxMessage.objects.values())

    with pytest.raises(IllegalMove):
        cancel(part, actor)

    part.refresh_from_db()
    assert part.status == status
    assert (
        list(StatusChange.objects.values()),
        list(Lot.objects.values()),
        list(OutboxMessage.objects.values()),
    ) == before


def test_without_its_limit_a_buyer_would_cancel_a_packed_part(monkeypatch):
    """The control of the test above."""
    monkeypatch.setattr(flow, "CANCELABLE_FROM", {})

    assert cancel(a_part(PartStatus.PACKED)) is True
