"""Everything in the demonstration's books goes through the verbs that people's hands move, dated to the day on which they did."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Max, Model
from django.utils import timezone

from catalog.stock.models import StockMovement

from ..accounts.models import User
from ..delivery.models import Courier, Shipment
from ..flows.fulfil_part import confirm_part, deliver_part, pack_part, ship_part
from ..flows.import_statement import import_statement
from ..flows.month import Month
from ..ledger.models import LedgerEntry
from ..orders.models import CooperativeOrder, LineChange, Order
from ..payments.bank import BankStatement, MoneyTask
from ..payments.cards import CardRefund, Dispute, PaymentAttempt, PaymentEvent
from ..payments.models import CashSheet
from ..refunds.models import Refund, ReturnRequest
from ..settlements.models import Settlement
from ..statuses import Actor, PartStatus, StatusChange
from .orders import place

#: What says when it was written, and the columns that say it, where they say anything.
DATED: dict[type[Model], tuple[str, ...]] = {
    BankStatement: ("at",),
    CardRefund: ("asked_at",),
    CashSheet: ("at",),
    Dispute: ("opened_at",),
    LedgerEntry: ("at",),
    LineChange: ("at",),
    MoneyTask: ("created_at", "done_at"),
    PaymentAttempt: ("started_at", "asked_at", "paid_at"),
    PaymentEvent: ("happened_at", "received_at", "done_at"),
    Refund: ("asked_at", "ended_at"),
    ReturnRequest: ("asked_at",),
    Settlement: ("proposed_at",),
    Shipment: ("handed_over_at",),
    StatusChange: ("at",),
    StockMovement: ("at",),
}
CLERK = Actor.STAFF


@contextmanager
def dated(moment: datetime) -> Iterator[datetime]:
    """What is written meanwhile says that it was written at this moment."""
    last = {model: model._default_manager.aggregate(last=Max("pk"))["last"] or 0 for model in DATED}
    yield moment
    for model, columns in DATED.items():
        for column in columns:
            its = model._default_manager.filter(**{"pk__gt": last[model], f"{column}__isnull": False})
            its.update(**{column: moment})


class Hands:
    """Of the staff, and the days on which they do something."""

    def __init__(self, now: datetime, people: list[dict], staff: User, treasurer: User):
        self.now, self.people, self.staff, self.treasurer = now, people, staff, treasurer
        self.month = Month.of(timezone.localdate(now)).previous

    # -- Days ---------------------------------------------------------------------------------------------------------

    def on(self, day: int) -> datetime:
        """In the morning of a day of last month."""
        return self.month.begins.replace(day=day, hour=10)

    def ago(self, **span) -> datetime:
        return self.now - timedelta(**span)

    # -- What the days are made of ------------------------------------------------------------------------------------

    def place(self, person: int | dict, lines: list[tuple[str, int]], at: datetime, **how) -> Order:
        """By one of the people, or by this one."""
        with dated(at):
            return place(self.people[person] if isinstance(person, int) else person, lines, at=at, **how)

    def send(self, order: Order, courier: Courier | None) -> CooperativeOrder:
        for part in _going_on(order):
            if part.status == PartStatus.PLACED:
                confirm_part(part, actor=CLERK, by=self.staff)
            pack_part(part, actor=CLERK, by=self.staff)
            ship_part(part, actor=CLERK, by=self.staff, courier=courier)
        return part

    def deliver(self, order: Order, courier: Courier | None, at: datetime) -> None:
        with dated(at - timedelta(days=1)):
            self.send(order, courier)
        with dated(at):
            for part in _going_on(order):
                deliver_part(part, actor=CLERK, by=self.staff)

    def take_in_statement(self, at: datetime, rows: list[tuple[str, str, Decimal]]) -> None:
        """The bank's file of the day before."""
        day = (timezone.localtime(at) - timedelta(days=1)).strftime("%d/%m/%Y")
        lines = ["Date;Libellé;Débit;Crédit"]
        for who, number, amount in rows:
            debit, credit = ("", amount) if amount > 0 else (-amount, "")
            lines.append(f"{day};{who} {number};{debit};{credit}".replace(".", ","))
        with dated(at):
            import_statement("\n".join(lines).encode(), file_name=f"releve-{at:%Y-%m-%d}.csv", by=self.staff)


def _going_on(order: Order):
    return order.parts.exclude(status=PartStatus.CANCELED).order_by("pk")
