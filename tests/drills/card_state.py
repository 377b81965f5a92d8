"""What became of cases, in words that two runs share: no ids, no times, nothing of the order in which it was heard."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable

from django.db.models import Sum

from catalog.models import Reservation
from store.models import (
    CardRefund,
    CooperativeOrder,
    Dispute,
    LedgerLine,
    MoneyTask,
    OutboxMessage,
    Payment,
    PaymentAttempt,
    PaymentEvent,
    Refund,
)
from store.orders.models import OrderLine
from store.statuses import StatusChange

from .card_cases import Case

#: Which rows mails are about, by how their kind begins.
ABOUT = {
    "card_paid": "attempts",
    "card_refund": "card refunds",
    "refund": "refunds",
    "part": "parts",
    "order": "order",
}

#: Fields of which it matters whether they say something.
THERE = {"done_at", "part"}


def state_of(cases: Iterable[Case]) -> dict[str, list]:
    """By case: every row that a buyer, a cooperative or the books would notice."""
    orders = {case.order.pk: f"{case.number}: {case.story}" for case in cases}
    state: dict[int, dict] = {pk: defaultdict(list) for pk in orders}
    rows: dict[str, dict[int, int]] = {"order": {pk: pk for pk in orders}}

    def note(what: str, queryset, order: str, *fields: str) -> None:
        named = rows.setdefault(what, {})
        for pk, of, *values in (
            queryset.filter(**{f"{order}__in": orders}).order_by("pk").values_list("pk", order, *fields)
        ):
            named[pk] = of
            state[of][what].append(
                [
                    str(value is not None) if field in THERE else str(value)
                    for field, value in zip(fields, values, strict=True)
                ]
            )

    note("parts", CooperativeOrder.objects, "order", "status", "cancel_reason", "total", "delivery_price")
    note("payments", Payment.objects, "order", "method", "status", "amount")
    note(
        "attempts", PaymentAttempt.objects, "payment__order", "provider", "status", "amount", "currency", "charged",
        "given_back", "fee", "because",
    )  # fmt: skip
    note("events", PaymentEvent.objects, "attempt__payment__order", "type", "is_foreign", "done_at", "error")
    note(
        "card refunds", CardRefund.objects, "attempt__payment__order", "status", "amount", "charged",
        "refund__amount", "task__kind", "because",
    )  # fmt: skip
    note("tasks", MoneyTask.objects, "order", "kind", "amount", "done_at", "by_card", "part")
    note("refunds", Refund.objects, "part__order", "status", "amount", "way")
    note("disputes", Dispute.objects, "attempt__payment__order", "status", "amount", "is_withdrawn", "moves")
    for of, account, amount in (
        LedgerLine.objects.filter(entry__order__in=orders).order_by()
        .values_list("entry__order", "account__code").annotate(sum=Sum("amount"))
    ):  # fmt: skip
        if amount:
            state[of]["ledger"].append([account, str(amount)])
    lines = {line.holder: line.part.order_id for line in _lines(orders)}
    for holder, units in Reservation.objects.live().order_by().values_list("holder").annotate(sum=Sum("quantity")):
        if holder in lines:
            state[lines[holder]]["kept"].append(units)
    for kind, about in OutboxMessage.objects.values_list("kind", "about_id"):
        what = next(its for begins, its in ABOUT.items() if kind.startswith(begins))
        if of := rows[what].get(about):
            state[of]["mails"].append(kind)
    return {orders[pk]: [[what, sorted(found)] for what, found in sorted(its.items())] for pk, its in state.items()}


def seal(state: dict) -> str:
    return hashlib.sha256(json.dumps(state, sort_keys=True).encode()).hexdigest()


def differences(first: dict, second: dict) -> list[str]:
    """The cases that ended in another way."""
    return [
        f"{case}: {told}, not {expected}"
        for case in first
        if first[case] != second.get(case)
        for expected, told in zip(first[case], second.get(case, []), strict=False)
        if expected != told
    ]


def moved_twice(cases: Iterable[Case]) -> list[str]:
    """Rows that came twice to where each comes once: an order paid twice, a refund sent twice."""
    orders = [case.order.pk for case in cases]
    found = []
    for model, order in (
        (CooperativeOrder, "order"), (Payment, "order"), (PaymentAttempt, "payment__order"),
        (CardRefund, "attempt__payment__order"), (Refund, "part__order"),
    ):  # fmt: skip
        pks = set(model.objects.filter(**{f"{order}__in": orders}).values_list("pk", flat=True))
        changes = StatusChange.objects.filter(row_type__model=model._meta.model_name, row_id__in=pks)
        times = Counter(changes.values_list("row_id", "now"))
        found += [f"{model._meta.model_name} {pk} came {n} times to {now}" for (pk, now), n in times.items() if n > 1]
    return found


def _lines(orders: Iterable[int]):
    return OrderLine.objects.filter(part__order__in=orders).select_related("part")
