"""Statuses: the tables of allowed moves, and the one function that moves."""

from collections.abc import Collection

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PartStatus(models.TextChoices):
    """Of a `CooperativeOrder`."""

    PLACED = "placed", _("to confirm")
    CONFIRMED = "confirmed", _("confirmed")
    PACKED = "packed", _("packed")
    SHIPPED = "shipped", _("on its way")
    DELIVERED = "delivered", _("delivered")
    RETURNED = "returned", _("returned")
    CANCELED = "canceled", _("canceled")


class PaymentStatus(models.TextChoices):
    """Of a `Payment`."""

    EXPECTED = "expected", _("expected")
    COLLECTED = "collected", _("collected")
    HANDED_OVER = "handed_over", _("handed over")
    PAID = "paid", _("paid")  # as a whole and in advance: the money is in the bank, or with the provider of the card
    EXPIRED = "expired", _("no longer expected")


class ShipmentStatus(models.TextChoices):
    """Of a `Shipment`: where the parcel is."""

    HANDED_OVER = "handed_over", _("with the courier")
    DELIVERED = "delivered", pgettext_lazy("parcel", "delivered")
    REFUSED = "refused", _("refused at the door")
    UNREACHABLE = "unreachable", _("nobody was reached")
    RETURNED = "returned", _("came back")


class SettlementStatus(models.TextChoices):
    """Of a `Settlement`: what a cooperative is owed, on its way to its bank account."""

    PROPOSED = "proposed", _("proposed")
    APPROVED = "approved", _("approved")
    PAID = "paid", _("transferred")
    WITHDRAWN = "withdrawn", _("withdrawn")


class RefundStatus(models.TextChoices):
    """Of a `Refund`."""

    ASKED = "asked", _("asked for")
    APPROVED = "approved", _("approved")
    PAID = "paid", _("paid back")
    REFUSED = "refused", _("refused")
    FAILED = "failed", _("could not be paid back")  # the bank of the card did not take it


class AttemptStatus(models.TextChoices):
    """Of a `PaymentAttempt`: one try to pay by card."""

    STARTED = "started", _("started")  # the provider may not have heard of it yet
    OPEN = "open", _("page open")
    WAITING = "waiting", _("waiting for the money")
    PAID = "paid", _("paid")
    FAILED = "failed", _("not paid")
    HELD = "held", _("held")  # another amount came than was asked for


class CardRefundStatus(models.TextChoices):
    """Of a `CardRefund`."""

    TO_SEND = "to_send", _("to be sent")
    PENDING = "pending", _("on its way")
    DONE = "done", _("given back")
    FAILED = "failed", _("could not be given back")


class ReturnStatus(models.TextChoices):
    """Of a `ReturnRequest`."""

    ASKED = "asked", _("asked for")
    ACCEPTED = "accepted", _("accepted")
    REFUSED = "refused", _("refused")
    RECEIVED = "received", pgettext_lazy("return", "received")


_P = PartStatus
_M = PaymentStatus
_S = ShipmentStatus
_T = SettlementStatus
_R = RefundStatus
_B = ReturnStatus
_A = AttemptStatus
_C = CardRefundStatus
#: Where each status may move to. A test checks that every status is reachable and every target known.
MOVES: dict[str, dict] = {
    "store.CooperativeOrder": {
        _P.PLACED: {_P.CONFIRMED, _P.CANCELED},
        _P.CONFIRMED: {_P.PACKED, _P.CANCELED},
        _P.PACKED: {_P.SHIPPED, _P.CANCELED},
        _P.SHIPPED: {_P.DELIVERED, _P.RETURNED},  # returned: refused at the door, common with cash on delivery
        _P.DELIVERED: {_P.RETURNED},
        _P.RETURNED: set(),
        _P.CANCELED: set(),
    },
    "store.Payment": {
        _M.EXPECTED: {_M.COLLECTED, _M.PAID, _M.EXPIRED},
        _M.COLLECTED: {_M.HANDED_OVER},
        _M.HANDED_OVER: set(),
        _M.PAID: set(),
        _M.EXPIRED: set(),
    },
    "store.Shipment": {
        _S.HANDED_OVER: {_S.DELIVERED, _S.REFUSED, _S.UNREACHABLE, _S.RETURNED},
        _S.REFUSED: {_S.DELIVERED, _S.RETURNED},  # brought a second time, or back
        _S.UNREACHABLE: {_S.DELIVERED, _S.REFUSED, _S.RETURNED},
        _S.DELIVERED: {_S.RETURNED},
        _S.RETURNED: set(),
    },
    "store.Settlement": {
        _T.PROPOSED: {_T.APPROVED, _T.WITHDRAWN},
        _T.APPROVED: {_T.PAID, _T.WITHDRAWN},
        _T.PAID: set(),
        _T.WITHDRAWN: set(),
    },
    "store.Refund": {
        _R.ASKED: {_R.APPROVED, _R.REFUSED},
        _R.APPROVED: {_R.PAID, _R.REFUSED, _R.FAILED},
        _R.PAID: {_R.FAILED},  # the bank of the card sent it back, days later
        _R.REFUSED: set(),
        _R.FAILED: set(),
    },
    "store.PaymentAttempt": {
        _A.STARTED: {_A.OPEN, _A.WAITING, _A.PAID, _A.FAILED, _A.HELD},
        _A.OPEN: {_A.WAITING, _A.PAID, _A.FAILED, _A.HELD},
        _A.WAITING: {_A.PAID, _A.FAILED, _A.HELD},
        _A.FAILED: {_A.PAID, _A.HELD},  # several refusals may come before the money
        _A.PAID: set(),
        _A.HELD: set(),
    },
    "store.CardRefund": {
        _C.TO_SEND: {_C.PENDING, _C.DONE, _C.FAILED},
        _C.PENDING: {_C.DONE, _C.FAILED},
        _C.DONE: {_C.FAILED},
        _C.FAILED: set(),
    },
    "store.ReturnRequest": {
        _B.ASKED: {_B.ACCEPTED, _B.REFUSED},
        _B.ACCEPTED: {_B.RECEIVED, _B.REFUSED},  # refused: it never came, or was not what was agreed
        _B.REFUSED: set(),
        _B.RECEIVED: set(),
    },
}

#: What may be done anew without leaving its status: a parcel is packed again when a lot in it may not leave.
#: A payment is expected in another way.
REDONE: dict[str, set] = {
    **{model: set() for model in MOVES},
    "store.CooperativeOrder": {_P.PACKED},
    "store.Payment": {_M.EXPECTED},
}

#: What had ended and begins anew, by `reopen` alone: money came late, and what it pays for is still on the shelf; or the
#: buyer chooses again to pay the whole in advance.
REOPENED: dict[str, dict[str, set]] = {
    **{model: {} for model in MOVES},
    "store.CooperativeOrder": {_P.CANCELED: {_P.CONFIRMED}},
    "store.Payment": {_M.EXPIRED: {_M.PAID, _M.EXPECTED}},
}


class IllegalMove(Exception):
    def __init__(self, row, now: str, to: str):
        super().__init__(f"{row._meta.label} {row.pk}: {now} cannot become {to}")
        self.row, self.now, self.to = row, now, to


class Raced(Exception):
    """Somebody moved the row meanwhile; nothing was written, and the caller may read again."""


class StatusChange(models.Model):
    """Who moved what, when and why. Only grows."""

    row_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    row_id = models.PositiveBigIntegerField()
    row = GenericForeignKey("row_type", "row_id")
    was = models.CharField(max_length=12, blank=True)
    now = models.CharField(max_length=12)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    actor = models.CharField(max_length=40, help_text="buyer, cooperative, staff, clock or provider")
    because = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["row_type", "row_id"], name="statuschange_row")]

    def __str__(self):
        return f"{self.was or '–'} → {self.now}"

    @property
    def now_label(self) -> str:
        """The status it moved to, in the active language."""
        return status_label(self.now)


def status_label(status: str) -> str:
    """Any status in the active language."""
    words = {
        **dict(SettlementStatus.choices),
        **dict(CardRefundStatus.choices),
        **dict(AttemptStatus.choices),
        **dict(ShipmentStatus.choices),
        **dict(PaymentStatus.choices),
        **dict(PartStatus.choices),
    }
    return str(words.get(status, status))


class Actor(models.TextChoices):
    """Whose hand moved something, when it was not a user who is logged in."""

    BUYER = "buyer", _("buyer")
    COOPERATIVE = "cooperative", _("cooperative")
    STAFF = "staff", _("staff")
    CLOCK = "clock", _("deadline")
    PROVIDER = "provider", _("payment provider")


class DiscountBearer(models.TextChoices):
    """Who goes without what a buyer need not pay, or pays what nobody else does."""

    PLATFORM = "platform", _("platform")
    COOPERATIVE = "cooperative", _("cooperative")


@transaction.atomic
def move(row, to: str, *, actor: Actor, by=None, because: str = "", only_from: Collection[str] | None = None) -> bool:
    """Move a row to another status and log it; False when it is already there.

    Raises:
        IllegalMove: the table does not allow it, or the row is not in one of `only_from`.
        Raced: somebody moved the row between our look and our write.
    """
    # Locked where the database can: who comes second sees what the first did, and need not try again.
    now = type(row).objects.select_for_update().values_list("status", flat=True).get(pk=row.pk)
    if now == to:
        row.status = to
        return False  # two hands did the same; the second changes nothing
    if to not in MOVES[row._meta.label][now] or (only_from is not None and now not in only_from):
        raise IllegalMove(row, now, to)
    _write(row, now, to, actor=actor, by=by, because=because)
    return True


@transaction.atomic
def reopen(row, to: str, *, actor: Actor, by=None, because: str = "") -> None:
    """Have a row that ended begin anew, where `REOPENED` says, and log it.

    Raises:
        IllegalMove: the row has not ended, or what ended so stays so.
        Raced: somebody moved the row between our look and our write.
    """
    now = type(row).objects.select_for_update().values_list("status", flat=True).get(pk=row.pk)
    if to not in REOPENED[row._meta.label].get(now, ()):
        raise IllegalMove(row, now, f"{to} anew")
    _write(row, now, to, actor=actor, by=by, because=because)


def _write(row, now: str, to: str, *, actor: Actor, by, because: str) -> None:
    if not type(row).objects.filter(pk=row.pk, status=now).update(status=to):
        raise Raced(row)
    row.status = to
    row.status_changes.create(was=now, now=to, actor=actor, by=by, because=because)


@transaction.atomic
def redo(row, status: str, *, actor: Actor, by=None, because: str = "") -> None:
    """Lock a row that stays in its status, and log that what belongs to it is done anew.

    Raises:
        IllegalMove: the row is not, or no longer, in this status.
    """
    now = type(row).objects.select_for_update().values_list("status", flat=True).get(pk=row.pk)
    if now != status or now not in REDONE[row._meta.label]:
        raise IllegalMove(row, now, status)
    row.status_changes.create(was=now, now=now, actor=actor, by=by, because=because)


def first_status(row, *, actor: Actor, by=None) -> None:
    """Log the status that a new row begins with."""
    row.status_changes.create(now=row.status, actor=actor, by=by)
