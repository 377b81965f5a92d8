"""What a courier tells of its parcels, as a file: looked at first, then written down parcel by parcel."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from catalog.money import format_money, total
from catalog.text_folding import fold

from ..delivery.models import Courier, Shipment
from ..payments.amounts import read_amount
from ..payments.statements import Unreadable
from ..statuses import MOVES, Actor, IllegalMove, PaymentStatus, Raced, ShipmentStatus
from .fulfil_part import deliver_part, fail_part

_S = ShipmentStatus
#: Words in the headings of couriers' columns, folded. The first that fits has it; the parcel's comes last.
HEADINGS: Mapping[str, frozenset[str]] = {
    "outcome": frozenset({"statut", "etat", "status", "resultat", "outcome", "الحاله", "الحالة"}),
    "amount": frozenset({"montant", "crbt", "cod", "encaisse", "amount", "المبلغ"}),
    "note": frozenset({"motif", "remarque", "note", "commentaire", "reason", "ملاحظه", "ملاحظة"}),
    "parcel": frozenset({"numero", "suivi", "tracking", "colis", "code", "commande", "reference", "number", "رقم"}),
}
#: What they call an outcome, folded; nothing else is guessed. What goes back was refused until staff have it in hand.
WORDS: Mapping[str, ShipmentStatus] = {
    fold(word): outcome
    for outcome, words in {
        _S.DELIVERED: ("livré", "livrée", "delivered", "distribué", "تم التسليم"),
        _S.REFUSED: ("refusé", "refusée", "refused", "retour", "retourné", "returned", "مرفوض", "مرتجع"),
        _S.UNREACHABLE: ("injoignable", "pas de réponse", "absent", "unreachable", "no answer", "لا يجيب"),
    }.items()
    for word in words
}


@dataclass(frozen=True)
class Told:
    """A row of the file, and what would become of it."""

    #: Its place in the file.
    at: int
    name: str
    shipment: Shipment | None = None
    outcome: ShipmentStatus | None = None
    note: str = ""
    #: Why it cannot be written down, in words; empty where it can.
    fault: str = ""
    #: It says what is known already.
    is_known: bool = False

    @property
    def is_new(self) -> bool:
        return not self.fault and not self.is_known


def read_outcomes(courier: Courier, table: list[list[str]]) -> list[Told]:
    """Every row of a courier's file with what would become of it; a fixed number of queries, nothing is written.

    Raises:
        Unreadable: no row names the columns of the parcel and of the outcome.
    """
    header, place = _columns(table)
    rows = [row for row in enumerate(table[header + 1 :], start=header + 2) if any(row[1])]
    cells = [
        (at, {name: row[column] if column < len(row) else "" for name, column in place.items()}) for at, row in rows
    ]
    parcels = _parcels(row["parcel"] for _at, row in cells)
    told: list[Told] = []
    first: dict[int, Told] = {}
    for at, row in cells:
        one = _judge(courier, at, row, parcels.get(_key(row["parcel"]), []))
        if one.shipment and one.is_new:
            before = first.setdefault(one.shipment.pk, one)
            if before is not one:
                one = _doubled(one, before)
        told.append(one)
    return told


def _columns(table: list[list[str]]) -> tuple[int, dict[str, int]]:
    """Where the headings lie, and which column is what."""
    for at, row in enumerate(table):
        words = [set(re.split(r"\W+", fold(cell))) for cell in row]
        place: dict[str, int] = {}
        for name, known in HEADINGS.items():
            fitting = (i for i, cell in enumerate(words) if cell & known and i not in place.values())
            if (column := next(fitting, None)) is not None:
                place[name] = column
        if "parcel" in place and "outcome" in place:
            return at, place
    raise Unreadable(_("No row names the columns: one for the parcel's or the order's number, one for its outcome."))


def _key(name: str) -> str:
    return "".join(name.split()).upper()


def _parcels(names: Iterable[str]) -> dict[str, list[Shipment]]:
    """By tracking number and by the order's number."""
    keys = {_key(name) for name in names if name}
    shipments = Shipment.objects.select_related("part__order", "part__cooperative", "courier").order_by("pk")
    shipments = shipments.prefetch_related("part__payments")
    found: dict[str, list[Shipment]] = {}
    for shipment in shipments.filter(tracking__in=keys):
        found.setdefault(_key(shipment.tracking), []).append(shipment)
    for shipment in shipments.filter(part__order__number__in=keys):
        found.setdefault(_key(shipment.part.order.number), []).append(shipment)
    return found


def _judge(courier: Courier, at: int, row: dict[str, str], parcels: list[Shipment]) -> Told:
    name, note = row["parcel"][:80], row.get("note", "")[:200]
    mine = [shipment for shipment in parcels if shipment.courier_id == courier.pk]
    if not mine:
        return Told(at, name, fault=_("Not a parcel of this courier.") if parcels else _("No parcel has this number."))
    if len(mine) > 1:
        return Told(at, name, fault=_("This order has several parcels: the file must name each by its own number."))
    [shipment] = mine
    outcome = WORDS.get(fold(row["outcome"]).strip())
    if outcome is None:
        return Told(
            at, name, shipment, fault=_("“%(word)s” is no outcome that is known here.") % {"word": row["outcome"]}
        )
    told = Told(at, name, shipment, outcome, note)
    if shipment.status == outcome:
        return replace(told, is_known=True)
    if outcome not in MOVES["store.Shipment"][_S(shipment.status)]:
        fault = _("The parcel is “%(now)s” already.") % {"now": _S(shipment.status).label}
        return replace(told, fault=fault)
    return _with_amount(told, row.get("amount", ""))


def _with_amount(told: Told, amount: str) -> Told:
    """Cash that differs from what was to be paid at the door is for a person to look at; paid in advance, that is nothing."""
    if told.outcome != _S.DELIVERED or not amount or told.shipment is None:
        return told
    payments = told.shipment.part.payments.all()
    due = total(payment.amount for payment in payments if payment.status == PaymentStatus.EXPECTED)
    try:
        is_right = read_amount(amount) == due
    except ValueError:
        is_right = False
    if is_right:
        return told
    fault = _("%(amount)s were told, %(due)s were to be paid.") % {
        "amount": amount[:20],
        "due": format_money(due),
    }
    return replace(told, fault=fault)


def _doubled(one: Told, before: Told) -> Told:
    if one.outcome == before.outcome:
        return replace(one, is_known=True)
    fault = _("Line %(line)s tells something else of this parcel.") % {"line": before.at}
    return replace(one, fault=fault)


def write_down(told: Iterable[Told], *, by=None) -> list[Told]:
    """Write down what is new, each parcel by itself; returns those that moved meanwhile and were left as they are."""
    left = []
    for one in told:
        if one.is_new and one.shipment and one.outcome:
            try:
                _write(one.shipment.part, one.outcome, because=one.note, by=by)
            except (IllegalMove, Raced):
                left.append(one)
    return left


def _write(part, outcome: ShipmentStatus, *, because: str, by) -> None:
    if outcome == _S.DELIVERED:
        deliver_part(part, actor=Actor.STAFF, by=by, because=because)
    else:
        fail_part(part, outcome, actor=Actor.STAFF, by=by, because=because)
