"""Every block in three states, in French and in Arabic: as it is put on a page, as it mostly is, and as full as it gets.

Beside the gallery of components, for those who build the shop and for the contact sheet. Not in production.
"""

from dataclasses import dataclass
from types import SimpleNamespace

from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.template import Context, Template
from django.utils import translation
from django.views.decorators.http import require_safe
from wagtail.blocks import Block

from catalog.products.models import Product
from catalog.products.queries import cards, listing
from cms.blocks import home_blocks, story_blocks

from .gallery import LANGUAGES, a_card, some_figures, some_words

STATES = ("empty", "normal", "full")
RENDER = Template("{% load wagtailcore_tags %}{% include_block value %}")
LONG = {
    "fr": "Au printemps, les ruches montent vers le thym, et chacune des femmes sait laquelle a souffert de l’hiver. ",
    "ar": "في الربيع تصعد الخلايا نحو الزعتر، وكل واحدة من النساء تعرف أي خلية أتعبها الشتاء. ",
}


@dataclass(frozen=True)
class Specimen:
    name: str
    #: (state, language, HTML).
    shown: list[tuple[str, str, str]]


@require_safe
def block_gallery(request):
    if not settings.SHOW_GALLERY:
        raise Http404("the gallery is shown to those who build the shop")
    return render(request, "shopfront/block_gallery.html", {"specimens": specimens()})


def kinds() -> dict[str, Block]:
    return dict([*story_blocks(), *home_blocks()])


def specimens() -> list[Specimen]:
    blocks = kinds()
    found = [Specimen(name, []) for name in blocks]
    for language in LANGUAGES:
        with translation.override(language):
            context = surroundings()
            values = examples(context)
            for specimen in found:
                block = blocks[specimen.name]
                for state in STATES:
                    value = empty(block) if state == "empty" else block.normalize(values[specimen.name][state])
                    if specimen.name == "shelf":
                        value.cards = [context["cards_shown"][0]] * {"empty": 0, "normal": 2, "full": 8}[state]
                    html = RENDER.render(Context({**context, "value": block.bind(value)}))
                    specimen.shown.append((state, language, html))
    return found


def empty(block: Block):
    """What an editor has put on the page and not filled in yet."""
    return block.to_python({} if hasattr(block, "child_blocks") else "")


def surroundings() -> dict:
    """What the page gives to its blocks; pictures are those of this shop if it has some, all else is invented."""
    real = cards(listing()[:1])
    photo = next((card.photos[0].image for card in real if card.photos), None)
    card = a_card(stock=40)
    cooperative = SimpleNamespace(
        cooperative=card.cooperative,
        cover=photo,
        url="#",
        introduction=some_words(photo=photo)["words"],
        live=True,
    )
    return {
        "photo": photo,
        "cards_shown": {0: card},
        "cooperative_pages": [cooperative] * 2,
        "stories": [some_words(photo=photo)["story"]] * 3,
        "stories_url": "#",
        "LANGUAGE_CODE": translation.get_language(),
    }


def examples(context: dict) -> dict[str, dict]:
    """Block → its values by state, in the active language."""
    words = some_words(photo=context["photo"])
    long = LONG[translation.get_language() or "fr"]
    title, longest = words["story"].title, (long * 2)[:118]
    product = Product(pk=0, live=True, name_fr="Miel de thym sauvage", name_ar="عسل الزعتر البري")
    [page, _] = context["cooperative_pages"]
    moment = words["timeline"]["moments"][0]
    much = f"<p>{long * 4}</p><ul><li>{long}</li><li>{long}</li></ul>"
    figures = some_figures()
    picture = words["picture"]
    return {
        "heading": {"normal": words["heading"], "full": longest},
        "text": {"normal": words["text"], "full": much * 2},
        "picture": {
            "normal": {**picture, "caption": "", "is_illustration": False},
            "full": {**picture, "caption": long},
        },
        "gallery": {"normal": {"pictures": [picture] * 2}, "full": {"pictures": [picture] * 12}},
        "quote": {"normal": words["quote"], "full": {"words": long * 3, "who": longest}},
        "portrait": {
            "normal": words["portrait"],
            "full": {**words["portrait"], "name": longest[:80], "role": longest, "text": much},
        },
        "timeline": {
            "normal": words["timeline"],
            "full": {"moments": [{**moment, "title": longest, "text": long * 3}] * 8},
        },
        "steps": {
            "normal": words["steps"],
            "full": {"steps": [{"title": longest, "text": long * 3}] * 7},
        },
        "figures": {
            "normal": {"title": title, "figures": figures[:1]},
            "full": {"title": longest[:80], "figures": [*figures, figures[0]]},
        },
        "product": {
            "normal": {"product": product, "words": words["words"]},
            "full": {"product": product, "words": long},
        },
        "product_row": {
            "normal": {"title": title, "products": [product] * 2},
            "full": {"title": longest[:80], "products": [product] * 8},
        },
        "cooperative": {"normal": {"cooperative": page}, "full": {"cooperative": page}},
        "question": {"normal": words["question"], "full": {"question": (long * 2)[:160], "answer": much}},
        "action": {"normal": words["action"], "full": {**words["action"], "title": longest, "text": long * 3}},
        "shelf": {state: {"title": title, "category": None, "cooperative": None} for state in STATES},
        "cooperatives": {state: {"title": title} for state in STATES},
        "stories": {state: {"title": title} for state in STATES},
    }
