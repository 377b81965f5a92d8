"""Robots from one address and with one telephone: the limits hold, and everybody else goes on buying."""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.db import connection

from catalog.models import Lot
from store.models import Order, User
from tests.factories import CartFactory, LotFactory, a_commune, a_zone

from .buyers import LANGUAGE, Answer, Buyer, Outcome
from .stage import Stage

ROBOT_ADDRESS, ROBOT_PHONE = "127.250.0.1", "0612000000"


def drill(stage: Stage) -> None:
    """One server process: each counts for itself where no cache is shared."""
    a_zone()
    lot = LotFactory(quantity=5_000)
    User.objects.create_superuser("equipe", password="lavande-du-zerhoun")
    people = stage.sizes(whole=200, small=15)
    with stage.shop(processes=1, with_worker=False) as shop:
        started = time.time()
        # More than the limits of three minutes.
        robots = robots_against(shop.port, lot, stage.sizes(whole=300, small=200))
        buyers = with_carts(lot, [Buyer(shop.port, number) for number in range(people)])
        connection.close()
        with ThreadPoolExecutor(len(robots) + 4) as crowd:
            at_work = {name: crowd.submit(list, map(lambda deed: deed(), deeds)) for name, deeds in robots.items()}
            bought = list(crowd.map(buy, buyers))
        answers = {name: work.result() for name, work in at_work.items()}
        minutes = int(time.time() // 60) - int(started // 60) + 1
        hours = int(time.time() // 3600) - int(started // 3600) + 1
    stage.figure("buyers while robots were at work", said(bought))
    stage.check(
        "every buyer got an order", Counter(a.outcome for a in bought) == {Outcome.ORDERED: people}, said(bought)
    )
    for name, seen in answers.items():
        stage.figure(name, said(seen))
        stage.check(f"{name}: nothing broke", all(answer.status < 500 for answer in seen), said(seen))
        told = [a.headers.get("retry-after", "") for a in seen if a.status == 429]
        stage.check(
            f"{name}: each refusal says when to try again", all(wait.isdigit() and int(wait) for wait in told), told
        )
    passed = {name: sum(answer.status != 429 for answer in seen) for name, seen in answers.items()}
    for name, limit, stretches in LIMITS:
        times, _seconds = settings.RATE_LIMITS[limit]
        most = times * (minutes if stretches == "minutes" else hours)
        held = passed[name] <= most and passed[name] < len(answers[name])
        stage.check(f"{name}: at most {most} pass, the others do not", held, passed[name])
    ordered = Order.objects.filter(phone__endswith=ROBOT_PHONE[1:]).count()
    most = settings.UNCONFIRMED_ORDERS_PER_PHONE
    stage.figure("orders of the one telephone", ordered)
    stage.check(f"one telephone has {most} orders to confirm", ordered == most, ordered)


#: What a robot does, the limit that it meets, and the stretch of time that this counts in.
LIMITS = [
    ("adds from one address", "add_to_cart", "minutes"),
    ("searches from one address", "search", "minutes"),
    ("order links guessed from one address", "order", "minutes"),
    ("orders from one address", "checkout", "hours"),
    ("log-ins from many addresses", "log_in_account", "minutes"),
]


def robots_against(port: int, lot: Lot, times: int) -> dict[str, list[Callable[[], Answer]]]:
    """What each robot does, one deed after the other."""
    one = Buyer(port, 0, address=ROBOT_ADDRESS)
    orders = with_carts(lot, [Buyer(port, 10_000 + n, address="127.250.0.2") for n in range(40)])
    same_phone = with_carts(lot, [Buyer(port, 20_000 + n, phone=ROBOT_PHONE) for n in range(40)])
    doors = [Buyer(port, 30_000 + n) for n in range(40)]
    return {
        "adds from one address": [lambda: one.add(lot.variant_id)] * times,
        "searches from one address": [lambda: one.get(f"/{LANGUAGE}/boutique/?q=miel")] * times,
        "order links guessed from one address": [lambda: one.get(f"/{LANGUAGE}/commande/{'x' * 22}/")] * times,
        "orders from one address": [lambda buyer=buyer: buy(buyer) for buyer in orders],
        "orders with one telephone": [lambda buyer=buyer: buy(buyer) for buyer in same_phone],
        "log-ins from many addresses": [lambda buyer=buyer: try_a_password(buyer) for buyer in doors],
    }


def with_carts(lot: Lot, buyers: list[Buyer]) -> list[Buyer]:
    carts = CartFactory.create_batch(len(buyers), commune=a_commune(), lines=[(lot.variant, 1)])
    for buyer, cart in zip(buyers, carts, strict=True):
        buyer.cookies["cart"] = cart.token
    return buyers


def buy(buyer: Buyer) -> Answer:
    return buyer.send(buyer.open_checkout())


def try_a_password(buyer: Buyer) -> Answer:
    buyer.get("/admin/login/")
    token = {"csrfmiddlewaretoken": buyer.cookies["csrftoken"]}
    return buyer.post("/admin/login/", {"username": "equipe", "password": "123456", **token})


def said(answers: Iterable[Answer]) -> str:
    counted = Counter(answer.status if answer.outcome is Outcome.OTHER else answer.outcome.value for answer in answers)
    return ", ".join(f"{times} × {what}" for what, times in counted.most_common())
