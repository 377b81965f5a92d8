from datetime import date
from decimal import Decimal

from catalog.cooperatives.models import Cooperative

from ..statuses import Actor, SettlementStatus, first_status, move
from .models import Settlement

STAFF = Actor.STAFF


def take_turns(cooperative_id: int) -> Cooperative:
    """Until this transaction ends nobody else settles with this cooperative. Orders for it may still be placed."""
    return Cooperative.objects.select_for_update(no_key=True).get(pk=cooperative_id)


def open_settlement(cooperative: Cooperative, *, until: date, amount: Decimal, by) -> Settlement:
    settlement = Settlement.objects.create(
        cooperative=cooperative, until=until, amount=amount, rib=cooperative.rib, proposed_by=by
    )
    first_status(settlement, actor=STAFF, by=by)
    return settlement


def mark_approved(settlement: Settlement, *, by) -> bool:
    """False when it is already; raises IllegalMove when it is not proposed any more."""
    Settlement.objects.filter(pk=settlement.pk, status=SettlementStatus.PROPOSED).update(approved_by=by)
    is_new = move(settlement, SettlementStatus.APPROVED, actor=STAFF, by=by)
    settlement.refresh_from_db(fields=["approved_by"])
    return is_new


def mark_paid(settlement: Settlement, *, reference: str, paid_on: date, by) -> bool:
    """False when it is already; raises IllegalMove when it is not approved."""
    open_one = Settlement.objects.filter(pk=settlement.pk, status=SettlementStatus.APPROVED)
    open_one.update(bank_reference=reference, paid_on=paid_on)
    is_new = move(settlement, SettlementStatus.PAID, actor=STAFF, by=by, because=reference)
    settlement.refresh_from_db(fields=["bank_reference", "paid_on"])
    return is_new


def withdraw(settlement: Settlement, *, by, because: str) -> bool:
    """It will not be paid; what was owed stays owed. Raises IllegalMove when it is paid."""
    return move(settlement, SettlementStatus.WITHDRAWN, actor=STAFF, by=by, because=because)
