"""PostgreSQL is stopped the hard way under load: everybody is told to come back, and everything goes on by itself."""

import socket
import time
from dataclasses import dataclass

from django.db import OperationalError, connection, connections
from django.test import Client

from catalog.models import Variant
from store.models import CooperativeOrder, User
from store.statuses import PartStatus
from tests import postgres
from tests.factories import CartFactory

from . import promises
from .crash import CLAIM_SECONDS, a_full_shelf, run_out, wait_for_the_last_mail
from .crowd import Crowd
from .shop import RunningShop
from .stage import Stage
from .visitors import Visit, Visitors

#: They need no database.
ALWAYS_THERE = {"/static/css/site.css", "/livez"}
#: Longest that anybody may wait for an answer, and that the shop may take to sell again, in seconds.
PATIENCE, RETURN = 5.0, 5.0


@dataclass(frozen=True)
class Outage:
    #: It begins to stop; nothing runs any more; somebody begins to start it; it accepts connections. Seconds since 1970.
    stopping: float
    away: float
    starting: float
    back: float


def drill(stage: Stage) -> None:
    stops = stage.sizes(whole=5, small=1)
    variants = a_full_shelf()
    pages, cookies = pages_to_visit(variants)
    connection.close()
    with stage.shop(DRILL_CLAIM_SECONDS=CLAIM_SECONDS) as shop:
        with (
            Crowd(shop.port, variants, stage.chance, size=8, pause=0.2) as crowd,
            Visitors(shop.port, pages, cookies) as visitors,
        ):
            outages = []
            for _ in range(stops):
                time.sleep(stage.sizes(whole=5, small=2))
                outages.append(stop_and_start(stage, seconds=stage.chance.uniform(2, 4)))
            wait_until_all_is_served(visitors, since=outages[-1].back, seconds=stage.patience(RETURN))
            time.sleep(1)
        check_clock_goes_on(stage, [shopper.token for shopper in crowd.done if not shopper.is_fickle][-2:])
        wait_for_the_last_mail()
        check_nothing_was_started_again(stage, shop)

    check_answers(stage, visitors.visits, [status for one in crowd.shoppers for _, status in one.answers])
    for number, outage in enumerate(outages, start=1):
        later = outages[number].stopping if number < stops else time.time()
        check_outage(stage, number, outage, visitors, until=later)
    check_silent_server(stage)
    check_promises(stage, crowd)


def control(stage: Stage) -> None:
    """Without the page for it, the same stop must give errors."""
    variants = a_full_shelf()
    pages, cookies = pages_to_visit(variants)
    connection.close()
    with stage.shop(without=["busy-page"], with_worker=False) as shop, Visitors(shop.port, pages, cookies) as visitors:
        time.sleep(1)
        stop_and_start(stage, seconds=1)
        time.sleep(1)
    errors = sum(visit.status == 500 for visit in visitors.visits)
    stage.figure("control without busy-page", f"{errors} answers were errors")
    stage.check("the control shows errors", errors > 0)


def wait_until_all_is_served(visitors: Visitors, *, since: float, seconds: float) -> None:
    while visitors.not_served(since) and time.time() < since + seconds:
        time.sleep(0.1)


def pages_to_visit(variants: list[int]) -> tuple[list[str], dict[str, str]]:
    """Pages of every kind, and the cookies of somebody with a cart who also works in the back office."""
    cart = CartFactory(lines=[(Variant.objects.get(pk=variants[0]), 1)])
    slug = cart.lines.get().variant.product.sale.slug
    editor = User.objects.filter(username="editor").first() or User.objects.create_superuser("editor", password=None)
    office = Client()
    office.force_login(editor)
    pages = [
        "/fr/", "/en/boutique/", f"/ar/boutique/{slug}/", "/en/panier/", "/fr/commande/", "/en/communes/?commune_text=mek",
        "/en/nowhere/", "/admin/", "/admin/login/", *ALWAYS_THERE,
    ]  # fmt: skip
    return pages, {"cart": cart.token, "sessionid": office.cookies["sessionid"].value}


def stop_and_start(stage: Stage, *, seconds: float) -> Outage:
    connection.close()
    stopping = time.time()
    postgres.stop_hard(stage.postgresql)
    away = time.time()
    time.sleep(seconds)
    starting = time.time()
    postgres.start_again(stage.postgresql)
    return Outage(stopping, away, starting, back=time.time())


def check_answers(stage: Stage, visits: list[Visit], buyers: list[int]) -> None:
    """At any time of the drill."""
    statuses = [visit.status for visit in visits] + buyers
    stage.figure("answers", f"{len(statuses)}, {statuses.count(503)} of them 503")
    wrong = [visit for visit in visits if visit.status == 0 or (visit.status >= 500 and visit.status != 503)]
    stage.check_none("no page broke", map(str, wrong))
    stage.check("no buyer's request broke", all(status and status != 500 for status in buyers), buyers.count(500))
    unsaid = [visit for visit in visits if visit.status == 503 and not says_when_to_return(visit)]
    stage.check_none("each 503 says when to come back, in the language of its address", map(str, unsaid))
    patience = stage.patience(PATIENCE)
    slow = [visit for visit in visits if visit.seconds > patience]
    stage.figure("longest answer", f"{max(visit.seconds for visit in visits):.1f} s")
    stage.check_none(f"nobody waited longer than {patience:.0f} s", map(str, slow))
    lasting = {visit.status for visit in visits if visit.page in ALWAYS_THERE}
    stage.check("what needs no database was always there", lasting == {200}, lasting)


def says_when_to_return(visit: Visit) -> bool:
    title = {"en": "Back in a moment", "ar": 'lang="ar"'}.get(visit.page[1:3], 'lang="fr"')
    return visit.answer.headers.get("retry-after") == "10" and title in visit.answer.body


def check_outage(stage: Stage, number: int, outage: Outage, visitors: Visitors, *, until: float) -> None:
    meanwhile = [visit for visit in visitors.between(outage.away, outage.starting) if visit.page not in ALWAYS_THERE]
    others = [visit for visit in meanwhile if visit.status != 503]
    stage.check_none(f"outage {number}: nothing but 503 while the database is away", map(str, others))
    asked = {visit.page for visit in meanwhile}
    stage.check(f"outage {number}: every page was asked for", asked == set(visitors.pages) - ALWAYS_THERE, asked)
    after = visitors.between(outage.back, until)
    refused = [visit.ended for visit in after if visit.status == 503]
    first = [
        min((v.ended for v in after if v.page == page and v.status < 500), default=until) for page in visitors.pages
    ]
    seconds = max([*refused, *first]) - outage.back
    away = outage.back - outage.away
    stage.figure(f"outage {number}", f"away {away:.1f} s, {len(meanwhile)} × 503, serving again after {seconds:.2f} s")
    patience = stage.patience(RETURN)
    stage.check(f"outage {number}: serving again within {patience:.0f} s", seconds <= patience, seconds)


def check_clock_goes_on(stage: Stage, tokens: list[str]) -> None:
    """After the last outage, the clock lets parts lapse as before."""
    parts = list(CooperativeOrder.objects.filter(order__token__in=tokens).values_list("pk", flat=True))
    run_out(parts)
    waiting, until = CooperativeOrder.objects.filter(pk__in=parts, status=PartStatus.PLACED), time.monotonic() + 60
    while waiting.exists() and time.monotonic() < until:
        time.sleep(0.2)
    stage.check("the clock goes on", parts and not waiting.exists(), f"{waiting.count()} of {len(parts)} wait")


def check_nothing_was_started_again(stage: Stage, shop: RunningShop) -> None:
    """A worker that ends takes the shop of `make run` with it."""
    for name in ("worker", "clock"):
        ends = shop.log(name).count("is started again")
        stage.check(f"the {name} never ended", ends == 0, f"{ends} times")


def check_silent_server(stage: Stage) -> None:
    """A host that does not even refuse must not keep anybody waiting either."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        wanted = {**connection.settings_dict, "HOST": "127.0.0.1", "PORT": silent.getsockname()[1]}
        asked = type(connections["default"])(wanted, alias="silent")
        began = time.monotonic()
        try:
            asked.ensure_connection()
            refused = False
        except OperationalError:
            refused = True
    seconds = time.monotonic() - began
    stage.figure("a database server that says nothing", f"given up after {seconds:.1f} s")
    patience = stage.patience(PATIENCE)
    stage.check(f"a silent server is given up within {patience:.0f} s", refused and seconds <= patience, seconds)


def check_promises(stage: Stage, crowd: Crowd) -> None:
    shoppers = crowd.shoppers
    canceled = [shopper.canceled_part for shopper in shoppers if shopper.canceled_part]
    stage.figure("buyers", f"{len(shoppers)}, {sum(shopper.repeats for shopper in shoppers)} requests sent again")
    stage.check_none("every buyer was served in the end", promises.unfinished(shoppers))
    stage.check_none("0 acknowledged orders lost", promises.lost_orders(shoppers))
    stage.check_none("0 orders doubled", promises.doubled_orders(shoppers))
    stage.check_none("each order has what its buyer put in the cart", promises.forgotten_goods(shoppers))
    stage.check_none("canceled parts stay canceled", promises.forgotten_cancellations(canceled))
    stage.check_none("0 holds left over", promises.holds_left_over())
    stage.check_none("each mail was written with what it tells", promises.unwritten_mails())
    sent = promises.mails_in(stage.folder / "mail")
    stage.figure(
        "mails", f"{len(sent)}, {sent.total() - len(sent)} of them sent a second time with the same Message-ID"
    )
    stage.check_none("0 mails missing", promises.unsent_mails(sent))
