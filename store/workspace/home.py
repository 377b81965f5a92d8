"""What is to be done today, in the order in which it is done."""

from dataclasses import dataclass

from django.contrib.auth.views import redirect_to_login
from django.db.models import Exists, OuterRef, QuerySet
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.members.models import CooperativeMember
from catalog.members.queries import memberships_of

from ..orders.models import CooperativeOrder
from ..payments.models import Payment
from ..permissions import Deed, may, may_work_from_here, parts_of
from ..statuses import PartStatus, PaymentStatus
from .door import for_members

#: Cards of one stage on the page; the oldest come first, and the others after them.
MOST_CARDS = 30


@dataclass(frozen=True)
class Stage:
    """Orders that wait for the same thing."""

    status: PartStatus
    title: Promise
    icon: str
    deed: Deed
    nothing: Promise


STAGES = [
    Stage(PartStatus.PLACED, _("To confirm"), "phone", Deed.CONFIRM, _("No order waits for a call.")),
    Stage(PartStatus.CONFIRMED, _("To pack"), "parcel", Deed.PACK, _("Nothing is to be packed.")),
    Stage(
        PartStatus.PACKED,
        pgettext_lazy("parcel", "To hand over"),
        "truck",
        Deed.HAND_OVER,
        _("No parcel waits for the courier."),
    ),
    Stage(PartStatus.SHIPPED, _("On their way"), "clock", Deed.HAND_OVER, _("No parcel is on its way.")),
]


@dataclass(frozen=True)
class StageShown:
    stage: Stage
    parts: list[CooperativeOrder]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.parts)


@never_cache
@require_safe
def door(request):
    """The one cooperative that somebody works for, or the list of them."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.path, reverse("workspace_log_in"))
    memberships = [each for each in memberships_of(request.user) if may_work_from_here(request, each)]
    if len(memberships) == 1:
        return redirect("workspace_today", memberships[0].cooperative.slug)
    return render(request, "workspace/choose.html", {"memberships": memberships})


@for_members(Deed.SEE_ORDERS)
def today(request, member: CooperativeMember):
    parts = parts_of(member)
    stages = [_shown(stage, parts) for stage in STAGES if may(member, stage.deed)]
    context = {
        "page": "today",
        "stages": stages,
        "waiting_for_money": parts.filter(_is_awaited(), status=PartStatus.PLACED).count(),
    }
    return render(request, "workspace/today.html", context)


@for_members(Deed.SEE_ORDERS)
def more(request, member: CooperativeMember):
    """What is not done every day, for those who may."""
    return render(request, "workspace/more.html", {"page": "more"})


def _shown(stage: Stage, parts: QuerySet[CooperativeOrder]) -> StageShown:
    waiting = parts.filter(~_is_awaited(), status=stage.status)
    shown = waiting.select_related("order__commune").prefetch_related("lines", "calls")
    oldest = list(shown.order_by("order__placed_at", "pk")[:MOST_CARDS])
    count = len(oldest) if len(oldest) < MOST_CARDS else waiting.count()
    return StageShown(stage, oldest, count)


def _is_awaited() -> Exists:
    """Paid in advance, and the money has not come: nothing is to be done yet."""
    whole = Payment.objects.filter(order=OuterRef("order"), part=None, status=PaymentStatus.EXPECTED)
    return Exists(whole)
