"""Documents of the demonstration's cooperatives: one for each rule, one that ends soon, one that waits, one refused."""

import io
from datetime import timedelta

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont

from catalog.cooperatives.models import Cooperative
from catalog.evidence import actions
from catalog.evidence.files import prepared_file
from catalog.products.models import Product

#: Cooperative → kind, number, days since it was issued, days until it ends. The numbers are invented and say so.
OF_COOPERATIVES: dict[str, list[tuple[str, str, int, int | None]]] = {
    "qatr-nada": [("sanitary", "DEMO-ONSSA-0001", 330, 400)],
    "tinas-cop": [("sanitary", "DEMO-ONSSA-0002", 1120, -25), ("sanitary", "DEMO-ONSSA-0003", 341, 24)],
}
#: The same of products.
OF_PRODUCTS = {"eau-de-rose": ("cosmetic", "DEMO-COSM-0001", 200, 530)}
#: Of a product, which staff have not looked at, and which they sent back.
WAITING = ("miel-thym", "analysis", "DEMO-LABO-0417")
REFUSED = ("miel-oranger", "label", "DEMO-LABEL-0009", "La deuxième page manque : envoyez les deux, s’il vous plaît.")


def load_evidence(cooperative: Cooperative) -> None:
    for of_it in OF_COOPERATIVES[cooperative.slug]:
        _accepted(cooperative, of_it)


def load_evidence_of(product: Product, slug: str, cooperative: Cooperative) -> None:
    if slug in OF_PRODUCTS:
        _accepted(cooperative, OF_PRODUCTS[slug], product=product)
    for asked, kind, number, *note in (WAITING, REFUSED):
        if slug == asked:
            sent = actions.send(cooperative, kind=kind, number=number, file=_sheet(number), by=None, product=product)
            for because in note:
                actions.refuse(sent, because=because, by=None)


def _accepted(cooperative: Cooperative, of_it: tuple[str, str, int, int | None], *, product=None) -> None:
    kind, number, since, until = of_it
    today = timezone.localdate()
    sent = actions.send(
        cooperative,
        kind=kind,
        number=number,
        file=_sheet(number),
        by=None,
        product=product,
        issued_on=today - timedelta(days=since),
        expires_on=None if until is None else today + timedelta(days=until),
    )
    actions.accept(sent, by=None)


def _sheet(number: str) -> ContentFile:
    """A picture of a sheet that says what it is: nobody may take it for an authority's."""
    sheet = Image.new("RGB", (700, 990), "#fdfbf6")
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((30, 30, 670, 960), outline="#8a5208", width=4)
    for at, size, words in [(140, 44, "DÉMONSTRATION"), (250, 30, number), (330, 24, "Document inventé, sans valeur")]:
        pen.text((70, at), words, fill="#17241e", font=ImageFont.load_default(size))
    content = io.BytesIO()
    sheet.save(content, "PNG")
    return prepared_file(ContentFile(content.getvalue(), name="feuille.png"))
