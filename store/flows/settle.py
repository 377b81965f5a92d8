"""The month is settled: one person proposes what each cooperative is owed, another approves it, the bank transfers it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone

from catalog.cooperatives.models import Cooperative
from catalog.money import total
from catalog.rib import is_rib

from ..payments.actions import hand_over
from ..payments.models import Payment
from ..settlements import actions as settlements
from ..settlements.models import Settlement
from ..statuses import Actor, IllegalMove, PaymentStatus, SettlementStatus
from . import books
from .balances import Balance, balances
from .month import Month


class MonthNotOver(Exception):
    """Its last day is not past: what it comes to may still change."""


class NoRib(Exception):
    """Nobody knows where to transfer it."""


class NothingToSettle(Exception):
    """The cooperative is owed nothing, or owes; that is carried to the next month."""


class StillOpen(Exception):
    """There is a settlement that is neither paid nor withdrawn, or the month is settled already."""


class SamePerson(Exception):
    """Who proposes a settlement does not approve it."""


class RibChanged(Exception):
    """The cooperative has another RIB by now than the one that was proposed."""


class MoreThanOwed(Exception):
    """Something came back since it was proposed: less is owed by now."""

    def __init__(self, settlement: Settlement, owed: Decimal):
        super().__init__(f"{settlement.amount} of {owed}")
        self.settlement, self.owed = settlement, owed


EXPECTED = (NoRib, NothingToSettle, StillOpen, SamePerson, RibChanged, MoreThanOwed, IllegalMove)


@dataclass
class Outcome:
    """What was done at once for many: the settlements it was done to, and for each that was not, why."""

    done: list[Settlement] = field(default_factory=list)
    refused: list[tuple[Cooperative, Exception]] = field(default_factory=list)

    def __str__(self):
        return f"{len(self.done)} done, {len(self.refused)} refused"


@transaction.atomic
def propose(cooperative: Cooperative, month: Month, *, by, today: date | None = None) -> Settlement:
    """Write down what a cooperative is to be paid for all months up to this one.

    Raises:
        MonthNotOver, StillOpen, NothingToSettle, NoRib: see there.
    """
    if not month.is_over(today or timezone.localdate()):
        raise MonthNotOver(month)
    cooperative = settlements.take_turns(cooperative.pk)
    [owed] = balances(month, [cooperative])
    if owed.settlement or owed.open_settlement:
        raise StillOpen(cooperative)
    if not owed.payable:
        raise NothingToSettle(cooperative)
    if not is_rib(cooperative.rib):
        raise NoRib(cooperative)
    return settlements.open_settlement(cooperative, until=month.last, amount=owed.payable, by=by)


@transaction.atomic
def approve(settlement: Settlement, *, by) -> bool:
    """A second person has looked at amount and RIB. False when it is approved already.

    Raises:
        SamePerson, RibChanged: see there.
        IllegalMove: it is paid or withdrawn.
    """
    if settlement.proposed_by_id == by.pk:
        raise SamePerson(settlement)
    cooperative = settlements.take_turns(settlement.cooperative_id)
    if cooperative.rib != settlement.rib:
        raise RibChanged(settlement)
    return settlements.mark_approved(settlement, by=by)


@transaction.atomic
def pay(settlement: Settlement, *, reference: str, paid_on: date, by) -> bool:
    """The bank has transferred it. The cash that the cooperative took itself is netted with it. False when it is paid already.

    Raises:
        MoreThanOwed: nothing is written.
        IllegalMove: it is not approved.
    """
    cooperative = settlements.take_turns(settlement.cooperative_id)
    # Read again: who comes second finds it paid, and owed nothing for it any more.
    status = Settlement.objects.values_list("status", flat=True).get(pk=settlement.pk)
    [owed] = balances(Month.of(settlement.until), [cooperative])
    if status == SettlementStatus.APPROVED and settlement.amount > owed.payable:
        raise MoreThanOwed(settlement, owed.payable)
    if not settlements.mark_paid(settlement, reference=reference, paid_on=paid_on, by=by):
        return False
    netted = list(cash_counted_in(settlement))
    books.book_settled(settlement, netted=total(payment.amount for payment in netted), by=by)
    for payment in netted:
        hand_over(payment.part, actor=Actor.STAFF, by=by)
    return True


def cash_counted_in(settlement: Settlement):
    """The cash that the cooperative took itself, up to the day of the settlement, and that none before has netted."""
    taken = Payment.objects.filter(
        status=PaymentStatus.COLLECTED,
        part__cooperative=settlement.cooperative_id,
        part__shipment__courier=None,
        part__ledger_entries__act=books.Act.COLLECTED,
        part__ledger_entries__at__lt=Month.of(settlement.until).ends,
    )
    return taken.select_related("part").order_by("pk")


# -- A month at once --------------------------------------------------------------------------------------------------


def propose_all(month: Month, *, by, today: date | None = None) -> Outcome:
    """Propose what every cooperative is owed. Those that are owed nothing, or owe, are not named.

    Raises:
        MonthNotOver: nothing is written.
    """
    if not month.is_over(today or timezone.localdate()):
        raise MonthNotOver(month)
    return _each(
        [row for row in balances(month) if row.payable and not row.settlement],
        lambda row: propose(row.cooperative, month, by=by, today=today),
    )


def approve_all(month: Month, *, by, shown: Collection[int] | None = None) -> Outcome:
    """Approve all that are proposed for a month, or those of them that were `shown`."""

    def deed(row: Balance) -> Settlement | None:
        return row.settlement if row.settlement and approve(row.settlement, by=by) else None

    proposed = _with_status(month, SettlementStatus.PROPOSED)
    if shown is not None:
        proposed = [row for row in proposed if row.settlement and row.settlement.pk in shown]
    return _each(proposed, deed)


def to_pay(month: Month) -> list[Settlement]:
    return [row.settlement for row in _with_status(month, SettlementStatus.APPROVED) if row.settlement]


def pay_all(paid: Iterable[tuple[Settlement, str]], *, paid_on: date, by) -> Outcome:
    """Note each of these as transferred, with the bank's reference."""
    outcome = Outcome()
    for settlement, reference in paid:
        try:
            if pay(settlement, reference=reference, paid_on=paid_on, by=by):
                outcome.done.append(settlement)
        except EXPECTED as error:
            outcome.refused.append((settlement.cooperative, error))
    return outcome


def _with_status(month: Month, status: SettlementStatus) -> list[Balance]:
    return [row for row in balances(month) if row.settlement and row.settlement.status == status]


def _each(rows: list[Balance], deed) -> Outcome:
    """Each in a transaction of its own: one that is refused keeps no other back."""
    outcome = Outcome()
    for row in rows:
        try:
            if settlement := deed(row):
                outcome.done.append(settlement)
        except EXPECTED as error:
            outcome.refused.append((row.cooperative, error))
        except IntegrityError:  # somebody proposed it at this moment
            outcome.refused.append((row.cooperative, StillOpen(row.cooperative)))
    return outcome
