import pytest
from django.db import models

from store.flows.invariants import check_invariants
from store.models import (
    CardRefund,
    CooperativeOrder,
    Payment,
    PaymentAttempt,
    Refund,
    ReturnRequest,
    Settlement,
    Shipment,
    StatusChange,
)
from store.statuses import (
    MOVES,
    Actor,
    AttemptStatus,
    CardRefundStatus,
    IllegalMove,
    PartStatus,
    PaymentStatus,
    Raced,
    RefundStatus,
    ReturnStatus,
    SettlementStatus,
    ShipmentStatus,
    move,
)
from tests.factories import a_part

TABLES = [
    (CooperativeOrder, PartStatus),
    (Payment, PaymentStatus),
    (Shipment, ShipmentStatus),
    (Settlement, SettlementStatus),
    (Refund, RefundStatus),
    (ReturnRequest, ReturnStatus),
    (PaymentAttempt, AttemptStatus),
    (CardRefund, CardRefundStatus),
]


@pytest.mark.parametrize(("model", "statuses"), TABLES)
def test_every_status_has_its_moves_and_every_target_is_a_status(model, statuses):
    moves = MOVES[model._meta.label]

    assert set(moves) == set(statuses)
    assert set().union(*moves.values()) <= set(statuses)
    assert all(status not in targets for status, targets in moves.items())


@pytest.mark.parametrize(("model", "statuses"), TABLES)
def test_every_status_is_reachable_from_the_first(model, statuses):
    moves = MOVES[model._meta.label]
    reached = {model._meta.get_field("status").default}

    while further := set().union(*(moves[status] for status in reached)) - reached:
        reached |= further

    assert reached == set(statuses)


def test_every_table_of_moves_belongs_to_a_model():
    assert set(MOVES) == {model._meta.label for model, _ in TABLES}


def history(part) -> list[tuple[str, str]]:
    return list(part.status_changes.values_list("was", "now"))


@pytest.mark.django_db
def test_a_move_is_written_and_logged_with_who_and_why(admin_user):
    part = a_part()

    assert move(part, PartStatus.CONFIRMED, actor=Actor.STAFF, by=admin_user, because="called") is True

    part.refresh_from_db()
    assert part.status == PartStatus.CONFIRMED
    change = part.status_changes.last()
    assert (change.was, change.now, change.actor, change.by, change.because) == (
        "placed", "confirmed", "staff", admin_user, "called",
    )  # fmt: skip


@pytest.mark.django_db
def test_moving_to_where_it_is_already_changes_nothing():
    part = a_part(PartStatus.CONFIRMED)

    assert move(part, PartStatus.CONFIRMED, actor=Actor.STAFF) is False

    assert history(part) == [("", "placed"), ("placed", "confirmed")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "to"),
    [
        (PartStatus.PLACED, PartStatus.SHIPPED),
        (PartStatus.SHIPPED, PartStatus.CANCELED),
        (PartStatus.CANCELED, PartStatus.PLACED),
    ],
)
def test_a_move_that_is_not_in_the_table_is_refused_and_leaves_no_trace(status, to):
    part = a_part(status)
    before = history(part)

    with pytest.raises(IllegalMove):
        move(part, to, actor=Actor.STAFF)

    part.refresh_from_db()
    assert (part.status, history(part)) == (status, before)


@pytest.mark.django_db
def test_a_hand_that_may_move_only_from_one_status_is_refused_from_another():
    part = a_part(PartStatus.CONFIRMED)

    with pytest.raises(IllegalMove):
        move(part, PartStatus.CANCELED, actor=Actor.CLOCK, only_from=[PartStatus.PLACED])

    assert move(part, PartStatus.CANCELED, actor=Actor.STAFF, only_from=[PartStatus.CONFIRMED]) is True


@pytest.fixture
def canceled_meanwhile(monkeypatch):
    """Between our look at the row and our write, somebody cancels it."""

    class Meanwhile(dict):
        def __getitem__(self, label):
            part = CooperativeOrder.objects.get()
            models.QuerySet(CooperativeOrder).filter(pk=part.pk).update(status=PartStatus.CANCELED)
            part.status_changes.create(was="placed", now="canceled", actor=Actor.BUYER)
            return super().__getitem__(label)

    monkeypatch.setattr("store.statuses.MOVES", Meanwhile(MOVES))


@pytest.mark.django_db
def test_who_was_overtaken_is_told_and_writes_nothing(canceled_meanwhile):
    part = a_part()

    with pytest.raises(Raced):
        move(part, PartStatus.CONFIRMED, actor=Actor.STAFF)

    assert not StatusChange.objects.filter(now=PartStatus.CONFIRMED).exists()


@pytest.mark.django_db
def test_without_the_condition_in_the_update_both_hands_would_win(canceled_meanwhile, monkeypatch):
    """The control of the test above."""

    class Unguarded(models.QuerySet):
        def filter(self, *args, status=None, **conditions):
            return super().filter(*args, **conditions)

    part = a_part()
    manager = Unguarded.as_manager()
    manager.model = CooperativeOrder
    monkeypatch.setattr(CooperativeOrder, "objects", manager)

    assert move(part, PartStatus.CONFIRMED, actor=Actor.STAFF) is True

    monkeypatch.undo()
    assert (
        f"Part {part.pk} of order {part.order.number} has a gap in its history: canceled, then placed → confirmed."
        in (check_invariants())
    )
