"""The gallery: every component in every state, in French and in Arabic, for those who build the shop. Not in production.

A component `<name>` is `templates/components/<name>.html` or, where it is classes alone, nothing; its rules are in
`css/components/<name>.css`; its states are shown by `templates/gallery/<name>.html`, from the examples below.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalog.cooperatives.models import Accent, Cooperative
from catalog.money import ZERO
from catalog.products.models import Category, Product, ProductSale, Variant
from catalog.products.queries import Offer, ProductCard, cards, listing
from catalog.products.units import Unit
from catalog.stock.models import Lot, Precision
from catalog.stock.queries import NO_STOCK, VariantStock
from cms.blocks import story_blocks
from cms.figures.models import Extent, Figure, FigureKind, FigureValue
from cms.models import cooperative_pages

from ..flows.receipt import Receipt, Row, fill_bar
from ..flows.transfer import Transfer
from ..payments.bank import MoneyTask
from ..payments.methods import CASH, TRANSFER
from ..statuses import PartStatus, PaymentStatus
from ..vouchers.models import Voucher
from ..vouchers.refusals import Refusal, Why
from .forms import ListingForm

FOLDER = settings.BASE_DIR / "templates" / "gallery"
LANGUAGES = ("fr", "ar")
#: Blocks that hold what their previews hold: words, but for the picture of a portrait.
OF_WORDS = {"heading", "text", "quote", "portrait", "timeline", "steps", "question", "action"}


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
        "trail": a_trail(),
        "summary": SimpleNamespace(
            goods=Decimal("285"), delivery=Decimal("50"), total=Decimal("335"), is_complete=True
        ),
        "summary_cheaper": SimpleNamespace(
            goods=Decimal("285"),
            delivery=Decimal("50"),
            total=Decimal("306.50"),
            is_complete=True,
            voucher=a_voucher(),
            discount=Decimal("28.50"),
        ),
        "summary_refused": SimpleNamespace(
            goods=Decimal("85"),
            delivery=Decimal("50"),
            total=Decimal("135"),
            is_complete=True,
            discount=Decimal(0),
            voucher=a_voucher(),
            refused=Refusal(a_voucher(), Why.MINIMUM, missing=Decimal("15")),
        ),
        "summary_open": SimpleNamespace(goods=Decimal("285"), delivery=0, total=Decimal("285"), is_complete=False),
        "ways": [CASH, TRANSFER],
        "ways_in_cash": [CASH],
        "ways_in_advance": [TRANSFER],
        "confirmation_hours": 48,
        "transfer_deadline": datetime(2026, 12, 1, 23, 59, tzinfo=timezone.get_default_timezone()),
        "transfer": a_transfer(),
        "transfer_partly": a_transfer(waiting=Decimal("200")),
        "transfer_paid": a_transfer(status=PaymentStatus.PAID),
        "transfer_over": a_transfer(status=PaymentStatus.EXPIRED),
        "transfer_late": a_transfer(status=PaymentStatus.EXPIRED, surplus=(MoneyTask(amount=Decimal("335")),)),
        "figures": some_figures(),
        "receipt": a_receipt(is_expected=False),
        "receipt_to_come": a_receipt(is_expected=True),
        "cards_shown": {0: a_card(stock=40)},
        "told": some_words(photo=next((card.photos[0].image for card in real if card.photos), None)),
        "page": Paginator(range(3), per_page=1).page(2),
        "request": SimpleNamespace(GET=QueryDict("q=miel")),
        "languages": [(code, name, f"/{code}/") for code, name in settings.LANGUAGES],
        "LANGUAGE_CODE": translation.get_language(),
    }


def a_trail() -> list[tuple[str, str]]:
    """To a honey, in the active language."""
    language = translation.get_language()
    names = ("المتجر", "العسل", "عسل الزعتر") if language == "ar" else ("Boutique", "Miels", "Miel de thym")
    return list(zip(names, (f"/{language}/boutique/", f"/{language}/boutique/rayon/miels/", ""), strict=True))


def some_figures() -> list[Figure]:
    """One read somewhere, one to be checked again, one that another replaced, one counted here, one of too few orders."""

    def read(value: str, **details) -> Figure:
        told = {"counted_fr": "coopératives accompagnées", "counted_ar": "تعاونية استفادت من الدعم"}
        source = {"source_fr": "Article de presse", "source_ar": "مقال صحفي", "place_fr": "Meknès", "place_ar": "مكناس"}
        return Figure(
            kind=FigureKind.SOURCED, value=Decimal(value), is_undated=True, read_on=date(2026, 11, 23),
            **{**told, **source, **details},
        )  # fmt: skip

    def counted(value: int, orders: int) -> Figure:
        figure = Figure(
            kind=FigureKind.LIVE, query="orders", counted_fr="commandes livrées", counted_ar="طلبًا تم تسليمه",
            since=date(2026, 1, 1),
        )  # fmt: skip
        figure.counted_value = FigureValue(
            query=figure.query, since=figure.since, value=value, orders=orders, computed_at=timezone.now()
        )
        return figure

    old = read("85", superseded_by=read("92"))
    return [
        read("22000000", extent=Extent.MORE_THAN, unit_fr="dirhams", unit_ar="درهم", period_fr="depuis 2019", period_ar="منذ 2019"),
        read("608", review_by=date(2026, 1, 1)),
        old,
        counted(1234, 1234),
        counted(2, 2),
    ]  # fmt: skip


def a_receipt(*, is_expected: bool) -> Receipt:
    """Of two jars and an oil; no row of it is in the database."""
    shares = [("La ruche", "96", "accent-honey"), ("L’alambic", "98", "accent-lavender")]
    rows = [Row(label, Decimal(amount), accent) for label, amount, accent in shares]
    rows += [
        Row(_("Delivery"), Decimal("30"), "receipt__delivery"),
        Row(_("Running of the shop"), Decimal("10"), "receipt__platform"),
        Row(_("Tax"), Decimal("0"), "receipt__tax"),
        Row(_("Card payment fee"), Decimal("6"), "receipt__fee"),
    ]
    fill_bar(rows)
    return Receipt(rows, Decimal("240"), is_expected)


def a_voucher() -> Voucher:
    return Voucher(code="BIENVENUE", percent=10, minimum=Decimal("100"))


def a_transfer(
    *, status: PaymentStatus = PaymentStatus.EXPECTED, waiting: Decimal = ZERO, surplus: tuple[MoneyTask, ...] = ()
) -> Transfer:
    """To an account that does not exist."""
    return Transfer(
        reference="TW-1234567", rib="999 480 0000 2026 1126 0001 43", bank="Banque", holder="Association",
        amount=Decimal("335"), waiting=waiting, surplus=surplus, status=status,
        deadline=datetime(2026, 12, 1, 23, 59, tzinfo=timezone.get_default_timezone()),
    )  # fmt: skip


def some_words(*, photo) -> dict:
    """What the blocks of a story hold, in the active language."""
    arabic = translation.get_language() == "ar"

    def say(french: str, in_arabic: str) -> str:
        return in_arabic if arabic else french

    title = say("Cinq femmes et quarante ruches", "خمس نساء وأربعون خلية")
    held = {name: block.get_preview_value() for name, block in story_blocks() if name in OF_WORDS}
    return {
        **held,
        "words": say("Le miel de ce récit.", "عسل هذه القصة."),
        "picture": {"image": photo, "alt": title, "caption": title, "is_illustration": True},
        "story": SimpleNamespace(
            title=title, summary=say("Un récit.", "قصة."), url="#", cover=photo, told_on=date(2026, 11, 25),
            cooperative=a_card(stock=1).cooperative,
        ),
    }  # fmt: skip


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
