"""Three days without a callback: what people, banks and the provider did meanwhile is found afterwards, as if all had come."""

import logging
import time
from collections.abc import Iterable
from unittest import mock

from store.flows.cards.look import look_at
from store.flows.cards.watch import catch_up
from store.flows.reconcile import reconcile
from store.models import PaymentAttempt, PaymentEvent
from store.payments.providers.stripe_events import EVENT_TYPES
from store.statuses import AttemptStatus
from tests.factories import a_zone
from tests.providers.running import LocalProvider

from .card_cases import STORIES, Case, Shelf, cases
from .card_provider import card_provider
from .card_state import differences, moved_twice, seal, state_of
from .card_storm import in_order, settle
from .cards import check_provider, held_by, held_for, not_once
from .stage import Stage

DAYS = 3
#: After it somebody may come back to the shop's page, and the shop asks how the payment stands.
PAYING = {Case.pay, Case.agree}


def drill(stage: Stage) -> None:
    logging.disable()
    a_zone()
    shelf, count = Shelf.stocked(), stage.sizes(whole=500, small=len(STORIES))
    with card_provider() as provider:
        orders = list(cases(count, shelf, provider))
        in_order(orders, provider)
        expected = without_events(state_of(orders))
        check_provider(stage, "with callbacks", orders, provider)

        orders = list(cases(count, shelf, provider))
        told = in_silence(stage, orders, provider)
        before = differences(expected, without_events(state_of(orders)))
        stage.check("without callbacks much is not known", len(before) > len(STORIES) / 2, len(before))
        began = time.monotonic()
        found = find_all()
        took = time.monotonic() - began
        state = without_events(state_of(orders))
        stage.figure(
            "in three days of silence", f"{count} orders, {told} callbacks lost, {len(before)} facts not known"
        )
        stage.figure(
            "found afterwards", f"{found} events in {took:.0f} s, state {seal(state)[:12]}, as {seal(expected)[:12]}"
        )
        stage.check_none("all is as if every callback had come", differences(expected, state))
        check_what_is_left(stage, orders, provider)
        stage.check("another look finds nothing", catch_up() == 0 and without_events(state_of(orders)) == state)
    stage.check_none("the books and the rows agree", reconcile())


def control(stage: Stage) -> None:
    """Without the provider's list of events, what became of payments that were known before is not found."""
    with card_provider() as provider:
        orders = list(cases(len(STORIES), Shelf.stocked(), provider))
        in_silence(stage, orders, provider)
        with mock.patch("store.payments.providers.stripe_checkout.StripeCheckout.events_since", return_value=[]):
            find_all()
        found = without_events(state_of(orders))
        find_all()
        missed = differences(without_events(state_of(orders)), found)
    stage.figure("control without the list of events", f"{len(missed)} facts not found")
    stage.check("the control misses what the list tells", bool(missed))


def in_silence(stage: Stage, orders: Iterable[Case], provider: LocalProvider) -> int:
    """The stories happen, and no callback reaches the shop; how many did not."""
    lost = 0
    for case in orders:
        for step in STORIES[case.story][1]:
            step(case)
            lost += len(provider.callbacks.take())
            if step in PAYING and stage.chance.random() < 0.5:
                look_at(case.attempt)
    events = provider.account.events
    for number, event in enumerate(events):  # it went on for so long
        event["created"] -= int(DAYS * 24 * 3600 * (1 - number / len(events)))
    return lost


def find_all() -> int:
    """As `reconcile` and the clock do after an outage, until nothing is new; how many events were."""
    found = 0
    while new := catch_up():
        found += new
        settle()
    return found


def without_events(state: dict) -> dict:
    """What callbacks were kept differs by nature: of some kinds there are only callbacks, and no list."""
    return {case: [its for its in found if its[0] != "events"] for case, found in state.items()}


def check_what_is_left(stage: Stage, orders: list[Case], provider: LocalProvider) -> None:
    told = [event["id"] for event in provider.events() if event["type"] in EVENT_TYPES]
    kept = set(PaymentEvent.objects.exclude(done_at=None).values_list("event_id", flat=True))
    stage.check_none("each event of the list is applied", [event for event in told if event not in kept])
    stage.check_none("none waits", PaymentEvent.objects.filter(done_at=None))
    stage.check_none("nothing came twice to where it comes once", moved_twice(orders))
    stage.check_none("one page for each try, one refund for each that was sent", not_once(orders, provider))
    ours, theirs = held_for(orders), held_by(provider)
    stage.check("the provider holds what the books say", ours == theirs, f"{ours} of {theirs}")
    open_ = PaymentAttempt.objects.filter(status__in=(AttemptStatus.STARTED, AttemptStatus.WAITING))
    stage.check_none("no try waits for anything", open_)
