"""What each row of a table would change in the products and the stock of a cooperative, or why it cannot. Nothing is written."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from catalog.cooperatives.models import Cooperative
from catalog.money import format_money
from catalog.products.models import Category, Product, Use, Variant
from catalog.spreadsheets.reading import tidy
from catalog.stock.models import Lot
from catalog.text_folding import fold

from ...tables.columns import Column
from ...tables.sheet import Cells, Sheet
from .cells import Unclear, count_in, day_in, price_in, size_in, unit_in
from .changes import Change, NewCount, NewDate, NewLot, NewPrice, NewSize

C = Column
#: New sizes that one table may begin: each is written with a revision and a log, while others wait.
MOST_NEW = 200
#: What says of a product which one it is, where it has no reference yet.
OF_A_NEW_ONE = (C.NAME, C.SIZE, C.UNIT, C.PRICE)


@dataclass(frozen=True)
class Fault:
    """A cell that cannot be: its row as the spreadsheet counts, its column, and why."""

    at: int
    column: Column
    why: str


@dataclass
class Plan:
    changes: list[Change] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    rows: int = 0

    @property
    def digest(self) -> str:
        """The same as long as the same would be changed from the same to the same."""
        told = [change.identity for change in self.changes]
        return hashlib.sha256(json.dumps(told, default=str, ensure_ascii=False).encode()).hexdigest()


def plan(sheet: Sheet, *, cooperative: Cooperative, today: date) -> Plan:
    """A fixed number of queries, however many rows there are."""
    planner = _Planner(sheet, cooperative, today)
    for at, cells in sheet.rows:
        planner.take(at, cells)
    return Plan(planner.changes, planner.faults, len(sheet.rows))


class _Row:
    """One row while it is read: each cell at most once wrong."""

    def __init__(self, at: int, cells: Cells, faults: list[Fault]):
        self.at, self.cells, self.faults = at, cells, faults
        self.is_sound = True

    def __getitem__(self, column: Column) -> str:
        return self.cells.get(column, "")

    def fault(self, column: Column, why: str) -> None:
        self.faults.append(Fault(self.at, column, why))
        self.is_sound = False

    def read(self, column: Column, reading: Callable[[str], Any]) -> Any:
        """What the cell says; None where it is empty or, with a fault, unclear."""
        if not self[column]:
            return None
        try:
            return reading(self[column])
        except Unclear as unclear:
            self.fault(column, unclear.why)
            return None


class _Planner:
    """What there is, and what the rows above have said already."""

    def __init__(self, sheet: Sheet, cooperative: Cooperative, today: date):
        self.today = today
        self.changes: list[Change] = []
        self.faults: list[Fault] = []
        variants = Variant.objects.filter(product__sale__cooperative=cooperative).select_related("product__sale")
        self.sizes = {(variant.product_id, variant.size, variant.unit): variant for variant in variants}
        # Small letters are as good as large ones, where no other reference is written so.
        self.variants = {tidy(variant.sku).casefold(): variant for variant in variants}
        self.variants |= {tidy(variant.sku): variant for variant in variants}
        codes = {cells.get(C.LOT, "") for _at, cells in sheet.rows} - {""}
        named = {variant.pk for _at, cells in sheet.rows if (variant := self.variant_of(cells.get(C.REFERENCE, "")))}
        # Those of the sizes that are named, too: a code with two spaces in it comes back with one.
        its = Lot.objects.filter(Q(code__in=codes) | Q(variant__in=named), cooperative=cooperative)
        lots = list(its.select_related("variant__product")) if codes else []
        # Small letters are as good as large ones here too: everywhere else a code is known however it is typed.
        self.lots = {tidy(lot.code).casefold(): lot for lot in lots} | {tidy(lot.code): lot for lot in lots}
        self.products: dict[str, Product] = {}
        for product in Product.objects.filter(sale__cooperative=cooperative).order_by("-pk"):
            self.products |= {fold(name): product for name in _names(product)}
        self.categories: dict[str, list[Category]] = defaultdict(list)
        for category in Category.objects.all():
            for name in {fold(name) for name in (*_names(category), category.slug)}:
                self.categories[name].append(category)
        self.uses = {fold(word): use for use in Use for word in (use.value, str(use.label))}
        # Row in which a price, a lot, a new size was told.
        self.prices: dict[int, tuple[int, object]] = {}
        self.lots_told: dict[str, int] = {}
        self.sizes_told: dict[tuple, int] = {}

    def variant_of(self, reference: str) -> Variant | None:
        return self.variants.get(reference) or self.variants.get(reference.casefold())

    @cached_property
    def named_categories(self) -> str:
        return " · ".join(sorted({category.name for its in self.categories.values() for category in its}))

    def take(self, at: int, cells: Cells) -> None:
        row = _Row(at, cells, self.faults)
        changes: list[Change] = []
        price = row.read(C.PRICE, price_in) if self._price_is_told_anew(row) else None
        if row[C.REFERENCE]:
            of: Variant | NewSize | None = self._known(row, price, changes)
        else:
            of = self._new(row, price)
            changes += [of] if of else []
        self._stock(row, of, changes)
        if row.is_sound:
            self.changes += changes

    def _price_is_told_anew(self, row: _Row) -> bool:
        """A price that is the present one is not judged: it goes out as it is, and comes back."""
        variant = self.variant_of(row[C.REFERENCE])
        if variant is None:
            return True
        told = row[C.PRICE].replace(",", ".")
        return told != f"{variant.price:f}"

    def _known(self, row: _Row, price, changes: list[Change]) -> Variant | None:
        variant = self.variant_of(row[C.REFERENCE])
        if variant is None:
            # The same for one of another cooperative: whether there is such a thing is nobody else's business.
            row.fault(C.REFERENCE, _("None of your products has this reference. Leave it empty for a new product."))
            return None
        if row[C.PRICE] and row.is_sound:
            price = price if price is not None else variant.price
            seen = row.read(C.SEEN_PRICE, price_in)
            if seen is not None and seen != variant.price and price != variant.price:
                if price != seen:
                    told = _("It cost %(seen)s when the table was taken, and %(now)s now: look once more.")
                    row.fault(C.PRICE, told % {"seen": format_money(seen), "now": format_money(variant.price)})
                    return variant
                price = variant.price  # nobody changed it in the table; somebody did on its page since
            earlier, its = self.prices.setdefault(variant.pk, (row.at, price))
            if its != price:
                row.fault(C.PRICE, _("Row %(row)s gives it another price.") % {"row": earlier})
            elif earlier == row.at and price != variant.price:
                changes.append(NewPrice(row.at, variant, price))
        return variant

    def _new(self, row: _Row, price) -> NewSize | None:
        for column in OF_A_NEW_ONE:
            if not row[column]:
                row.fault(column, _("A new product needs it. One that is there needs its reference in this row."))
        name = row[C.NAME]
        if len(name) > 120:
            row.fault(C.NAME, _("A name has at most 120 letters."))
        unit = row.read(C.UNIT, unit_in)
        size = row.read(C.SIZE, partial(size_in, times=unit[1])) if unit else None
        product = self.products.get(fold(name))
        category = use = None
        if product is None:
            category, use = self._category(row), self._use(row)
        if not row.is_sound or unit is None or size is None:
            return None
        new = NewSize(row.at, name, product, category, use or "", size, unit[0].value, price)
        same = (new.of_product, new.size, new.unit)
        if product and (there := self.sizes.get((product.pk, new.size, new.unit))):
            row.fault(C.REFERENCE, _("You have this already: write its reference %(sku)s here.") % {"sku": there.sku})
        elif (earlier := self.sizes_told.setdefault(same, row.at)) != row.at:
            row.fault(C.SIZE, _("Row %(row)s tells of this size already.") % {"row": earlier})
        elif len(self.sizes_told) > MOST_NEW:
            row.fault(
                C.REFERENCE, _("A table may have %(most)s new sizes. Send the others after it.") % {"most": MOST_NEW}
            )
        return new if row.is_sound else None

    def _category(self, row: _Row) -> Category | None:
        found = self.categories.get(fold(row[C.CATEGORY]), [])
        if len(found) != 1:
            row.fault(C.CATEGORY, _("Write one of these: %(names)s.") % {"names": self.named_categories})
            return None
        return found[0]

    def _use(self, row: _Row) -> str | None:
        use = self.uses.get(fold(row[C.USE]))
        if use is None:
            row.fault(C.USE, _("Write one of these: %(names)s.") % {"names": " · ".join(str(use.label) for use in Use)})
        return use

    def _stock(self, row: _Row, of: Variant | NewSize | None, changes: list[Change]) -> None:
        count, day = row.read(C.COUNT, count_in), row.read(C.BEST_BEFORE, day_in)
        code = row[C.LOT]
        if not code:
            if row[C.COUNT] or row[C.BEST_BEFORE]:
                row.fault(C.LOT, _("Say of which lot: write its code, or a new one for a new lot."))
            return
        if len(code) > 40:
            row.fault(C.LOT, _("The code of a lot has at most 40 letters."))
            return
        lot = self.lots.get(code) or self.lots.get(code.casefold())
        its_own = tidy(lot.code) if lot else code.casefold()
        if (earlier := self.lots_told.setdefault(its_own, row.at)) != row.at:
            row.fault(C.LOT, _("Row %(row)s tells of this lot already.") % {"row": earlier})
        if day and day < self.today and not (lot and lot.best_before == day):
            row.fault(C.BEST_BEFORE, _("This day is over: such a lot cannot be sold."))
        if of is None:
            return
        if lot is None:
            self._new_lot(row, of, code, count, day, changes)
        elif lot.variant != of:
            row.fault(C.LOT, _("This is a lot of “%(product)s”.") % {"product": lot.variant})
        else:
            self._known_lot(row, lot, count, day, changes)

    def _new_lot(self, row: _Row, of: Variant | NewSize, code: str, count, day, changes: list[Change]) -> None:
        if count == 0 or not row[C.COUNT]:
            row.fault(C.COUNT, _("A new lot has at least one unit."))
        elif isinstance(of, Variant) and not of.is_active:
            row.fault(C.REFERENCE, _("This size is no longer sold."))
        elif count:
            changes.append(NewLot(row.at, of, code, count, day))

    def _known_lot(self, row: _Row, lot: Lot, count, day, changes: list[Change]) -> None:
        seen = row.read(C.SEEN_COUNT, count_in)
        if count is not None and seen is not None and seen != lot.on_hand and count != lot.on_hand:
            if count != seen:
                told = _("There were %(seen)s when the table was taken, and %(now)s now: count once more.")
                row.fault(C.COUNT, told % {"seen": seen, "now": lot.on_hand})
                return
            count = None  # nobody counted; some were sold since
        if count is not None and count < lot.reserved:
            row.fault(C.COUNT, _("%(count)s are kept for orders. Cancel one of these first.") % {"count": lot.reserved})
        elif count is not None and count != lot.on_hand:
            changes.append(NewCount(row.at, lot, count))
        if day and day != lot.best_before:
            changes.append(NewDate(row.at, lot, day))


def _names(row: Product | Category) -> list[str]:
    return [name for code, _name in settings.LANGUAGES if (name := getattr(row, f"name_{code}"))]
