import itertools
from datetime import datetime
from decimal import Decimal

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from cms.models import terms_in_force
from store.delivery.models import ZoneArea
from store.flows.cancel_part import cancel_part
from store.flows.fulfil_part import VERBS, ship_part
from store.flows.give_back import return_lines
from store.flows.import_statement import import_statement
from store.flows.month import Month
from store.flows.place_order import place_order
from store.flows.returns import ask_return
from store.flows.summary import summarize
from store.models import (
    BankFormat,
    Cart,
    CommissionRate,
    Commune,
    CooperativeOrder,
    Courier,
    DeliveryZone,
    LedgerEntry,
    Order,
    ReturnRequest,
    StatementLine,
    User,
    Voucher,
)
from store.orders.actions import Contact
from store.orders.reasons import CancelReason
from store.payments.methods import CASH, TRANSFER
from store.statuses import Actor, PartStatus

from .catalog import LotFactory

MEKNES = "03.061"  # the prefecture
FES_MEKNES = "03"  # the region
_phones = itertools.count(10_000_000)

#: The moves that bring a new part to each status.
WAY = {
    PartStatus.PLACED: [],
    PartStatus.CONFIRMED: [PartStatus.CONFIRMED],
    PartStatus.PACKED: [PartStatus.CONFIRMED, PartStatus.PACKED],
    PartStatus.SHIPPED: [PartStatus.CONFIRMED, PartStatus.PACKED, PartStatus.SHIPPED],
    PartStatus.DELIVERED: [PartStatus.CONFIRMED, PartStatus.PACKED, PartStatus.SHIPPED, PartStatus.DELIVERED],
    PartStatus.RETURNED: [PartStatus.CONFIRMED, PartStatus.PACKED, PartStatus.SHIPPED, PartStatus.RETURNED],
    PartStatus.CANCELED: [PartStatus.CANCELED],
}


class ZoneFactory(DjangoModelFactory):
    class Meta:
        model = DeliveryZone

    name_fr = factory.Sequence(lambda n: f"Zone {n}")
    price = Decimal("35.00")
    days_min = 2
    days_max = 4


class CourierFactory(DjangoModelFactory):
    class Meta:
        model = Courier

    name = factory.Sequence(lambda n: f"Coursier {n}")
    price_in_vain = Decimal("20.00")


class CartFactory(DjangoModelFactory):
    """A cart with `lines=[(variant, quantity), …]`."""

    class Meta:
        model = Cart
        skip_postgeneration_save = True

    @factory.post_generation
    def lines(cart, create, lines, **kwargs):
        for variant, quantity in lines or []:
            cart.lines.create(variant=variant, quantity=quantity)


def a_commune() -> Commune:
    return Commune.objects.select_related("province").filter(province=MEKNES).order_by("code")[0]


def a_zone(**fields) -> DeliveryZone:
    """The zone of the region that `a_commune` lies in: 35 dirhams a parcel."""
    area = ZoneArea.objects.filter(region=FES_MEKNES).select_related("zone").first()
    return area.zone if area else ZoneArea.objects.create(region_id=FES_MEKNES, zone=ZoneFactory(**fields)).zone


def a_contact(**changes) -> Contact:
    """Somebody in Meknès, with a telephone of their own."""
    fields = {
        "name": "Amina Berrada", "phone": f"+2126{next(_phones)}", "language": "fr", "email": "amina@example.org",
        "street": "12, rue des Oliviers", "commune": a_commune(),
    }  # fmt: skip
    return Contact(**{**fields, **changes})


def place(
    cart: Cart, *, contact: Contact | None = None, delivery=None, accepted: str | None = None, now=None, method=CASH
) -> Order:
    """Place the order as its buyer saw it a moment ago, with a courier unless `delivery` says otherwise."""
    a_zone()
    contact, delivery = contact or a_contact(), delivery or {}
    if accepted is None:
        accepted = summarize(cart, commune=contact.commune, methods=delivery).accepted()
    return place_order(
        cart=cart, contact=contact, delivery=delivery, payment_method=method, accepted=accepted,
        terms_revision=terms_in_force(), now=now,
    )  # fmt: skip


def a_part(
    status: PartStatus = PartStatus.PLACED, *, lot=None, quantity: int = 2, courier: Courier | None = None, **placing
) -> CooperativeOrder:
    """The only part of an order, brought to a status the way a person would."""
    lot = lot or LotFactory()
    part = place(CartFactory(lines=[(lot.variant, quantity)]), **placing).parts.get()
    return advance(part, status, courier=courier)


def advance(part: CooperativeOrder, status: PartStatus, *, courier: Courier | None = None) -> CooperativeOrder:
    """Bring a placed part to this status, with a courier or by the cooperative itself."""
    for step in WAY[status]:
        if step == PartStatus.CANCELED:
            cancel_part(part, reason=CancelReason.UNREACHABLE, actor=Actor.STAFF)
        elif step == PartStatus.SHIPPED:
            ship_part(part, actor=Actor.STAFF, courier=courier)
        else:
            VERBS[step](part, actor=Actor.STAFF)
    return part


def a_voucher(code: str = "BIENVENUE", *, percent: int | None = 10, **fields) -> Voucher:
    """Ten percent off everything, borne by the platform, unless something else is said."""
    if "amount" in fields:
        percent = None
    return Voucher.objects.create(code=code, percent=percent, **fields)


def a_transfer(*lots, now=None, quantity: int = 2, **placing) -> Order:
    """An order to be paid by bank transfer, with a part for each of these lots: 205 dirhams each."""
    lots = lots or (LotFactory(),)
    cart = CartFactory(lines=[(lot.variant, quantity) for lot in lots])
    return place(cart, method=TRANSFER, now=now, **placing)


#: What a bank calls its columns, in most tests.
HEADER = "Date;Libellé;Débit;Crédit;Donneur d'ordre"


def a_bank_format(**columns) -> BankFormat:
    names = {
        "date": "Date", "label": "Libellé", "debit": "Débit", "credit": "Crédit", "sender": "Donneur d'ordre", **columns,
    }  # fmt: skip
    return BankFormat.objects.get_or_create(name="Banque", defaults=names)[0]


def a_file(*rows: tuple[str, str], day: str = "26/11/2026", header: str = HEADER) -> bytes:
    """A statement with a line for each label and amount, one day and one sender."""
    lines = [f"{day};{label};;{amount};AMINA BERRADA" for label, amount in rows]
    return "\n".join([header, *lines]).encode()


def money_comes(label: str, amount: str, *, day: str = "26/11/2026", by=None) -> StatementLine:
    """A line of a new statement, imported and matched as far as it can be."""
    a_bank_format()
    statement = import_statement(a_file((label, amount), day=day), file_name="releve.csv", by=by)
    return statement.lines.get()


def a_sold_part(*, price: str = "85.00", quantity: int = 2, **fields) -> CooperativeOrder:
    """A part that its buyer has and paid: so many units at this price, and 35 dirhams for the delivery."""
    lot = LotFactory(quantity=quantity + 8, variant__price=Decimal(price))
    return a_part(PartStatus.DELIVERED, lot=lot, quantity=quantity, **fields)


def a_return(part: CooperativeOrder, units: int = 1) -> ReturnRequest:
    """The buyer asks to give back so many units of the part's first line."""
    line = part.lines.order_by("pk")[0]
    return ask_return(part, {line.pk: units}, reason="changed_mind", because="Trop sucré")


def a_debt(part: CooperativeOrder, units: int = 1) -> CooperativeOrder:
    """So many units of the part's first line came back: the buyer is owed their price."""
    line = part.lines.order_by("pk")[0]
    return_lines(part, {line.pk: units}, key=f"a-debt-{next(_phones)}", actor=Actor.STAFF, restocked={})
    return part


def a_rate(per_mille: int = 80, *, since: str = "2026-01-01", **goods) -> CommissionRate:
    """A commission in force, for all goods unless `goods` names a cooperative or a category."""
    return CommissionRate.objects.create(per_mille=per_mille, since=since, **goods)


def a_person(name: str = "amal") -> User:
    """Somebody of the platform's staff, who is known by this name from then on."""
    return User.objects.get_or_create(username=name)[0]


def last_month() -> Month:
    return Month.of(timezone.localdate()).previous


def book_in(month: Month, **which) -> Month:
    """As if these entries of the ledger, or all, had been written in the middle of a month."""
    LedgerEntry.objects.filter(**which).update(at=timezone.make_aware(datetime(month.year, month.number, 15, 12)))
    return month
