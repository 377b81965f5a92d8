"""What a table would change, each thing by itself: told to a person before it is done."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import formats
from django.utils.translation import gettext as _

from catalog.money import format_money
from catalog.products.models import Category, Product, Variant
from catalog.products.units import format_size
from catalog.stock.models import Lot
from catalog.text_folding import fold


@dataclass(frozen=True)
class NewSize:
    """A size that is not there yet, of a product that is, or of one that begins with it as a draft."""

    at: int
    name: str
    product: Product | None
    category: Category | None
    use: str
    size: int
    unit: str
    price: Decimal

    @property
    def of_product(self) -> str:
        """Rows of the same product have the same."""
        return f"#{self.product.pk}" if self.product else fold(self.name)  # no folded name has such a mark

    @property
    def identity(self) -> tuple:
        category = self.category.pk if self.category else None
        return ("size", self.of_product, self.name, category, self.use, self.size, self.unit, self.price)

    @property
    def subject(self) -> str:
        return f"{self.product or self.name} · {format_size(self.size, self.unit)}"

    @property
    def what(self) -> str:
        return _("New size") if self.product else _("New product, as a draft")

    @property
    def was(self) -> str:
        return ""

    @property
    def now(self) -> str:
        return format_money(self.price)


@dataclass(frozen=True)
class NewPrice:
    at: int
    variant: Variant
    price: Decimal

    @property
    def identity(self) -> tuple:
        return ("price", self.variant.pk, self.variant.price, self.price)

    @property
    def subject(self) -> str:
        return str(self.variant)

    @property
    def what(self) -> str:
        return _("Price")

    @property
    def was(self) -> str:
        return format_money(self.variant.price)

    @property
    def now(self) -> str:
        return format_money(self.price)


@dataclass(frozen=True)
class NewLot:
    at: int
    of: Variant | NewSize
    code: str
    quantity: int
    best_before: date | None

    @property
    def identity(self) -> tuple:
        of = self.of.pk if isinstance(self.of, Variant) else self.of.identity
        return ("lot", of, self.code, self.quantity, self.best_before)

    @property
    def subject(self) -> str:
        of = str(self.of) if isinstance(self.of, Variant) else self.of.subject
        return f"{of} · {self.code}"

    @property
    def what(self) -> str:
        return _("New lot")

    @property
    def was(self) -> str:
        return ""

    @property
    def now(self) -> str:
        return f"{self.quantity} · {_day(self.best_before)}" if self.best_before else str(self.quantity)


@dataclass(frozen=True)
class NewCount:
    at: int
    lot: Lot
    count: int

    @property
    def identity(self) -> tuple:
        return ("count", self.lot.pk, self.lot.on_hand, self.count)

    @property
    def subject(self) -> str:
        return f"{self.lot.variant} · {self.lot.code}"

    @property
    def what(self) -> str:
        return _("On hand")

    @property
    def was(self) -> str:
        return str(self.lot.on_hand)

    @property
    def now(self) -> str:
        return str(self.count)


@dataclass(frozen=True)
class NewDate:
    at: int
    lot: Lot
    best_before: date

    @property
    def identity(self) -> tuple:
        return ("date", self.lot.pk, self.lot.best_before, self.best_before)

    @property
    def subject(self) -> str:
        return f"{self.lot.variant} · {self.lot.code}"

    @property
    def what(self) -> str:
        return _("Best before")

    @property
    def was(self) -> str:
        return _day(self.lot.best_before) if self.lot.best_before else ""

    @property
    def now(self) -> str:
        return _day(self.best_before)


Change = NewSize | NewPrice | NewLot | NewCount | NewDate


def _day(day: date) -> str:
    return formats.date_format(day, formats.get_format("SHORT_DATE_FORMAT"))
