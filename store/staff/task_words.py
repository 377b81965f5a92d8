"""What is to be done about each kind of money to look at, in words."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ..flows.cards.queue import goes_to_card
from ..payments.bank import MoneyTask, TaskKind
from ..payments.cards import Dispute, DisputeStatus
from ..payments.methods import CARDS


def advice_on(task: MoneyTask) -> str:
    """Empty where the task is done, or where its buttons say enough."""
    if not task.is_open:
        return ""
    match task.kind:
        case TaskKind.HELD:
            return _(
                "Another amount came than was asked for. It is not in the books and the order waits. Give it back to the "
                "card in the provider’s back office, then say so here; the buyer can pay anew."
            )
        case TaskKind.TAKEN_BACK:
            return _(
                "Somebody gave money back in the provider’s back office, and no refund here asked for it. Say who bears "
                "it, or for which part the buyer was owed it."
            )
        case TaskKind.DISPUTE if task.dispute:
            return _on_dispute(task.dispute)
        case TaskKind.REFUND_FAILED if task.part_id:
            return _(
                "The bank of the card did not take it. Ask the buyer for a bank account, then pay the part back by transfer."
            )
        case TaskKind.REFUND_FAILED:
            return _(
                "The bank of the card did not take it. Ask the buyer for a bank account, transfer it there, then write it "
                "down here."
            )
    return _on_surplus_of_a_card(task) if task.is_surplus and task.attempt else ""


def _on_surplus_of_a_card(task: MoneyTask) -> str:
    if goes_to_card(task):
        return _("It goes back to the card by itself. There is nothing to do.")
    if task.attempt and not CARDS[task.attempt.provider].refunds_itself:
        return _("Give it back to the card in the provider’s back office, then note its reference here.")
    if task.kind == TaskKind.TOO_LITTLE:
        return _("It waits for the rest of what the order costs; if the rest does not come, it goes back by itself.")
    return _("It cannot go back to the card. Ask the buyer for a bank account and transfer it there.")


def _on_dispute(dispute: Dispute) -> str:
    if dispute.status == DisputeStatus.WON:
        return _("The bank decided for us. The money comes back by itself, and this ends with it.")
    if dispute.status == DisputeStatus.LOST:
        return _("The bank decided for the buyer. Say who bears it.")
    told = _("Answer in the provider’s back office, with the proof of delivery and what the buyer wrote.")
    if dispute.answer_by:
        until = _("The bank waits for it until %(day)s.") % {"day": date_format(dispute.answer_by, "DATE_FORMAT")}
        told = f"{told} {until}"
    return told
