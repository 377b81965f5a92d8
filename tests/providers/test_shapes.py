"""The local provider can't drift into fiction: it takes and answers only what Stripe's own library knows."""

import re
import sys
import typing

import pytest
import stripe
from stripe.params import ChargeListParams, DisputeListParams, EventListParams, RefundCreateParams, RefundListParams
from stripe.params.checkout import SessionCreateParams, SessionListParams

from .conftest import asked
from .stripe_like import parameters, sessions
from .stripe_like.account import API_VERSION

ASKED = [
    (parameters.SESSION_CREATE, SessionCreateParams),
    (parameters.SESSION_LIST, SessionListParams),
    (parameters.REFUND_CREATE, RefundCreateParams),
    (parameters.OF_PAYMENT, RefundListParams),
    (parameters.OF_PAYMENT, DisputeListParams),
    (parameters.CHARGE_LIST, ChargeListParams),
    (parameters.EVENT_LIST, EventListParams),
]
ANSWERED = {
    "checkout.session": stripe.checkout.Session,
    "payment_intent": stripe.PaymentIntent,
    "charge": stripe.Charge,
    "refund": stripe.Refund,
    "dispute": stripe.Dispute,
    "balance_transaction": stripe.BalanceTransaction,
    "event": stripe.Event,
    "item": stripe.LineItem,
}
#: Objects whose names are the shop's, or that are empty here.
FREE = {"metadata", "fraud_details", "payment_method_options", "evidence", "object", "use_stripe_sdk", "request"}


def unknown_parameters(allowed, known: type, path: str = "") -> set[str]:
    """Names that are taken and that the library has no parameter for."""
    found = set()
    for name, rule in allowed.items():
        annotation = str(known.__annotations__.get(name, ""))
        if not annotation:
            found.add(path + name)
        inner = rule[0] if isinstance(rule, list) else rule
        if isinstance(inner, dict) and str not in inner and annotation:
            nested = re.findall(rf"\b{known.__name__}\w+", annotation)
            assert nested, f"{path}{name} has nothing in it: {annotation}"
            found |= unknown_parameters(inner, getattr(sys.modules[known.__module__], nested[0]), f"{path}{name}.")
    return found


def within(annotation) -> typing.Iterator[object]:
    """Every type and word in an annotation, through unions, lists and names of later classes."""
    if isinstance(annotation, typing.ForwardRef):
        annotation = getattr(stripe, annotation.__forward_arg__, None)
    yield annotation
    for each in typing.get_args(annotation):
        yield from within(each)


def strange(thing: dict, known: type, path: str) -> set[str]:
    """What is answered and is no field of the library's class, or no word that the field can have."""
    found = set()
    for name, value in thing.items():
        here = f"{path}.{name}"
        if name not in known.__annotations__:
            found.add(here)
            continue
        parts = list(within(known.__annotations__[name]))
        words = {part for part in parts if isinstance(part, str)}
        if isinstance(value, str) and words and value not in words:
            found.add(f"{here}={value}")
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict) and name not in FREE:
                classes = [part for part in parts if isinstance(part, type) and hasattr(part, "_inner_class_types")]
                assert classes, f"{here} has no fields: {known.__annotations__[name]}"
                found |= min((strange(each, cls, here) for cls in classes), key=len)
    return found


@pytest.mark.parametrize(("allowed", "known"), ASKED)
def test_only_parameters_that_the_library_can_send_are_taken(allowed, known):
    assert unknown_parameters(allowed, known) == set()


def test_an_invented_parameter_would_be_seen():
    """The control of the test above."""
    invented = {"line_items": [{"price_data": {"currency": "text", "price_of_day": "text"}}], "colour": "text"}

    assert unknown_parameters(invented, SessionCreateParams) == {"colour", "line_items.price_data.price_of_day"}


def test_the_words_a_session_can_be_asked_with_are_the_librarys():
    for name, words in sessions.ONE_OF.items():
        assert set(words) <= set(re.findall(r"'([\w-]+)'", str(SessionCreateParams.__annotations__[name]))), name
    assert set(sessions.LOCALES) == set(re.findall(r"'([\w-]+)'", str(SessionCreateParams.__annotations__["locale"])))


def test_only_fields_that_the_library_reads_are_answered(provider, shop):
    provider.hold()
    shop.v1.checkout.sessions.create(asked())
    provider.decline()
    provider.pay(card="4000002760003184")
    asking = dict(provider.newest("payment_intent"))
    provider.answer_bank()
    provider.settle_refund(provider.refund(amount=100, status="pending")["id"], "failed")
    provider.dispute(inquiry=True)
    provider.withdraw()
    provider.close_dispute(won=True)
    shop.v1.checkout.sessions.create(asked())
    provider.pay_later()
    provider.come_later(succeeds=False)
    shop.v1.checkout.sessions.create(asked())
    provider.expire()

    things = [
        *provider.objects(),
        *provider.events(),
        *(event["data"]["object"] for event in provider.events()),
        *provider.account.line_items[provider.session()["id"]],
        asking,
    ]

    assert {thing["object"] for thing in things} == set(ANSWERED)
    assert set().union(*(strange(thing, ANSWERED[thing["object"]], thing["object"]) for thing in things)) == set()


def test_an_invented_field_would_be_seen():
    """The control of the test above."""
    charge = {"id": "ch_1", "object": "charge", "colour": "red", "status": "done", "outcome": {"mood": "good"}}

    assert strange(charge, stripe.Charge, "charge") == {"charge.colour", "charge.status=done", "charge.outcome.mood"}


def test_events_say_the_version_that_the_library_speaks():
    assert stripe.api_version == API_VERSION
