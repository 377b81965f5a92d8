"""The log of moves: unbroken, allowed, and ending where the row is."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from django.contrib.contenttypes.models import ContentType

from ...delivery.models import Shipment
from ...orders.models import CooperativeOrder
from ...payments.cards import CardRefund, PaymentAttempt
from ...payments.models import Payment
from ...refunds.models import Refund, ReturnRequest
from ...settlements.models import Settlement
from ...statuses import MOVES, REDONE, REOPENED, StatusChange
from .reading import batches


def parts_moved_as_logged(now: datetime) -> Iterator[str]:
    yield from _faults(CooperativeOrder, "Part", "order__number")


def payments_moved_as_logged(now: datetime) -> Iterator[str]:
    yield from _faults(Payment, "Payment", "order__number")


def parcels_moved_as_logged(now: datetime) -> Iterator[str]:
    yield from _faults(Shipment, "Parcel", "part__order__number")


def refunds_moved_as_logged(now: datetime) -> Iterator[str]:
    yield from _faults(Refund, "Refund", "order__number")


def returns_moved_as_logged(now: datetime) -> Iterator[str]:
    yield from _faults(ReturnRequest, "Return", "part__order__number")


def attempts_moved_as_logged(now: datetime) -> Iterator[str]:
    yield from _faults(PaymentAttempt, "Attempt", "payment__order__number")


def card_refunds_moved_as_logged(now: datetime) -> Iterator[str]:
    yield from _faults(CardRefund, "Card refund", "attempt__payment__order__number")


def settlements_moved_as_logged(now: datetime) -> Iterator[str]:
    yield from _faults(Settlement, "Settlement", "cooperative__slug", of="")


#: The rows whose moves are logged.
_Moved = (
    type[CooperativeOrder] | type[Payment] | type[Shipment] | type[Settlement] | type[Refund] | type[ReturnRequest]
    | type[PaymentAttempt] | type[CardRefund]
)  # fmt: skip


def _faults(model: _Moved, name: str, number: str, *, of: str = "order ") -> Iterator[str]:
    redone, reopened = REDONE[model._meta.label], REOPENED[model._meta.label]
    moves = {
        was: {*to, *([was] if was in redone else []), *reopened.get(was, ())}
        for was, to in MOVES[model._meta.label].items()
    }
    first = model._meta.get_field("status").default
    row_type = ContentType.objects.get_for_model(model)
    for batch in batches(model.objects.values_list("pk", "status", number, named=True)):
        logged = StatusChange.objects.filter(row_type=row_type, row_id__in=[row.pk for row in batch])
        chains: dict[int, list[tuple[str, str]]] = defaultdict(list)
        for row_id, was, became in logged.order_by("pk").values_list("row_id", "was", "now"):
            chains[row_id].append((was, became))
        for row in batch:
            if fault := _fault(chains[row.pk], row.status, first, moves):
                yield f"{name} {row.pk} of {of}{getattr(row, number)} {fault}."


def _fault(chain: list[tuple[str, str]], status: str, first: str, moves: dict) -> str:
    """What is wrong with this history; empty when nothing is."""
    at = ""
    for was, became in chain:
        if was != at:
            return f"has a gap in its history: {at or 'nothing'}, then {was or 'nothing'} → {became}"
        if became not in (moves.get(was, ()) if was else (first,)):
            return f"made a move that is not allowed: {was or 'nothing'} → {became}"
        at = became
    return "" if at == status else f"is {status}, its history ends with {at or 'nothing'}"


CHECKS = [
    parts_moved_as_logged,
    payments_moved_as_logged,
    parcels_moved_as_logged,
    refunds_moved_as_logged,
    returns_moved_as_logged,
    attempts_moved_as_logged,
    card_refunds_moved_as_logged,
    settlements_moved_as_logged,
]
