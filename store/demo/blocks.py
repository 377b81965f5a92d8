"""The blocks of the demonstration's stories, guides and pages, in one language."""

from wagtail.models import Page

from catalog.media.models import ShopImage
from catalog.products.models import ProductSale
from cms.models import CooperativePage, Figure

from .content import as_paragraphs


class Writer:
    """Writes in its language, with the pictures, figures and products of the demonstration."""

    def __init__(self, language: str, images: dict[str, ShopImage], figures: dict[str, Figure]):
        self.language, self.images, self.figures = language, images, figures
        self.products = {sale.slug: sale.product for sale in ProductSale.objects.select_related("product")}

    def say(self, row: dict, field: str) -> str:
        return row[f"{field}_{self.language}"].strip()

    def blocks(self, row: dict) -> list[tuple]:
        return [(block["kind"], self.block(block)) for block in row["block"]]

    def article(self, row: dict) -> dict:
        """The fields that stories and guides share."""
        return {
            **{field: self.say(row, field) for field in ("title", "summary", "cover_alt")},
            "slug": row["slug"],
            "cover": self.images[row["cover"]],
            "cover_is_illustration": True,
            "body": self.blocks(row),
        }

    def block(self, row: dict):
        """The value of a block, by the method of its kind."""
        return getattr(self, f"_{row['kind']}")(row)

    def _titled(self, row):
        return {"title": self.say(row, "title")}

    _shelf = _cooperatives = _stories = _titled

    def _heading(self, row):
        return self.say(row, "text")

    def _text(self, row):
        return as_paragraphs(self.say(row, "text"))

    def _quote(self, row):
        return {name: self.say(row, name) for name in ("words", "who")}

    def _picture(self, row):
        """Everything shown here is drawn or rendered, and the page says so."""
        return {
            "image": self.images[row["image"]],
            "is_illustration": True,
            **{name: self.say(row, name) for name in ("alt", "caption")},
        }

    def _gallery(self, row):
        return {"pictures": [self._picture(picture) for picture in row["picture"]]}

    def _portrait(self, row):
        return {
            "picture": self._picture(row),
            "text": as_paragraphs(self.say(row, "text")),
            **{name: self.say(row, name) for name in ("name", "role")},
        }

    def _product(self, row):
        return {"product": self.products[row["product"]], "words": self.say(row, "words")}

    def _product_row(self, row):
        return {"title": self.say(row, "title"), "products": [self.products[slug] for slug in row["products"]]}

    def _figures(self, row):
        return {"title": self.say(row, "title"), "figures": [self.figures[key] for key in row["figures"]]}

    def _timeline(self, row):
        return {
            "moments": [
                {name: self.say(moment, name) for name in ("when", "title", "text")} for moment in row["moment"]
            ]
        }

    def _steps(self, row):
        return {"steps": [{name: self.say(step, name) for name in ("title", "text")} for step in row["step"]]}

    def _question(self, row):
        return {"question": self.say(row, "question"), "answer": as_paragraphs(self.say(row, "answer"))}

    def _action(self, row):
        page = Page.objects.get(slug=row["page"], locale__language_code=self.language)
        return {"page": page, "link": "", **{name: self.say(row, name) for name in ("title", "text", "button")}}

    def _cooperative(self, row):
        return {
            "cooperative": CooperativePage.objects.get(slug=row["cooperative"], locale__language_code=self.language)
        }
