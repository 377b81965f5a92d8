"""Checkout Sessions: a page, open until somebody has paid there or its time is over."""

from urllib.parse import urlsplit

from .account import Account
from .errors import StripeError
from .parameters import needed

HALF_AN_HOUR, A_DAY = 30 * 60, 24 * 60 * 60
#: Arabic is not among them: Stripe has no page in it. `auto` follows the browser.
CODES = (
    "auto bg cs da de el en en-GB es es-419 et fi fil fr fr-CA hi-IN hr hu id it ja ko lt lv ms mt nb nl pl pt pt-BR ro ru"
    " sk sl sv th tr vi zh zh-HK zh-TW"
)
LOCALES = CODES.split()
ONE_OF = {
    "locale": LOCALES,
    "mode": ["payment"],
    "submit_type": ["auto", "book", "donate", "pay"],
    "ui_mode": ["hosted_page"],
    "customer_creation": ["always", "if_required"],
    "billing_address_collection": ["auto", "required"],
}
METHODS = {"card", "sepa_debit", "klarna", "paypal", "bancontact"}
#: The most that Stripe takes in one payment, and the longest texts.
MOST = 99_999_999
LONGEST = {"client_reference_id": 200, "customer_email": 512, "success_url": 5000, "cancel_url": 5000}


def create(account: Account, params: dict) -> dict:
    """After `check`."""
    items = params["line_items"]
    total = sum(each["price_data"]["unit_amount"] * each["quantity"] for each in items)
    currency = items[0]["price_data"]["currency"].lower()
    email = params.get("customer_email")
    session = account.add(
        "cs_test_",
        adaptive_pricing={"enabled": params.get("adaptive_pricing", {}).get("enabled", False)},
        after_expiration=None,
        allow_promotion_codes=None,
        allowed_payment_method_types=params.get("allowed_payment_method_types"),
        amount_subtotal=total,
        amount_total=total,
        automatic_tax={"enabled": False, "liability": None, "provider": None, "status": None},
        billing_address_collection=params.get("billing_address_collection"),
        cancel_url=params.get("cancel_url"),
        client_reference_id=params.get("client_reference_id"),
        client_secret=None,
        consent=None,
        consent_collection=None,
        created=account.now(),
        currency=currency,
        currency_conversion=None,
        custom_fields=[],
        custom_text={
            "after_submit": None,
            "shipping_address": None,
            "submit": params.get("custom_text", {}).get("submit"),
            "terms_of_service_acceptance": None,
        },
        customer=None,
        customer_creation=params.get("customer_creation", "if_required"),
        customer_details=details_of(email) if email else None,
        customer_email=email,
        discounts=[],
        expires_at=params.get("expires_at", account.now() + A_DAY),
        invoice=None,
        invoice_creation=None,
        livemode=False,
        locale=params.get("locale"),
        metadata=params.get("metadata", {}),
        mode="payment",
        payment_intent=None,
        payment_link=None,
        payment_method_collection="if_required",
        payment_method_configuration_details=None,
        payment_method_options=params.get("payment_method_options", {}),
        payment_method_types=params.get("allowed_payment_method_types", ["card"]),
        payment_status="unpaid",
        permissions=None,
        phone_number_collection={"enabled": False},
        recovered_from=None,
        saved_payment_method_options=None,
        setup_intent=None,
        shipping_address_collection=None,
        shipping_cost=None,
        shipping_options=[],
        status="open",
        submit_type=params.get("submit_type"),
        subscription=None,
        success_url=params["success_url"],
        total_details={"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        ui_mode="hosted_page",
        wallet_options=None,
    )
    session["url"] = f"{account.url}/c/pay/{session['id']}"
    account.line_items[session["id"]] = [line(session, number, each) for number, each in enumerate(items)]
    account.settings[session["id"]] = params.get("payment_intent_data", {})
    return session


def check(account: Account, params: dict) -> None:
    now = account.now()
    needed(params, "mode", "line_items", "success_url")
    for name, words in ONE_OF.items():
        if params.get(name, words[0]) not in words:
            raise StripeError(400, f"Invalid {name}: must be one of {', '.join(words)}", param=name)
    for name, length in LONGEST.items():
        if len(params.get(name, "")) > length:
            raise StripeError(400, f"Invalid string: must be at most {length} characters", param=name)
    for name in ("success_url", "cancel_url"):
        if params.get(name) and urlsplit(params[name]).scheme not in {"http", "https"}:
            raise StripeError(400, "Not a valid URL", code="url_invalid", param=name)
    if strange := set(params.get("allowed_payment_method_types", [])) - METHODS:
        raise StripeError(
            400,
            f"Invalid allowed_payment_method_types: {', '.join(sorted(strange))}",
            param="allowed_payment_method_types",
        )
    for words in (params.get("metadata", {}), params.get("payment_intent_data", {}).get("metadata", {})):
        if len(words) > 50 or any(len(text) > 500 for text in words.values()):
            raise StripeError(
                400, "Metadata can have up to 50 keys, with values up to 500 characters", param="metadata"
            )
    check_items(params["line_items"])
    check_expiry(params.get("expires_at", now + A_DAY), now)


def check_items(items: list[dict]) -> None:
    if len(items) > 100:
        raise StripeError(400, "Checkout Sessions in payment mode have at most 100 line items", param="line_items")
    for number, each in enumerate(items):
        param = f"line_items[{number}]"
        needed(each, "price_data", "quantity")
        needed(each["price_data"], "currency", "product_data")
        needed(each["price_data"]["product_data"], "name")
        if each["quantity"] < 1 or each["price_data"].get("unit_amount", -1) < 0:
            raise StripeError(
                400, "Invalid positive integer", code="parameter_invalid_integer", param=f"{param}[quantity]"
            )
    if len({each["price_data"]["currency"].lower() for each in items}) > 1:
        raise StripeError(400, "All line items must have the same currency", param="line_items")
    total = sum(each["price_data"]["unit_amount"] * each["quantity"] for each in items)
    if total < 1:
        raise StripeError(400, "The Checkout Session's total amount due is too small", code="amount_too_small")
    if total > MOST:
        raise StripeError(400, "The Checkout Session's total amount due is too large", code="amount_too_large")


def check_expiry(expires_at: int, now: int) -> None:
    if expires_at < now + HALF_AN_HOUR:
        limit = "at least 30 minutes from"
    elif expires_at > now + A_DAY:
        limit = "less than 24 hours from"
    else:
        return
    raise StripeError(400, f"The `expires_at` timestamp must be {limit} Checkout Session creation.", param="expires_at")


def details_of(email: str) -> dict:
    return {"address": None, "email": email, "name": None, "phone": None, "tax_exempt": "none", "tax_ids": None}


def line(session: dict, number: int, item: dict) -> dict:
    amount = item["price_data"]["unit_amount"] * item["quantity"]
    return {
        "id": f"li_{session['id'][-20:]}{number}",
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": session["currency"],
        "description": item["price_data"]["product_data"]["name"],
        "price": None,
        "quantity": item["quantity"],
    }


def expire(account: Account, id: str) -> dict:
    session = account.get("checkout.session", id, "session")
    if session["status"] != "open":
        raise StripeError(
            400,
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of `{session['status']}`.",
        )
    close(account, session)
    return session


def close(account: Account, session: dict) -> None:
    session.update(status="expired", url=None)
    if intent := account.objects.get(session["payment_intent"] or ""):
        intent.update(status="canceled", canceled_at=account.now(), cancellation_reason="automatic", next_action=None)
    account.emit("checkout.session.expired", session)


def close_old(account: Account) -> None:
    """What time does: pages that nobody paid on are over."""
    with account.lock:
        for session in account.all("checkout.session"):
            if session["status"] == "open" and session["expires_at"] <= account.now():
                close(account, session)
