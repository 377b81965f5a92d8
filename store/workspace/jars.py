"""Labels for the jars of a lot: the code that leads to its page, and what the law wants beside it."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from catalog.members.models import CooperativeMember

from ..payments.qr import picture_of
from ..permissions import Deed, lot_of
from .door import for_members
from .papers import paper

#: On a sheet of A4, three beside each other: 70 × 37 mm, as such sheets are sold.
ON_A_SHEET = 24


@for_members(Deed.KEEP_STOCK)
def jar_labels(request, member: CooperativeMember, pk: int):
    """A sheet of the same label. The code opens the lot's page in the language of most buyers; there they choose theirs."""
    lot = lot_of(member, pk)
    with translation.override(settings.LANGUAGE_CODE):
        page, size = reverse("lot", args=[lot.cooperative.slug, lot.code]), lot.variant.size_label
    context = {"lot": lot, "size": size, "qr": picture_of(f"{settings.SITE_URL}{page}"), "labels": range(ON_A_SHEET)}
    return paper(request, "workspace/papers/jars.html", context, name=f"pots-{lot.code}"[:80])
