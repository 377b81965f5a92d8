"""Whoever begins, confirms or gives back a payment by card dies between any two steps: after the repeat all is there once."""

import logging
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from secrets import token_hex

from django.db.models import QuerySet

from store.flows.cards import look, send
from store.flows.cards.apply import apply
from store.flows.reconcile import reconcile
from store.ledger.models import Holder
from store.ledger.queries import balance, lines_of
from store.payments.providers.registry import provider_of
from store.payments.providers.stripe_checkout import _client, from_minor
from tests.factories import a_zone
from tests.providers.running import LocalProvider

from .card_lives import LIVES, CardLife
from .card_provider import card_provider
from .dying import Act, Change
from .money_crash import check_mails, more_or_less_than_once, suffer, tell
from .stage import Stage


def drill(stage: Stage) -> None:
    logging.disable()
    a_zone()
    deaths: Counter[str] = Counter()
    troubles: list[str] = []
    lives: list[CardLife] = []
    each = stage.sizes(whole=25, small=1)
    started = time.monotonic()
    with card_provider() as provider:
        for number in range(each):
            for kind in LIVES:
                lives.append(life := kind(number, provider))
                for act in life.acts():
                    troubles += die_and_repeat(act, deaths)
        stage.figure("seconds", round(time.monotonic() - started))
        for point, died in deaths.items():
            stage.figure(point, f"{died} died")
            stage.check(f"{each} died {point}", died == each, died)
        stage.check_none("whoever died left a whole deed or nothing, and the repeat ended it", troubles)
        stage.check_none("each step, page, charge and refund is there once", more_or_less_than_once(lives))
        ours, theirs = balance(lines_of(Holder.PROVIDER)), balance_of(provider)
        stage.figure("dirhams with the provider", f"{ours}, {theirs} as it says")
        stage.check("the provider holds what the books say", ours == theirs, f"{ours} of {theirs}")
    stage.check_none("the books and the rows agree", reconcile())
    check_mails(stage, lives)


def die_and_repeat(act: Act, deaths: Counter, *, without: list[Change] | None = None) -> Iterator[str]:
    """As `suffer`; a process has connections of its own to the provider."""
    return suffer(act, deaths, without=[_client.cache_clear, *(without or [])])


def balance_of(provider: LocalProvider) -> Decimal:
    return from_minor(sum(booked["net"] for booked in provider.objects("balance_transaction")))


# -- The controls: each guard is taken out of the processes, and the money must show it -------------------------------


def control(stage: Stage) -> None:
    with card_provider() as provider:
        life = CardLife(-1, provider)
        cut_short(life, "beginning to pay, between the provider's answer and its page", without=keys)
        pages = life.once()["pages at the provider"]
        tell(stage, "the key of a try", f"{pages} pages for one try", shows=pages == 2)

        life = CardLife(-1, provider)
        cut_short(
            life,
            "sending back the price of a part, between the provider's answer and what is written of it",
            without=keys,
        )
        sent = life.once()["refunds at the provider"]
        tell(stage, "the key of a refund", f"{sent} refunds sent", shows=sent == 2)

        known = set(reconcile())
        life = CardLife(-1, provider)
        cut_short(life, "applying a callback, between the money and the books", without=one_transaction)
        lost = 1 - life.once()["charges in the books"]
        tell(stage, "one transaction", f"{lost} payment lost to the books", shows=lost == 1)
        stage.check("the nightly look names the lost payment", bool(set(reconcile()) - known))


def cut_short(life: CardLife, point: str, *, without: Change) -> None:
    """Somebody dies there and nowhere else; what comes after the repeat is left."""
    for act in life.acts():
        here = [place for place in act.places if act.point(place) == point]
        for _trouble in die_and_repeat(replace(act, places=here), Counter(), without=[without] if here else []):
            pass  # what it leaves is looked at by whoever asked
        if here:
            return


def keys() -> None:
    """Whoever asks the provider again asks for something else, and does not look before."""
    send._went_before = lambda card_refund: False
    stripe = provider_of("stripe").provider
    start, refund = stripe.start, stripe.refund
    stripe.start = lambda bill: start(replace(bill, key=f"{bill.key}:{token_hex(4)}"))
    stripe.refund = lambda *what, key: refund(*what, key=f"{key}:{token_hex(4)}")


def one_transaction() -> None:
    """Applying what a provider says is many small writes."""
    QuerySet.select_for_update = lambda rows, *_, **__: rows
    look.apply = apply.__wrapped__
