"""What the pages about settling share: the month in their address, and what is told of the deeds."""

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin import messages

from catalog.money import format_money

from ..flows.month import Month
from ..flows.settle import MoreThanOwed, NoRib, Outcome, RibChanged, SamePerson, StillOpen
from ..statuses import IllegalMove, status_label


def month_named(text: str) -> Month:
    month = Month.named(text)
    if month is None:
        raise Http404("no month has this name")
    return month


def month_url(month: Month) -> str:
    return f"{reverse('statements:index')}?month={month}"


def worded(error: Exception) -> str:
    """Why a settlement was not done, for staff."""
    match error:
        case NoRib():
            return _("its RIB is missing: write it on the page of the cooperative.")
        case StillOpen():
            return _("another settlement is still open.")
        case SamePerson():
            return _("who proposed it does not approve it: it takes a second person.")
        case RibChanged():
            return _("its RIB was changed since: withdraw the settlement and propose it anew.")
        case MoreThanOwed():
            return _("only %(owed)s are owed by now: withdraw the settlement and propose it anew.") % {
                "owed": format_money(error.owed)
            }
        case IllegalMove():
            return _("it is “%(now)s” by now.") % {"now": status_label(error.now)}
        case _:
            return _("nothing is owed to it.")


def tell(request, outcome: Outcome, done: str) -> None:
    """Say what was done, and of each cooperative for which nothing was, why."""
    if outcome.done:
        messages.success(request, done)
    for cooperative, error in outcome.refused:
        messages.warning(request, f"{cooperative}: {worded(error)}")
    if not outcome.done and not outcome.refused:
        messages.warning(request, _("There was nothing to do: somebody did it already, or nothing is owed."))
