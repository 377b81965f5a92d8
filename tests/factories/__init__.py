"""Dull, real rows. Whatever a test is about, it says itself; the rest is made here."""

from .catalog import (
    PDF,
    CategoryFactory,
    CooperativeFactory,
    LotFactory,
    ProductFactory,
    ProductSaleFactory,
    VariantFactory,
    a_finished_product,
    a_rib,
    an_evidence,
)
from .cms import a_home, a_legal_text, a_newer_version
from .store import (
    CartFactory,
    CourierFactory,
    ZoneFactory,
    a_bank_format,
    a_commune,
    a_contact,
    a_debt,
    a_file,
    a_part,
    a_person,
    a_rate,
    a_return,
    a_sold_part,
    a_transfer,
    a_voucher,
    a_zone,
    advance,
    book_in,
    last_month,
    money_comes,
    place,
)

__all__ = [
    "PDF", "CartFactory", "CategoryFactory", "CooperativeFactory", "CourierFactory", "LotFactory", "ProductFactory",
    "ProductSaleFactory", "VariantFactory", "ZoneFactory", "a_bank_format", "a_commune", "a_contact", "a_debt",
    "a_file", "a_finished_product", "a_home", "a_legal_text", "a_newer_version", "a_part", "a_person", "a_rate", "a_return",
    "a_rib", "a_sold_part", "a_transfer", "a_voucher", "a_zone", "advance", "an_evidence", "book_in",
    "last_month", "money_comes", "place",
]  # fmt: skip
