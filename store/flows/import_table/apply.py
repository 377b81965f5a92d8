"""Keep an uploaded table while somebody looks at it; then apply what was shown, once, all of it or nothing."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalog.cooperatives.models import Cooperative
from catalog.products import drafts, offers
from catalog.products.models import Product, Use, Variant
from catalog.spreadsheets.reading import tidy
from catalog.stock import actions as stock
from catalog.stock.errors import StockRaced
from catalog.stock.history import date_anew
from catalog.stock.models import Lot

from ...tables.columns import Column
from ...tables.models import TableImport
from ...tables.sheet import Sheet
from .changes import Change, NewCount, NewDate, NewLot, NewPrice, NewSize
from .plan import Plan, plan

#: Hours that a table waits to be applied.
HOURS = 24


class NotApplied(Exception):
    """Nothing was written."""


class AppliedAlready(NotApplied):
    """By another press of the same button, or it was withdrawn or is too old."""


class Moved(NotApplied):
    """What would be changed is not what was shown: somebody sold, counted or changed a price meanwhile."""


class Faulty(NotApplied):
    """A row cannot be applied, and so none is."""


def keep(sheet: Sheet, *, cooperative: Cooperative, by, file_name: str) -> TableImport:
    """Keep a table until it is applied; it takes the place of the one that this person left waiting."""
    kept, _is_new = TableImport.objects.update_or_create(
        cooperative=cooperative,
        by=by,
        applied_at=None,
        defaults={"sheet": sheet.kept, "file_name": file_name, "uploaded_at": timezone.now()},
    )
    return kept


def waiting(*, now: datetime):
    """Tables that may still be applied."""
    return TableImport.objects.filter(applied_at=None, uploaded_at__gt=now - timedelta(hours=HOURS))


def forget_tables(*, now: datetime) -> int:
    """Delete those that nobody applied in time."""
    old = TableImport.objects.filter(applied_at=None, uploaded_at__lte=now - timedelta(hours=HOURS))
    return old.delete()[0]


def plan_of(table: TableImport) -> Plan:
    return plan(Sheet.of(table.sheet), cooperative=table.cooperative, today=timezone.localdate())


def apply(table: TableImport, *, shown: str, by) -> int:
    """Do what the table says, if it is still what was shown (the digest of its plan); returns how many things it changed.

    Raises:
        AppliedAlready, Moved, Faulty: nothing is written then.
    """
    try:
        return _apply(table, shown=shown, by=by)
    except (offers.PriceMoved, offers.SizeTaken, StockRaced, IntegrityError) as error:
        raise Moved from error  # between our look and our write


@transaction.atomic
def _apply(table: TableImport, *, shown: str, by) -> int:
    _take_turns(table.cooperative_id)
    fresh = waiting(now=timezone.now()).filter(pk=table.pk).select_related("cooperative").first()
    if fresh is None:
        raise AppliedAlready
    sheet = Sheet.of(fresh.sheet)
    stock.take_turns(_variants(sheet, fresh.cooperative))
    what = plan(sheet, cooperative=fresh.cooperative, today=timezone.localdate())
    if what.faults:
        raise Faulty
    if what.digest != shown or not what.changes:
        raise Moved
    _write(what.changes, cooperative=fresh.cooperative, by=by, because=_("Table %(file)s") % {"file": fresh.file_name})
    fresh.sheet, fresh.applied_at, fresh.changes = {}, timezone.now(), len(what.changes)
    fresh.save()
    return fresh.changes


def _take_turns(cooperative_id: int) -> None:
    """Tables of one cooperative are applied one after the other: what begins with this one is there for the next."""
    Cooperative.objects.select_for_update(no_key=True).get(pk=cooperative_id)


def _variants(sheet: Sheet, cooperative: Cooperative) -> list[int]:
    """The sizes that the table names."""
    named = {cells.get(Column.REFERENCE, "").casefold() for _at, cells in sheet.rows}
    mine = Variant.objects.filter(product__sale__cooperative=cooperative).values_list("pk", "sku")
    return [pk for pk, sku in mine if tidy(sku).casefold() in named]


def _write(changes: list[Change], *, cooperative: Cooperative, by, because: str) -> None:
    """Each kind at once: others wait for what is locked here."""
    offers.set_prices([(change.variant, change.price) for change in changes if isinstance(change, NewPrice)], by=by)
    products: dict[str, Product] = {}
    sizes: dict[NewSize, Variant] = {}
    for change in changes:
        if isinstance(change, NewSize):
            product = change.product or products.get(change.of_product) or _begun(change, cooperative, by)
            products[change.of_product] = product
            sizes[change] = offers.add_size(product, size=change.size, unit=change.unit, price=change.price, by=by)
    counts = [(change.lot, change.count) for change in changes if isinstance(change, NewCount)]
    stock.count_all(counts, reason=because, by=by)
    lots = [_lot(change, sizes, cooperative) for change in changes if isinstance(change, NewLot)]
    stock.receive_all(lots, reason=because, by=by)
    date_anew([(change.lot, change.best_before) for change in changes if isinstance(change, NewDate)], by=by)


def _lot(new: NewLot, sizes: dict[NewSize, Variant], cooperative: Cooperative) -> Lot:
    variant = sizes[new.of] if isinstance(new.of, NewSize) else new.of
    return Lot(
        variant=variant, cooperative=cooperative, code=new.code, on_hand=new.quantity, best_before=new.best_before
    )


def _begun(new: NewSize, cooperative: Cooperative, by) -> Product:
    if new.category is None:
        raise AssertionError("the plan has found the shelf of each new product")
    words = {f"name_{get_language()}": new.name}  # the checklist says in which languages it is missing
    return drafts.begin(cooperative=cooperative, category=new.category, use=Use(new.use), words=words, by=by)
