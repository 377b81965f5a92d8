"""Every kind of block can be seen empty, normal and full, in French and in Arabic."""

import re

import pytest
from django.utils.html import strip_tags

from catalog.models import ProductPhoto
from store.shopfront.block_gallery import STATES, kinds, specimens
from tests.factories.catalog import LotFactory

from .told import a_picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown(tmp_path) -> dict:
    """(block, state, language) → its words and its HTML."""
    ProductPhoto.objects.create(product=LotFactory().variant.product, image=a_picture(tmp_path))
    return {
        (specimen.name, state, language): (" ".join(strip_tags(html).split()), html)
        for specimen in specimens()
        for state, language, html in specimen.shown
    }


def test_no_block_is_forgotten(shown):
    assert set(shown) == {(name, state, language) for name in kinds() for state in STATES for language in ("fr", "ar")}
    assert not any("None" in html or "{%" in html or "{{" in html for _, html in shown.values())


def test_blocks_of_pictures_show_them(shown):
    for name in ("picture", "gallery", "portrait"):
        _, normal = shown[name, "normal", "fr"]
        _, full = shown[name, "full", "ar"]
        assert normal.count("<img") >= 1 and full.count("<img") >= normal.count("<img"), name


def test_a_full_block_says_more_than_a_normal_one_and_this_more_than_an_empty_one(shown):
    same = {"cooperative", "cooperatives", "stories"}  # what they hold is chosen, not written
    for name in set(kinds()) - {"picture"}:  # a normal one has no words
        for language in ("fr", "ar"):
            empty, normal, full = (len(shown[name, state, language][0]) for state in STATES)
            assert normal > empty, (name, language)
            assert full > normal or name in same, (name, language)


def test_what_is_shown_in_arabic_is_arabic(shown):
    for name in kinds():
        words, _ = shown[name, "full", "ar"]
        assert len(re.findall(r"[\u0600-\u06ff]", words)) > len(words) / 3, (name, words)


def test_the_gallery_is_not_for_buyers_of_a_real_shop(visitor, settings):
    assert visitor.get("/ar/composants/blocs/").status_code == 200
    settings.SHOW_GALLERY = False
    assert visitor.get("/ar/composants/blocs/").status_code == 404
