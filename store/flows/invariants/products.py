"""Products: each cooperative shows its own pictures."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import F

from catalog.products.models import ProductPhoto


def photos_are_the_sellers(now: datetime) -> Iterator[str]:
    foreign = ProductPhoto.objects.exclude(image__cooperative=None).exclude(
        image__cooperative=F("product__sale__cooperative")
    )
    for photo, slug, owner in foreign.values_list("pk", "product__sale__slug", "image__cooperative__slug"):
        yield f"Photo {photo} of {slug} shows a picture of {owner}, which does not sell it."


CHECKS = [photos_are_the_sellers]
