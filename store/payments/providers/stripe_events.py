"""Stripe's callbacks: which concern the shop, what they name, and what of them is kept."""

from datetime import UTC, datetime

from .base import Event

#: Those that the shop asks for when it looks back; others that come are kept, and name nothing or something.
EVENT_TYPES = [
    "checkout.session.completed",
    "checkout.session.expired",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "charge.updated",  # its fee is known, some time after the payment
    "charge.refunded",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "refund.created",
    "refund.updated",
    "refund.failed",
]
#: What is kept of an object: nothing that belongs to a person.
KEPT = (
    "id", "object", "amount", "amount_total", "amount_received", "amount_refunded", "currency", "status", "payment_status",
    "payment_intent", "charge", "reason", "failure_code", "failure_reason", "refunded", "disputed", "created", "expires_at",
    "client_reference_id",
)  # fmt: skip
LONGEST = 120


def event_of(told: dict) -> Event:
    """What an event names.

    Raises:
        KeyError, TypeError, ValueError: it is no event.
    """
    its = told["data"]["object"]
    kind = _word(its["object"])
    metadata = its.get("metadata") or {}
    payment = its["id"] if kind == "payment_intent" else its.get("payment_intent")
    is_session = kind == "checkout.session"
    event_id = _word(told["id"])
    if not event_id:
        raise ValueError("an event has an id")
    return Event(
        id=event_id,
        type=_word(told["type"]),
        at=datetime.fromtimestamp(int(told["created"]), UTC),
        reference=_word(its["id"]) if is_session else "",
        # A session that is not paid names none; an object may come expanded.
        payment=_word(payment if not isinstance(payment, dict) else payment.get("id")),
        key=_word(metadata.get("attempt") or (its.get("client_reference_id") if is_session else ""))[:40],
        payload={"type": _word(told["type"]), "livemode": bool(told.get("livemode")), "object": _kept(its)},
    )


def _kept(its: dict) -> dict:
    return {name: _plain(its[name]) for name in KEPT if name in its and not isinstance(its[name], dict | list)}


def _plain(value):
    """What every database holds: no endless numbers, no halves of letters."""
    if value is None or isinstance(value, bool) or (isinstance(value, int) and abs(value) < 2**53):
        return value
    return _word(value)


def _word(value) -> str:
    """A name; PostgreSQL holds neither NUL nor half a letter."""
    return str(value or "")[:LONGEST].replace("\0", "").encode(errors="replace").decode()
