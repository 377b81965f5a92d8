"""Documents of cooperatives belong to who sells what they are about."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import F

from catalog.evidence.models import Evidence


def documents_are_of_the_seller(now: datetime) -> Iterator[str]:
    foreign = Evidence.objects.exclude(product=None).exclude(cooperative=F("product__sale__cooperative"))
    for pk, slug in foreign.values_list("pk", "cooperative__slug"):
        yield f"Document {pk} belongs to {slug}, which does not sell its product."


CHECKS = [documents_are_of_the_seller]
