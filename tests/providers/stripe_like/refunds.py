"""Money that goes back to a card, and money that its bank takes back."""

from .account import Account
from .errors import StripeError
from .parameters import needed

#: What Stripe's bank takes for a dispute, whoever wins; a figure to reckon with.
DISPUTE_FEE = 20000
REASONS = ["duplicate", "fraudulent", "requested_by_customer"]


def charge_of(account: Account, params: dict) -> dict:
    if id := params.get("charge"):
        charged = account.get("charge", id, "charge")
    else:
        needed(params, "payment_intent")
        intent = account.get("payment_intent", params["payment_intent"], "payment_intent")
        charged = account.objects.get(intent["latest_charge"] or "", {"status": "", "payment_intent": intent["id"]})
    if charged["status"] != "succeeded":
        raise StripeError(
            400,
            f"This PaymentIntent ({charged['payment_intent']}) does not have a successful charge to refund.",
            param="payment_intent",
        )
    return charged


def create(account: Account, params: dict, status: str = "") -> dict:
    charged = charge_of(account, params)
    left = charged["amount"] - charged["amount_refunded"]
    if any(each["status"] not in CALM for each in disputes_of(account, charged)):
        raise StripeError(
            400, f"Charge {charged['id']} has been charged back; cannot issue a refund.", code="charge_disputed"
        )
    if left == 0:
        raise StripeError(400, f"Charge {charged['id']} has already been refunded.", code="charge_already_refunded")
    amount = params.get("amount", left)
    if amount < 1:
        raise StripeError(400, "Invalid positive integer", code="parameter_invalid_integer", param="amount")
    if amount > left:  # Stripe gives no code with this one
        unit = charged["currency"].upper()
        what = f"Refund amount ({amount / 100:.2f} {unit}) is greater than"
        whole = "charge amount" if left == charged["amount"] else "unrefunded amount on charge"
        raise StripeError(400, f"{what} {whole} ({left / 100:.2f} {unit})", param="amount")
    if params.get("reason", REASONS[0]) not in REASONS:
        raise StripeError(400, f"Invalid reason: must be one of {', '.join(REASONS)}", param="reason")
    refund = account.add(
        "re_",
        amount=amount,
        balance_transaction=None,
        charge=charged["id"],
        created=account.now(),
        currency=charged["currency"],
        destination_details={"card": {"reference_status": "pending", "type": "refund"}, "type": "card"},
        metadata=params.get("metadata", {}),
        payment_intent=charged["payment_intent"],
        reason=params.get("reason"),
        receipt_number=None,
        source_transfer_reversal=None,
        status=status or account.refund_status,
        transfer_reversal=None,
    )
    booked = account.book(
        -amount, charged["currency"], fee=0, type="refund", category="refund", source=refund["id"], words=""
    )
    refund["balance_transaction"] = booked["id"]
    charged["amount_refunded"] += amount
    charged["refunded"] = charged["amount_refunded"] == charged["amount"]
    account.emit("refund.created", refund)
    account.emit("charge.refunded", charged)
    return refund


def settle(account: Account, refund: dict, status: str) -> None:
    """What became of a refund: `succeeded`, or `failed` and the money is on the account's balance again."""
    if status not in {"succeeded", "failed"} or refund["status"] == "failed":
        raise StripeError(400, f"This Refund has a status of {refund['status']}.")
    refund["status"] = status
    if status == "failed":
        booked = account.book(
            refund["amount"],
            refund["currency"],
            fee=0,
            type="refund_failure",
            category="refund_failure",
            source=refund["id"],
            words="",
        )
        refund.update(failure_reason="lost_or_stolen_card", failure_balance_transaction=booked["id"])
        charged = account.objects[refund["charge"]]
        charged["amount_refunded"] -= refund["amount"]
        charged["refunded"] = False
    account.emit("refund.updated", refund)
    if status == "failed":
        account.emit("refund.failed", refund)


# -- Disputes ----------------------------------------------------------------------------------------------------------

#: How a dispute stands when it takes no money.
CALM = {"warning_needs_response", "warning_closed", "won"}


def disputes_of(account: Account, charged: dict) -> list[dict]:
    return [each for each in account.all("dispute") if each["charge"] == charged["id"]]


def dispute(account: Account, charged: dict, *, amount: int | None, reason: str, is_inquiry: bool) -> dict:
    """The buyer's bank asks for the money back, or asks only what happened."""
    made = account.add(
        "du_",
        amount=charged["amount"] if amount is None else amount,
        balance_transactions=[],
        charge=charged["id"],
        created=account.now(),
        currency=charged["currency"],
        enhanced_eligibility_types=[],
        evidence={},
        evidence_details={
            "due_by": account.now() + 9 * 24 * 3600,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        is_charge_refundable=is_inquiry,
        livemode=False,
        metadata={},
        payment_intent=charged["payment_intent"],
        payment_method_details={
            "card": {
                "brand": "visa",
                "case_type": "inquiry" if is_inquiry else "chargeback",
                "network_reason_code": "10.4",
            },
            "type": "card",
        },
        reason=reason,
        status="warning_needs_response" if is_inquiry else "needs_response",
    )
    charged["disputed"] = True
    account.emit("charge.dispute.created", made)
    return made


def withdraw(account: Account, disputed: dict) -> None:
    """The bank takes the money; an inquiry becomes a dispute by it."""
    if disputed["balance_transactions"]:
        raise StripeError(400, "The funds of this dispute have been withdrawn.")
    if disputed["status"].startswith("warning_"):
        disputed.update(status="needs_response", is_charge_refundable=False)
        account.emit("charge.dispute.updated", disputed)
    move(account, disputed, -disputed["amount"], DISPUTE_FEE)
    account.emit("charge.dispute.funds_withdrawn", disputed)


def close(account: Account, disputed: dict, *, is_won: bool) -> None:
    if disputed["status"] in {"won", "lost", "warning_closed"}:
        raise StripeError(400, f"This dispute has a status of {disputed['status']}.")
    if disputed["status"].startswith("warning_"):
        disputed["status"] = "warning_closed"
    else:
        disputed["status"] = "won" if is_won else "lost"
    if is_won and disputed["balance_transactions"]:
        move(account, disputed, disputed["amount"], 0)
        account.emit("charge.dispute.funds_reinstated", disputed)
    account.emit("charge.dispute.closed", disputed)


def move(account: Account, disputed: dict, amount: int, fee: int) -> None:
    category = "dispute" if amount < 0 else "dispute_reversal"
    booked = account.book(
        amount,
        disputed["currency"],
        fee=fee,
        type="adjustment",
        category=category,
        source=disputed["id"],
        words="Dispute fee",
    )
    # Within a dispute these lines are answered whole, not as ids.
    disputed["balance_transactions"].append(dict(booked))
