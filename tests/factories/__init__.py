"""Dull, real rows. Whatever a test is about, it says itself; the rest is made here."""

from .catalog import CategoryFactory, CooperativeFactory, LotFactory, ProductFactory, ProductSaleFactory, VariantFactory
from .cms import a_home, a_legal_text, a_newer_version
from .store import (
    CartFactory,
    CourierFactory,
    ZoneFactory,
    a_commune,
    a_contact,
    a_debt,
    a_part,
    a_rate,
    a_return,
    a_rib,
    a_sold_part,
    a_zone,
    advance,
    place,
)

__all__ = [
    "CartFactory", "CategoryFactory", "CooperativeFactory", "CourierFactory", "LotFactory", "ProductFactory",
    "ProductSaleFactory", "VariantFactory", "ZoneFactory", "a_commune", "a_contact", "a_debt", "a_home",
    "a_legal_text", "a_newer_version", "a_part", "a_rate", "a_return", "a_rib", "a_sold_part", "a_zone", "advance", "place",
]  # fmt: skip
