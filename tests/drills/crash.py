"""Processes die at any moment and at the worst ones: nothing that was acknowledged is lost, nothing is done twice."""

import re
import threading
import time
from datetime import timedelta

from django.db import OperationalError, connection
from django.utils import timezone

from catalog.models import Reservation
from store.flows.tick import tick
from store.models import Cart, CooperativeOrder, OutboxMessage
from store.orders.models import OrderLine
from store.statuses import PartStatus
from tests.factories import LotFactory, a_zone

from . import promises
from .crowd import Crowd
from .fail_points import (
    AFTER_COMMIT,
    BEFORE_ANSWER,
    BEFORE_COMMIT,
    BEFORE_MARKING,
    BEFORE_SENDING,
    BETWEEN_PARTS,
    IN_SERVER,
    IN_WORKER,
    PLACE,
    FailPoints,
)
from .stage import Stage

PRODUCTS = 6
BUYERS = 12
CLAIM_SECONDS = "2"
SERVER_DIED = re.compile(r"Worker \(pid:(\d+)\) was sent SIGKILL")


def drill(stage: Stage) -> None:
    at_random, at_each_point = stage.sizes(whole=200, small=3), stage.sizes(whole=25, small=1)
    points = FailPoints(stage.folder / "fail-points")
    variants = a_full_shelf()
    started = time.monotonic()
    with stage.shop(**points.environment, DRILL_CLAIM_SECONDS=CLAIM_SECONDS) as shop:
        with Crowd(shop.port, variants, stage.chance, size=BUYERS, pause=0.3 if stage.is_small else 0) as crowd:
            worker_dies = Dying(lambda: [points.kill_once(point) for point in IN_WORKER * at_each_point])
            clock_dies = Dying(lambda: [lapse_and_die(crowd, points) for _ in range(at_each_point)])
            killed = kill_servers(stage, shop, crowd, points, at_random, at_each_point)
            crowd.pause = 0.5  # enough for the worker and the clock to have something to die of
            lapsed = [part for parts in clock_dies.wait() for part in parts]
            worker_dies.wait()
        wait_for_the_last_mail()
        died = [int(pid) for pid in SERVER_DIED.findall(shop.log("server"))]
    tick()  # the sweep
    stage.figure("seconds", round(time.monotonic() - started))

    check_deaths(stage, points, killed, died, at_random, at_each_point)
    shoppers = crowd.shoppers
    canceled = [shopper.canceled_part for shopper in shoppers if shopper.canceled_part]
    stage.figure("buyers", f"{len(shoppers)}, {sum(shopper.repeats for shopper in shoppers)} requests sent again")
    stage.check_none("every buyer was served in the end", promises.unfinished(shoppers))
    stage.check_none("0 acknowledged orders lost", promises.lost_orders(shoppers))
    stage.check_none("0 orders doubled", promises.doubled_orders(shoppers))
    stage.check_none("each order has what its buyer put in the cart", promises.forgotten_goods(shoppers))
    stage.check_none("canceled and lapsed parts stay canceled", promises.forgotten_cancellations([*canceled, *lapsed]))
    stage.check_none("0 holds left over", promises.holds_left_over())
    stage.check_none("each order has come from one cart", promises.orders_without_a_cart())
    check_windows(stage, points)
    check_mails(stage, points, at_each_point)


def control(stage: Stage) -> None:
    """Without its guards the shop must double orders and lose mails, or the drill could not have seen it."""
    times = stage.sizes(whole=5, small=1)
    guards = ["once", "mails-with-the-order", "marked-last"]
    points = FailPoints(stage.folder / "fail-points-of-the-control")
    with (
        stage.shop(without=guards, **points.environment, DRILL_CLAIM_SECONDS=CLAIM_SECONDS) as shop,
        Crowd(shop.port, a_full_shelf(), stage.chance, size=4) as crowd,
    ):
        for point in [f"{PLACE}, {BEFORE_ANSWER}", f"{PLACE}, {AFTER_COMMIT}", BEFORE_SENDING] * times:
            stage.check(f"the control dies {point}", points.kill_once(point))
    wait_for_the_last_mail()
    seen = {
        "doubled orders": promises.doubled_orders(crowd.shoppers),
        "mails that were never written": promises.unwritten_mails(),
        "mails that never arrived": promises.unsent_mails(promises.mails_in(stage.folder / "mail")),
    }
    for what, findings in seen.items():
        found = len(list(findings))
        stage.figure(f"control without {', '.join(guards)}", f"{found} {what}")
        stage.check(f"the control shows {what}", found > 0)


def a_full_shelf() -> list[int]:
    """Products of as many cooperatives, more than anybody will buy; the numbers of their variants."""
    a_zone()
    return [lot.variant_id for lot in LotFactory.create_batch(PRODUCTS, quantity=1_000_000)]


class Dying:
    """Deaths of another process, arranged beside those of the server's."""

    def __init__(self, arrange):
        self.results: list = []
        self._thread = threading.Thread(target=self._arrange, args=(arrange,), daemon=True)
        self._thread.start()

    def _arrange(self, arrange) -> None:
        try:
            self.results = arrange()
        finally:
            connection.close()

    def wait(self) -> list:
        self._thread.join()
        return self.results


def kill_servers(stage: Stage, shop, crowd: Crowd, points: FailPoints, at_random: int, at_each_point: int) -> list[int]:
    """Mix deaths at random with those at the points; the processes that were killed from outside."""
    killed = []
    order = [None] * at_random + IN_SERVER * at_each_point
    stage.chance.shuffle(order)
    for point in order:
        if point:
            points.kill_once(point)
        else:
            crowd.wait_for_a_placing()
            time.sleep(stage.chance.uniform(0, 0.1))
            killed.append(shop.kill_a_server_process(stage.chance))
    return killed


def lapse_and_die(crowd: Crowd, points: FailPoints) -> list[int]:
    """Let the time to confirm two orders run out and the clock die among their parts; which parts those were."""
    used = _lapsed_already
    while len(waiting := [one for one in crowd.done if not one.is_fickle and one.token not in used]) < 2:
        time.sleep(0.05)
    chosen = [shopper.token for shopper in waiting[-2:]]
    used.update(chosen)
    parts = list(CooperativeOrder.objects.filter(order__token__in=chosen).values_list("pk", flat=True))
    points.kill_once(BETWEEN_PARTS, before=lambda: patiently(lambda: run_out(parts)))
    return parts


_lapsed_already: set[str] = set()


def run_out(parts: list[int]) -> None:
    """As if the hours to confirm these parts were over."""
    past = timezone.now() - timedelta(seconds=1)
    lines = OrderLine.objects.filter(part__in=parts)
    Reservation.objects.filter(holder__in=[line.holder for line in lines]).update(expires_at=past)
    CooperativeOrder.objects.filter(pk__in=parts, status=PartStatus.PLACED).update(confirm_by=past)


def patiently(deed) -> None:
    """SQLite may be busy with buyers for longer than we wait."""
    for _ in range(20):
        try:
            return deed()
        except OperationalError:
            time.sleep(0.2)
    return deed()


def wait_for_the_last_mail(seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while OutboxMessage.objects.filter(sent_at=None).exists() and time.monotonic() < until:
        time.sleep(0.5)


def check_deaths(
    stage: Stage, points: FailPoints, killed: list[int], died: list[int], at_random: int, each: int
) -> None:
    """Every death that was ordered has happened, and none besides."""
    inside = [death.pid for point in IN_SERVER for death in points.deaths(point)]
    stage.figure("processes killed at random", len(killed))
    stage.check(f"{at_random} processes were killed at random", len(killed) == at_random, len(killed))
    for point in [*IN_SERVER, *IN_WORKER, BETWEEN_PARTS]:
        deaths = len(points.deaths(point))
        stage.figure(point, f"{deaths} died")
        stage.check(f"{each} died {point}", deaths == each, deaths)
    stage.check("the server lost these processes and no others", sorted(died) == sorted(killed + inside), len(died))


def check_windows(stage: Stage, points: FailPoints) -> None:
    """Whoever died before the commit left nothing; whoever died after it left the order that the repeat then found."""
    for when, was_written in ((BEFORE_COMMIT, False), (AFTER_COMMIT, True), (BEFORE_ANSWER, True)):
        deaths = points.deaths(f"{PLACE}, {when}")
        carts = Cart.objects.filter(token__in=[death.about for death in deaths]).select_related("order")
        placed = {cart.token: cart.order.placed_at.timestamp() for cart in carts if cart.order}
        right = [death for death in deaths if death.about in placed and (placed[death.about] < death.at) == was_written]
        claim = f"{PLACE}, {when}: the order was {'there already' if was_written else 'written by the repeat'}"
        stage.check(claim, len(right) == len(deaths), f"{len(right)} of {len(deaths)}")


def check_mails(stage: Stage, points: FailPoints, at_each_point: int) -> None:
    sent = promises.mails_in(stage.folder / "mail")
    stage.figure(
        "mails", f"{len(sent)}, {sent.total() - len(sent)} of them sent a second time with the same Message-ID"
    )
    stage.check_none("each mail was written with what it tells", promises.unwritten_mails())
    stage.check_none("0 mails missing", promises.unsent_mails(sent))
    again = [death for death in points.deaths(BEFORE_MARKING) if sent[death.about] > 1]
    stage.check("a mail that was sent and not marked is sent again", len(again) == at_each_point, len(again))
