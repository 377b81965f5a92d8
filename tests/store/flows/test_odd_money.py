"""Money that comes late, twice, too little, too much, or for what was canceled: each ends in an order or a task."""

from decimal import Decimal

import pytest

from catalog.models import Lot
from catalog.stock import actions as stock
from store.flows.cancel_part import cancel_part
from store.flows.fulfil_part import VERBS, return_part
from store.flows.give_surplus_back import AnotherPerson, give_surplus_back
from store.flows.invariants import check_invariants
from store.flows.tick import tick
from store.models import MoneyTask, OutboxMessage
from store.orders.reasons import CancelReason
from store.payments import tasks
from store.payments.bank import LineStatus, TaskKind
from store.statuses import Actor, PartStatus, PaymentStatus
from tests.factories import (
    LotFactory,
    a_part,
    a_person,
    a_transfer,
    money_comes,
)

from .banking import a_lapsed_transfer, accounts, in_a_week, statuses, the_task

pytestmark = pytest.mark.django_db

D = Decimal


def test_what_nobody_pays_lapses_with_its_reason_and_its_stock_is_free():
    order = a_transfer()

    tick(in_a_week())

    part = order.parts.get()
    assert (part.status, part.cancel_reason) == (PartStatus.CANCELED, CancelReason.NOT_PAID)
    assert order.payments.get().status == PaymentStatus.EXPIRED
    assert Lot.objects.get().reserved == 0
    assert not OutboxMessage.objects.filter(kind="part_canceled_for_cooperative").exists()
    assert check_invariants(in_a_week()) == []


def test_money_that_comes_late_has_the_order_go_on_if_its_stock_is_there():
    order = a_lapsed_transfer(LotFactory(), LotFactory())

    money_comes(order.number, "410,00")

    assert statuses(order) == [PartStatus.CONFIRMED] * 2
    assert set(order.parts.values_list("cancel_reason", flat=True)) == {""}
    assert (order.payments.get().status, order.payments.get().amount) == (PaymentStatus.PAID, D(410))
    assert sorted(Lot.objects.values_list("reserved", flat=True)) == [2, 2]
    assert accounts() == {"bank": D(410), "due": D(-410), "refund": D(0)}
    assert not MoneyTask.objects.exists()
    assert check_invariants() == []


@pytest.mark.parametrize("to", [PartStatus.DELIVERED, PartStatus.RETURNED, PartStatus.CANCELED])
def test_an_order_that_was_paid_late_goes_its_way_like_any_other(to):
    order = a_lapsed_transfer()
    money_comes(order.number, "205,00")
    part = order.parts.get()

    if to == PartStatus.CANCELED:
        cancel_part(part, reason=CancelReason.OUT_OF_STOCK, actor=Actor.STAFF)
    else:
        for status in (PartStatus.PACKED, PartStatus.SHIPPED, to):
            VERBS[status](part, actor=Actor.STAFF)

    assert accounts()["due"] == 0
    assert check_invariants() == []
    canceled = OutboxMessage.objects.filter(kind="part_canceled", about_id=part.pk).count()
    assert canceled == (2 if to == PartStatus.CANCELED else 1)


def test_money_that_comes_late_for_what_is_sold_out_is_owed_back_and_somebodys_task():
    lot = LotFactory(quantity=2)
    order = a_lapsed_transfer(lot)
    a_part(PartStatus.CONFIRMED, lot=lot)

    line = money_comes(order.number, "205,00")

    assert statuses(order) == [PartStatus.CANCELED]
    assert order.payments.get().status == PaymentStatus.EXPIRED
    assert line.status == LineStatus.MATCHED
    assert accounts() == {"bank": D(205), "due": D(0), "refund": D(-205)}
    assert the_task() == (TaskKind.LATE, D(205))
    assert check_invariants() == []


def test_the_last_jars_that_three_buyers_pay_late_go_to_the_first_and_the_others_are_owed_back():
    lot = LotFactory(quantity=2)
    orders = [a_lapsed_transfer(lot) for _ in range(3)]

    for order in orders:
        money_comes(order.number, "205,00")

    assert [statuses(order) for order in orders] == [
        [PartStatus.CONFIRMED],
        [PartStatus.CANCELED],
        [PartStatus.CANCELED],
    ]
    assert Lot.objects.get().reserved == 2
    assert accounts() == {"bank": D(615), "due": D(-205), "refund": D(-410)}
    assert list(MoneyTask.objects.order_by("pk").values_list("order", "kind")) == [
        (order.pk, TaskKind.LATE) for order in orders[1:]
    ]
    assert check_invariants() == []


def test_of_two_parts_paid_late_the_one_that_is_there_goes_on_and_the_other_is_owed_back():
    gone, there = LotFactory(quantity=2), LotFactory()
    order = a_lapsed_transfer(gone, there)
    a_part(PartStatus.CONFIRMED, lot=gone)

    money_comes(order.number, "410,00")

    assert statuses(order) == [PartStatus.CANCELED, PartStatus.CONFIRMED]
    assert order.payments.get().amount == D(205)
    assert accounts() == {"bank": D(410), "due": D(-205), "refund": D(-205)}
    assert the_task() == (TaskKind.LATE, D(205))
    assert check_invariants() == []


def test_a_part_that_is_open_still_and_sold_out_at_the_moment_of_paying_is_canceled():
    gone, there = LotFactory(quantity=2), LotFactory()
    order = a_transfer(gone, there)
    stock.end_expired(now=in_a_week())  # the tick has ended the reservations and not yet the parts
    a_part(PartStatus.CONFIRMED, lot=gone)

    money_comes(order.number, "410,00")

    assert statuses(order) == [PartStatus.CANCELED, PartStatus.CONFIRMED]
    assert order.parts.first().cancel_reason == CancelReason.OUT_OF_STOCK
    assert accounts() == {"bank": D(410), "due": D(-205), "refund": D(-205)}
    assert the_task() == (TaskKind.LATE, D(205))
    assert check_invariants() == []


def test_what_its_buyer_canceled_does_not_begin_anew_and_its_money_is_owed_back():
    order = a_transfer()
    cancel_part(order.parts.get(), reason=CancelReason.CHANGED_MIND, actor=Actor.BUYER)

    money_comes(order.number, "205,00")

    assert statuses(order) == [PartStatus.CANCELED]
    assert the_task() == (TaskKind.CANCELED_PART, D(205))
    assert accounts()["refund"] == D(-205)
    assert check_invariants() == []


def test_money_for_the_whole_pays_what_is_left_and_that_of_the_canceled_part_is_owed_back():
    order = a_transfer(LotFactory(), LotFactory())
    cancel_part(order.parts.first(), reason=CancelReason.CHANGED_MIND, actor=Actor.BUYER)

    money_comes(order.number, "410,00")

    assert statuses(order) == [PartStatus.CANCELED, PartStatus.CONFIRMED]
    assert accounts() == {"bank": D(410), "due": D(-205), "refund": D(-205)}
    assert the_task() == (TaskKind.CANCELED_PART, D(205))
    assert check_invariants() == []


def test_too_much_pays_the_order_and_the_rest_is_owed_back():
    order = a_transfer()

    money_comes(order.number, "250,00")

    assert statuses(order) == [PartStatus.CONFIRMED]
    assert accounts() == {"bank": D(250), "due": D(-205), "refund": D(-45)}
    assert the_task() == (TaskKind.TOO_MUCH, D(45))
    assert check_invariants() == []


def test_too_little_confirms_nothing_until_the_rest_comes():
    order = a_transfer()

    money_comes(order.number, "200,00")
    assert statuses(order) == [PartStatus.PLACED]
    assert accounts() == {"bank": D(200), "due": D(0), "refund": D(-200)}
    assert the_task() == (TaskKind.TOO_LITTLE, D(200))
    assert check_invariants() == []

    money_comes(order.number, "5,00", day="27/11/2026")
    assert statuses(order) == [PartStatus.CONFIRMED]
    assert accounts() == {"bank": D(205), "due": D(-205), "refund": D(0)}
    assert not MoneyTask.objects.filter(done_at=None).exists()
    assert check_invariants() == []


def test_too_little_that_was_given_back_does_not_count_any_more():
    order = a_transfer()
    money_comes(order.number, "200,00")
    give_surplus_back(MoneyTask.objects.get(), reference="Reçu 12", by=a_person("badr"))

    money_comes(order.number, "5,00", day="27/11/2026")

    assert statuses(order) == [PartStatus.PLACED]
    assert the_task() == (TaskKind.TOO_LITTLE, D(5))
    assert accounts() == {"bank": D(5), "due": D(0), "refund": D(-5)}
    assert check_invariants() == []


def test_an_order_that_is_paid_twice_is_confirmed_once_and_the_second_money_is_owed_back():
    order = a_transfer()
    money_comes(order.number, "205,00")

    money_comes(order.number, "205,00", day="27/11/2026")

    assert accounts() == {"bank": D(410), "due": D(-205), "refund": D(-205)}
    assert the_task() == (TaskKind.PAID_TWICE, D(205))
    assert check_invariants() == []


def test_money_that_came_twice_and_was_given_back_leaves_its_order_paid():
    order = a_transfer()
    for day in ("26/11/2026", "27/11/2026"):
        money_comes(order.number, "205,00", day=day)

    give_surplus_back(MoneyTask.objects.get(), reference="VIR 7", by=a_person("badr"))

    payment, part = order.payments.get(), order.parts.get()
    assert (payment.status, payment.amount, part.status) == (PaymentStatus.PAID, D(205), PartStatus.CONFIRMED)
    for status in (PartStatus.PACKED, PartStatus.SHIPPED, PartStatus.DELIVERED):
        VERBS[status](part, actor=Actor.STAFF)
    assert accounts() == {"bank": D(205), "due": D(0), "refund": D(0)}
    assert check_invariants() == []


def test_a_surplus_is_given_back_once_and_ends_in_no_other_way():
    order, amal = a_transfer(), a_person("amal")
    money_comes(order.number, "300,00")
    task = MoneyTask.objects.get()
    with pytest.raises(ValueError, match="given back"):
        tasks.finish(task, because="Gardé", by=amal)

    give_surplus_back(task, reference="VIR 7", by=amal)

    stale = MoneyTask.objects.get()
    stale.done_at = None
    with pytest.raises(tasks.TaskEnded):
        give_surplus_back(stale, reference="VIR 8", by=amal)
    assert accounts() == {"bank": D(205), "due": D(-205), "refund": D(0)}
    assert MoneyTask.objects.get().because.endswith("VIR 7")
    assert check_invariants() == []


def test_a_large_surplus_is_written_down_by_somebody_else_than_its_owner(settings):
    settings.SECOND_PERSON_ABOVE = 90
    order, amal, badr = a_transfer(), a_person("amal"), a_person("badr")
    money_comes(order.number, "300,00")
    task = MoneyTask.objects.get()
    for owner in (None, amal):
        MoneyTask.objects.update(owner=owner)
        with pytest.raises(AnotherPerson):
            give_surplus_back(MoneyTask.objects.get(), reference="VIR 7", by=amal)
        assert the_task() == (TaskKind.TOO_MUCH, D(95))

    give_surplus_back(task, reference="VIR 7", by=badr)

    assert accounts()["refund"] == 0


def test_what_is_owed_for_a_canceled_part_goes_back_as_a_refund_and_not_as_a_surplus():
    order = a_transfer()
    money_comes(order.number, "205,00")
    cancel_part(order.parts.get(), reason=CancelReason.CHANGED_MIND, actor=Actor.BUYER)

    with pytest.raises(ValueError, match="only a surplus"):
        give_surplus_back(MoneyTask.objects.get(), reference="VIR 7", by=a_person("amal"))


def test_a_part_that_is_canceled_after_it_was_paid_is_owed_back_and_somebodys_task(admin_user):
    order = a_transfer(LotFactory(), LotFactory())
    money_comes(order.number, "410,00")

    cancel_part(order.parts.first(), reason=CancelReason.OUT_OF_STOCK, actor=Actor.STAFF, by=admin_user)

    assert accounts() == {"bank": D(410), "due": D(-205), "refund": D(-205)}
    assert the_task() == (TaskKind.CANCELED_PART, D(205))
    assert check_invariants() == []


def test_what_its_buyer_cancels_after_paying_is_the_work_of_whoever_took_the_money_in():
    order = a_transfer()
    money_comes(order.number, "205,00", by=a_person("amal"))

    cancel_part(order.parts.get(), reason=CancelReason.CHANGED_MIND, actor=Actor.BUYER)

    assert MoneyTask.objects.get().owner == a_person("amal")


def test_a_parcel_that_was_paid_and_refused_is_owed_back():
    order = a_transfer()
    money_comes(order.number, "205,00")
    part = order.parts.get()
    for status in (PartStatus.PACKED, PartStatus.SHIPPED):
        VERBS[status](part, actor=Actor.STAFF)

    return_part(part, actor=Actor.STAFF, because="Refusé")

    assert accounts() == {"bank": D(205), "due": D(0), "refund": D(-205)}
    assert the_task() == (TaskKind.CANCELED_PART, D(205))
    assert check_invariants() == []
