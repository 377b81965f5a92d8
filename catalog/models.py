"""Re-exports only: a model may move between folders without a migration."""

from .claims.models import ClaimWord
from .cooperatives.models import Accent, Cooperative, TaxStatus
from .media.models import SharePicture, ShopDocument, ShopImage, ShopRendition
from .products.models import Category, Product, ProductPhoto, ProductSale, TaxRate, Use, Variant
from .stock.models import Lot, MovementKind, Reservation, StockMovement

__all__ = [
    "Accent", "Category", "ClaimWord", "Cooperative", "Lot", "MovementKind", "Product", "ProductPhoto", "ProductSale",
    "Reservation", "SharePicture", "ShopDocument", "ShopImage", "ShopRendition", "StockMovement", "TaxRate", "TaxStatus",
    "Use", "Variant",
]  # fmt: skip
