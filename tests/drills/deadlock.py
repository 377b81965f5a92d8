"""2,000 baskets whose lines are in random order, with staff, cancellations and the clock in between: nobody waits in a circle."""

import re
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from catalog.models import Lot, Variant
from store.models import Cart, CooperativeOrder, Order, StatusChange
from store.orders.reasons import CancelReason
from store.statuses import Actor, PartStatus
from tests.factories import CartFactory, CooperativeFactory, LotFactory, VariantFactory, a_commune, a_zone, place

from .buyers import LANGUAGE, Buyer, Outcome, form_in
from .database_log import DatabaseLog
from .staff import StaffAtWork, StaffMember, hire
from .stage import Stage

VARIANTS = 12
AT_ONCE = 20
STAFF = 6
#: One buyer in so many cancels a part a moment later.
FICKLE = 4


def drill(stage: Stage) -> None:
    baskets = stage.sizes(whole=2_000, small=24)
    ample = fill_shelves(baskets)
    late = place_late(stage, orders=stage.sizes(whole=100, small=4))
    visits = [Visit(buyer_of(cart), stage.chance.randrange(FICKLE) == 0) for cart in fill_carts(stage, baskets)]
    for number in range(STAFF):
        hire(f"staff-{number}")
    log = DatabaseLog(stage.postgresql)
    with stage.shop() as shop:
        for visit in visits:
            visit.buyer.port = shop.port
        with StaffAtWork(members(stage, shop.port, ample)) as staff, ThreadPoolExecutor(AT_ONCE) as crowd:
            list(crowd.map(Visit.take_place, visits))
    tell(stage, visits, staff)
    stage.figure("lock waits over 0.1 s", log.count("still waiting for"))
    stage.check("no deadlock in the database's log", log.count("deadlock detected") == 0, log.lines("deadlock"))
    account_for(stage, visits, late)


def control(stage: Stage) -> None:
    """With lots locked in any order the database must find a deadlock, or the drill has proven nothing."""
    baskets = stage.sizes(whole=60, small=AT_ONCE)
    visits = [Visit(buyer_of(cart), False) for cart in fill_carts(stage, baskets)]
    log = DatabaseLog(stage.postgresql)
    with stage.shop(with_worker=False, without=["lock-order"]) as shop, ThreadPoolExecutor(AT_ONCE) as crowd:
        for visit in visits:
            visit.buyer.port = shop.port
        list(crowd.map(Visit.take_place, visits))
    deadlocks = log.count("deadlock detected")
    stage.figure("control without lock-order", f"{deadlocks} deadlocks in {baskets} baskets")
    stage.check("the control ends in deadlocks", deadlocks > 0)


@dataclass
class Visit:
    """A buyer sends a basket; one who is fickle cancels a part of it."""

    buyer: Buyer
    is_fickle: bool
    outcome: Outcome | None = None
    token: str = ""
    canceled_part: int | None = None
    #: What could no longer be canceled, because it was packed meanwhile.
    refused_part: int | None = None

    def take_place(self) -> None:
        answer = self.buyer.send(self.buyer.open_checkout())
        self.outcome = answer.outcome
        if self.outcome is Outcome.ORDERED:
            self.token = answer.location.split("/commande/")[1].partition("/")[0]
            if self.is_fickle:
                self.cancel()

    def cancel(self) -> None:
        order = f"/{LANGUAGE}/commande/{self.token}/"
        path = re.search(rf"{order}annuler/(\d+)/", self.buyer.get(order).body)
        form = form_in(self.buyer.get(path[0]).body, action="") if path else {}
        if not form:  # staff were quicker
            return
        self.buyer.post(path[0], form | {"reason": "changed_mind"})
        if "Canceled. You have nothing to pay" in self.buyer.get(order).body:
            self.canceled_part = int(path[1])
        else:
            self.refused_part = int(path[1])


# -- Before the doors open --------------------------------------------------------------------------------------------


def fill_shelves(baskets: int) -> list[int]:
    """Twelve variants of two cooperatives, three lots each: two that run out on the way and one with more than enough."""
    a_zone()
    share = baskets * 2 // VARIANTS
    ample = []
    for cooperative in CooperativeFactory.create_batch(2, email=""):
        for variant in VariantFactory.create_batch(VARIANTS // 2, product__sale__cooperative=cooperative):
            for month in (1, 2):
                LotFactory(
                    variant=variant, quantity=share, best_before=timezone.localdate() + timedelta(days=30 * month)
                )
            ample.append(LotFactory(variant=variant, quantity=share * 20).pk)
    return ample


def fill_carts(stage: Stage, baskets: int) -> list[Cart]:
    variants = list(Variant.objects.order_by("pk"))
    carts = [
        CartFactory(
            commune=a_commune(),
            lines=[(variant, stage.chance.randint(1, 3)) for variant in chosen(stage, variants)],
        )
        for _ in range(baskets)
    ]
    connection.close()  # the threads that ask over HTTP have no use for it
    return carts


def chosen(stage: Stage, variants: Sequence[Variant]) -> list[Variant]:
    return stage.chance.sample(variants, stage.chance.randint(2, 5))


def place_late(stage: Stage, *, orders: int) -> list[Order]:
    """Orders that nobody confirmed: their time is over at some moment of the drill."""
    begin = timezone.now() - timedelta(hours=settings.CONFIRMATION_HOURS)
    window = stage.sizes(whole=150, small=8)
    variants = list(Variant.objects.order_by("pk"))
    return [
        place(
            CartFactory(lines=[(variant, 1) for variant in chosen(stage, variants)]),
            now=begin + timedelta(seconds=stage.chance.uniform(window / 4, window)),
        )
        for _ in range(orders)
    ]


def buyer_of(cart: Cart) -> Buyer:
    buyer = Buyer(0, cart.pk)
    buyer.cookies["cart"] = cart.token
    return buyer


def members(stage: Stage, port: int, never_blocked: list[int]) -> list[StaffMember]:
    return [
        StaffMember(
            port, f"staff-{number}", address=f"127.250.0.{number + 1}", chance=type(stage.chance)(stage.chance.random()),
            never_blocked=never_blocked,
        )
        for number in range(STAFF)
    ]  # fmt: skip


# -- Afterwards -------------------------------------------------------------------------------------------------------


def tell(stage: Stage, visits: list[Visit], staff: StaffAtWork) -> None:
    outcomes = Counter(visit.outcome for visit in visits)
    stage.figure("baskets", ", ".join(f"{times} {outcome.value}" for outcome, times in outcomes.most_common()))
    stage.check("each basket is ordered", outcomes == {Outcome.ORDERED: len(visits)}, outcomes)
    done, refused, retries = (staff.total(lambda m, k=kind: getattr(m, k)) for kind in ("done", "refused", "retries"))
    stage.figure("edits of staff", f"{done.total()}: {listed(done)}")
    stage.figure("refused to staff for a reason", f"{refused.total()}: {listed(refused)}")
    stage.check("staff do many kinds of deeds", len(done) >= stage.sizes(whole=8, small=3), listed(done))
    stage.check("staff are never asked to try again", not retries, listed(retries))
    stage.check_none("staff are always answered", staff.failures)
    everybody = [*staff.members, *(visit.buyer for visit in visits)]
    statuses = sum((visitor.statuses for visitor in everybody), Counter())
    stage.figure("answers", listed(statuses))
    stage.check("no answer is an error", max(statuses) < 500 and not statuses[429], listed(statuses))


def account_for(stage: Stage, visits: list[Visit], late: list[Order]) -> None:
    tokens = {visit.token for visit in visits if visit.token}
    written = set(Order.objects.exclude(pk__in=[order.pk for order in late]).values_list("token", flat=True))
    stage.check("the orders in the database are those acknowledged", written == tokens, len(written ^ tokens))
    canceled = {visit.canceled_part for visit in visits if visit.canceled_part}
    refused = {visit.refused_part for visit in visits if visit.refused_part}
    stage.figure("cancellations by buyers", f"{len(canceled)}, {len(refused)} refused")
    # Some of them were canceled by staff at the same moment.
    kept = CooperativeOrder.objects.filter(pk__in=canceled).exclude(status=PartStatus.CANCELED)
    stage.check_none("what buyers are told is canceled is canceled", kept.values_list("pk", flat=True))
    by_buyers = StatusChange.objects.filter(
        row_type__model="cooperativeorder", now=PartStatus.CANCELED, actor=Actor.BUYER
    )
    unsaid = set(by_buyers.values_list("row_id", flat=True)) - canceled
    stage.check_none("what buyers cancel they are told", unsaid)
    still_early = CooperativeOrder.objects.filter(pk__in=refused, status__in=[PartStatus.PLACED, PartStatus.CONFIRMED])
    stage.check_none("who could not cancel was too late", still_early.values_list("pk", flat=True))
    lapsed = CooperativeOrder.objects.filter(cancel_reason=CancelReason.NOT_CONFIRMED)
    stage.figure("parts that lapsed", lapsed.count())
    stage.check("the clock let parts lapse", lapsed.exists())
    stage.figure("lots", f"{Lot.objects.count()}, {Lot.objects.exclude(blocked_at=None).count()} blocked at the end")


def listed(counts: Counter) -> str:
    return ", ".join(f"{times} {name}" for name, times in counts.most_common())
