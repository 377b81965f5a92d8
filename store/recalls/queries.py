"""What others ask of recalls."""

from catalog.stock.models import Lot

from .models import Recall


def is_recalled(lot: Lot) -> bool:
    """Whether people who have it are still being told."""
    return Recall.objects.filter(lot=lot.pk, closed_at=None).exists()
