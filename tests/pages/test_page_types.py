"""Each type of page can be shown with nothing but its title, as it mostly is, and as full as it gets, in both directions."""

import re

import pytest
from django.utils.html import strip_tags
from wagtail.models import Locale, Page, Site

from catalog.models import Category
from cms.models import (
    ContactPage,
    CooperativePage,
    CooperativesPage,
    GuidePage,
    GuidesPage,
    HomePage,
    ImpactPage,
    StandardPage,
    StoriesPage,
    StoryPage,
    Theme,
)
from cms.pages.base import ShopPage
from tests.factories.catalog import LotFactory

from .told import a_figure, a_picture

pytestmark = pytest.mark.django_db

WORDS = {"fr": "Au printemps, les ruches montent vers le thym. ", "ar": "في الربيع تصعد الخلايا نحو الزعتر. "}
STATES = ("empty", "normal", "full")
TYPES = [
    HomePage, CooperativesPage, CooperativePage, StoriesPage, StoryPage, GuidesPage, GuidePage, ImpactPage, ContactPage,
    StandardPage,
]  # fmt: skip
#: The page above one of this type, where it is not the home page.
ABOVE = {CooperativePage: CooperativesPage, StoryPage: StoriesPage, GuidePage: GuidesPage}


class Writer:
    """Fills pages of a language so far, with rows of a shop that has one of everything."""

    def __init__(self, language: str, state: str, tmp_path):
        self.language, self.state = language, state
        self.product = LotFactory(variant__product__sale__cooperative__slug="page").variant.product
        self.cooperative = self.product.sale.cooperative
        self.picture, self.figure = a_picture(tmp_path), a_figure()

    def words(self, most: int) -> str:
        """Nothing, a sentence, or as many as fit; a form asks for a letter at least where a column is not to be empty."""
        sentence = WORDS[self.language]
        return {"empty": "", "normal": sentence, "full": sentence * 40}[self.state][:most].strip()

    def body(self) -> list:
        picture = {"image": self.picture, "alt": "x", "caption": self.words(200), "is_illustration": True}
        moment = {"when": "2019", "title": self.words(120), "text": self.words(500)}
        blocks = [
            ("heading", self.words(120)), ("text", f"<p>{self.words(2000)}</p>"), ("picture", picture),
            ("figures", {"title": self.words(80), "figures": [self.figure]}),
            ("gallery", {"pictures": [picture] * 12}), ("quote", {"words": self.words(400), "who": self.words(120)}),
            ("timeline", {"moments": [moment] * 8}), ("steps", {"steps": [{"title": self.words(120), "text": ""}] * 8}),
            ("product", {"product": self.product, "words": self.words(160)}),
            ("product_row", {"title": self.words(80), "products": [self.product] * 8}),
            ("question", {"question": self.words(160), "answer": f"<p>{self.words(2000)}</p>"}),
        ]  # fmt: skip
        return {"empty": [], "normal": blocks[:2], "full": blocks}[self.state]

    def page(self, model: type[ShopPage]) -> ShopPage:
        """One of this type; each text as long as its column lets it be, or not there."""
        fields = {
            field.name: self.words(field.max_length or 2000) or ("" if field.blank else "x")
            for field in model._meta.local_fields
            if field.name in TEXTS
        }
        if self.state != "empty":
            rows = {
                "cover": self.picture,
                "hero_image": self.picture,
                "category": Category.objects.create(slug="miels"),
            }
            rows["theme"] = Theme.objects.create(slug="metier", name_fr="Métier", name_ar="حرفة")
            names = {field.name for field in model._meta.local_fields}
            fields |= {name: row for name, row in rows.items() if name in names}
        if model is CooperativePage or (model is StoryPage and self.state != "empty"):
            fields["cooperative"] = self.cooperative
        if model is StandardPage:
            fields["body"] = f"<p>{self.words(4000)}</p>"
        elif hasattr(model, "body"):
            kinds = model._meta.get_field("body").stream_block.child_blocks
            fields["body"] = [(kind, value) for kind, value in self.body() if kind in kinds]
        title = {"empty": "x", "normal": self.words(40), "full": self.words(255)}[self.state]
        return model(title=title, slug=getattr(model, "fixed_slug", "") or "page", **fields)


#: Columns that hold words.
TEXTS = {
    "introduction", "summary", "cover_alt", "hero_title", "hero_text", "hero_alt", "address", "opening_hours", "thanks",
    "seo_title", "search_description",
}  # fmt: skip


def put_below_home(language: str, page: ShopPage) -> str:
    """Publish the page in a tree of its language; returns its address."""
    locale = Locale.objects.get(language_code=language)

    def lay(parent, child):
        child.locale = locale
        return parent.add_child(instance=child)

    root = Page.get_first_root_node()
    if isinstance(page, HomePage):
        page.slug, home = f"accueil-{language}", lay(root, page)
    else:
        home = lay(root, HomePage(title="x", slug=f"accueil-{language}", hero_title="x"))
    Site.objects.update(root_page=home)
    Site.clear_site_root_paths_cache()
    if page is home:
        return f"/{language}/"
    above = ABOVE.get(type(page))
    parent = lay(home, above(title="x", slug=above.fixed_slug)) if above else home
    return f"/{language}/" + lay(parent, page).url_path.removeprefix(home.url_path)


@pytest.fixture(autouse=True)
def _no_site_is_left():
    yield
    Site.clear_site_root_paths_cache()


def test_no_type_of_page_is_forgotten():
    def concrete(model):
        below = [found for child in model.__subclasses__() for found in concrete(child)]
        return below if model._meta.abstract else [model, *below]

    assert set(TYPES) == set(concrete(ShopPage))


@pytest.mark.parametrize("language", ["fr", "ar"])
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("model", TYPES)
def test_a_page_can_be_shown_empty_normal_and_full_in_both_directions(client, tmp_path, model, state, language):
    writer = Writer(language, state, tmp_path)
    answer = client.get(put_below_home(language, writer.page(model)))
    html = answer.content.decode()
    main = " ".join(strip_tags(html.partition("<main")[2].partition("</main>")[0]).split())

    assert answer.status_code == 200
    assert f'dir="{"rtl" if language == "ar" else "ltr"}"' in html.partition("<head>")[0]
    assert not re.search(r"\bNone\b|{{|{%", main)
    assert (WORDS[language].strip()[:20] in main) == (state != "empty")
    assert main.count(WORDS[language].strip()) >= {"empty": 0, "normal": 1, "full": 3}[state]
