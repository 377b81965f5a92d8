"""The code of a lot whose cooperative gives it none of its own."""

from datetime import date
from itertools import count

from ..products.models import Variant
from .models import Lot

#: Characters of it that fit beside the day and a number.
LONGEST_SKU = 28


def free_code(variant: Variant, day: date) -> str:
    """`MT-250-261128`, then `MT-250-261128-2`, …: the first that its cooperative does not have yet.

    The size of the product and the day stand in it, so that whoever holds the jar can say both.
    """
    first = f"{variant.sku[:LONGEST_SKU]}-{day:%y%m%d}"
    mine = Lot.objects.filter(cooperative=variant.product.sale.cooperative_id, code__startswith=first)
    taken = set(mine.values_list("code", flat=True))
    return next(code for number in count(1) if (code := f"{first}-{number}" if number > 1 else first) not in taken)
