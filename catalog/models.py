"""Re-exports only: a model may move between folders without a migration."""

from .claims.models import ClaimWord
from .cooperatives.models import Accent, Cooperative, TaxStatus
from .evidence.models import Evidence, EvidenceKind
from .media.models import SharePicture, ShopDocument, ShopImage, ShopRendition
from .members.models import CooperativeMember, Invitation, Role, SharedPhone
from .products.models import Category, Product, ProductPhoto, ProductSale, TaxRate, Use, Variant
from .reviews.models import ReviewNote
from .rules.models import Requirement
from .stock.models import Lot, MovementKind, Reservation, StockMovement

__all__ = [
    "Accent", "Category", "ClaimWord", "Cooperative", "CooperativeMember", "Evidence", "EvidenceKind", "Invitation", "Lot",
    "MovementKind", "Product", "ProductPhoto", "ProductSale", "Requirement", "Reservation", "ReviewNote", "Role", "SharePicture",
    "SharedPhone", "ShopDocument", "ShopImage", "ShopRendition", "StockMovement", "TaxRate", "TaxStatus", "Use", "Variant",
]  # fmt: skip
