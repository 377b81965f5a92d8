"""500 buyers, 200 at once, for the last 10 units: exactly 10 orders, everybody else is told that it is sold out."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from catalog.models import Lot
from store.models import Order
from tests.factories import CartFactory, LotFactory, a_commune, a_zone

from .buyers import Buyer, Outcome
from .stage import Stage

UNITS = 10
#: A shop without guards need not oversell each time: a small crowd on a busy machine may happen to come in turn.
CONTROL_ROUNDS = 5


def drill(stage: Stage) -> None:
    a_zone()
    buyers, at_once = crowd(stage)
    rounds = stage.sizes(whole=10, small=1)
    with stage.shop(with_worker=False) as shop:
        for number in range(1, rounds + 1):
            lot, outcomes = hold_round(shop.port, buyers, at_once)
            stage.figure(f"round {number}", said(outcomes))
            fair = {Outcome.ORDERED: UNITS, Outcome.SOLD_OUT: buyers - UNITS}
            stage.check(f"round {number}: {UNITS} orders, the others sold out", outcomes == fair, said(outcomes))
            written = orders_of(lot)
            stage.check(f"round {number}: {UNITS} orders in the database", written == UNITS, written)


def control(stage: Stage) -> None:
    """Without its guards the shop must oversell, or the rounds have proven nothing."""
    guards = ["row-lock", "condition", "check"]
    if stage.database == "sqlite":
        guards.append("transaction")  # which locks the whole file there
    with stage.shop(with_worker=False, without=guards) as shop:
        for _round in range(CONTROL_ROUNDS):
            _lot, outcomes = hold_round(shop.port, *crowd(stage))
            sold = outcomes[Outcome.ORDERED]
            if sold > UNITS:
                break
    stage.figure(f"control without {', '.join(guards)}", f"{sold} orders for {UNITS} units ({said(outcomes)})")
    stage.check("the control oversells", sold > UNITS, sold)


def crowd(stage: Stage) -> tuple[int, int]:
    """Buyers, and how many of them send their order at once."""
    return stage.sizes(whole=500, small=40), stage.sizes(whole=200, small=30)


def hold_round(port: int, buyers: int, at_once: int) -> tuple[Lot, Counter]:
    """Everybody opens the checkout with the last units in the cart; then everybody sends."""
    lot = LotFactory(quantity=UNITS)
    carts = CartFactory.create_batch(buyers, commune=a_commune(), lines=[(lot.variant, 1)])
    connection.close()  # the threads below only ask over HTTP
    crowd = [with_cart(Buyer(port, number), cart.token) for number, cart in enumerate(carts, start=carts[0].pk)]
    with ThreadPoolExecutor(8) as opening:
        forms = list(opening.map(Buyer.open_checkout, crowd))
    with ThreadPoolExecutor(at_once) as sending:
        answers = list(sending.map(Buyer.send, crowd, forms))
    return lot, Counter(answer.outcome for answer in answers)


def with_cart(buyer: Buyer, token: str) -> Buyer:
    buyer.cookies["cart"] = token
    return buyer


def orders_of(lot: Lot) -> int:
    return Order.objects.filter(parts__lines__variant=lot.variant_id).count()


def said(outcomes: Counter) -> str:
    return ", ".join(f"{times} {outcome.value}" for outcome, times in outcomes.most_common())
