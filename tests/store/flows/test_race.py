"""Many buyers at once: nothing is sold twice, and each guard alone would have been enough."""

import threading
import time
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection, connections, transaction

from catalog.models import Lot, Reservation, StockMovement
from catalog.stock import actions as stock
from catalog.stock.errors import OutOfStock, StockRaced
from catalog.stock.models import LotQuerySet
from store.flows import mails
from store.flows.cancel_part import cancel_part
from store.flows.fulfil_part import confirm_part, ship_part
from store.flows.invariants import check_invariants
from store.flows.place_order import TooManyUnconfirmed
from store.models import CooperativeOrder, Order, StatusChange
from store.orders.queries import unconfirmed_orders_of
from store.orders.reasons import CancelReason
from store.statuses import Actor, IllegalMove, PartStatus, Raced
from tests.checks import without_checks
from tests.factories import CartFactory, LotFactory, a_contact, a_part, a_zone, place

at_once = pytest.mark.django_db(transaction=True, serialized_rollback=True)
BUYERS, UNITS = 50, 10


def race(*deeds) -> list:
    """What came of each deed, all begun at the same moment, each on a connection of its own."""
    outcomes, start = [None] * len(deeds), threading.Barrier(len(deeds))

    def run(number, deed):
        try:
            try:
                connection.ensure_connection()
            except Exception:
                start.abort()  # the others would wait for ever
                raise
            start.wait()
            outcomes[number] = deed()
        except Exception as error:
            outcomes[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def kinds(outcomes) -> dict:
    return {kind: sum(type(outcome) is kind for outcome in outcomes) for kind in map(type, outcomes)}


@pytest.fixture(autouse=True)
def _no_mail(monkeypatch):
    monkeypatch.setattr(mails, "deliver_soon", lambda: None)


@at_once
def test_fifty_buyers_at_once_get_the_last_ten_units_and_not_one_more():
    a_zone()
    lots = [LotFactory(quantity=UNITS - 4)]
    lots.append(LotFactory(quantity=4, variant=lots[0].variant))
    carts = CartFactory.create_batch(BUYERS, lines=[(lots[0].variant, 1)])
    contacts = [a_contact() for _ in carts]

    outcomes = race(
        *(lambda c=cart, who=contact: place(c, contact=who) for cart, contact in zip(carts, contacts, strict=True))
    )

    assert kinds(outcomes) == {Order: UNITS, OutOfStock: BUYERS - UNITS}
    assert Order.objects.count() == UNITS
    assert list(Lot.objects.values_list("on_hand", "reserved").order_by("pk")) == [(6, 6), (4, 4)]
    assert check_invariants() == []


@at_once
def test_buyers_whose_carts_are_in_different_order_do_not_wait_for_each_other_for_ever():
    a_zone()
    variants = [LotFactory(quantity=100).variant for _ in range(4)]
    carts = [CartFactory(lines=[(variant, 1) for variant in variants[:: (-1) ** n]]) for n in range(16)]
    contacts = [a_contact() for _ in carts]

    outcomes = race(
        *(lambda c=cart, who=contact: place(c, contact=who) for cart, contact in zip(carts, contacts, strict=True))
    )

    assert kinds(outcomes) == {Order: 16}
    assert check_invariants() == []


@at_once
def test_a_cart_that_is_placed_five_times_at_once_is_one_order():
    a_zone()
    cart, contact = CartFactory(lines=[(LotFactory().variant, 1)]), a_contact()

    outcomes = race(*[lambda: place(cart, contact=contact)] * 5)

    assert outcomes == [Order.objects.get()] * 5
    assert Reservation.objects.count() == 1


@at_once
def test_one_telephone_gets_no_more_orders_to_confirm_than_it_may_however_fast_it_asks(settings):
    a_zone()
    carts, contact = CartFactory.create_batch(12, lines=[(LotFactory(quantity=50).variant, 1)]), a_contact()

    outcomes = race(*(lambda c=cart: place(c, contact=contact) for cart in carts))

    assert kinds(outcomes) == {Order: settings.UNCONFIRMED_ORDERS_PER_PHONE, TooManyUnconfirmed: 9}


@at_once
@pytest.mark.postgres
def test_orders_of_one_telephone_that_do_not_take_turns_pass_its_limit(monkeypatch, settings):
    a_zone()
    carts, contact = CartFactory.create_batch(8, lines=[(LotFactory(quantity=50).variant, 1)]), a_contact()
    everybody_has_counted = threading.Barrier(8, timeout=20)

    def count_then_wait(phone) -> int:
        count = unconfirmed_orders_of(phone)
        everybody_has_counted.wait()
        return count

    monkeypatch.setattr("store.orders.actions.take_turns", lambda phone: None)
    monkeypatch.setattr("store.flows.place_order.unconfirmed_orders_of", count_then_wait)

    outcomes = race(*(lambda c=cart: place(c, contact=contact) for cart in carts))

    assert kinds(outcomes) == {Order: 8}


@at_once
def test_a_part_that_is_confirmed_and_canceled_at_once_ends_as_one_or_the_other():
    part = a_part()
    deeds = [
        lambda: confirm_part(CooperativeOrder.objects.get(pk=part.pk), actor=Actor.STAFF),
        lambda: cancel_part(
            CooperativeOrder.objects.get(pk=part.pk), reason=CancelReason.NOT_CONFIRMED, actor=Actor.CLOCK
        ),
    ]

    outcomes = race(*deeds * 4)

    part.refresh_from_db()
    assert part.status in (PartStatus.CONFIRMED, PartStatus.CANCELED)
    assert {type(outcome) for outcome in outcomes} <= {type(None), bool, IllegalMove, Raced}
    assert StatusChange.objects.filter(row_id=part.pk, row_type__model="cooperativeorder").count() == 2
    assert check_invariants() == []


class Waiting(threading.Thread):
    """A deed of somebody else, who waits for a row that this transaction has locked: `what_came_of_it` once it ended."""

    def __init__(self, deed):
        super().__init__()
        self.deed = deed
        self.start()
        until = time.monotonic() + 20
        while not self.is_waiting():
            assert self.is_alive() and time.monotonic() < until, "it did not wait"
            time.sleep(0.01)

    def is_waiting(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            return cursor.fetchone()[0] > 0

    def run(self):
        try:
            self.outcome = self.deed()
        except Exception as error:
            self.outcome = error
        finally:
            connections.close_all()

    def what_came_of_it(self):
        self.join()
        return self.outcome


@at_once
@pytest.mark.postgres
def test_a_buyer_who_cancels_at_the_moment_of_confirming_waits_and_cancels():
    part = a_part()

    with transaction.atomic():
        confirm_part(part, actor=Actor.STAFF)
        buyer = Waiting(
            lambda: cancel_part(
                CooperativeOrder.objects.get(pk=part.pk), reason=CancelReason.CHANGED_MIND, actor=Actor.BUYER
            )
        )

    assert buyer.what_came_of_it() is True
    assert list(part.status_changes.values_list("now", flat=True)) == ["placed", "confirmed", "canceled"]
    assert check_invariants() == []


@at_once
@pytest.mark.postgres
def test_a_lot_that_is_blocked_while_a_parcel_leaves_counts_as_blocked_after_it_left():
    part = a_part(PartStatus.PACKED)

    with transaction.atomic():
        Lot.objects.select_for_update().get()  # as the parcel's flow does, a moment before it leaves
        staff = Waiting(lambda: stock.block(Lot.objects.get(), because="a doubt"))
        ship_part(part, actor=Actor.STAFF)

    staff.what_came_of_it()
    assert Lot.objects.get().blocked_at > StockMovement.objects.get(kind="shipped").at
    assert check_invariants() == []


# -- The controls: a stale look at the shelf, as if nobody had locked it ----------------------------------------------


@contextmanager
def a_shelf_that_is_read_once(monkeypatch):
    """Everybody sees the lots as they were before the first sale."""
    lots = list(Lot.objects.select_related("variant").order_by("pk"))
    with monkeypatch.context() as patch:
        patch.setattr(stock, "_locked", lambda _: [copy_of(lot) for lot in lots])
        yield patch


def copy_of(lot: Lot) -> Lot:
    values = {field.attname: getattr(lot, field.attname) for field in lot._meta.concrete_fields}
    return Lot(**values, variant=lot.variant)


class Unconditional(LotQuerySet):
    """Lots whose UPDATE no longer asks whether there is room."""

    def filter(self, *args, on_hand__gte=None, **conditions):
        return super().filter(*args, **conditions)


def without_the_condition(patch):
    manager = Unconditional.as_manager()
    manager.model = Lot
    patch.setattr(Lot, "objects", manager)


def twelve_buyers() -> list:
    lot = LotFactory(quantity=UNITS)
    return [lambda cart=cart: place(cart) for cart in CartFactory.create_batch(12, lines=[(lot.variant, 1)])]


def outcomes_of(deeds) -> list:
    outcomes = []
    for deed in deeds:
        try:
            outcomes.append(deed())
        except (StockRaced, IntegrityError) as error:
            outcomes.append(error)
    return outcomes


@pytest.mark.django_db
def test_without_the_row_lock_the_conditional_update_refuses(monkeypatch):
    deeds = twelve_buyers()

    with a_shelf_that_is_read_once(monkeypatch):
        outcomes = outcomes_of(deeds)

    assert kinds(outcomes) == {Order: UNITS, StockRaced: 2}
    assert check_invariants() == []


@pytest.mark.django_db
def test_without_the_row_lock_and_the_condition_the_check_of_the_database_refuses(monkeypatch):
    deeds = twelve_buyers()

    with a_shelf_that_is_read_once(monkeypatch) as patch:
        without_the_condition(patch)
        outcomes = outcomes_of(deeds)

    assert kinds(outcomes) == {Order: UNITS, IntegrityError: 2}
    assert check_invariants() == []


@pytest.mark.django_db
def test_without_any_guard_it_oversells_and_the_invariants_say_so(monkeypatch):
    deeds = twelve_buyers()

    with a_shelf_that_is_read_once(monkeypatch) as patch, without_checks(Lot):
        without_the_condition(patch)
        outcomes = outcomes_of(deeds)

    lot = Lot.objects.get()
    assert kinds(outcomes) == {Order: 12}
    assert check_invariants() == [f"Lot {lot.code} ({lot.pk}) has 10 on hand and 12 reserved."]
