"""The provider of cards stalls, fails or talks nonsense: everybody else is served as before, and cash and transfer sell on."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count, cycle, islice
from statistics import quantiles

from django.conf import settings
from django.db import connection

from store.flows.cards.watch import catch_up
from store.flows.reconcile import reconcile
from store.models import Order, PaymentAttempt
from store.payments.providers.base import ProviderDown
from store.payments.providers.stripe_checkout import StripeCheckout
from store.statuses import PaymentStatus
from tests.factories import LotFactory
from tests.factories.cards import a_card_order
from tests.providers.running import LocalProvider, running_provider

from . import promises
from .buyers import LANGUAGE, Buyer, NoAnswer, form_in
from .crash import a_full_shelf
from .crowd import Crowd
from .outage import pages_to_visit
from .own_certificate import a_server_that_proves_nothing
from .stage import Stage
from .transactions import Longest, longest_transaction
from .visitors import Visitors

#: What is wrong with the provider, whatever it is asked.
TROUBLES = {
    "stalls 30 s": {"hang": 30},
    "answers 500": {"status": 500},
    "talks nonsense": {"garbage": True},
    "breaks the line": {"reset": True},
}
UNPROVEN = "proves nothing with its certificate"
#: Longest transaction, and longest that a buyer who pays by card waits for an answer, in seconds.
TRANSACTION, CARD = 1.0, 8.0
WORSE = 2.0
EVER = 10**9


@dataclass
class Town:
    """Everybody but the buyers by card: who looks at pages, and who buys in cash or by transfer."""

    stage: Stage
    variants: list[int]
    pages: list[str]
    cookies: dict[str, str]

    @contextmanager
    def people(self, port: int) -> Iterator[tuple[Crowd, Visitors]]:
        with (
            Crowd(port, self.variants, self.stage.chance, size=4, pause=0.2, pays=("cash", "transfer")) as crowd,
            Visitors(port, self.pages, self.cookies, pause=0.1) as visitors,
        ):
            yield crowd, visitors


def drill(stage: Stage) -> None:
    variants = a_full_shelf()
    town = Town(stage, variants, *pages_to_visit(variants))
    troubles = dict(islice(TROUBLES.items(), stage.sizes(whole=4, small=1)))
    # Each stretch has its own: a page that was opened before is found again without a question.
    orders = {
        (name, state): [a_card_order(LotFactory(quantity=5)) for _number in range(8)]
        for name in [*troubles, *([] if stage.is_small else [UNPROVEN])]
        for state in ("well", name)
    }
    port = a_free_port()
    connection.close()
    with stage.shop(PROVIDER_PORT=str(port)) as shop, provider_at(port, shop.url) as provider:
        with town.people(shop.port):  # whose first pages are slow for reasons of their own
            time.sleep(stage.sizes(whole=10, small=2))
        for trouble, mishap in troubles.items():
            hold(town, trouble, mishap, {"well": shop.port, trouble: shop.port}, provider, orders)
        if not stage.is_small:
            with (
                a_server_that_proves_nothing() as server,
                stage.shop(with_worker=False, DRILL_STRIPE_API=server.url) as another,
            ):
                hold(town, UNPROVEN, {}, {"well": shop.port, UNPROVEN: another.port}, provider, orders)
                stage.check(f"{UNPROVEN}: it was asked nothing", server.asked == 0, server.asked)
    check_nothing_was_paid_for_nothing(stage)
    check_certificate(stage)


def control(stage: Stage) -> None:
    """Without the time-out, whoever pays by card waits as long as the provider stalls."""
    orders = [a_card_order(LotFactory(quantity=5))]
    port = a_free_port()
    connection.close()
    with (
        stage.shop(without=["card-timeout"], with_worker=False, PROVIDER_PORT=str(port)) as shop,
        provider_at(port, shop.url) as provider,
    ):
        provider.fail_next("*", times=EVER, hang=9)
        with CardBuyers(shop.port, orders, size=1) as buyers:
            time.sleep(1)
        provider.healthy()
    longest = max(buyers.seconds, default=0)
    stage.figure("control without time-out", f"somebody waited {longest:.1f} s")
    stage.check("the control shows the wait", longest > CARD, longest)


def hold(
    town: Town,
    trouble: str,
    mishap: dict,
    ports: dict[str, int],
    provider: LocalProvider,
    orders: dict[tuple[str, str], list[Order]],
) -> None:
    """Two stretches beside each other: the provider answers, then it does not; the same people come in both."""
    stage = town.stage
    times: dict[str, list[float]] = {}
    open_: dict[str, Longest] = {}
    for state, port in ports.items():
        provider.healthy()
        if state == trouble and mishap:
            provider.fail_next("*", times=EVER, **mishap)
        with (
            longest_transaction() as open_[state],
            town.people(port) as (crowd, visitors),
            CardBuyers(port, orders[trouble, state], size=2) as card_buyers,
        ):
            time.sleep(stage.sizes(whole=20, small=5))
        times[state] = [visit.seconds for visit in visitors.visits]
        check_everybody(stage, f"while it {state}" if state == trouble else f"before it {trouble}", crowd, visitors)
        if state == trouble:
            check_card_buyers(stage, trouble, card_buyers)
    provider.healthy()
    well, ill = (quantiles(times[state], n=20)[-1] for state in times)
    ratio = ill / well
    stage.figure(
        f"{trouble}: p95 of everybody else", f"{ill * 1000:.0f} ms, {well * 1000:.0f} ms without: {ratio:.2f} ×"
    )
    stage.check(f"{trouble}: others' p95 is at most {WORSE:g} ×", ratio <= stage.patience(WORSE), f"{ratio:.2f}")
    check_transactions(stage, trouble, open_["well"], open_[trouble])


def check_transactions(stage: Stage, trouble: str, well: Longest, ill: Longest) -> None:
    """Nobody waits for the provider within one."""
    if connection.vendor != "postgresql":  # one writer at a time: who waits, waits for all that came before
        seconds = f"{ill.seconds:.2f} s, {well.seconds:.2f} s without"
        stage.figure(f"{trouble}: longest that a writer waited for the others", seconds)
        return
    seconds = f"{ill.seconds:.2f} s ({ill.idle:.2f} s idle), {well.seconds:.2f} s ({well.idle:.2f} s) without"
    stage.figure(f"{trouble}: longest transaction", seconds)
    limit = stage.patience(TRANSACTION)
    stage.check(f"{trouble}: no transaction was open longer than {limit:g} s", ill.seconds <= limit, ill)


def check_everybody(stage: Stage, when: str, crowd: Crowd, visitors: Visitors) -> None:
    stage.check_none(f"{when}: every buyer in cash or by transfer was served", promises.unfinished(crowd.shoppers))
    stage.check_none(f"{when}: 0 acknowledged orders lost", promises.lost_orders(crowd.shoppers))
    wrong = [str(visit) for visit in visitors.visits if not 0 < visit.status < 500]
    stage.check_none(f"{when}: no page broke", wrong)
    stage.figure(f"{when}: orders in cash or by transfer", len(crowd.done))


def check_card_buyers(stage: Stage, trouble: str, buyers: "CardBuyers") -> None:
    stage.check(f"{trouble}: people tried to pay by card", bool(buyers.seconds), buyers.seconds)
    longest = max(buyers.seconds, default=0)
    stage.figure(f"{trouble}: buyers by card", f"{len(buyers.seconds)} tries, the longest took {longest:.1f} s")
    limit = stage.patience(CARD)
    stage.check(f"{trouble}: each got an answer within {limit:g} s", longest <= limit, longest)
    stage.check_none(f"{trouble}: no try broke", [status for status in buyers.statuses if status >= 500 or not status])


def check_nothing_was_paid_for_nothing(stage: Stage) -> None:
    catch_up()
    paid = Order.objects.filter(payments__part=None, payments__status=PaymentStatus.PAID)
    stage.check("nothing is paid, because nobody paid", not paid.exists(), paid.count())
    stage.figure("tries to pay that were begun", PaymentAttempt.objects.count())
    stage.check_invariants()
    stage.check_none("the books and the rows agree", reconcile())


def check_certificate(stage: Stage) -> None:
    """A server that cannot prove who it is gets no question."""
    was = settings.STRIPE_API_BASE
    with a_server_that_proves_nothing() as server:
        settings.STRIPE_API_BASE = server.url
        began = time.monotonic()
        try:
            StripeCheckout().look("cs_test_x")
            is_down = False
        except ProviderDown:
            is_down = True
        finally:
            settings.STRIPE_API_BASE = was
        seconds = time.monotonic() - began
    stage.figure(
        "a certificate that proves nothing", f"given up after {seconds:.1f} s, {server.asked} questions were read"
    )
    stage.check("nobody is asked who cannot prove who it is", is_down and server.asked == 0, server.asked)


# -- The provider, and those who pay with it ---------------------------------------------------------------------------


def a_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@contextmanager
def provider_at(port: int, shop_url: str) -> Iterator[LocalProvider]:
    """With the keys of this demonstration, where the shop's processes look for it."""
    was = settings.STRIPE_API_BASE, settings.STRIPE_PAY_ORIGIN
    with running_provider(
        key=settings.STRIPE_SECRET_KEY, webhook_secret=settings.STRIPE_WEBHOOK_SECRETS[0], port=port,
        webhook_url=f"{shop_url}/webhooks/stripe/",
    ) as provider:  # fmt: skip
        settings.STRIPE_API_BASE = settings.STRIPE_PAY_ORIGIN = provider.url
        try:
            yield provider
        finally:
            settings.STRIPE_API_BASE, settings.STRIPE_PAY_ORIGIN = was


@dataclass
class CardBuyers:
    """Each goes from the page of an order to the provider's page, again and again."""

    port: int
    orders: list[Order]
    size: int
    seconds: list[float] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    def __enter__(self) -> "CardBuyers":
        self._is_closing = threading.Event()
        self._tokens = cycle([order.token for order in self.orders])
        self._threads = [threading.Thread(target=self._keep_paying, args=(n,), daemon=True) for n in range(self.size)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._is_closing.set()
        for thread in self._threads:
            thread.join()

    def _keep_paying(self, number: int) -> None:
        tries = count()
        while not self._is_closing.is_set():
            address = f"127.{230 + number}.{next(tries) % 250}.1"  # of a network of its own: nobody is limited
            buyer, path = Buyer(self.port, number, address=address), f"/{LANGUAGE}/commande/{next(self._tokens)}/payer/"
            try:
                form = form_in(buyer.get(path).body, action="/payer/")
                answer = buyer.post(path, form | {"payment": "stripe"})
                self.seconds.append(answer.seconds)
                self.statuses.append(answer.status)
            except NoAnswer:
                self.statuses.append(0)
            self._is_closing.wait(0.3)
