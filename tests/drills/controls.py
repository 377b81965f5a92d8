"""Guards that a control takes out of the server's processes, to show that the drill would notice."""

import random
import time
from datetime import datetime
from secrets import token_hex

from django.db import connection, transaction
from django.db.models import CheckConstraint

from catalog.models import Lot
from catalog.stock import actions as stock
from catalog.stock.models import LotQuerySet
from store.cart import actions as carts
from store.cart.models import Cart
from store.checkout import views
from store.flows import place_order as placing
from store.middleware import BusyDatabase
from store.orders import actions as orders
from store.outbox import actions as outbox
from store.outbox.models import OutboxMessage
from store.shopfront import errors


def row_lock() -> None:
    """Lots are read as they are, without waiting for whoever is writing them; a moment passes before the write."""

    def look(lots) -> list[Lot]:
        seen = list(Lot.objects.filter(pk__in=lots.values("pk")).select_related("variant").order_by("pk"))
        time.sleep(0.05)
        return seen

    stock._locked = look


def lock_order() -> None:
    """Lots are locked one by one in any order, as baskets name them, with a moment between two locks."""

    def lock_one_by_one(lots) -> list[Lot]:
        pks = list(lots.order_by().values_list("pk", flat=True).distinct())
        random.shuffle(pks)
        locked = []
        for pk in pks:
            locked.append(Lot.objects.select_related("variant").select_for_update(of=("self",)).get(pk=pk))
            time.sleep(0.01)
        return sorted(locked, key=lambda lot: lot.pk)

    stock._locked = lock_one_by_one


def condition() -> None:
    """A counter changes whether or not there is room."""

    class Unconditional(LotQuerySet):
        def filter(self, *args, on_hand__gte=None, **conditions):
            return super().filter(*args, **conditions)

    manager = Unconditional.as_manager()
    manager.model = Lot
    Lot.objects = manager


def one_transaction() -> None:
    """Placing an order is many small writes instead of one transaction."""
    views.place_order = placing.place_order.__wrapped__
    stock.hold = stock.hold.__wrapped__


def check() -> None:
    """The database no longer compares a lot's counters. On SQLite the settings say so to each connection."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for constraint in Lot._meta.constraints:
                if isinstance(constraint, CheckConstraint):
                    cursor.execute(f'ALTER TABLE "{Lot._meta.db_table}" DROP CONSTRAINT IF EXISTS "{constraint.name}"')
        connection.close()  # the processes that are forked from this one need connections of their own


def once() -> None:
    """Nobody looks whether the cart has become an order, nor does the key of the order tell."""
    cart_of, lock, open_order = views.cart_of, carts.lock, orders.open_order

    def reopened(cart: Cart | None) -> Cart | None:
        if cart:
            cart.order = None
        return cart

    views.cart_of = lambda request: reopened(cart_of(request))
    carts.lock = lambda cart: reopened(lock(cart))
    orders.open_order = lambda **fields: open_order(**{**fields, "checkout_key": token_hex(8)})


def mails_with_the_order() -> None:
    """The mails of an order are written when its transaction is over."""
    write_mails = placing._write_mails
    placing._write_mails = lambda *told, **how: transaction.on_commit(lambda: write_mails(*told, **how))


def marked_last() -> None:
    """A mail is marked as sent before it is sent."""

    def mark_and_deliver(message: OutboxMessage, compose: outbox.Composer, now: datetime) -> bool:
        if not OutboxMessage.objects.filter(pk=message.pk, sent_at=None).update(sent_at=now):
            return False
        outbox._send(message, compose(message))
        return True

    outbox._deliver = mark_and_deliver


def busy_page() -> None:
    """A database that is away is an error like any other."""
    BusyDatabase.process_exception = lambda middleware, request, exception: None
    errors.UNAVAILABLE = ()


def card_timeout() -> None:
    """The provider of cards may take as long as it likes."""
    from store.payments.providers import stripe_checkout

    stripe_checkout.TIMEOUT = (60, 60)


#: By the name that the environment variable DRILL_WITHOUT gives.
TAKE_OUT = {
    "row-lock": row_lock,
    "lock-order": lock_order,
    "condition": condition,
    "check": check,
    "transaction": one_transaction,
    "once": once,
    "mails-with-the-order": mails_with_the_order,
    "marked-last": marked_last,
    "busy-page": busy_page,
    "card-timeout": card_timeout,
}
