from ..cooperatives.models import Cooperative
from ..evidence.models import EvidenceKind
from ..products.models import ProductSale
from .models import Requirement


def kinds_needed_by(cooperative: Cooperative) -> list[EvidenceKind]:
    """The documents that the rules ask of what it sells, drafts too: one query."""
    uses = ProductSale.objects.filter(cooperative=cooperative).values("use")
    asked = Requirement.objects.filter(use__in=uses, need__in=EvidenceKind.values)
    return [EvidenceKind(need) for need in asked.order_by("need").values_list("need", flat=True).distinct()]
