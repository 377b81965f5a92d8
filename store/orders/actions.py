import hashlib
import json
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import F

from catalog.cooperatives.models import Cooperative
from catalog.money import ZERO, to_centimes, total
from catalog.products.models import Variant
from catalog.stock.models import Reservation

from ..statuses import Actor, first_status
from .errors import NotWithBuyer
from .lots import LineLot
from .models import CooperativeOrder, LineChange, Order, OrderLine
from .reasons import ChangeReason
from .shares import shares_of

if TYPE_CHECKING:
    from ..delivery.models import Commune


@dataclass(frozen=True)
class Contact:
    """Who buys and where it goes; the fields are those of `Order`."""

    name: str
    phone: str
    language: str
    email: str = ""
    street: str = ""
    landmark: str = ""
    commune: "Commune | None" = None
    postcode: str = ""
    note: str = ""


@dataclass(frozen=True)
class NewLine:
    """What is to be written on a line. Dirhams for all units; `tax` and `commission` are parts of the amount."""

    variant: Variant
    quantity: int
    amount: Decimal
    discount: Decimal = ZERO
    tax: Decimal = ZERO
    commission: Decimal = ZERO


def take_turns(phone) -> None:
    """Until this transaction ends, nobody else places an order with this telephone number.

    Orders are counted per number, and there may be no row yet that could be locked. SQLite writes one after the other.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"phone:{phone}"])


def open_order(*, contact: Contact, checkout_key: str, placed_at: datetime, terms_revision=None) -> Order:
    """An order without parts yet; `close_order` writes its total."""
    return Order.objects.create(
        number=_free_number(), checkout_key=checkout_key, total=ZERO, placed_at=placed_at, terms_revision=terms_revision,
        terms_accepted_at=placed_at if terms_revision else None, **vars(contact),
    )  # fmt: skip


def add_part(
    order: Order,
    cooperative: Cooperative,
    lines: Iterable[NewLine],
    *,
    delivery,
    confirm_by: datetime,
    discount_bearer: str = "",
) -> CooperativeOrder:
    """One cooperative's part; `delivery` is a quote, `discount_bearer` goes without what its lines are cheaper."""
    part, placed = draft_part(order, cooperative, lines, delivery=delivery, discount_bearer=discount_bearer)
    part.confirm_by = confirm_by
    part.save()
    for line in placed:
        line.part = part
        line.save()
    first_status(part, actor=Actor.BUYER)
    return part


def draft_part(
    order: Order, cooperative: Cooperative, lines: Iterable[NewLine], *, delivery, discount_bearer: str = ""
) -> tuple[CooperativeOrder, list[OrderLine]]:
    """A part and its lines as they will be placed, with all amounts; nothing is written yet."""
    lines = list(lines)
    goods, discount = total(line.amount for line in lines), total(line.discount for line in lines)
    part = CooperativeOrder(
        order=order,
        cooperative=cooperative,
        seller=f"{cooperative.legal_name} · {cooperative.registration} · {cooperative.seat}",
        delivery_method=delivery.method,
        delivery_price=delivery.price,
        delivery_days_min=delivery.days_min,
        delivery_days_max=delivery.days_max,
        goods_total=goods,
        discount=discount,
        discount_bearer=discount_bearer if discount else "",
        total=goods + delivery.price - discount,
    )
    placed = [_line(part, line) for line in lines]
    part.placed_digest = digest(part, placed)
    return part, placed


def close_order(order: Order, parts: Iterable[CooperativeOrder]) -> None:
    order.total = total(part.total for part in parts)
    order.save(update_fields=["total"])


def write_lots(part: CooperativeOrder, kept: Mapping[str, Iterable[Reservation]]) -> None:
    """What lies in the parcel of a part: the lots that its lines' units are kept in, by holder. Written anew each time.

    Whoever calls has locked the part.
    """
    forget_lots(part)
    lying = Counter[tuple[int, int]]()
    for line in part.lines.all():
        for reservation in kept.get(line.holder, ()):
            lying[line.pk, reservation.lot_id] += reservation.quantity
    LineLot.objects.bulk_create(
        LineLot(line_id=line, lot_id=lot, quantity=units) for (line, lot), units in lying.items()
    )


def forget_lots(part: CooperativeOrder) -> None:
    """Nothing lies in a parcel any more: the part was canceled before it left."""
    LineLot.objects.filter(line__part=part).delete()


def take_back_rest(line: OrderLine, *, actor: Actor, by=None, because: str = "") -> LineChange | None:
    """All units of a line that are still with the buyer came back; None if there are none."""
    units = units_with_buyer(line)
    return take_back(line, units, actor=actor, by=by, because=because) if units else None


def take_back(
    line: OrderLine, units: int, *, actor: Actor, by=None, because: str = "", key: str | None = None
) -> LineChange:
    """So many units of a line came back: there is less of it by their shares of what was paid.

    Whoever calls has locked the part, so that nobody else counts the same units.

    Raises:
        NotWithBuyer: fewer units are with the buyer.
    """
    before = units_less(line)
    if not 1 <= units <= line.quantity - before:
        raise NotWithBuyer(line, units, line.quantity - before)
    shares = shares_of(line, units, after=before)
    return LineChange.objects.create(
        line=line, quantity=units, reason=ChangeReason.RETURNED, because=because, actor=actor, by=by, key=key,
        **vars(shares),
    )  # fmt: skip


def write_missing(line: OrderLine, units: int, *, actor: Actor, by=None, because: str = "") -> LineChange:
    """So many units of a line cannot be sent: the buyer need not pay their share. Nothing of it has left yet.

    Whoever calls has locked the line's part as it is now. That only so many are sent is written once.
    """
    sent, shares = line.units - units, shares_of(line, units, after=line.missing)
    change = LineChange.objects.create(
        line=line, quantity=units, reason=ChangeReason.MISSING, because=because, actor=actor, by=by,
        key=f"missing:{line.pk}:{sent}", **vars(shares),
    )  # fmt: skip
    OrderLine.objects.filter(pk=line.pk).update(missing=F("missing") + units)
    line.missing += units
    line.part.reduced_by += shares.paid
    line.part.save(update_fields=["reduced_by"])
    return change


def read_again(part: CooperativeOrder) -> None:
    """What it costs now: some of it may be missing since it was fetched."""
    part.refresh_from_db(fields=["reduced_by"])


def units_less(line: OrderLine) -> int:
    """What is missing or came back."""
    return sum(change.quantity for change in line.changes.all())


def units_with_buyer(line: OrderLine) -> int:
    """Of a line that was delivered, what has not come back."""
    return line.quantity - units_less(line)


#: What the fingerprint of a part is made of.
DIGESTED_OF_PART = (
    "seller", "delivery_method", "delivery_price", "goods_total", "total", "discount", "discount_bearer",
)  # fmt: skip
DIGESTED_OF_LINE = ("sku", "name_fr", "size", "unit", "quantity", "unit_price", "discount", "tax", "commission")
AMOUNTS = {"delivery_price", "goods_total", "total", "unit_price", "discount", "tax", "commission"}


def digest(part, lines: Iterable) -> str:
    """A fingerprint of what was placed: goods, prices, seller and delivery. It must never change.

    `part` and `lines` are rows, or anything with the columns that are digested.
    """
    placed = [
        *_of_part(part),
        *sorted(_of_line(line) for line in lines),
    ]
    return hashlib.sha256(json.dumps(placed, ensure_ascii=False).encode()).hexdigest()


def _of_part(part) -> list[str | int]:
    """No discount, and nobody who bears it, is left out, as on parts that were placed before there were any."""
    values = _texts_and_numbers(part, DIGESTED_OF_PART)
    discount = DIGESTED_OF_PART.index("discount")
    return values if values[discount] else values[:discount]


def _of_line(line) -> list[str | int]:
    """Shares of zero at the end are left out, as on lines that were placed before there were any."""
    values = _texts_and_numbers(line, DIGESTED_OF_LINE)
    shares = DIGESTED_OF_LINE.index("discount")
    return values if any(values[shares:]) else values[:shares]


def _texts_and_numbers(row, columns: Iterable[str]) -> list[str | int]:
    return [to_centimes(getattr(row, name)) if name in AMOUNTS else getattr(row, name) for name in columns]


def _line(part: CooperativeOrder, line: NewLine) -> OrderLine:
    variant, product = line.variant, line.variant.product
    names = {f"name_{language}": getattr(product, f"name_{language}") for language in ("fr", "ar", "en", "zgh")}
    return OrderLine(
        part=part, variant=variant, sku=variant.sku, size=variant.size, unit=variant.unit, quantity=line.quantity,
        unit_price=variant.price, amount=line.amount, discount=line.discount, tax=line.tax, commission=line.commission,
        kept_because=product.sale.kept_because, **names,
    )  # fmt: skip


def _free_number() -> str:
    """A number that can be read out on the telephone and says nothing of how many orders there are."""
    while True:
        number = f"TW-{secrets.randbelow(9_000_000) + 1_000_000}"
        if not Order.objects.filter(number=number).exists():
            return number
