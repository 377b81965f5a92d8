"""The gallery: every component in every state, in French and in Arabic, for those who build the shop. Not in production.

A component `<name>` is `templates/components/<name>.html` or, where it is classes alone, nothing; its rules are in
`css/components/<name>.css`; its states are shown by `templates/gallery/<name>.html`, from the examples below.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.views.decorators.http import require_safe

from catalog.cooperatives.models import Accent, Cooperative
from catalog.products.models import Category, Product, ProductSale, Variant
from catalog.products.queries import Offer, ProductCard, cards, listing
from catalog.products.units import Unit
from catalog.stock.models import Lot, Precision
from catalog.stock.queries import NO_STOCK, VariantStock
from cms.models import cooperative_pages

from ..statuses import PartStatus
from .forms import ListingForm

FOLDER = settings.BASE_DIR / "templates" / "gallery"
LANGUAGES = ("fr", "ar")


@dataclass(frozen=True)
class Component:
    name: str
    #: (language, HTML) of all its states.
    shown: list[tuple[str, str]]


def names() -> list[str]:
    return sorted(Path(file).stem for file in FOLDER.glob("*.html"))


@require_safe
def gallery(request):
    if not settings.SHOW_GALLERY:
        raise Http404("the gallery is shown to those who build the shop")
    return render(request, "shopfront/gallery.html", {"components": components()})


def components() -> list[Component]:
    found = [Component(name, []) for name in names()]
    for language in LANGUAGES:
        with translation.override(language):
            context = examples()
            for component in found:
                prefix = f"{component.name}-{language}"  # the two must not share ids
                html = render_to_string(f"gallery/{component.name}.html", {**context, "prefix": prefix})
                component.shown.append((language, html))
    return found


def examples() -> dict:
    """What the states are made of: pictures from this shop if it has some, everything else invented and never saved."""
    real = cards(listing()[:2])
    return {
        "card": a_card(stock=40),
        "card_few": a_card(stock=3),
        "card_sold_out": a_card(stock=0),
        "cards_with_photos": real,
        "photos": next((card.photos for card in real if card.photos), []),
        "cooperative_pages": list(cooperative_pages(_locale())[:1]),
        "accents": Accent.values,
        "statuses": PartStatus,
        "form": ListingForm({"sort": "wrong"}, cooperatives=[]),
        "trail": [("Boutique", "/fr/boutique/"), ("Miels", "/fr/boutique/rayon/miels/"), ("Miel de thym", "")],
        "summary": SimpleNamespace(
            goods=Decimal("285"), delivery=Decimal("50"), total=Decimal("335"), is_complete=True
        ),
        "summary_open": SimpleNamespace(goods=Decimal("285"), delivery=0, total=Decimal("285"), is_complete=False),
        "languages": [(code, name, f"/{code}/") for code, name in settings.LANGUAGES],
        "LANGUAGE_CODE": translation.get_language(),
    }


def a_card(*, stock: int) -> ProductCard:
    """A card of two sizes, with so many units of each; no row of it is in the database."""
    cooperative = Cooperative(
        pk=0, slug="exemple", name_fr="La ruche", name_ar="الخلية", accent=Accent.HONEY, phone="+212600000000"
    )
    product = Product(pk=0, name_fr="Miel de thym sauvage", name_ar="عسل الزعتر البري", name_en="Wild thyme honey")
    sale = ProductSale(pk=0, slug="exemple", cooperative=cooperative, category=Category(slug="miels", name_fr="Miels"))
    lot = Lot(best_before=date(2028, 6, 1), best_before_precision=Precision.MONTH)
    in_stock = VariantStock(available=stock, next_lot=lot) if stock else NO_STOCK
    sizes = [(250, "140.00"), (1000, "1490.00")]
    offers = [
        Offer(Variant(pk=number, product=product, size=size, unit=Unit.GRAM, price=Decimal(price)), in_stock)
        for number, (size, price) in enumerate(sizes, start=1)
    ]
    return ProductCard(product, sale, [], offers)


def _locale():
    from wagtail.models import Locale  # its table is asked only when the gallery is

    return Locale.get_active()
