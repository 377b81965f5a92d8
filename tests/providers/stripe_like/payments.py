"""What happens to a session when somebody pays: its intent, the charges, what the bank says."""

from .account import Account
from .errors import StripeError

SUCCESS, DECLINED, NO_MONEY, SECURE, DISPUTED = (
    "4242424242424242",
    "4000000000000002",
    "4000000000009995",
    "4000002760003184",
    "4000000000000259",
)
#: Stripe's own test cards: the brand and what comes of it.
CARDS = {
    SUCCESS: ("visa", "paid"),
    DECLINED: ("visa", "generic_decline"),
    NO_MONEY: ("visa", "insufficient_funds"),
    "4000000000000341": ("visa", "generic_decline"),
    SECURE: ("visa", "secure"),
    DISPUTED: ("visa", "disputed"),
    "5555555555554444": ("mastercard", "paid"),
}
WORDS = {
    "generic_decline": "Your card was declined.",
    "insufficient_funds": "Your card has insufficient funds.",
}


def fee_of(amount: int) -> int:
    """2.9 % and 3 dirhams, half up: a figure to reckon with, not Stripe's price list."""
    return (amount * 29 + 500) // 1000 + 300


def is_open(account: Account, session: dict) -> bool:
    return session["status"] == "open" and session["expires_at"] > account.now()


def pay(account: Account, session: dict, number: str) -> str:
    """Somebody sends a card's number: `paid`, `declined`, or `secure` where the bank wants to ask first."""
    if not is_open(account, session):
        raise StripeError(400, f"This Checkout Session has a status of `{session['status']}`.")
    _, outcome = CARDS[number]
    intent = intent_of(account, session)
    if outcome in WORDS:
        refuse(account, session, number, outcome)
        return "declined"
    if outcome == "secure":  # until the bank is answered
        intent.update(status="requires_action", next_action={"type": "use_stripe_sdk", "use_stripe_sdk": {}})
        account.is_changed = True
        return "secure"
    succeed(account, session, number)
    return "paid"


def intent_of(account: Account, session: dict) -> dict:
    """The session's intent, made when the first attempt is."""
    if session["payment_intent"]:
        return account.objects[session["payment_intent"]]
    given = account.settings[session["id"]]
    intent = account.add(
        "pi_",
        amount=session["amount_total"],
        amount_capturable=0,
        amount_received=0,
        application=None,
        application_fee_amount=None,
        automatic_payment_methods=None,
        canceled_at=None,
        cancellation_reason=None,
        capture_method="automatic_async",
        client_secret=None,
        confirmation_method="automatic",
        created=account.now(),
        currency=session["currency"],
        customer=None,
        description=given.get("description"),
        last_payment_error=None,
        latest_charge=None,
        livemode=False,
        metadata=given.get("metadata", {}),
        next_action=None,
        on_behalf_of=None,
        payment_method=None,
        payment_method_options={},
        payment_method_types=session["payment_method_types"],
        processing=None,
        receipt_email=given.get("receipt_email"),
        review=None,
        setup_future_usage=None,
        shipping=None,
        source=None,
        statement_descriptor=given.get("statement_descriptor"),
        statement_descriptor_suffix=given.get("statement_descriptor_suffix"),
        status="requires_payment_method",
        transfer_data=None,
        transfer_group=given.get("transfer_group"),
    )
    session["payment_intent"] = intent["id"]
    return intent


def charge(account: Account, intent: dict, number: str, status: str, **fields) -> dict:
    brand, _ = CARDS.get(number, ("visa", ""))
    made = account.add(
        "ch_",
        amount=intent["amount"],
        amount_captured=intent["amount"] if status == "succeeded" else 0,
        amount_refunded=0,
        application=None,
        application_fee=None,
        application_fee_amount=None,
        balance_transaction=None,
        billing_details={"address": None, "email": None, "name": None, "phone": None, "tax_id": None},
        calculated_statement_descriptor="TWIZA",
        captured=status == "succeeded",
        created=account.now(),
        currency=intent["currency"],
        customer=None,
        description=intent["description"],
        disputed=False,
        failure_balance_transaction=None,
        failure_code=None,
        failure_message=None,
        fraud_details={},
        livemode=False,
        metadata=dict(intent["metadata"]),
        on_behalf_of=None,
        outcome=None,
        paid=status == "succeeded",
        payment_intent=intent["id"],
        payment_method=None,
        payment_method_details={"card": {"brand": brand, "last4": number[-4:]}, "type": "card"} if number else None,
        receipt_email=intent["receipt_email"],
        receipt_number=None,
        receipt_url=None,
        refunded=False,
        review=None,
        shipping=None,
        source=None,
        source_transfer=None,
        statement_descriptor=None,
        statement_descriptor_suffix=None,
        status=status,
        transfer_data=None,
        transfer_group=intent["transfer_group"],
    )
    made.update(fields)
    intent["latest_charge"] = made["id"]
    return made


def settle(account: Account, intent: dict, charged: dict) -> None:
    """The money is there."""
    booked = account.book(
        charged["amount"],
        charged["currency"],
        fee=fee_of(charged["amount"]),
        type="charge",
        category="charge",
        source=charged["id"],
        words="Stripe processing fees",
    )
    charged.update(
        status="succeeded",
        paid=True,
        captured=True,
        amount_captured=charged["amount"],
        balance_transaction=booked["id"],
        outcome={"network_status": "approved_by_network", "reason": None, "risk_level": "normal", "type": "authorized"},
    )
    intent.update(
        status="succeeded",
        amount_received=intent["amount"],
        last_payment_error=None,
        next_action=None,
        processing=None,
    )
    account.emit("payment_intent.succeeded", intent)
    account.emit("charge.succeeded", charged)


def succeed(account: Account, session: dict, number: str = SUCCESS) -> None:
    intent = intent_of(account, session)
    charged = charge(account, intent, number, "succeeded")
    session.update(status="complete", payment_status="paid", url=None)
    settle(account, intent, charged)
    account.emit("checkout.session.completed", session)


def refuse(account: Account, session: dict, number: str, why: str) -> None:
    """The bank says no; the page stays open."""
    intent = intent_of(account, session)
    outcome = {
        "network_status": "declined_by_network",
        "reason": why,
        "risk_level": "normal",
        "type": "issuer_declined",
    }
    fail(
        account,
        intent,
        charge(
            account,
            intent,
            number,
            "failed",
            failure_code="card_declined",
            failure_message=WORDS[why],
            outcome=outcome,
        ),
        {"code": "card_declined", "decline_code": why, "message": WORDS[why]},
    )


def fail(account: Account, intent: dict, charged: dict | None, because: dict) -> None:
    intent.update(
        status="requires_payment_method",
        next_action=None,
        processing=None,
        last_payment_error={"type": "card_error", "charge": charged["id"] if charged else None, **because},
    )
    account.emit("payment_intent.payment_failed", intent)


def answer_bank(account: Account, session: dict, *, accepts: bool, number: str = SECURE) -> str:
    """The buyer's answer to the bank's question (3-D Secure)."""
    intent = intent_of(account, session)
    if not is_open(account, session) or intent["status"] != "requires_action":
        raise StripeError(400, f"This PaymentIntent has a status of {intent['status']}.")
    if accepts:
        succeed(account, session, number)
        return "paid"
    words = "We are unable to authenticate your payment method. Please choose a different payment method and try again."
    fail(account, intent, None, {"code": "payment_intent_authentication_failure", "message": words})
    return "declined"


def pay_later(account: Account, session: dict) -> None:
    """A method whose money takes days: the page is done with, nothing is paid."""
    if not is_open(account, session):
        raise StripeError(400, f"This Checkout Session has a status of `{session['status']}`.")
    intent = intent_of(account, session)
    charge(account, intent, "", "pending")
    intent.update(status="processing")
    session.update(status="complete", payment_status="unpaid", url=None)
    account.emit("checkout.session.completed", session)


def come_later(account: Account, session: dict, *, succeeds: bool) -> None:
    """What became of `pay_later`."""
    intent = intent_of(account, session)
    if intent["status"] != "processing":
        raise StripeError(400, f"This PaymentIntent has a status of {intent['status']}.")
    charged = account.objects[intent["latest_charge"]]
    if succeeds:
        session["payment_status"] = "paid"
        settle(account, intent, charged)
        account.emit("checkout.session.async_payment_succeeded", session)
    else:
        words = "The payment failed."
        charged.update(status="failed", failure_code="payment_failed", failure_message=words)
        fail(account, intent, charged, {"code": "payment_intent_payment_attempt_failed", "message": words})
        account.emit("checkout.session.async_payment_failed", session)
