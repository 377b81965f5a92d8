"""A small shop that has one row of everything, so that hostile texts can be written into all of it."""

import io
from datetime import date
from decimal import Decimal

from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image
from wagtail.models import Page

from catalog.models import ProductPhoto, ShopDocument, ShopImage
from cms.models import Figure, HomePage, LegalKind
from store.models import User
from tests.factories.catalog import CategoryFactory, LotFactory
from tests.factories.cms import a_home, a_legal_text
from tests.factories.store import a_voucher, a_zone

from .doors import address_of_adding, editing_viewsets, kinds_of_pages
from .writing import Pen, write


def a_picture() -> ShopImage:
    drawn = io.BytesIO()
    Image.new("RGB", (60, 40), "#806020").save(drawn, "PNG")
    return ShopImage.objects.create(title="Ruche", file=ContentFile(drawn.getvalue(), name="ruche.png"))


def open_shop(author: Client) -> HomePage:
    """Rows of the catalog by factories; other rows, and a page of every kind, through the forms of the admin."""
    a_zone()
    lot = LotFactory(
        quantity=1000,
        variant__product__sale__slug="miel",
        variant__product__sale__category=CategoryFactory(slug="miels"),
        variant__product__sale__cooperative__phone="+212612345678",
        variant__product__sale__cooperative__slug="page-cooperativepage",  # where its page must lie
    )
    ProductPhoto.objects.create(product=lot.variant.product, image=a_picture())
    ShopDocument.objects.create(title="Analyse", file=ContentFile(b"%PDF-1.4\n%%EOF\n", name="analyse.pdf"))
    a_legal_text(LegalKind.TERMS)
    figure = Figure(
        kind="sourced", counted_fr="coopératives", value=Decimal(85), source_fr="Un article", is_undated=True,
        read_on=date(2026, 11, 23),
    )  # fmt: skip
    figure.save()
    a_voucher()  # amount or percent: one of two fields, neither of which is always needed
    home = a_home()
    pen = Pen(texts=("Miel",), links=("https://example.org/",), is_brief=True)
    for viewset in editing_viewsets():
        if not viewset.model._default_manager.exists():
            write(author, address_of_adding(viewset), pen)
    _grow(author, pen)
    return home


def _grow(author: Client, pen: Pen) -> None:
    """Add a page of each kind below a page that may have it, until all are there; one that cannot be added is an error."""
    missing = [model for model in kinds_of_pages() if not model.objects.exists()]
    while missing:
        model = next((model for model in missing if _parent(model)), None)
        assert model, f"no page may have these below it: {missing}"
        label = (model._meta.app_label, model._meta.model_name)
        address = f"/admin/pages/add/{label[0]}/{label[1]}/{_parent(model).pk}/"
        write(author, address, pen, **{"action-publish": "x", "slug": f"page-{label[1]}"})
        missing.remove(model)


def _parent(model) -> Page | None:
    return next((page for parent in model.allowed_parent_page_models() for page in parent.objects.all()), None)


def a_stranger() -> Client:
    """Somebody whose browser the shop never saw."""
    return Client(headers={"sec-fetch-site": "same-origin"})


def a_person(name: str) -> Client:
    """Somebody who may do everything in the admin, and whose password was typed already."""
    client = Client(headers={"accept-language": "fr"})
    client.force_login(
        User.objects.create_superuser(name, email=f"{name}@example.org", password="a password for tests")
    )
    return client
