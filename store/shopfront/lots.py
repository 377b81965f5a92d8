"""What stands behind the code on a jar: where it comes from, and whether it is still good."""

from enum import Enum

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone

from catalog.products.models import ProductSale
from catalog.products.queries import cards
from catalog.stock.models import Lot

from ..recalls.models import Recall
from .views import public_page


class LotState(Enum):
    FINE = "fine"
    RECALLED = "recalled"
    NOT_SOLD = "not_sold"
    OVER = "over"


@public_page
def lot(request, cooperative: str, code: str):
    lot = _lot_at(cooperative, code)
    sale = ProductSale.objects.filter(product=lot.variant.product_id).select_related("product", "cooperative").first()
    if sale is None:
        raise Http404("nobody sells this product")
    [card] = cards([sale])
    context = {
        "lot": lot,
        "product": lot.variant.product,
        "card": card,
        "cooperative": lot.cooperative,
        "state": state_of(lot).value,
        "is_on_sale": ProductSale.objects.on_sale().filter(pk=sale.pk).exists() and bool(card.offers),
    }
    return render(request, "shopfront/lot.html", context)


def _lot_at(cooperative: str, code: str) -> Lot:
    """However its code is typed; of two that differ in that alone, the one that is written so."""
    named = Lot.objects.select_related("variant__product", "cooperative", "certificate", "photo").filter(
        cooperative__slug=cooperative, code__iexact=code.replace("\0", "")
    )
    lots = sorted(named[:10], key=lambda lot: lot.code != code)
    # What was never published has no jar that anybody bought.
    known = [lot for lot in lots if lot.variant.product.live or lot.variant.product.first_published_at]
    if not known:
        raise Http404("no lot has this code")
    return known[0]


def state_of(lot: Lot) -> LotState:
    """A recall counts until the lot is sold again."""
    recall = Recall.objects.filter(lot=lot).first()
    if recall and (recall.is_open or lot.blocked_at):
        return LotState.RECALLED
    if lot.blocked_at:
        return LotState.NOT_SOLD
    return LotState.FINE if lot.is_sellable(timezone.localdate()) else LotState.OVER
