"""What is to be done today, in the order in which it is done."""

from dataclasses import dataclass

from django.contrib.auth.views import redirect_to_login
from django.db.models import Exists, OuterRef, QuerySet
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.members.models import CooperativeMember
from catalog.members.queries import memberships_of
from catalog.products.models import ProductSale
from catalog.reviews.queries import were_sent_back
from catalog.stock.queries import expiring, low_stock

from ..flows.month import Month
from ..flows.recalled import reaches_of
from ..ledger.queries import owed_to_cooperative
from ..orders.models import CooperativeOrder
from ..payments.models import Payment
from ..permissions import Deed, lots_of, may, may_work_from_here, open_recalls_of, parts_of, products_of, variants_of
from ..settlements.models import OPEN, Settlement
from ..statuses import PartStatus, PaymentStatus
from .door import for_members

#: Cards of one stage on the page; the oldest come first, and the others after them.
MOST_CARDS = 30
#: Sizes and lots that are named before “and so many more”.
MOST_NEWS = 5


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


#: Statuses whose orders are prepared.
PREPARED = (PartStatus.PLACED, PartStatus.CONFIRMED)


@dataclass(frozen=True)
class Act:
    """One of the five big things that are done here; its word is also what a browser's voice says."""

    word: Promise
    icon: str
    url: str
    #: How much of it waits.
    count: int = 0


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
        "acts": _acts(member, stages),
        "stages": stages,
        **_recall_news(member),
        **_page_news(member),
        **_shelf_news(member),
        **_money_news(member),
        "waiting_for_money": parts.filter(_is_awaited(), status=PartStatus.PLACED).count(),
    }
    return render(request, "workspace/today.html", context)


@for_members(Deed.SEE_ORDERS)
def more(request, member: CooperativeMember):
    """What is not done every day, for those who may."""
    return render(request, "workspace/more.html", {"page": "more"})


def _acts(member: CooperativeMember, stages: list[StageShown]) -> list[Act]:
    """Those of the five that somebody may."""
    here = member.cooperative.slug
    to_prepare = [shown for shown in stages if shown.stage.status in PREPARED]
    to_hand_over = [shown for shown in stages if shown.stage.status == PartStatus.PACKED]
    acts = []
    if to_prepare:
        acts.append(_act_on(to_prepare, _("Prepare the orders"), "parcel"))
    if to_hand_over:
        acts.append(_act_on(to_hand_over, pgettext_lazy("parcel", "Hand over"), "truck"))
    if may(member, Deed.KEEP_STOCK):
        acts += [
            Act(_("Put on the shelf"), "jar", reverse("workspace_new_lot", args=[here])),
            Act(_("Count the stock"), "tally", reverse("workspace_stock", args=[here])),
        ]
    if may(member, Deed.SEE_BOOKS):
        acts.append(Act(_("See the money"), "cash", reverse("workspace_this_month", args=[here])))
    return acts


def _act_on(stages: list[StageShown], word: Promise, icon: str) -> Act:
    """What leads to the first of these stages in which something waits."""
    first = next((shown for shown in stages if shown.count), stages[0])
    return Act(word, icon, f"#{first.stage.status}", sum(shown.count for shown in stages))


def _recall_news(member: CooperativeMember) -> dict:
    """What is called back, with how many are still to be told: it comes before everything else."""
    if not may(member, Deed.RECALL):
        return {}
    recalls = list(open_recalls_of(member))
    reach = reaches_of(recalls) if recalls else {}
    return {"recalls": [(recall, len(reach[recall.pk].to_reach)) for recall in recalls]}


def _page_news(member: CooperativeMember) -> dict:
    """Pages of products that a reviewer sent back."""
    return {"sent_back": were_sent_back(products_of(member))} if may(member, Deed.WRITE_PRODUCTS) else {}


def _shelf_news(member: CooperativeMember) -> dict:
    """Sizes of which few are free, and lots whose date comes; the first few, and how many more."""
    if not may(member, Deed.KEEP_STOCK):
        return {}
    on_sale = variants_of(member).filter(is_active=True, product__sale__in=ProductSale.objects.on_sale())
    low = low_stock(on_sale, now=timezone.now())
    soon = list(expiring(lots_of(member), today=timezone.localdate()).filter(blocked_at=None).first_expiring_first())
    return {
        "low": low[:MOST_NEWS],
        "more_low": len(low[MOST_NEWS:]),
        "soon": soon[:MOST_NEWS],
        "more_soon": len(soon[MOST_NEWS:]),
    }


def _money_news(member: CooperativeMember) -> dict:
    """What the cooperative is owed by its books, and what of it is on its way."""
    if not may(member, Deed.SEE_BOOKS):
        return {}
    settlement = Settlement.objects.filter(cooperative=member.cooperative_id, status__in=OPEN).order_by("until").first()
    return {
        "shows_money": True,
        "owed": owed_to_cooperative(member.cooperative_id),
        "settlement": settlement,
        "next_on": Month.of(timezone.localdate()).last,
    }


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
