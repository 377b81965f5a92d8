"""A buyer gives back some of a part that was delivered: asked for, decided, received."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..orders import actions as orders
from ..orders.errors import NotWithBuyer
from ..orders.models import CooperativeOrder, OrderLine
from ..outbox import actions as outbox
from ..refunds import actions as refunds
from ..refunds.models import OPEN_RETURN, ReturnRequest
from ..statuses import Actor, PartStatus, ReturnStatus, move
from . import mails
from .give_back import lock_part, return_lines


class Barrier(models.TextChoices):
    """Why nothing of a part can be given back."""

    NOT_DELIVERED = "not_delivered", _("It has not been delivered yet.")
    ALL_BACK = "all_back", _("All of it was given back.")
    ASKED = "asked", _("You have asked already.")
    TOO_LATE = "too_late", _("The time for giving it back is over.")
    NEVER_TAKEN_BACK = "never", _("Nothing in it can be given back.")


class NothingToReturn(Exception):
    def __init__(self, barrier: Barrier):
        super().__init__(barrier.value)
        self.barrier = barrier


def return_until(part: CooperativeOrder) -> date | None:
    """The last day on which the buyer may ask; None before the delivery. The day of the delivery itself does not count."""
    delivered = [change.at for change in part.status_changes.all() if change.now == PartStatus.DELIVERED]
    return timezone.localdate(delivered[-1]) + timedelta(days=settings.RETURN_DAYS) if delivered else None


def units_to_return(line: OrderLine) -> int:
    """How many units of a delivered line its buyer may ask to give back."""
    return 0 if line.kept_because else orders.units_with_buyer(line)


def barrier_of(part: CooperativeOrder, *, now: datetime | None = None) -> Barrier | None:
    """What keeps the buyer from giving something back; None if nothing does."""
    until = return_until(part)
    if part.status == PartStatus.RETURNED and until:
        return Barrier.ALL_BACK
    if part.status != PartStatus.DELIVERED or until is None:
        return Barrier.NOT_DELIVERED
    if any(request.status in OPEN_RETURN for request in part.return_requests.all()):
        return Barrier.ASKED
    if timezone.localdate(now) > until:
        return Barrier.TOO_LATE
    return None if any(units_to_return(line) for line in part.lines.all()) else Barrier.NEVER_TAKEN_BACK


@transaction.atomic
def ask_return(
    part: CooperativeOrder, units: Mapping[int, int], *, reason: str, because: str = "", photo=None,
    now: datetime | None = None,
) -> ReturnRequest:  # fmt: skip
    """The buyer asks to give back so many units of these lines. The cooperative and the staff are told.

    Asking again while it is undecided changes nothing: one of a part at a time.

    Raises:
        NothingToReturn: it is too late, or nothing is with the buyer that can come back.
        NotWithBuyer: of a line fewer units can come back.
    """
    part = lock_part(part)
    barrier = barrier_of(part, now=now)
    if barrier == Barrier.ASKED:
        return ReturnRequest.objects.get(part=part, status__in=OPEN_RETURN)
    if barrier:
        raise NothingToReturn(barrier)
    units = {line: count for line, count in units.items() if count}
    lines = {line.pk: line for line in part.lines.prefetch_related("changes")}
    if not units or set(units) - set(lines):
        raise ValueError("a return names units of lines of its part")
    for pk, count in units.items():
        if not 1 <= count <= units_to_return(lines[pk]):
            raise NotWithBuyer(lines[pk], count, units_to_return(lines[pk]))
    request = refunds.open_request(part, units, reason=reason, because=because, photo=photo)
    _tell_shop(request)
    return request


@transaction.atomic
def decide_return(request: ReturnRequest, *, accept: bool, actor: Actor, by=None, answer: str = "") -> bool:
    """The cooperative or the staff takes it back, or says why not. False when it is decided so already.

    Raises:
        IllegalMove: it was decided otherwise, or arrived.
    """
    if not accept and not answer.strip():
        raise ValueError("a refusal needs a reason")
    to = ReturnStatus.ACCEPTED if accept else ReturnStatus.REFUSED
    if not move(request, to, actor=actor, by=by, because=answer):
        return False
    ReturnRequest.objects.filter(pk=request.pk).update(answer=answer)
    _tell_buyer(request, mails.RETURN_ACCEPTED if accept else mails.RETURN_REFUSED)
    return True


@transaction.atomic
def receive_return(
    request: ReturnRequest,
    *,
    good: Mapping[int, int],
    lost: Mapping[int, int],
    actor: Actor,
    by=None,
    because: str = "",
) -> bool:
    """The goods are back, by line so many `good` to be sold again and so many `lost`: the buyer is owed their price.

    False when they were received already.

    Raises:
        IllegalMove: it was not accepted.
        NotWithBuyer: more came than the buyer has.
    """
    part = lock_part(request.part)
    units = {line: good.get(line, 0) + lost.get(line, 0) for line in {**good, **lost}}
    if not any(units.values()):
        raise ValueError("nothing came back")
    if not move(request, ReturnStatus.RECEIVED, actor=actor, by=by, because=because):
        return False
    key = f"return:{request.pk}"
    return_lines(part, units, key=key, actor=actor, by=by, because=because, restocked=good)
    _tell_buyer(request, mails.RETURN_RECEIVED)
    return True


def _tell_shop(request: ReturnRequest) -> None:
    cooperative = request.part.cooperative
    outbox.write(mails.RETURN_ASKED, about_id=request.pk, recipient=cooperative.email, language=cooperative.language)
    outbox.write(
        mails.RETURN_FOR_STAFF,
        about_id=request.pk,
        recipient=settings.ORDERS_EMAIL,
        language=settings.LANGUAGE_CODE,
    )
    mails.deliver_soon()


def _tell_buyer(request: ReturnRequest, kind: str) -> None:
    order = request.part.order
    outbox.write(kind, about_id=request.pk, recipient=order.email, language=order.language)
    mails.deliver_soon()
