"""Editors see what each kind of block looks like before they choose it, with rows of this shop if it has some."""

import pytest
from django.urls import reverse
from wagtail.fields import StreamField
from wagtail.models import get_page_models

from catalog.models import Product, ProductPhoto
from cms.models import HomePage, StoryPage

from .admin_people import editor
from .test_home import a_full_shop
from .told import a_figure, a_picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]

NOTHING_YET = {"fr": "La boutique n’a encore rien", "ar": "ليس في المتجر بعد"}
OF_ROWS = {"picture", "gallery", "figures", "product", "product_row", "cooperative", "shelf", "cooperatives", "stories"}


def kinds_of(*models) -> dict:
    fields = [field for model in models for field in model._meta.fields if isinstance(field, StreamField)]
    return {name: block for field in fields for name, block in field.stream_block.child_blocks.items()}


def previews(language: str) -> dict[str, str]:
    """Kind of block → the page that the picker of blocks frames."""
    browser, found = editor(), {}
    for name, block in kinds_of(HomePage, StoryPage).items():
        address = reverse("wagtailadmin_block_preview") + f"?id={block.definition_prefix}"
        answer = browser.get(address, headers={"accept-language": language})
        assert answer.status_code == 200, name
        assert "style-src 'self'" in answer.headers["Content-Security-Policy"], name
        found[name] = answer.content.decode()
    return found


def test_every_kind_of_block_can_be_previewed():
    kinds = kinds_of(*get_page_models())
    assert set(kinds) > OF_ROWS and set(kinds) == set(kinds_of(HomePage, StoryPage))
    assert [name for name, block in kinds.items() if not block.is_previewable] == []


@pytest.mark.parametrize(("language", "direction"), [("fr", "ltr"), ("ar", "rtl")])
def test_in_an_empty_shop_blocks_of_words_show_words_and_the_others_say_so(language, direction):
    shown = previews(language)
    assert all(f'<html lang="{language}" dir="{direction}">' in page for page in shown.values())
    assert {name for name, page in shown.items() if NOTHING_YET[language] in page} == OF_ROWS
    words = {"fr": "les ruches montent vers le thym", "ar": "تصعد الخلايا نحو الزعتر"}[language]
    assert words in shown["text"] and words in shown["portrait"]


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_shop_that_has_something_shows_it(language, tmp_path):
    a_full_shop(tmp_path, 2)
    a_figure()
    for product in Product.objects.all():
        ProductPhoto.objects.create(product=product, image=a_picture(tmp_path))
    shown = previews(language)
    untold = {"fr": set(), "ar": {"cooperatives", "stories"}}[language]  # these pages are in French alone
    assert {name for name, page in shown.items() if NOTHING_YET[language] in page} == untold
    assert "Miel 0" in shown["product"] and "Miel 1" in shown["product_row"] and "Miel 1" in shown["shelf"]
    assert all("<picture" in shown[name] for name in ("picture", "gallery", "portrait"))
    assert ">85<" in shown["figures"]


def test_a_preview_shows_nothing_that_buyers_may_not_see(tmp_path):
    a_full_shop(tmp_path)
    ProductPhoto.objects.create(product=Product.objects.get(), image=a_picture(tmp_path))
    a_figure(live=False)
    Product.objects.update(live=False)
    shown = previews("fr")
    assert all(NOTHING_YET["fr"] in shown[name] for name in ("picture", "figures", "product", "product_row", "shelf"))
