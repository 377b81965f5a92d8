"""A recall as members and staff see it, those who are to be called first, and what is done there."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.stock.models import Lot

from ..orders.models import CooperativeOrder
from ..recalls.forms import ContactForm
from ..recalls.models import ContactOutcome, Recall
from .recall import Moved, close_recall, move_holds, tell
from .recalled import Concerned, Reach, concerned, parts_with, reach_of

PER_PAGE = 30


@dataclass(frozen=True)
class Row:
    """A part, and what is said to its buyer by WhatsApp."""

    concerned: Concerned
    words: str


@dataclass(frozen=True)
class RecallPage:
    recall: Recall
    reach: Reach
    page: Page
    rows: list[Row]

    @property
    def to_tell(self) -> list[CooperativeOrder]:
        """Parts whose buyers have something of the lot; of no others are telephones shown."""
        return [row.concerned.part for row in self.rows if row.concerned.units.out]


@dataclass(frozen=True)
class Told:
    """What came of a press of a button, in words."""

    words: str
    is_done: bool = True


def page_of(recall: Recall, lot: Lot, number: str) -> RecallPage:
    """Six queries, however many orders there are."""
    units = parts_with([lot])[lot.pk]
    reach = reach_of(recall, units)
    page = Paginator(reach.parts, PER_PAGE).get_page(number.replace("\0", ""))
    rows = concerned(recall, units, list(page.object_list))
    return RecallPage(recall, reach, page, [Row(row, words_for(row, lot)) for row in rows])


def words_for(row: Concerned, lot: Lot) -> str:
    """In the language in which the buyer ordered."""
    order = row.part.order
    with translation.override(order.language):
        return _(
            "Hello %(name)s, this is %(cooperative)s. In your order %(number)s there is %(product)s of lot %(code)s. Something "
            "may be wrong with it: please do not use it and keep it aside. Answer here, and we settle it with you."
        ) % {
            "name": order.name,
            "cooperative": row.part.cooperative.name,
            "number": order.number,
            "product": lot.variant,
            "code": lot.code,
        }


def act(recall: Recall, sent, *, by) -> Told | None:
    """Do what the button says that was `sent`; None where it only asks for the telephones.

    Raises:
        RecallClosed: nothing was changed.
    """
    if "close" in sent:
        close_recall(recall, by=by)
        return Told(_("The recall is closed. Telephones are hidden again."))
    if "move" in sent:
        return Told(told_of(move_holds(recall.lot)))
    return _note(recall, ContactForm(sent), by=by) if "outcome" in sent else None


def _note(recall: Recall, form: ContactForm, *, by) -> Told:
    if not form.is_valid() or form.cleaned_data["part"] not in parts_with([recall.lot])[recall.lot_id]:
        return Told(_("Nothing was changed: the note is too long or the button is not known."), is_done=False)
    answers = form.cleaned_data
    part = CooperativeOrder.objects.get(pk=answers["part"])
    outcome, note = ContactOutcome(answers["outcome"]), answers["note"]
    if tell(recall, part, outcome, note=note, seen=answers["seen"], by=by):
        return Told(_("Written down."))
    return Told(_("Somebody wrote something down meanwhile. Look once more."), is_done=False)


def told_of(moved: Moved) -> str:
    """What became of the orders that waited for units of the lot."""
    if not (moved.moved or moved.stuck):
        return _("No order waits for this lot.")
    went_on = ngettext(
        "%(count)s order is sent from another lot.", "%(count)s orders are sent from other lots.", moved.moved
    )
    stuck = ngettext(
        "For %(count)s order no other lot has enough: say there what can be sent.",
        "For %(count)s orders no other lot has enough: say there what can be sent.",
        moved.stuck,
    )
    told = [(went_on, moved.moved), (stuck, moved.stuck)]
    return " ".join(words % {"count": count} for words, count in told if count)
