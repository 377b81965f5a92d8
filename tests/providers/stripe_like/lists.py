"""Stripe's lists: newest first, a page at a time."""

from .account import Account
from .errors import StripeError


def a_page(newest_first: list[dict], params: dict, url: str) -> dict:
    limit = params.get("limit", 10)
    if not 1 <= limit <= 100:
        raise StripeError(400, f"Invalid limit: {limit}", code="parameter_invalid_integer", param="limit")
    if "starting_after" in params and "ending_before" in params:
        raise StripeError(400, "You may only specify one of these parameters: starting_after, ending_before.")
    if "ending_before" in params:  # those just before it, still newest first
        newer = newest_first[: place(newest_first, params["ending_before"], "ending_before")]
        shown, has_more = newer[-limit:], len(newer) > limit
    else:
        begin = 0
        if "starting_after" in params:
            begin = place(newest_first, params["starting_after"], "starting_after") + 1
        shown, has_more = newest_first[begin : begin + limit], len(newest_first) > begin + limit
    return {"object": "list", "data": shown, "has_more": has_more, "url": url}


def place(things: list[dict], id: str, param: str) -> int:
    for index, each in enumerate(things):
        if each["id"] == id:
            return index
    raise StripeError(400, f"No such object: '{id}'", code="resource_missing", param=param)


def in_time(thing: dict, created: dict | None) -> bool:
    at = thing["created"]
    within = {"gt": at.__gt__, "gte": at.__ge__, "lt": at.__lt__, "lte": at.__le__}
    return all(within[word](limit) for word, limit in (created or {}).items())


def list_objects(account: Account, params: dict, kind: str, url: str, *fields: str) -> dict:
    """Cursors are looked for among those that fit."""
    fitting = [
        each
        for each in reversed(account.all(kind))
        if in_time(each, params.get("created"))
        and all(each[field] == params[field] for field in fields if field in params)
    ]
    return a_page(fitting, params, url)


def fits(pattern: str, type: str) -> bool:
    return pattern in {"*", type} or (pattern.endswith(".*") and type.startswith(pattern[:-1]))


def list_events(account: Account, params: dict) -> dict:
    wanted = params.get("types") or ([params["type"]] if "type" in params else ["*"])
    if len(wanted) > 20:
        raise StripeError(400, "You may list at most 20 types.", param="types")
    month_ago = account.now() - 30 * 24 * 3600
    events = [
        event
        for event in reversed(account.events)
        if event["created"] >= month_ago
        and in_time(event, params.get("created"))
        and any(fits(pattern, event["type"]) for pattern in wanted)
        and params.get("delivery_success") in (None, event["id"] not in account.undelivered)
    ]
    return a_page(events, params, "/v1/events")
