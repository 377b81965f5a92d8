"""Stripe's hosted Checkout: one page for each try, and everything that becomes of it read anew from its API.

Written for the version of the API that the pinned `stripe` speaks; docs.stripe.com has the same names.
"""

import json
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import stripe
from django.conf import settings

from .base import (
    Bill,
    DisputeState,
    DisputeTold,
    Event,
    ForeignMode,
    Forged,
    ProviderDown,
    ProviderRefused,
    Redirect,
    RefundState,
    RefundTold,
    State,
    StillAtIt,
    Told,
    Unreadable,
)
from .stripe_events import EVENT_TYPES, event_of

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
REFUNDS = {"succeeded": RefundTold.SUCCEEDED, "failed": RefundTold.FAILED, "canceled": RefundTold.FAILED}


class StripeCheckout:
    code = "stripe"
    asks_back = True
    refunds_itself = True
    rests = False

    @property
    def is_there(self) -> bool:
        return bool(settings.STRIPE_SECRET_KEY)

    def start(self, bill: Bill) -> Redirect:
        params: dict[str, Any] = {
            "mode": "payment",
            "allowed_payment_method_types": ["card"],
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
        if bill.email:
            params["customer_email"] = bill.email
        session = _ask(lambda v1: v1.checkout.sessions.create(params, {"idempotency_key": bill.key}))
        if not str(session.get("url") or "").startswith(f"{settings.STRIPE_PAY_ORIGIN}/"):
            raise ProviderDown("its page is somewhere else")
        return Redirect(session["url"], session["id"])

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

    def refund(self, payment: str, amount: Decimal, currency: str, *, key: str) -> RefundState:
        params = {"payment_intent": payment, "amount": to_minor(amount), "metadata": {"refund": key}}
        return refund_state(_ask(lambda v1: v1.refunds.create(params, {"idempotency_key": f"refund:{key}"})))

    def read(self, body: bytes, signature: str) -> Event:
        if not any(_is_signed(body, signature, secret) for secret in settings.STRIPE_WEBHOOK_SECRETS):
            raise Forged
        try:
            told = json.loads(body)
            event = event_of(told)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
            raise Unreadable from error
        if bool(told.get("livemode")) != ("_live_" in settings.STRIPE_SECRET_KEY[:8]):
            raise ForeignMode
        return event

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
        found: list[dict] = []
        after: dict[str, str] = {}
        while True:
            page = _events({"created": {"gte": int(at.timestamp())}, "types": EVENT_TYPES, "limit": 100, **after})
            found += page["data"]
            if not page["has_more"] or not page["data"]:
                break
            after = {"starting_after": page["data"][-1]["id"]}
        for told in reversed(found):
            yield event_of(told)

    def _state(self, session: dict, *, refunds: bool) -> State:
        intent = session.get("payment_intent") or {}
        charge = intent.get("latest_charge") or {}
        status = _told(session, intent)
        if status != Told.PAID:
            failure = (intent.get("last_payment_error") or {}).get("code") or ""
            because = failure or ("expired" if session["status"] == "expired" else "")
            return State(status, payment=intent.get("id") or "", because=because)
        fee = charge.get("balance_transaction") or {}
        payment = intent["id"]
        has_refunds = refunds or charge.get("amount_refunded") or charge.get("refunded")
        return State(
            Told.PAID,
            amount=from_minor(intent.get("amount_received") or session["amount_total"]),
            currency=str(session["currency"]).upper(),
            payment=payment,
            fee=from_minor(fee["fee"]) if fee else None,
            fee_currency=str(fee.get("currency") or "").upper(),
            refunds=_refunds(payment) if has_refunds else (),
            disputes=_disputes(payment) if charge.get("disputed") else (),
        )


def _events(params: dict) -> dict:
    return _ask(lambda v1: v1.events.list(params))


def _told(session: dict, intent: dict) -> Told:
    if session["payment_status"] in ("paid", "no_payment_required"):
        return Told.PAID
    if session["status"] == "complete":  # all is done, and the bank takes its time
        return Told.FAILED if intent.get("status") in ("canceled", "requires_payment_method") else Told.WAITING
    return Told.FAILED if session["status"] == "expired" else Told.OPEN


def _refunds(payment: str) -> tuple[RefundState, ...]:
    page = _ask(lambda v1: v1.refunds.list({"payment_intent": payment, "limit": 100}))
    return tuple(refund_state(refund) for refund in reversed(page["data"]))


def refund_state(refund: dict) -> RefundState:
    return RefundState(
        reference=refund["id"],
        amount=from_minor(refund["amount"]),
        currency=str(refund["currency"]).upper(),
        status=REFUNDS.get(refund["status"], RefundTold.PENDING),
        key=str((refund.get("metadata") or {}).get("refund") or ""),
    )


def _disputes(payment: str) -> tuple[DisputeState, ...]:
    page = _ask(lambda v1: v1.disputes.list({"payment_intent": payment, "limit": 100}))
    return tuple(dispute_state(dispute) for dispute in reversed(page["data"]))


def dispute_state(dispute: dict) -> DisputeState:
    status = dispute["status"]
    told = {"won": DisputeTold.WON, "warning_closed": DisputeTold.WON, "lost": DisputeTold.LOST}.get(status)
    if told is None:
        told = DisputeTold.INQUIRY if status.startswith("warning_") else DisputeTold.OPEN
    moved = dispute.get("balance_transactions") or []
    due_by = (dispute.get("evidence_details") or {}).get("due_by")
    return DisputeState(
        reference=dispute["id"],
        amount=from_minor(dispute["amount"]),
        currency=str(dispute["currency"]).upper(),
        status=told,
        reason=str(dispute.get("reason") or ""),
        is_withdrawn=sum(its["amount"] for its in moved) < 0,
        moves=len(moved),
        answer_by=datetime.fromtimestamp(due_by, UTC) if due_by else None,
    )


def to_minor(amount: Decimal) -> int:
    """Cents; every currency that the shop charges in has two places (`Currency`)."""
    return int((amount * 100).to_integral_exact())


def from_minor(cents: int) -> Decimal:
    return Decimal(cents) / 100


def _is_signed(body: bytes, signature: str, secret: str) -> bool:
    try:
        return bool(stripe.WebhookSignature.verify_header(body, signature, secret, TOLERANCE))
    except (
        stripe.SignatureVerificationError,
        ValueError,
        TypeError,
        OverflowError,
    ):  # TypeError: letters that are no ASCII
        return False


@lru_cache(maxsize=4)
def _client(key: str, address: str) -> stripe.StripeClient:
    """One for each process; its connections are of each thread."""
    stripe.enable_telemetry = False
    return stripe.StripeClient(
        key,
        base_addresses={"api": address} if address else {},
        http_client=stripe.RequestsClient(timeout=TIMEOUT),
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
    except stripe.StripeError as error:
        if error.code == "idempotency_key_in_use" or error.http_status == 409:
            raise StillAtIt(type(error).__name__) from None
        if isinstance(error, _REFUSALS) and error.http_status != 429:
            raise ProviderRefused(error.code or type(error).__name__, str(error.user_message or "")[:200]) from None
        raise ProviderDown(type(error).__name__) from None
    except (AttributeError, KeyError, TypeError, ValueError) as error:  # not what Stripe says
        raise ProviderDown(f"unreadable: {type(error).__name__}") from None
