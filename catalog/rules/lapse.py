"""Products whose evidence expired go off sale after a time of grace, and come back by themselves when it is renewed.

What was on sale before there were rules, and never had the evidence, stays on sale: only what expired counts.
"""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from wagtail.log_actions import log

from ..evidence.models import Evidence, EvidenceKind
from ..products.models import ProductSale
from .models import Requirement

LAPSED, RENEWED = "catalog.sale_lapsed", "catalog.sale_renewed"


def look_again(sales: QuerySet[ProductSale] | None = None, *, now: datetime | None = None) -> int:
    """Take off sale what lacks its evidence by now, put back what has it again; returns how many changed.

    Two reads as a rule; writes only what differs, each with its line in the log.
    """
    now = now or timezone.now()
    sales = ProductSale.objects.all() if sales is None else sales
    is_lapsed = Exists(_expired_needs(timezone.localdate(now)))
    newly = list(sales.filter(is_lapsed, lapsed_at=None))
    renewed = list(sales.filter(~is_lapsed, lapsed_at__isnull=False))
    changed = 0
    for sale in newly:
        changed += _mark(sale, lapsed_at=now, was=None, action=LAPSED)
    for sale in renewed:
        changed += _mark(sale, lapsed_at=None, was=sale.lapsed_at, action=RENEWED)
    return changed


def off_sale_on(evidence: Evidence) -> date | None:
    """The day on which what needs this document goes off sale, if no other comes."""
    return evidence.expires_on and evidence.expires_on + timedelta(days=settings.EVIDENCE_GRACE_DAYS + 1)


def sales_needing(evidence: Evidence) -> QuerySet[ProductSale]:
    """What its cooperative has on sale that a rule asks this document of."""
    uses = Requirement.objects.filter(need=evidence.kind).values("use")
    sales = ProductSale.objects.on_sale().filter(cooperative=evidence.cooperative_id, use__in=uses).order_by("pk")
    return sales.filter(product=evidence.product_id) if evidence.product_id else sales


@transaction.atomic
def _mark(sale: ProductSale, *, lapsed_at: datetime | None, was: datetime | None, action: str) -> bool:
    if not ProductSale.objects.filter(pk=sale.pk, lapsed_at=was).update(lapsed_at=lapsed_at):
        return False  # another tick was faster
    log(instance=sale, action=action)
    return True


def _expired_needs(today: date) -> QuerySet[Requirement]:
    """Of a sale: what is asked of it, was there, and is past its day and the time of grace, or was found not to count."""
    last_day = today - timedelta(days=settings.EVIDENCE_GRACE_DAYS)
    its_own = Evidence.objects.filter(
        Q(outcome=Evidence.Outcome.ACCEPTED) | Q(outcome=Evidence.Outcome.REFUSED, was_accepted=True),
        Q(product=None) | Q(product=OuterRef(OuterRef("product"))),
        cooperative=OuterRef(OuterRef("cooperative")),
        kind=OuterRef("need"),
    )
    return Requirement.objects.filter(
        Exists(its_own.filter(Q(expires_on__lt=last_day) | Q(outcome=Evidence.Outcome.REFUSED))),
        ~Exists(its_own.good_on(last_day)),
        use=OuterRef("use"),
        need__in=EvidenceKind.values,
    )
