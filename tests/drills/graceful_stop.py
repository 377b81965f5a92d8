"""A new version goes live while people buy: server, worker and clock are asked to end, finish, and are started again."""

import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from django.db import connection
from django_tasks_db.models import DBTaskResult

from . import promises
from .begun import begun_in
from .crash import a_full_shelf, wait_for_the_last_mail
from .crowd import Crowd, Shopper
from .shop import CLOCK, MANAGE, WORKER, Ending, Kept, RunningShop
from .stage import Stage

#: Longest that anybody may take to end, in seconds.
PATIENCE = 20.0


def drill(stage: Stage) -> None:
    """First the server opens its port itself, as by hand; then systemd keeps it open and passes it on. A sample is the second."""
    stops = stage.sizes(whole=6, small=1)
    crowds = []
    for keeps_door in (True,) if stage.is_small else (False, True):
        how = "with the port kept open" if keeps_door else "with a port of its own"
        crowd, begun = hold_stops(stage, how, stops, keeps_door=keeps_door)
        check_answers(stage, how, crowd, begun)
        if keeps_door:
            lost = sum(shopper.buyer.refused + len(shopper.buyer.broken) for shopper in crowd.shoppers)
            stage.check("no connection ends without an answer while the port is kept open", lost == 0, lost)
        crowds.append(crowd)
    check_promises(stage, [shopper for crowd in crowds for shopper in crowd.shoppers])


def buyers(stage: Stage) -> int:
    return stage.sizes(whole=20, small=8)


def hold_stops(stage: Stage, how: str, stops: int, *, keeps_door: bool) -> tuple[Crowd, set[str]]:
    """Have all three end while people buy, so many times; those people, and the requests that were begun."""
    record = stage.folder / f"begun-{keeps_door}"
    variants = a_full_shelf()
    connection.close()
    with stage.shop(with_worker=False, keeps_door=keeps_door, DRILL_BEGUN=str(record)) as shop, ExitStack() as stack:
        kept = {"server": shop.server, **started(shop, stack)}
        endings: dict[str, list[Ending]] = {name: [] for name in kept}
        with Crowd(shop.port, variants, stage.chance, size=buyers(stage), pause=0.1) as crowd:
            for _ in range(stops):
                wait_until_all_run(shop, kept)
                time.sleep(stage.chance.uniform(1, 3))
                crowd.wait_for_a_placing()
                for name, ending in restarted(kept).items():
                    endings[name].append(ending)
        wait_for_the_last_mail()
        wait_until_all_run(shop, kept)
    for name, seen in endings.items():
        slowest = max(ending.seconds for ending in seen)
        stage.figure(f"{name} {how}", f"{len(seen)} stops, the slowest took {slowest:.1f} s")
        statuses = [ending.status for ending in seen]
        stage.check(f"the {name} {how} ends well each time", statuses == [0] * stops, statuses)
        stage.check(f"the {name} {how} ends in time", slowest <= stage.patience(PATIENCE), f"{slowest:.1f} s")
    killed = shop.log("server").count("SIGKILL")
    stage.check(f"no server process {how} has to be killed", killed == 0, killed)
    return crowd, begun_in(record)


def control(stage: Stage) -> None:
    """A server that drops everything must break answers, or the drill could not have seen it."""
    record = stage.folder / "begun-in-the-control"
    variants = a_full_shelf()
    connection.close()
    with (
        stage.shop(with_worker=False, DRILL_BEGUN=str(record)) as shop,
        Crowd(shop.port, variants, stage.chance, size=buyers(stage)) as crowd,
    ):
        time.sleep(2)
        crowd.wait_for_a_placing()
        shop.server.drop()
        shop.wait_until_it_answers()
    interrupted = begun_in(record) & broken(crowd)
    stage.figure("control with SIGKILL instead of SIGTERM", f"{len(interrupted)} interrupted answers")
    stage.check("the control interrupts answers", len(interrupted) > 0)


# -- Server, worker and clock -----------------------------------------------------------------------------------------


def started(shop: RunningShop, stack: ExitStack) -> dict[str, Kept]:
    """Worker and clock as systemd runs them, each a process of its own."""
    kept = {}
    for name, command in {"worker": WORKER, "clock": CLOCK}.items():
        alone = [sys.executable, "manage.py", *command[len(MANAGE) :]]
        kept[name] = Kept(alone, shop.environment, shop.folder / f"{name}.log")
        stack.callback(kept[name].end)
    return kept


def wait_until_all_run(shop: RunningShop, kept: dict[str, Kept]) -> None:
    shop.wait_until_it_answers()
    until = time.monotonic() + 60
    # Before its start is over, the signal would end a process at any line of it.
    while not all(process.listens_to(signal.SIGTERM) for process in kept.values()):
        if time.monotonic() > until:
            raise RuntimeError("the worker or the clock did not start")
        time.sleep(0.1)


def restarted(kept: dict[str, Kept]) -> dict[str, Ending]:
    """All at the same moment."""
    with ThreadPoolExecutor(len(kept)) as at_once:
        return dict(zip(kept, at_once.map(Kept.restart, kept.values()), strict=True))


# -- Afterwards -------------------------------------------------------------------------------------------------------


def broken(crowd: Crowd) -> set[str]:
    return {name for shopper in crowd.shoppers for name in shopper.buyer.broken}


def check_answers(stage: Stage, how: str, crowd: Crowd, begun: set[str]) -> None:
    shoppers = crowd.shoppers
    refused = sum(shopper.buyer.refused for shopper in shoppers)
    unheard = len(broken(crowd) - begun)
    said = f"{len(begun)} begun, {refused} refused, {unheard} broken before they were begun"
    stage.figure(f"requests {how}", said)
    stage.check_none(f"each request {how} that was begun is answered whole", broken(crowd) & begun)
    errors = [status for shopper in shoppers for _, status in shopper.answers if status >= 500]
    stage.check_none(f"no answer {how} is an error", errors)


def check_promises(stage: Stage, shoppers: list[Shopper]) -> None:
    canceled = [shopper.canceled_part for shopper in shoppers if shopper.canceled_part]
    stage.figure("orders", f"{len(shoppers)}, {len(canceled)} with a part canceled")
    stage.check_none("every buyer was served in the end", promises.unfinished(shoppers))
    stage.check_none("0 acknowledged orders lost", promises.lost_orders(shoppers))
    stage.check_none("0 orders doubled", promises.doubled_orders(shoppers))
    stage.check_none("each order has what its buyer put in the cart", promises.forgotten_goods(shoppers))
    stage.check_none("canceled parts stay canceled", promises.forgotten_cancellations(canceled))
    stage.check_none("0 holds left over", promises.holds_left_over())
    half_done = DBTaskResult.objects.filter(status="RUNNING").values_list("task_path", flat=True)
    stage.check_none("no task is left half-done", half_done)
    sent = promises.mails_in(stage.folder / "mail")
    stage.check_none("0 mails missing", promises.unsent_mails(sent))
    twice = sum(1 for times in sent.values() if times > 1)
    stage.figure("mails", f"{len(sent)}, {twice} of them sent twice")
    stage.check("each mail is sent once", twice == 0, twice)
