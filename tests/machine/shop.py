"""The real rows: a small catalog that all examples share, and what moves, read in the words of the model."""

from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Sum

from catalog.models import Lot, ProductSale, Reservation, StockMovement, Variant
from catalog.money import from_centimes, to_centimes
from catalog.stock.errors import NotThatMany, OutOfStock, UnfitLot
from store.flows.fulfil_part import NotPaid
from store.flows.give_back import TooMuch
from store.flows.hand_over import SheetMoved
from store.flows.import_statement import AlreadyImported
from store.flows.place_order import (
    CartEmpty,
    NoDelivery,
    NoLongerOnSale,
    NotPayableSo,
    SummaryMoved,
    TooManyUnconfirmed,
)
from store.flows.refunds import BadRib, RefundUnderWay, RibMissing, SecondPersonNeeded
from store.flows.settle import MonthNotOver, MoreThanOwed, NothingToSettle, SamePerson, StillOpen
from store.flows.summary import DeliveryMoved, DiscountMoved, Moved, PriceMoved, QuantityMoved
from store.models import (
    Cart,
    CommissionRate,
    Commune,
    CooperativeOrder,
    Courier,
    DeliveryZone,
    LedgerLine,
    Order,
    OutboxMessage,
    Shipment,
    Voucher,
)
from store.orders.actions import Contact
from store.orders.errors import NotWithBuyer
from store.statuses import IllegalMove
from tests.factories import (
    CooperativeFactory,
    CourierFactory,
    ProductFactory,
    VariantFactory,
    a_bank_format,
    a_commune,
    a_contact,
    a_person,
    a_rate,
    a_zone,
)

from . import bank, rows
from .books import Books
from .clock import Clock
from .model import Model
from .rows import Buyer, Refusal

NEAR, FAR = "near", "where nobody delivers"
COURIER, IN_VAIN, PER_MILLE = 3500, 2000, 80
#: What they take off, who bears it, which goods it is for, and how often.
VOUCHERS = (
    {"percent": 10, "amount": None, "bearer": "platform", "cooperative": None, "limit": 2, "limit_per_phone": None},
    {"percent": None, "amount": 5001, "bearer": "cooperative", "cooperative": 0, "limit": None, "limit_per_phone": 1},
    {"percent": 100, "amount": None, "bearer": "platform", "cooperative": None, "limit": 3, "limit_per_phone": None},
)  # fmt: skip
BUYERS = (
    Buyer("+212611111111", "amina@example.org"),
    Buyer("+212611111111", ""),  # of the same household, without an address for mails
    Buyer("+212622222222", "brahim@example.org"),
)
REFUSALS = (
    OutOfStock, NotThatMany, UnfitLot, CartEmpty, NoDelivery, NoLongerOnSale, SummaryMoved, TooManyUnconfirmed, IllegalMove,
    SheetMoved, NotPayableSo, NotPaid, NotWithBuyer, TooMuch, RefundUnderWay, RibMissing, SecondPersonNeeded, BadRib,
    MonthNotOver, NothingToSettle, StillOpen, SamePerson, MoreThanOwed, AlreadyImported,
)  # fmt: skip


@dataclass
class Shop:
    """Two cooperatives, three products, four variants, and a courier to one of two places. Made once for all examples."""

    sales: list[ProductSale]
    variants: list[Variant]
    zone: DeliveryZone
    courier: Courier
    rate: CommissionRate
    vouchers: list[Voucher]
    communes: dict[str, Commune]
    contacts: dict[tuple[Buyer, str], Contact] = field(default_factory=dict)

    def contact(self, buyer: Buyer, place: str) -> Contact:
        if (buyer, place) not in self.contacts:
            self.contacts[buyer, place] = a_contact(phone=buyer.phone, email=buyer.email, commune=self.communes[place])
        return self.contacts[buyer, place]

    def model(self, clock: Clock, kind: type[Model]) -> Model:
        """The model of this shop before its first deed."""
        cooperatives = self.cooperatives
        more = {"vouchers": [bank.Voucher(**voucher) for voucher in VOUCHERS]} if kind is not Model else {}
        return kind(
            **more,
            cooperatives=[rows.Cooperative(cooperative.offers_pickup) for cooperative in cooperatives],
            products=[rows.Product(cooperatives.index(sale.cooperative)) for sale in self.sales],
            variants=[
                rows.Variant(self.sales.index(variant.product.sale), to_centimes(variant.price))
                for variant in self.variants
            ],
            courier={NEAR: COURIER},
            books=Books(per_mille=PER_MILLE, in_vain=IN_VAIN, now=clock.time),
            now=clock.time,
            today=clock.time.date(),
        )

    @property
    def cooperatives(self) -> list:
        return sorted({sale.cooperative for sale in self.sales}, key=lambda cooperative: cooperative.pk)


def open_shop() -> Shop:
    a_bank_format()
    a_person("amal"), a_person("badr")
    first, second = CooperativeFactory(), CooperativeFactory(offers_pickup=False)
    honey, oil, soap = [ProductFactory(sale__cooperative=cooperative) for cooperative in (first, first, second)]
    variants = [
        VariantFactory(product=honey), VariantFactory(product=honey, size=500, price=Decimal("160.00")),
        VariantFactory(product=oil), VariantFactory(product=soap, price=Decimal("25.50")),
    ]  # fmt: skip
    far = Commune.objects.select_related("province").filter(province__region="01").order_by("code")[0]
    return Shop(
        sales=[product.sale for product in (honey, oil, soap)],
        variants=variants,
        zone=a_zone(price=from_centimes(COURIER)),
        courier=CourierFactory(price_in_vain=from_centimes(IN_VAIN)),
        rate=CommissionRate.objects.first() or a_rate(PER_MILLE),  # a second shop in one test has the first one's
        vouchers=[a_row(cooperatives=(first, second), **voucher) for voucher in VOUCHERS],
        communes={NEAR: a_commune(), FAR: far},
    )


def a_row(*, cooperatives, cooperative: int | None, amount: int | None, **fields) -> Voucher:
    code, owner = f"CODE{len(Voucher.objects.all())}", None if cooperative is None else cooperatives[cooperative]
    return Voucher.objects.create(code=code, cooperative=owner, amount=amount and from_centimes(amount), **fields)


class Numbers:
    """The numbers that the model gives to rows, by their primary keys."""

    def __init__(self, shop: Shop):
        self.variants = {variant.pk: number for number, variant in enumerate(shop.variants)}
        self.cooperatives = {cooperative.pk: number for number, cooperative in enumerate(shop.cooperatives)}
        self.lots: dict[int, int] = {}
        self.carts: dict[int, int] = {}
        self.orders: dict[int, int] = {}
        self.parts: dict[int, int] = {}
        self.holders: dict[str, int | None] = {"": None}

    def take_up(self, order: Order) -> list[tuple]:
        """Number a new order with its parts and lines; returns them as the model writes them."""
        self.orders[order.pk] = len(self.orders)
        parts = []
        for part in order.parts.prefetch_related("lines").order_by("pk"):
            self.parts[part.pk] = len(self.parts)
            lines = []
            for line in part.lines.all():
                self.holders[line.holder] = len(self.holders) - 1
                amounts = [to_centimes(amount) for amount in (line.unit_price, line.commission, line.discount)]
                lines.append((self.variants[line.variant_id], line.quantity, *amounts))
            parts.append(
                (self.cooperatives[part.cooperative_id], part.delivery_method, to_centimes(part.delivery_price), lines)
            )
        return parts

    def refusal(self, error: Exception) -> Refusal:
        """What was refused, in the words of the model."""
        return Refusal(type(error).__name__, *self._told(error))

    def _told(self, error: Exception) -> list:
        match error:
            case OutOfStock():
                return [(self.variants[line.variant.pk], line.wanted, line.left) for line in error.lines]
            case NoLongerOnSale():
                return [self.variants[line.variant.pk] for line in error.lines]
            case SummaryMoved():
                return [self._moved(change) for change in error.changes]
            case NotThatMany():
                return [error.free]
            case UnfitLot():
                return [self.lots[error.lot.pk]]
            case IllegalMove():
                return [error.now, error.to]
            case TooMuch():
                return [to_centimes(error.left)]
            case NotWithBuyer():
                return [error.units, error.left]
        return []

    def _moved(self, change: Moved) -> tuple:
        match change:
            case DiscountMoved():
                return "discount", to_centimes(change.was), to_centimes(change.now)
            case PriceMoved():
                variant = self.variants[change.line.variant.pk]
                return "price", variant, to_centimes(change.was), to_centimes(change.now)
            case QuantityMoved():
                return "quantity", self.variants[change.line.variant.pk], change.was
            case DeliveryMoved():
                was = None if change.was is None else to_centimes(change.was)
                return "delivery", self.cooperatives[change.cooperative.pk], was, to_centimes(change.now)

    # -- What moves, read back: one query each -------------------------------------------------------------------------

    def rows(self, kind: str) -> list[tuple]:
        """All rows of a kind, as `rows_of` says them of the model."""
        return getattr(self, f"_{kind}")()

    def _lots(self) -> list[tuple]:
        return list(Lot.objects.values_list("on_hand", "reserved", "blocked_at").order_by("pk"))

    def _reservations(self) -> list[tuple]:
        columns = Reservation.objects.values_list("lot", "holder", "quantity", "expires_at", "outcome").order_by("pk")
        return [(self.lots[lot], self.holders[holder], *rest) for lot, holder, *rest in columns]

    def _movements(self) -> list[tuple]:
        columns = StockMovement.objects.values_list("lot", "kind", "quantity", "holder").order_by("pk")
        return [(self.lots[lot], kind, quantity, self.holders[holder]) for lot, kind, quantity, holder in columns]

    def _parts(self) -> list[tuple]:
        return list(CooperativeOrder.objects.values_list("status", "cancel_reason", "payments__status").order_by("pk"))

    def _parcels(self) -> list[tuple]:
        columns = Shipment.objects.values_list("part", "courier", "status", "sheet").order_by("part")
        return [(self.parts[part], bool(courier), status, bool(sheet)) for part, courier, status, sheet in columns]

    def _balances(self) -> list[tuple]:
        columns = LedgerLine.objects.order_by().values_list("account__holder", "account__kind", "account__cooperative")
        sums = columns.annotate(Sum("amount")).exclude(amount__sum=0)
        return sorted(
            (holder, kind, -1 if owner is None else self.cooperatives[owner], to_centimes(amount))
            for holder, kind, owner, amount in sums
        )

    def _carts(self) -> list[tuple]:
        carts: dict[int, tuple] = {}
        columns = Cart.objects.values_list("pk", "order", "touched_at", "lines__variant", "lines__quantity")
        for cart, order, touched_at, variant, quantity in columns.order_by("pk", "lines"):
            units = carts.setdefault(cart, (self.carts[cart], self.orders.get(order), touched_at, []))[-1]
            if variant:
                units.append((self.variants[variant], quantity))
        return list(carts.values())

    def _mails(self) -> list[tuple]:
        columns = OutboxMessage.objects.values_list("key", "kind", "about_id", "tries", "next_try_at", "sent_at")
        return [
            (kind + key.removeprefix(f"{kind}:{about}"), self.about(kind)[about], tries, next_try_at, bool(sent_at))
            for key, kind, about, tries, next_try_at, sent_at in columns.order_by("pk")
        ]

    def about(self, kind: str) -> dict[int, int]:
        """The numbers of the rows that mails of this kind tell of."""
        return self.orders if kind.startswith("order") else self.parts

    def key_of(self, kind: str, about: int) -> str:
        """The key of a mail that the model has written."""
        name, _, again = kind.partition(":")
        return ":".join(filter(None, [name, str(list(self.about(name))[about]), again]))

    def rows_of(self, model: Model) -> dict[str, list]:
        """The rows that the model says there are."""
        return rows_of(model)


def rows_of(model: Model) -> dict[str, list]:
    """The same of the model."""
    return {
        "lots": [(lot.on_hand, model.kept(lot), lot.blocked_at) for lot in model.lots],
        "reservations": [
            (kept.lot, kept.line, kept.quantity, kept.expires_at, kept.outcome) for kept in model.reservations
        ],
        "movements": model.movements,
        "parts": [(part.status, part.reason, part.payment) for part in model.parts],
        "parcels": [
            (number, part.carrier == "courier", part.parcel, part.is_settled)
            for number, part in enumerate(model.parts)
            if part.parcel
        ],
        "balances": sorted(
            (holder, kind, -1 if owner is None else owner, amount)
            for (holder, kind, owner), amount in model.books.balances.items()
            if amount
        ),
        "carts": [
            (number, cart.order, cart.touched_at, list(cart.units.items())) for number, cart in model.carts.items()
        ],
        "mails": [(*key, mail.tries, mail.next_try_at, mail.is_sent) for key, mail in model.post.mails.items()],
    }
