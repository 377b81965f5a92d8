"""500 payments by card, each event thrice and shuffled, return pages racing, some callbacks forged: one result, as in order."""

import logging
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from random import Random
from secrets import token_hex
from unittest import mock

from catalog.money import total
from store.checkout import webhooks
from store.flows.cards import look
from store.flows.invariants import check_invariants
from store.flows.reconcile import reconcile
from store.ledger.models import Holder
from store.models import CardRefund, LedgerLine, PaymentAttempt, PaymentEvent
from store.payments.providers.stripe_checkout import from_minor
from store.statuses import AttemptStatus
from tests.factories import a_zone
from tests.providers.running import LocalProvider

from .card_cases import STORIES, Case, Shelf, cases
from .card_provider import card_provider
from .card_state import differences, moved_twice, seal, state_of
from .card_storm import FORGED, Storm, in_order
from .stage import Stage

REFUSED = 400
#: The first stories, in which nothing but the money comes.
PLAIN = 2


def drill(stage: Stage) -> None:
    logging.disable()  # what is forged or refused is counted here
    a_zone()
    shelf, count, seeds = Shelf.stocked(), stage.sizes(whole=500, small=len(STORIES)), stage.sizes(whole=20, small=1)
    with card_provider() as provider:
        began = time.monotonic()
        orders = list(cases(count, shelf, provider))
        in_order(orders, provider)
        expected = state_of(orders)
        check_provider(stage, "in order", orders, provider)
        took = time.monotonic() - began
        told = PaymentEvent.objects.count()
        stage.figure(
            "in order, one by one", f"{count} payments with {told} events in {took:.0f} s, state {seal(expected)[:12]}"
        )
        same = 0
        for seed in range(stage.seed, stage.seed + seeds):
            same += hold_storm(stage, seed, list(cases(count, shelf, provider)), provider, expected)
        stage.check(f"the same state in {seeds} of {seeds} seeds", same == seeds, same)
    stage.check_none("the books and the rows agree", reconcile())


def hold_storm(stage: Stage, seed: int, orders: list[Case], provider: LocalProvider, expected: dict) -> bool:
    began = time.monotonic()
    storm = Storm(orders, provider, Random(seed))
    seen = storm.blow()
    state = state_of(orders)
    check_provider(stage, f"seed {seed}", orders, provider)
    stage.check_none(f"seed {seed}: nobody met an error", storm.troubles)
    stage.check(f"seed {seed}: each callback was taken", set(seen.letters) == {200}, seen.letters)
    stage.check(f"seed {seed}: each forged callback was refused", set(seen.forged) <= {REFUSED}, seen.forged)
    kept = PaymentEvent.objects.filter(event_id__startswith=FORGED).count()
    stage.check(f"seed {seed}: no forged callback was kept", not kept, kept)
    found = differences(expected, state)
    stage.check_none(f"seed {seed}: as in order", found)
    again = PaymentEvent.objects.filter(
        tries__gt=1, attempt__payment__order__in=[case.order for case in orders]
    ).count()
    took = time.monotonic() - began
    stage.figure(
        f"seed {seed}",
        f"{seen.letters.total()} callbacks and {seen.forged.total()} forged in {took:.0f} s, {again} events applied at a "
        f"later try, state {seal(state)[:12]}",
    )
    return not found


def check_provider(stage: Stage, run: str, orders: list[Case], provider: LocalProvider) -> None:
    """What the provider has of a run is what the shop has, once; then it forgets the run."""
    stage.check_none(f"{run}: nothing came twice to where it comes once", moved_twice(orders))
    stage.check_none(f"{run}: one page for each try, one refund for each that was sent", not_once(orders, provider))
    told = Counter(event["id"] for event in provider.events())
    kept = Counter(
        PaymentEvent.objects.filter(event_id__in=told).exclude(done_at=None).values_list("event_id", flat=True)
    )
    stage.check(f"{run}: each event is applied once", told == kept, f"{len(told)} told, {kept.total()} applied")
    ours, theirs = held_for(orders), held_by(provider)
    stage.check(f"{run}: the provider holds what the books say", ours == theirs, f"{ours} of {theirs}")
    provider.reset()


def held_for(orders: list[Case]) -> Decimal:
    lines = LedgerLine.objects.filter(account__holder=Holder.PROVIDER, entry__order__in=[case.order for case in orders])
    return total(lines.values_list("amount", flat=True))


def held_by(provider: LocalProvider) -> Decimal:
    """What it takes for a dispute, whoever wins, is in no order's books: it comes with the payout."""
    booked = provider.objects("balance_transaction")
    return from_minor(sum(its["net"] + (its["fee"] if its["type"] == "adjustment" else 0) for its in booked))


def not_once(orders: list[Case], provider: LocalProvider) -> Iterator[str]:
    its = {"payment__order__in": [case.order for case in orders]}
    pages = Counter(session["client_reference_id"] for session in provider.objects("checkout.session"))
    tries = Counter(PaymentAttempt.objects.filter(**its).values_list("key", flat=True))
    yield from (f"{pages[key]} pages of try {key}" for key in {*pages, *tries} if pages[key] != tries[key])
    sent = Counter(refund["id"] for refund in provider.objects("refund"))
    known = Counter(
        CardRefund.objects.filter(attempt__in=PaymentAttempt.objects.filter(**its)).values_list("reference", flat=True)
    )
    yield from (
        f"refund {name}: {sent[name]} sent, {known[name]} known"
        for name in {*sent, *known}
        if sent[name] != known[name]
    )


# -- The controls: the same storm without a guard must end in another way ----------------------------------------------


def control(stage: Stage) -> None:
    shelf = Shelf.stocked()
    with card_provider() as provider:

        def storm(**guard) -> list[str]:
            provider.reset()
            orders = list(cases(PLAIN, shelf, provider))
            with mock.patch.object(*guard["out"]):
                Storm(orders, provider, Random(stage.seed)).blow()
            return differences(expected, state_of(orders))

        orders = list(cases(PLAIN, shelf, provider))
        in_order(orders, provider)
        expected = state_of(orders)
        known = set(check_invariants()) | set(reconcile())
        found = storm(out=(webhooks, "keep_event", each_delivery_is_an_event))
        tell(stage, "the unique event id", found)
        found = storm(out=(look, "apply", paid_again))
        tell(stage, "the look at what a try has brought", found)
        shown = (set(check_invariants()) | set(reconcile())) - known
        stage.check("the nightly look names the money that was taken twice", bool(shown))


def tell(stage: Stage, guard: str, found: list[str]) -> None:
    stage.figure(f"control without {guard}", f"{len(found)} differences")
    stage.check(f"the control without {guard} ends in another way", bool(found))


def each_delivery_is_an_event(provider, event, **how) -> bool:
    """Nothing tells whether a callback came before."""
    return keep_event(provider, replace(event, id=f"{event.id}:{token_hex(4)}"), **how)


def paid_again(attempt: PaymentAttempt, state, **how) -> PaymentAttempt:
    """Whoever hears that a try is paid takes its money, whatever is known of it."""
    PaymentAttempt.objects.filter(pk=attempt.pk, status=AttemptStatus.PAID).update(status=AttemptStatus.OPEN)
    return apply(attempt, state, **how)


keep_event, apply = webhooks.keep_event, look.apply
