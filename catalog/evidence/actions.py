"""Documents are sent, and accepted or refused by staff; each decision is in Wagtail's log."""

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from ..cooperatives.models import Cooperative
from ..products.models import Product, ProductSale
from ..rules.lapse import look_again
from .errors import ForeignProduct
from .models import Evidence

ACCEPTED, REFUSED = "catalog.evidence_accepted", "catalog.evidence_refused"


@transaction.atomic
def send(
    cooperative: Cooperative, *, kind: str, number: str, file: ContentFile, by, product: Product | None = None, **dates
) -> Evidence:
    """Keep a document that waits for staff; `dates`: `issued_on` and `expires_on`, as far as it tells them.

    Raises:
        ForeignProduct: another cooperative sells the product.
    """
    if product and not ProductSale.objects.filter(product=product.pk, cooperative=cooperative).exists():
        raise ForeignProduct
    return Evidence.objects.create(
        cooperative=cooperative, product=product, kind=kind, number=number, file=file, uploaded_by=by, **dates
    )


@transaction.atomic
def accept(evidence: Evidence, *, by) -> bool:
    """From now on it counts; products that were off sale for want of it are back. False when it was decided before."""
    waiting = Evidence.objects.waiting().filter(pk=evidence.pk)
    if not waiting.update(
        outcome=Evidence.Outcome.ACCEPTED, decided_at=timezone.now(), decided_by=by, was_accepted=True
    ):
        return False
    log(instance=evidence, action=ACCEPTED, user=by)
    look_again(ProductSale.objects.filter(cooperative=evidence.cooperative_id))
    return True


@transaction.atomic
def refuse(evidence: Evidence, *, because: str, by) -> bool:
    """It does not count, or no longer: one that was accepted by mistake too. False when it was refused before."""
    before = Evidence.objects.filter(pk=evidence.pk).exclude(outcome=Evidence.Outcome.REFUSED)
    if not before.update(outcome=Evidence.Outcome.REFUSED, decided_at=timezone.now(), decided_by=by, note=because):
        return False
    log(instance=evidence, action=REFUSED, user=by, data={"reason": because})
    look_again(ProductSale.objects.filter(cooperative=evidence.cooperative_id))
    return True
