"""What a buyer needs to know to pay an order by bank transfer."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.conf import settings

from catalog.money import ZERO, total
from catalog.rib import in_groups

from ..orders.models import Order
from ..payments.bank import MoneyTask, TaskKind
from ..payments.methods import TRANSFER
from ..payments.qr import Picture, picture_of
from ..statuses import PaymentStatus
from .change_method import kept_until, method_code_of


@dataclass(frozen=True)
class Transfer:
    """Of one order; dirhams."""

    #: The buyer writes it with the transfer, and it names one order.
    reference: str
    rib: str
    bank: str
    holder: str
    #: What the parts cost that are wanted, and what came already and was too little.
    amount: Decimal
    waiting: Decimal
    #: Until when the stock is kept; None where nothing waits for it any more.
    deadline: datetime | None
    status: str
    #: The tasks of what came and pays nothing of it: too late, twice, too much. It is to be given back.
    surplus: tuple[MoneyTask, ...] = ()

    @property
    def is_awaited(self) -> bool:
        return self.status == PaymentStatus.EXPECTED

    @property
    def is_paid(self) -> bool:
        return self.status == PaymentStatus.PAID

    @property
    def left_over(self) -> Decimal:
        return total(task.amount for task in self.surplus)

    @property
    def rest(self) -> Decimal:
        return max(self.amount - self.waiting, ZERO)

    @property
    def picture(self) -> Picture:
        """A QR code of the account, the amount and the reference, to copy them with a telephone."""
        return picture_of("\n".join([self.rib, self.holder, self.bank, f"{self.rest} MAD", self.reference]))


def transfer_of(order: Order) -> Transfer | None:
    """How to pay this order by transfer, or None where it is not; asks nothing of what was fetched with it."""
    payment = next((payment for payment in order.payments.all() if payment.part_id is None), None)
    if payment is None or payment.method != TRANSFER.code or method_code_of(order) != TRANSFER.code:
        return None
    is_awaited = payment.status == PaymentStatus.EXPECTED
    tasks = [task for task in order.money_tasks.all() if task.done_at is None]
    # What was too little waits for the rest, as long as the rest may come.
    waiting = [task for task in tasks if is_awaited and task.kind == TaskKind.TOO_LITTLE]
    return Transfer(
        reference=order.number,
        rib=in_groups(TRANSFER.rib),
        bank=settings.BANK_NAME,
        holder=settings.BANK_HOLDER,
        amount=payment.amount,
        waiting=total(task.amount for task in waiting),
        deadline=kept_until(order) if is_awaited else None,
        status=payment.status,
        # What came by card goes back to the card (`card.py`).
        surplus=tuple(task for task in tasks if task.is_surplus and not task.attempt_id and task not in waiting),
    )
