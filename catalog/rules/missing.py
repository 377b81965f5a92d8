"""What a product lacks before it may go live, in the language of whoever reads it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ..cooperatives.models import Cooperative
from ..evidence.models import Evidence, EvidenceKind
from ..products.models import Product, ProductSale, Variant
from ..products.units import Unit
from .models import Need, Requirement

#: Languages in which a text has to be there: whoever buys reads one of them.
READ_BY_BUYERS = ("fr", "ar")


class Place(Enum):
    """Where it is put right."""

    WORDS = "words"
    SIZES = "sizes"
    EVIDENCE = "evidence"
    #: With the federation, which has suspended the cooperative.
    FEDERATION = "federation"


@dataclass(frozen=True)
class Missing:
    """One thing that is missing: `code` names the need for ever, `text` says it, `place` is where it is put right."""

    code: Need | None
    text: str
    place: Place


class NotReady(PermissionDenied):
    """It cannot go live yet. Where no form says why, the admin answers as it refuses other deeds."""

    def __init__(self, lines: list[Missing]):
        super().__init__(" ".join(line.text for line in lines))
        self.lines = lines


def missing(product: Product, *, use: str = "", cooperative: Cooperative | None = None) -> list[Missing]:
    """What its use asks for and this version of the product does not have; a draft is read as it is given.

    `use` and `cooperative` are for a product that has no sale yet. Four queries at most.
    """
    sale = ProductSale.objects.filter(product=product.pk).first() if product.pk else None
    use, seller = (sale.use, sale.cooperative_id) if sale else (use, cooperative.pk if cooperative else None)
    needs = [Need(need) for need in Requirement.objects.filter(use=use).values_list("need", flat=True)] if use else []
    needs.sort(key=list(Need).index)
    asked = [need for need in needs if need in EvidenceKind.values]
    papers = _papers(product, seller, asked) if asked else []
    lines = (
        _of_evidence(need, [paper for paper in papers if paper.kind == need]) if need in asked else _of(product, need)
        for need in needs
    )
    return [line for line in lines if line]


def keeps_from_going_live(product: Product, **new) -> list[Missing]:
    """What stands against publishing this version: all that it lacks, or, of what is live already, what it would lose.

    So what was live before there was a rule can still be corrected, and gets no worse.
    """
    if ProductSale.objects.filter(product=product.pk or 0, cooperative__suspended_at__isnull=False).exists():
        return [Missing(None, _("The cooperative is suspended: nothing of it is published."), Place.FEDERATION)]
    lines = missing(product, **new)
    before = Product.objects.filter(pk=product.pk, live=True).first() if lines and product.pk else None
    lacked = {line.code for line in missing(before)} if before else set()
    return [line for line in lines if line.code not in lacked]


def refuse_unfit(product: Product) -> None:
    """Raises NotReady where something stands against publishing this version."""
    if lines := keeps_from_going_live(product):
        raise NotReady(lines)


def _of(product: Product, need: Need) -> Missing | None:
    if need == Need.NET_CONTENT:
        sizes = Variant.objects.filter(product=product.pk, is_active=True).exclude(unit=Unit.PIECE)
        told = _("Net weight or volume: add a size in grams or milliliters")
        return None if product.pk and sizes.exists() else Missing(need, told, Place.SIZES)
    if need == Need.LATIN_NAME:
        told = _("Botanical name: write it, as on the label")
        return None if product.latin_name.strip() else Missing(need, told, Place.WORDS)
    lacks = [code for code in READ_BY_BUYERS if not (getattr(product, f"{need.value}_{code}") or "").strip()]
    if not lacks:
        return None
    told = {
        Need.COMPOSITION: _("Ingredients and allergens: write them in {languages}"),
        Need.ADVICE: _("Use and keeping: write it in {languages}"),
    }[need]
    return Missing(need, told.format(languages=_named(lacks)), Place.WORDS)


def _named(codes: Iterable[str]) -> str:
    names = dict(settings.LANGUAGES)
    return " · ".join(names[code] for code in codes)


def _papers(product: Product, seller: int | None, asked: list[Need]) -> list[Evidence]:
    """The newest first, of the product or of all that its cooperative sells."""
    of_it = Q(product=None) | Q(product=product.pk) if product.pk else Q(product=None)
    return list(Evidence.objects.filter(of_it, cooperative=seller, kind__in=asked).order_by("-pk"))


def _of_evidence(need: Need, papers: list[Evidence]) -> Missing | None:
    """Nothing where a document counts today; else what is to be done about the newest one."""
    if any(paper.is_good_today for paper in papers):
        return None
    newest = papers[0] if papers else None
    if newest is None:
        told = _("{document}: send it with its number").format(document=need.label)
    elif not newest.outcome:
        told = _("{document}: it was sent, the federation looks at it").format(document=need.label)
    elif newest.outcome == Evidence.Outcome.REFUSED:
        told = _("{document}: it was refused. {note}").format(document=need.label, note=newest.note)
    else:
        ended = _("{document}: it ended on {day}, send the new one")
        told = ended.format(document=need.label, day=date_format(newest.expires_on))
    return Missing(need, told, Place.EVIDENCE)
