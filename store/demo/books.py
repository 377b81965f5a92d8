"""What the books of the demonstration tell: last month was sold, handed over and settled, this week's money is on its way.

Everything goes through the verbs that people's hands move, one day after the other; then it is dated to those days.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils import timezone

from catalog.cooperatives.models import Cooperative
from catalog.money import total
from catalog.stock.models import MovementKind, StockMovement

from ..accounts.models import User
from ..delivery.models import Courier
from ..delivery.prices import DeliveryMethod
from ..flows.cancel_part import cancel_part
from ..flows.fulfil_part import fail_part, return_part
from ..flows.hand_over import close_sheet, waiting
from ..flows.refunds import approve_refund, ask_refund, money_of, pay_refund, seal
from ..flows.returns import ask_return, decide_return, receive_return
from ..flows.settle import approve, pay, propose
from ..orders.models import CooperativeOrder, Order
from ..orders.reasons import CancelReason
from ..payments.bank import BankFormat
from ..payments.methods import TRANSFER
from ..payments.models import DifferenceBearer
from ..refunds.actions import forget_ribs
from ..refunds.models import Refund, RefundWay, ReturnReason
from ..statuses import Actor, ShipmentStatus
from ..vouchers.models import Voucher
from .cards import load_cards
from .content import read
from .hands import CLERK, Hands, dated

if TYPE_CHECKING:
    from tests.providers.running import LocalProvider

#: Invented, as the shop's own: no bank has the code 999.
RIBS = ("999480000000030300000322", "999480000000040400000483")


def load_books(now: datetime, provider: "LocalProvider | None" = None) -> list[Order]:
    """`provider` is where cards are paid; without one nobody does."""
    people = read("people")["person"]
    near, far = Courier.objects.order_by("pk")[:2]
    staff, treasurer = User.objects.get(username="equipe"), User.objects.get(username="tresoriere")
    books = _Books(now, people, staff, treasurer)
    BankFormat.objects.create(
        name="Banque de la Démonstration", date="Date", label="Libellé", debit="Débit", credit="Crédit"
    )
    # What is sold from last month on lay on the shelves before.
    StockMovement.objects.filter(kind=MovementKind.RECEIVED).update(at=books.month.begins - timedelta(days=1))
    orders = [*books.last_month(near), *books.this_week(far)]
    if provider:
        orders += load_cards(books, provider, far)
    books.settle()
    forget_ribs(now=now)  # as the clock does
    return orders


class _Books(Hands):
    # -- Last month ---------------------------------------------------------------------------------------------------

    def last_month(self, courier: Courier) -> Iterator[Order]:
        """Sold for cash and by transfer, refused, given back; then the courier's sheet."""
        by_transfer = self.place(3, [("coffret-huiles", 1), ("miel-thym", 1)], self.on(2), method=TRANSFER)
        self.take_in_statement(self.on(4), [("VIREMENT RECU DE N AMRANI", by_transfer.number, by_transfer.total)])
        both = self.place(0, [("huile-eucalyptus", 1), ("miel-eucalyptus", 2)], self.on(3))
        cheaper = self.place(2, [("miel-oranger", 2)], self.on(4), voucher=Voucher.objects.get(code="BIENVENUE"))
        refused = self.place(6, [("eau-de-rose", 3)], self.on(5))
        given_back = self.place(8, [("huile-romarin", 2)], self.on(6))
        tinas = Cooperative.objects.get(slug="tinas-cop")
        fetched = self.place(
            1, [("miel-multifloral", 2)], self.on(12), delivery={tinas.pk: DeliveryMethod.PICKUP}
        )  # fmt: skip

        for order, day in ((by_transfer, 7), (both, 6), (cheaper, 8), (given_back, 9)):
            self.deliver(order, courier, self.on(day))
        with dated(self.on(8)):
            part = self.send(refused, courier)
            fail_part(part, ShipmentStatus.REFUSED, actor=CLERK, by=self.staff, because="Le client a changé d’avis.")
        with dated(self.on(9)):
            return_part(part, actor=CLERK, by=self.staff, restocked={line.pk: line.units for line in part.lines.all()})
        self._hand_over(courier, self.on(10))
        self.deliver(fetched, None, self.on(13))
        self._give_back(given_back)
        yield from (by_transfer, both, cheaper, refused, given_back, fetched)

    def _hand_over(self, courier: Courier, at: datetime) -> None:
        """Five dirhams are missing, and the courier answers for them."""
        parcels = [brought for brought in waiting(courier) if brought.shipment.handed_over_at < at]
        expected = total(brought.to_hand_over for brought in parcels)
        with dated(at):
            close_sheet(
                courier,
                [brought.shipment.pk for brought in parcels],
                expected=expected,
                counted=expected - 5,
                bearer=DifferenceBearer.COURIER,
                because="Une pièce de 5 DH manque, le livreur la doit.",
                by=self.staff,
            )

    def _give_back(self, order: Order) -> None:
        """One of two bottles came back and was paid back."""
        [part] = order.parts.all()
        [line] = part.lines.all()
        with dated(self.on(11)):
            request = ask_return(
                part,
                {line.pk: 1},
                reason=ReturnReason.CHANGED_MIND,
                because="Un seul flacon me suffit.",
                now=self.on(11),
            )
        with dated(self.on(12)):
            decide_return(request, accept=True, actor=CLERK, by=self.staff)
        with dated(self.on(16)):
            receive_return(request, good={line.pk: 1}, lost={}, actor=CLERK, by=self.staff)
            refund = self._ask_refund(part, RIBS[0])
        with dated(self.on(17)):
            approve_refund(refund, seen=seal(refund), by=self.treasurer)
            pay_refund(refund, reference="VIR 0017", by=self.staff, at=self.on(17))

    # -- This week ----------------------------------------------------------------------------------------------------

    def this_week(self, courier: Courier) -> Iterator[Order]:
        """What waits for somebody: a transfer, a line of the bank, a decision, a second person."""
        paid = self.place(4, [("verveine", 2), ("camomille", 1)], self.ago(days=6), method=TRANSFER)
        canceled = self.place(5, [("coffret-huiles", 2)], self.ago(days=6), method=TRANSFER)
        unnamed = self.place(9, [("miel-oranger", 1)], self.ago(days=1, hours=4), method=TRANSFER)
        awaited = self.place(10, [("eau-de-rose", 2)], self.ago(hours=3), method=TRANSFER)
        delivered = self.place(11, [("huile-eucalyptus", 2), ("miel-eucalyptus", 1)], self.ago(days=5))

        self.take_in_statement(
            self.ago(hours=20),
            [
                ("VIREMENT RECU DE A BOUAZZAOUI", paid.number, paid.total),
                ("VIREMENT RECU DE H OUAZZANI", canceled.number.replace("-", " "), canceled.total),
                ("VIREMENT RECU DE M LAHLOU", "MIEL", unnamed.total),
                ("FRAIS DE TENUE DE COMPTE", "", Decimal(-20)),
            ],
        )
        with dated(self.ago(hours=18)):
            [part] = canceled.parts.all()
            cancel_part(part, reason=CancelReason.CHANGED_MIND, actor=Actor.BUYER)
            self._ask_refund(part, RIBS[1], by=self.treasurer)
        self.deliver(delivered, courier, self.ago(days=2))
        with dated(self.ago(hours=6)):
            part = delivered.parts.order_by("pk")[0]
            units = {line.pk: 1 for line in part.lines.all()}
            ask_return(
                part, units, reason=ReturnReason.DAMAGED, because="Le bouchon d’un flacon est fendu.", now=self.now
            )
        yield from (paid, canceled, unnamed, awaited, delivered)

    # -- What the days are made of ------------------------------------------------------------------------------------

    def _ask_refund(self, part: CooperativeOrder, rib: str, by: User | None = None) -> Refund:
        """Of all that is owed; the buyer asks for it unless somebody of the staff does."""
        actor = CLERK if by else Actor.BUYER
        amount = money_of(part).refundable
        return ask_refund(part, amount, way=RefundWay.TRANSFER, key=f"demo:{part.pk}", rib=rib, actor=actor, by=by)

    def settle(self) -> None:
        """Last month is proposed on the first day of this one, approved by another, and transferred the next day."""
        first = min(self.month.ends + timedelta(hours=9), self.now)
        second = min(first + timedelta(days=1), self.now)
        for number, cooperative in enumerate(Cooperative.objects.order_by("slug"), start=1):
            with dated(first):
                settlement = propose(cooperative, self.month, by=self.staff, today=timezone.localdate(self.now))
                approve(settlement, by=self.treasurer)
            with dated(second):
                pay(
                    settlement,
                    reference=f"VIR {self.month}-{number}",
                    paid_on=timezone.localdate(second),
                    by=self.staff,
                )
