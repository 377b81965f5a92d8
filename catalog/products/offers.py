"""The sizes and prices of a product, and whether it is offered at all. These count at once, and are written in Wagtail's log."""

from collections.abc import Iterable
from decimal import Decimal
from functools import partial

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from ..log import log_edits
from ..media.share_tasks import draw_product
from ..money import dirhams
from ..numbering import first_free
from .models import Product, ProductSale, Variant


class SizeTaken(Exception):
    """There is such a size of this product already."""


class PriceMoved(Exception):
    """Somebody else has changed the price since it was read. Nothing is written."""


@transaction.atomic
def add_size(product: Product, *, size: int, unit: str, price: Decimal, by) -> Variant:
    """Raises SizeTaken: it has this size, on sale or retired."""
    Product.objects.select_for_update().get(pk=product.pk)
    if product.variants.filter(size=size, unit=unit).exists():
        raise SizeTaken
    variant = Variant.objects.create(
        product=product, sku=free_sku(product.sale.slug, size, unit), size=size, unit=unit, price=price
    )
    log(instance=variant, action="wagtail.create", user=by)
    return variant


def free_sku(slug: str, size: int, unit: str) -> str:
    """`MIEL-DE-THYM-250`: a reference that no other size has, so short that a lot's code fits behind it."""
    base = f"{slug[:16].strip('-').upper()}-{size}{'' if unit == 'g' else unit[:2].upper()}"
    taken = set(Variant.objects.filter(sku__startswith=base).values_list("sku", flat=True))
    return first_free(base, taken)


@transaction.atomic
def set_price(variant: Variant, price: Decimal, *, seen: Decimal, by) -> None:
    """The price from now on; what was ordered keeps its own.

    Raises:
        PriceMoved: it is no longer what was `seen`.
    """
    price = dirhams(price)
    if not Variant.objects.filter(pk=variant.pk, price=seen).update(price=price):
        raise PriceMoved
    if price == seen:
        return
    variant.refresh_from_db()
    variant.save()  # what is drawn and searched of it follows a saved row
    log(instance=variant, action="wagtail.edit", user=by, data={"price": [str(seen), str(price)]})


@transaction.atomic
def set_prices(prices: Iterable[tuple[Variant, Decimal]], *, by) -> None:
    """Many at once, as `set_price` does each; the rows tell the prices that were seen.

    Raises:
        PriceMoved: one of them is no longer what was seen. Nothing is written then.
    """
    prices = [(variant, dirhams(price)) for variant, price in prices]
    for variant, price in prices:
        if not Variant.objects.filter(pk=variant.pk, price=variant.price).update(price=price):
            raise PriceMoved
    log_edits([(variant, {"price": [str(variant.price), str(price)]}) for variant, price in prices], by=by)
    for product_id in {variant.product_id for variant, _price in prices}:
        transaction.on_commit(partial(draw_product.enqueue, product_id), robust=True)


@transaction.atomic
def set_active(variant: Variant, is_active: bool, *, by) -> None:
    """Offer a size, or retire it: its lots and orders stay."""
    if Variant.objects.filter(pk=variant.pk, is_active=not is_active).update(is_active=is_active):
        variant.refresh_from_db()
        variant.save()
        log(instance=variant, action="wagtail.edit", user=by, data={"is_active": is_active})


@transaction.atomic
def withdraw(sale: ProductSale, *, by) -> None:
    """Off the shelf at once; its page is gone, what was ordered goes on."""
    if ProductSale.objects.filter(pk=sale.pk, withdrawn_at=None).update(withdrawn_at=timezone.now()):
        log(instance=sale, action="wagtail.edit", user=by, data={"withdrawn": True})


@transaction.atomic
def put_back(sale: ProductSale, *, by) -> None:
    if ProductSale.objects.filter(pk=sale.pk, withdrawn_at__isnull=False).update(withdrawn_at=None):
        log(instance=sale, action="wagtail.edit", user=by, data={"withdrawn": False})
