"""The picture of a shared link is drawn once for each language, and again when what it shows has changed."""

import io

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from catalog.media.share_tasks import draw_cooperative, draw_product
from catalog.media.sharing import SIZE, Sheet, draw
from catalog.models import ProductPhoto, SharePicture, ShopImage
from tests.factories.catalog import LotFactory

pytestmark = pytest.mark.django_db


def a_photo() -> ShopImage:
    drawn = io.BytesIO()
    Image.new("RGB", (64, 48), "#c08030").save(drawn, "WEBP")
    return ShopImage.objects.create(
        title="pot", file=default_storage.save("originals/pot.webp", ContentFile(drawn.getvalue())), width=64, height=48
    )


@pytest.fixture
def honey():
    product = LotFactory().variant.product
    ProductPhoto.objects.create(product=product, image=a_photo())
    return product


def pictures() -> dict[str, str]:
    return dict(SharePicture.objects.values_list("language", "file"))


def test_a_product_on_sale_gets_a_picture_in_every_language(honey):
    draw_product.call(honey.pk)
    assert set(pictures()) == {"fr", "ar", "en"}
    with default_storage.open(pictures()["ar"]) as file:
        drawn = Image.open(file)
        assert (drawn.size, drawn.format) == (SIZE, "JPEG")


def test_nothing_is_drawn_anew_while_nothing_changed(honey):
    draw_product.call(honey.pk)
    before = pictures()
    draw_product.call(honey.pk)
    assert pictures() == before


def test_a_new_price_is_drawn_and_the_old_picture_goes(honey):
    draw_product.call(honey.pk)
    before = pictures()
    honey.variants.update(price=12345)
    draw_product.call(honey.pk)
    assert set(pictures().values()).isdisjoint(before.values())
    assert [name for name in before.values() if default_storage.exists(name)] == []


def test_a_product_without_a_photo_or_not_on_sale_gets_none(honey):
    draw_product.call(LotFactory().variant.product.pk)
    honey.sale.withdrawn_at = "2026-01-01T00:00Z"
    honey.sale.save()
    draw_product.call(honey.pk)
    draw_product.call(999_999)
    draw_cooperative.call(honey.sale.cooperative_id)  # it has no picture
    draw_cooperative.call(999_999)
    assert pictures() == {}


def test_a_cooperative_gets_a_picture_too(honey):
    cooperative = honey.sale.cooperative
    cooperative.picture = a_photo()
    cooperative.save()
    draw_cooperative.call(cooperative.pk)
    assert SharePicture.objects.filter(subject=f"cooperative:{cooperative.pk}").count() == 3


@pytest.mark.parametrize("is_rtl", [False, True])
def test_no_text_is_too_long_or_of_too_many_scripts_to_be_drawn(is_rtl):
    photo = io.BytesIO()
    Image.new("L", (10, 500)).save(photo, "PNG")
    sheet = Sheet("x", "زيت Qatr Nada 100 % " * 30, "Ⅷ" * 200, "\u200f1.234,50\xa0د.م.\u200f", "clay", "", is_rtl)
    assert Image.open(draw(sheet, photo)).size == SIZE


def test_a_price_stays_in_one_piece():
    from catalog.media.sharing import _wrapped

    assert _wrapped(["ابتداءً", "من", "140,00\xa0د.م."], len, 12) == ["ابتداءً من", "140,00\xa0د.م."]


def test_a_long_title_is_written_smaller_until_it_fits():
    from PIL import ImageDraw

    from catalog.media.sharing import TITLE, _Column

    page = _Column(ImageDraw.Draw(Image.new("RGB", SIZE)), is_rtl=False)
    sizes = [page.largest(title, TITLE, face="el-messiri") for title in ("Miel de thym", "mot " * 18, "mot " * 99)]
    assert sizes == [60, 42, 42]


@pytest.mark.parametrize(
    ("line", "is_rtl", "pieces"),
    [
        ("تيناس كوب: خمس", True, ["تيناس", "كوب", ":", "خمس"]),
        ("140,00 د.م.", True, ["140,00", "د", ".", "م", "."]),
        ("زيت Qatr Nada بكر", True, ["زيت", "Qatr Nada", "بكر"]),
        ("Amlou أملو بلدي bio", False, ["Amlou", "بلدي", "أملو", "bio"]),
    ],
)
def test_a_line_is_written_in_pieces_that_one_font_has(line, is_rtl, pieces):
    from catalog.media.sharing import _pieces

    assert [piece.text for piece in _pieces(line, is_rtl)] == pieces
