"""A dozen orders of invented people, one in each status and some split between both cooperatives."""

from datetime import datetime, timedelta

from django.utils import timezone

from catalog.products.models import Variant
from cms.models import terms_in_force

from ..cart import actions as carts
from ..cart.models import Cart
from ..delivery.models import Commune, Courier
from ..flows.cancel_part import cancel_part
from ..flows.fulfil_part import VERBS, ship_part
from ..flows.place_order import place_order
from ..flows.summary import summarize
from ..orders.actions import Contact
from ..orders.models import Order
from ..orders.reasons import CancelReason
from ..payments.methods import CASH, PaymentMethod
from ..statuses import Actor, PartStatus
from .content import read

_ON_THE_WAY = [PartStatus.CONFIRMED, PartStatus.PACKED, PartStatus.SHIPPED]
_THERE = [*_ON_THE_WAY, PartStatus.DELIVERED]
#: For each order: its lines, the moves of its first part and those of its second, and how many hours ago it was placed.
ORDERS = [
    ([("huile-lavande", 1), ("miel-thym", 1)], [], [], 2),
    ([("miel-oranger", 2)], [], [], 5),
    ([("verveine", 2), ("camomille", 1)], [PartStatus.CONFIRMED], [], 20),
    ([("huile-romarin", 1), ("miel-multifloral", 1)], [PartStatus.CONFIRMED], [PartStatus.CONFIRMED], 26),
    ([("miel-jujubier", 1)], [PartStatus.CONFIRMED, PartStatus.PACKED], [], 40),
    ([("eau-de-rose", 2), ("pate-a-tartiner", 1)], _ON_THE_WAY, [PartStatus.CONFIRMED, PartStatus.PACKED], 52),
    ([("coffret-huiles", 1)], _ON_THE_WAY, [], 75),
    ([("miel-thym", 2)], _ON_THE_WAY, [], 120),
    ([("eau-fleur-oranger", 2), ("miel-eucalyptus", 1)], _THERE, _THERE, 190),
    ([("huile-nigelle", 1)], [*_ON_THE_WAY, PartStatus.RETURNED], [], 210),
    ([("pollen", 1)], [PartStatus.CANCELED], [], 230),
    ([("huile-thym", 1), ("bougies", 1)], [PartStatus.CANCELED], _THERE, 260),
]  # fmt: skip


def load_orders() -> list[Order]:
    return [_load_order(person, *order) for person, order in zip(read("people")["person"], ORDERS, strict=True)]


def place(
    person: dict,
    lines: list[tuple[str, int]],
    *,
    at: datetime,
    method: PaymentMethod = CASH,
    voucher=None,
    delivery=None,
) -> Order:
    """This person orders so many of the smallest size of these products. `delivery` is by cooperative."""
    cart = Cart.objects.create(voucher=voucher)
    for slug, quantity in lines:
        variants = Variant.objects.filter(product__sale__slug=slug, lots__on_hand__gte=quantity).order_by("size")
        carts.add(cart, variants[0], quantity)
    fields = ("name", "phone", "email", "language", "street", "landmark", "note")
    commune = Commune.objects.select_related("province").get(code=person["commune_code"])
    contact = Contact(**{field: person[field] for field in fields}, commune=commune)
    delivery = delivery or {}
    return place_order(
        cart=cart,
        contact=contact,
        delivery=delivery,
        payment_method=method,
        accepted=summarize(cart, commune=commune, methods=delivery, phone=contact.phone, now=at).accepted(),
        terms_revision=terms_in_force(),
        now=at,
    )


def _load_order(person: dict, lines, first_moves, second_moves, hours_ago: int) -> Order:
    order = place(person, lines, at=timezone.now() - timedelta(hours=hours_ago))
    for part, moves in zip(order.parts.order_by("pk"), [first_moves, second_moves], strict=False):
        for status in moves:
            if status == PartStatus.CANCELED:
                cancel_part(part, reason=CancelReason.UNREACHABLE, actor=Actor.STAFF)
            elif status == PartStatus.SHIPPED:
                ship_part(part, actor=Actor.STAFF, courier=Courier.objects.order_by("pk").first())
            else:
                VERBS[status](part, actor=Actor.STAFF)
    return order
