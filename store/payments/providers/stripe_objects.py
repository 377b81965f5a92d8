"""What Stripe's objects say, in the words of `base.py`."""

from datetime import UTC, datetime
from decimal import Decimal

from .base import DisputeState, DisputeTold, RefundState, RefundTold, Told

REFUNDS = {"succeeded": RefundTold.SUCCEEDED, "failed": RefundTold.FAILED, "canceled": RefundTold.FAILED}


def told_of(session: dict, intent: dict) -> Told:
    if session["payment_status"] in ("paid", "no_payment_required"):
        return Told.PAID
    if session["status"] == "complete":  # all is done, and the bank takes its time
        return Told.FAILED if intent.get("status") in ("canceled", "requires_payment_method") else Told.WAITING
    return Told.FAILED if session["status"] == "expired" else Told.OPEN


def refund_state(refund: dict) -> RefundState:
    return RefundState(
        reference=refund["id"],
        amount=from_minor(refund["amount"]),
        currency=str(refund["currency"]).upper(),
        status=REFUNDS.get(refund["status"], RefundTold.PENDING),
        key=str((refund.get("metadata") or {}).get("refund") or ""),
    )


def dispute_state(dispute: dict) -> DisputeState:
    status = dispute["status"]
    told = {"won": DisputeTold.WON, "warning_closed": DisputeTold.WON, "lost": DisputeTold.LOST}.get(status)
    if told is None:
        told = DisputeTold.INQUIRY if status.startswith("warning_") else DisputeTold.OPEN
    moved = dispute.get("balance_transactions") or []
    # Each time the whole of it, at the rate of that day: the sum of there and back is seldom zero.
    is_withdrawn = sum((its["amount"] < 0) - (its["amount"] > 0) for its in moved) > 0
    if status == "prevented":  # by an agreement between the banks, or by a refund, which is told as one
        told = DisputeTold.LOST if is_withdrawn else DisputeTold.WON
    due_by = (dispute.get("evidence_details") or {}).get("due_by")
    return DisputeState(
        reference=dispute["id"],
        amount=from_minor(dispute["amount"]),
        currency=str(dispute["currency"]).upper(),
        status=told,
        reason=str(dispute.get("reason") or ""),
        is_withdrawn=is_withdrawn,
        moves=len(moved),
        answer_by=datetime.fromtimestamp(due_by, UTC) if due_by else None,
    )


def to_minor(amount: Decimal) -> int:
    """Cents; every currency that the shop charges in has two places (`Currency`)."""
    return int((amount * 100).to_integral_exact())


def from_minor(cents: int) -> Decimal:
    return Decimal(cents) / 100
