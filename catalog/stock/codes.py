"""The codes of lots: of those whose cooperative gives them none of its own, and as somebody types them."""

import unicodedata
from collections.abc import Iterable
from datetime import date
from urllib.parse import unquote, urlsplit

from ..numbering import first_free
from ..products.models import Variant
from ..text_folding import western_digits
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
    return first_free(first, taken)


def lot_by_code(lots: Iterable[Lot], typed: str) -> Lot | None:
    """The one of these lots whose code somebody typed or scanned: the address of its page names it too.

    Case, spaces and the kind of digits do not count, unless two codes differ by nothing else.
    """
    code = _last_word(typed)
    alike = [lot for lot in lots if _plain(lot.code) == _plain(code)]
    exact = [lot for lot in alike if lot.code == code]
    return next(iter(exact or alike), None)


def _last_word(typed: str) -> str:
    """Of a web address, the last word of its path; anything else as it is."""
    if not typed.lower().startswith(("https://", "http://")):
        return typed
    try:
        words = [word for word in urlsplit(typed).path.split("/") if word]
    except ValueError:
        return typed
    return unquote(words[-1]) if words else typed


def _plain(code: str) -> str:
    return "".join(western_digits(unicodedata.normalize("NFKC", code)).casefold().split())
