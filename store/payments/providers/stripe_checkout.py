"""Stripe's hosted Checkout: one page for each try, and everything that becomes of it read anew from its API.

Written for the version of the API that the pinned `stripe` speaks; docs.stripe.com has the same names.
"""

import json
import logging
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, cast

import requests
import stripe
from django.conf import settings

from .base import (
    Bill,
    DisputeState,
    Event,
    ForeignMode,
    Forged,
    NotAllowed,
    ProviderDown,
    ProviderRefused,
    Redirect,
    RefundState,
    State,
    StillAtIt,
    Told,
    Unreadable,
)
from .stripe_events import EVENT_TYPES, event_of
from .stripe_objects import dispute_state, from_minor, refund_state, to_minor, told_of

log = logging.getLogger(__name__)
#: Seconds to be connected, and to be answered.
TIMEOUT = (1, 5)
#: Seconds that the signature of a callback is good for.
TOLERANCE = 300
#: Characters that a name on the page may have.
NAME_LENGTH = 250
#: Checkout speaks no Arabic: its page follows the browser then.
LOCALES = {"fr": "fr", "en": "en", "ar": "auto"}
_REFUSALS = (stripe.InvalidRequestError, stripe.IdempotencyError, stripe.CardError)
#: When a callback was signed.
_TIME = re.compile(r"(?:^|,)t=(\d{1,12})(?:,|$)")
_PERMISSION = re.compile(r"\brak_\w{1,80}")


@contextmanager
def readable() -> Iterator[None]:
    """What is no answer of Stripe's, though it is JSON, is none at all: whoever asked asks again."""
    try:
        yield
    except (ArithmeticError, AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        log.error("an answer of Stripe cannot be read", exc_info=True)
        raise ProviderDown(f"unreadable: {type(error).__name__}") from None


class StripeCheckout:
    code = "stripe"
    asks_back = True
    refunds_itself = True
    rests = False

    @property
    def is_there(self) -> bool:
        return bool(settings.STRIPE_SECRET_KEY)

    @readable()
    def start(self, bill: Bill) -> Redirect:
        params: dict[str, Any] = {
            "mode": "payment",
            "allowed_payment_method_types": ["card"],
            # Nothing else is charged than what the buyer accepted here, whatever the dashboard says.
            "adaptive_pricing": {"enabled": False},
            "client_reference_id": bill.key,
            "expires_at": int(bill.expires_at.timestamp()),
            "locale": LOCALES.get(bill.language, "auto"),
            "success_url": bill.return_url,
            "cancel_url": bill.cancel_url,
            "metadata": {"attempt": bill.key, "order": bill.order_number},
            "payment_intent_data": {
                "description": bill.order_number,
                "metadata": {"attempt": bill.key, "order": bill.order_number},
            },
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": bill.currency.lower(),
                        "unit_amount": to_minor(item.amount),
                        "product_data": {"name": item.name[:NAME_LENGTH]},
                    },
                }
                for item in bill.items
            ],
        }
        session = _open(bill, params)
        if not str(session.get("url") or "").startswith(f"{settings.STRIPE_PAY_ORIGIN}/"):
            raise ProviderDown("its page is somewhere else")
        return Redirect(session["url"], session["id"])

    @readable()
    def look(self, reference: str, *, refunds: bool = False) -> State:
        expand = {"expand": ["payment_intent.latest_charge.balance_transaction"]}
        try:
            session = _ask(lambda v1: v1.checkout.sessions.retrieve(reference, expand))
        except ProviderRefused as refused:
            if refused.code != "resource_missing":
                raise
            return State(Told.FAILED, because=refused.code)
        return self._state(session, refunds=refunds)

    def end(self, reference: str) -> State:
        try:
            _ask(lambda v1: v1.checkout.sessions.expire(reference))
        except ProviderRefused:
            log.info("session %s has ended by itself", reference)
        return self.look(reference)

    @readable()
    def refund(self, payment: str, amount: Decimal, currency: str, *, key: str) -> RefundState:
        params = {"payment_intent": payment, "amount": to_minor(amount), "metadata": {"refund": key}}
        return refund_state(_ask(lambda v1: v1.refunds.create(params, {"idempotency_key": f"refund:{key}"})))

    def read(self, body: bytes, signature: str) -> Event:
        if not any(_is_signed(body, signature, secret) for secret in settings.STRIPE_WEBHOOK_SECRETS):
            raise Forged
        try:
            told = json.loads(body)
            event = event_of(told)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError, OSError) as error:
            raise Unreadable from error
        if bool(told.get("livemode")) != ("_live_" in settings.STRIPE_SECRET_KEY[:8]):
            raise ForeignMode
        return event

    @readable()
    def key_of(self, payment: str) -> str:
        try:
            intent = _ask(lambda v1: v1.payment_intents.retrieve(payment))
        except ProviderRefused as refused:
            if refused.code != "resource_missing":
                raise
            return ""
        return str((intent.get("metadata") or {}).get("attempt") or "")

    def events_since(self, at: datetime) -> Iterator[Event]:
        """The list is newest first: it is read to its end before the oldest is told."""
        found: list[Event] = []
        after: dict[str, str] = {}
        while True:
            page = _events({"created": {"gte": int(at.timestamp())}, "types": EVENT_TYPES, "limit": 100, **after})
            with readable():
                found += map(event_of, page["data"])
                if not page["has_more"] or not page["data"]:
                    break
                after = {"starting_after": page["data"][-1]["id"]}
        return reversed(found)

    def _state(self, session: dict, *, refunds: bool) -> State:
        intent = session.get("payment_intent") or {}
        charge = intent.get("latest_charge") or {}
        status = told_of(session, intent)
        if status != Told.PAID:
            failure = (intent.get("last_payment_error") or {}).get("code") or ""
            because = failure or ("expired" if session["status"] == "expired" else "")
            return State(status, payment=intent.get("id") or "", because=because)
        fee = charge.get("balance_transaction") or {}
        payment = intent["id"]
        has_refunds = refunds or charge.get("amount_refunded") or charge.get("refunded")
        return State(
            Told.PAID,
            amount=from_minor(intent["amount_received"]),
            currency=str(intent["currency"]).upper(),
            payment=payment,
            fee=from_minor(fee["fee"]) if fee else None,
            fee_currency=str(fee.get("currency") or "").upper(),
            refunds=_refunds(payment) if has_refunds else (),
            disputes=_disputes(payment) if charge.get("disputed") else (),
        )


def _open(bill: Bill, params: dict[str, Any]) -> dict:
    """Without the e-mail, which is there to save the buyer typing, where Stripe takes it for none."""
    options = {"idempotency_key": bill.key}
    with_email = {**params, "customer_email": bill.email} if bill.email else params
    try:
        return _ask(lambda v1: v1.checkout.sessions.create(with_email, options))
    except ProviderRefused as refused:
        if refused.code != "email_invalid" or not bill.email:
            raise
    return _ask(lambda v1: v1.checkout.sessions.create(params, options))


def _events(params: dict) -> dict:
    return _ask(lambda v1: v1.events.list(params))


def _refunds(payment: str) -> tuple[RefundState, ...]:
    page = _ask(lambda v1: v1.refunds.list({"payment_intent": payment, "limit": 100}))
    return tuple(refund_state(refund) for refund in reversed(page["data"]))


def _disputes(payment: str) -> tuple[DisputeState, ...]:
    page = _ask(lambda v1: v1.disputes.list({"payment_intent": payment, "limit": 100}))
    return tuple(dispute_state(dispute) for dispute in reversed(page["data"]))


def _is_signed(body: bytes, signature: str, secret: str) -> bool:
    try:
        is_ours = stripe.WebhookSignature.verify_header(body, signature, secret, TOLERANCE)
        signed_at = _TIME.search(signature)  # the library looks at what is old alone
        return bool(is_ours and signed_at and int(signed_at[1]) <= time.time() + TOLERANCE)
    # TypeError: letters that are no ASCII.
    except (stripe.SignatureVerificationError, ValueError, TypeError, OverflowError):
        return False


class _Lines(threading.local):
    """The connections of a thread. What is said to Stripe goes nowhere else, and under no name but that of our key."""

    def __init__(self):
        self.session = requests.Session()
        self.session.auth = lambda asked: asked  # else a .netrc of the machine would speak for us

    def request(self, *args: Any, **options: Any) -> requests.Response:
        return self.session.request(*args, **{**options, "allow_redirects": False})

    def close(self) -> None:
        self.session.close()


@lru_cache(maxsize=4)
def _client(key: str, address: str) -> stripe.StripeClient:
    """One for each process; its connections are of each thread."""
    stripe.enable_telemetry = False
    return stripe.StripeClient(
        key,
        base_addresses={"api": address} if address else {},
        http_client=stripe.RequestsClient(timeout=TIMEOUT, session=cast(requests.Session, _Lines())),
        max_network_retries=0,  # whoever asks asks again with the same key
    )


def _ask(verb: Callable[[Any], Any]) -> dict:
    """The answer as plain data.

    Raises:
        ProviderDown: no answer, none that can be read, or none for a while.
        ProviderRefused: it says no.
    """
    try:
        answer = verb(_client(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE).v1)
        return answer.to_dict()
    except stripe.AuthenticationError:
        log.error("Stripe does not take our key")  # the error would say a part of it
        raise ProviderDown("our key is not taken") from None
    except stripe.PermissionError as error:
        named = _PERMISSION.search(str(error.user_message))  # the rest of it has a part of our key
        log.error("Stripe's key lacks a permission: %s", named[0] if named else "it does not say which")
        raise NotAllowed("our key may not ask this") from None
    except stripe.StripeError as error:
        code = error.code or getattr(error.error, "code", None)
        if code in ("idempotency_key_in_use", "lock_timeout") or error.http_status == 409:
            raise StillAtIt(type(error).__name__) from None
        if isinstance(error, _REFUSALS) and error.http_status != 429:
            raise ProviderRefused(code or type(error).__name__, str(error.user_message or "")[:200]) from None
        raise ProviderDown(type(error).__name__) from None
    except (AttributeError, KeyError, TypeError, ValueError) as error:  # not what Stripe says
        raise ProviderDown(f"unreadable: {type(error).__name__}") from None
