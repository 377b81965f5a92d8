"""What a request may ask. A test holds every name here against the SDK's own types of parameters."""

import re
from urllib.parse import parse_qsl

from .errors import StripeError

TEXT, WHOLE, YES_OR_NO = "text", "whole number", "yes or no"
#: Names chosen by who asks, each with a text.
WORDS = {str: TEXT}
LISTS = {"limit": WHOLE, "starting_after": TEXT, "ending_before": TEXT, "expand": [TEXT]}
CREATED = {"created": {"gt": WHOLE, "gte": WHOLE, "lt": WHOLE, "lte": WHOLE}}

SESSION_CREATE = {
    "adaptive_pricing": {"enabled": YES_OR_NO},
    "allowed_payment_method_types": [TEXT],
    "billing_address_collection": TEXT,
    "cancel_url": TEXT,
    "client_reference_id": TEXT,
    "custom_text": {"submit": {"message": TEXT}},
    "customer_creation": TEXT,
    "customer_email": TEXT,
    "expand": [TEXT],
    "expires_at": WHOLE,
    "line_items": [
        {
            "price_data": {
                "currency": TEXT,
                "product_data": {"name": TEXT, "description": TEXT, "images": [TEXT], "metadata": WORDS},
                "unit_amount": WHOLE,
            },
            "quantity": WHOLE,
        }
    ],
    "locale": TEXT,
    "metadata": WORDS,
    "mode": TEXT,
    "payment_intent_data": {
        "description": TEXT,
        "metadata": WORDS,
        "receipt_email": TEXT,
        "statement_descriptor": TEXT,
        "statement_descriptor_suffix": TEXT,
        "transfer_group": TEXT,
    },
    "payment_method_options": {"card": {"request_three_d_secure": TEXT}},
    "submit_type": TEXT,
    "success_url": TEXT,
    "ui_mode": TEXT,
}
SESSION_LIST = LISTS | CREATED | {"payment_intent": TEXT, "status": TEXT}
REFUND_CREATE = {
    "amount": WHOLE,
    "charge": TEXT,
    "expand": [TEXT],
    "metadata": WORDS,
    "payment_intent": TEXT,
    "reason": TEXT,
}
OF_PAYMENT = LISTS | CREATED | {"payment_intent": TEXT, "charge": TEXT}
CHARGE_LIST = LISTS | CREATED | {"payment_intent": TEXT}
EVENT_LIST = LISTS | CREATED | {"delivery_success": YES_OR_NO, "type": TEXT, "types": [TEXT]}
EXPAND = {"expand": [TEXT]}


def read(encoded: str, allowed: dict) -> dict:
    """What was sent as `a[b][0][c]=d`, as dicts and lists, checked."""
    return _checked(_nested(parse_qsl(encoded, keep_blank_values=True)), allowed, "")


def _nested(pairs: list[tuple[str, str]]) -> dict:
    root: dict = {}
    for name, value in pairs:
        words = re.findall(r"[^\[\]]+|(?<=\[)(?=\])", name)
        here = root
        for word in words[:-1]:
            here = here.setdefault(word or str(len(here)), {})
            if not isinstance(here, dict):
                raise StripeError(400, f"Invalid parameter: {name}", param=name)
        here[words[-1] or str(len(here))] = value
    return root


def _checked(value, allowed, name: str):
    if isinstance(allowed, list):
        if not isinstance(value, dict):
            raise StripeError(400, f"Invalid array: {name}", param=name)
        return [_checked(each, allowed[0], f"{name}[{index}]") for index, each in enumerate(value.values())]
    if isinstance(allowed, dict):
        # `created=5` is Stripe's short way to say at that very second.
        if not isinstance(value, dict):
            if allowed is CREATED["created"]:
                return {"gte": _whole(value, name), "lte": _whole(value, name)}
            raise StripeError(400, f"Invalid object: {name}", param=name)
        return {
            key: _checked(each, _rule(allowed, key, name), f"{name}[{key}]" if name else key)
            for key, each in value.items()
        }
    if isinstance(value, dict):
        raise StripeError(400, f"Invalid string: {name}", param=name)
    if allowed == WHOLE:
        return _whole(value, name)
    if allowed == YES_OR_NO:
        if value not in {"true", "false"}:
            raise StripeError(400, f"Invalid boolean: {value}", param=name)
        return value == "true"
    return value


def _rule(allowed: dict, key: str, name: str):
    if str in allowed:
        if len(key) > 40:
            raise StripeError(400, f"Metadata keys can have up to 40 characters: {key}", param=name)
        return allowed[str]
    if key not in allowed:
        param = f"{name}[{key}]" if name else key
        if key == "payment_method_types":  # all examples of earlier years have it
            code = "payment_method_types_no_longer_supported"
            raise StripeError(400, "Use `allowed_payment_method_types` instead.", code=code, param=param)
        raise StripeError(400, f"Received unknown parameter: {param}", code="parameter_unknown", param=param)
    return allowed[key]


def _whole(value: str, name: str) -> int:
    if not re.fullmatch(r"-?\d{1,15}", value):
        raise StripeError(400, f"Invalid integer: {value}", code="parameter_invalid_integer", param=name)
    return int(value)


def needed(params: dict, *names: str) -> None:
    for name in names:
        if params.get(name) in (None, "", [], {}):
            raise StripeError(400, f"Missing required param: {name}.", code="parameter_missing", param=name)
