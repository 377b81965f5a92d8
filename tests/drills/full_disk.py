"""The disk of the database is full: a clear refusal, nothing half-written, and on it goes when there is room again."""

import time
from collections import Counter
from pathlib import Path

from django.db import connection

from tests import postgres

from . import promises
from .crash import CLAIM_SECONDS, a_full_shelf, wait_for_the_last_mail
from .crowd import Crowd
from .stage import Stage


def drill(stage: Stage) -> None:
    variants = a_full_shelf()
    connection.close()
    with stage.shop(DRILL_CLAIM_SECONDS=CLAIM_SECONDS) as shop:
        with Crowd(shop.port, variants, stage.chance, size=6, pause=0.1) as crowd:
            time.sleep(stage.sizes(whole=5, small=2))
            before = len(crowd.done)
            ballast = fill(stage.disk)
            full = time.time()
            time.sleep(stage.sizes(whole=8, small=4))
            ballast.unlink()
            free = time.time()
            restarts = start_postgresql_if_it_ended(stage)
            time.sleep(stage.sizes(whole=6, small=4))
        wait_for_the_last_mail()
    shoppers = crowd.shoppers
    seen = [(at, status) for shopper in shoppers for at, status in shopper.answers]
    meanwhile = Counter(status for at, status in seen if full < at < free)
    stage.figure(
        "answers while the disk was full", ", ".join(f"{n} × {status}" for status, n in meanwhile.most_common())
    )
    stage.figure("orders", f"{before} before, {len(crowd.done) - before} after")
    stage.check("the full disk was felt", meanwhile[503] > 0, meanwhile)
    stage.check("whoever could not be served was told to come back", not any(s == 500 or not s for _, s in seen))
    stage.check("it sold on by itself afterwards", len(crowd.done) > before)
    if stage.database == "postgresql":
        stage.figure("starts of PostgreSQL, as its service would", restarts)
    stage.check_none("every buyer was served in the end", promises.unfinished(shoppers))
    stage.check_none("0 acknowledged orders lost", promises.lost_orders(shoppers))
    stage.check_none("0 orders doubled", promises.doubled_orders(shoppers))
    stage.check_none("0 holds left over", promises.holds_left_over())
    stage.check_none("each mail was written with what it tells", promises.unwritten_mails())
    stage.check_none("0 mails missing", promises.unsent_mails(promises.mails_in(stage.folder / "mail")))


def fill(disk: Path) -> Path:
    """A file that leaves no room."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 65536)
        except OSError:
            return ballast


def start_postgresql_if_it_ended(stage: Stage) -> int:
    """A server that cannot write its log ends; whoever watches over it starts it again."""
    if stage.database == "sqlite" or postgres.is_running(stage.postgresql):
        return 0
    postgres.start_again(stage.postgresql)
    return 1
