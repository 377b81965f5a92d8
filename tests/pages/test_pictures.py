"""Pictures on pages: the first one early, cropped where the editor said."""

import re

import pytest

from catalog.models import ProductPhoto, ShopImage, ShopRendition
from cms.models import CooperativePage, CooperativesPage
from store.templatetags.shop import focus_class
from tests.factories.catalog import LotFactory

from .told import a_guide, a_story


def an_image(**focus) -> ShopImage:
    image = ShopImage.objects.create(title="pot", file="originals/pot.webp", width=1000, height=500, **focus)
    for width in (480, 960):
        ShopRendition.objects.create(
            image=image, filter_spec=f"width-{width}|format-avif", file=f"pictures/pot.{width}.avif", width=width, height=width // 2
        )  # fmt: skip
    return image


def picture_that_is_fetched_early(page: str) -> tuple[str, str]:
    [early] = re.findall(r'<link rel="preload" as="image".*? imagesrcset="([^"]+)" imagesizes="([^"]+)"', page)
    return early


@pytest.mark.parametrize("photos", [1, 2])
def test_the_first_picture_is_fetched_early_and_only_once(visitor, photos):
    product = LotFactory(variant__product__sale__slug="miel").variant.product
    image = an_image()
    for _ in range(photos):
        ProductPhoto.objects.create(product=product, image=image)
    page = visitor.get("/fr/boutique/miel/").content.decode()
    # Another choice of size would have the browser fetch two.
    first = re.search(r'<source type="image/avif" srcset="([^"]+)" sizes="([^"]+)"', page)
    assert picture_that_is_fetched_early(page) == first.groups()
    assert page.count('fetchpriority="high"') == 2


@pytest.mark.parametrize("address", ["boutique", "recits", "guides", "cooperatives"])
def test_the_first_picture_of_a_list_is_fetched_early_and_the_third_when_somebody_comes_near(visitor, site, address):
    cooperatives = CooperativesPage.objects.get()
    for number in range(3):
        a_story(cover=an_image(), slug=f"recit-{number}")
        a_guide(cover=an_image(), slug=f"guide-{number}")
        sale = LotFactory().variant.product.sale
        ProductPhoto.objects.create(product=sale.product, image=an_image())
        told = CooperativePage(
            title="Ruche",
            slug=sale.cooperative.slug,
            cooperative=sale.cooperative,
            cover=an_image(),
            cover_alt="Une ruche",
        )
        cooperatives.add_child(instance=told)
    page = visitor.get(f"/fr/{address}/").content.decode()
    pictures = re.findall(r'<source type="image/avif" srcset="([^"]+)" sizes="([^"]+)"', page)
    assert len(pictures) == 3 and picture_that_is_fetched_early(page) == pictures[0]
    loading = ["lazy" if "lazy" in image else "at once" for image in re.findall(r"<picture.*?<img[^>]*>", page)]
    assert (loading[0], loading[2]) == ("at once", "lazy")


@pytest.mark.parametrize("address", ["boutique", "recits", "guides", "cooperatives"])
def test_a_list_of_nothing_fetches_no_picture_early(visitor, site, address):
    assert '<link rel="preload" as="image"' not in visitor.get(f"/fr/{address}/").content.decode()


@pytest.mark.parametrize(
    ("point", "expected"),
    [((0, 0), "focus-00"), ((500, 250), "focus-22"), ((999, 499), "focus-44"), ((740, 10), "focus-30")],
)
def test_a_picture_is_cropped_around_the_point_that_the_editor_chose(db, point, expected):
    image = an_image(focal_point_x=point[0], focal_point_y=point[1], focal_point_width=10, focal_point_height=10)
    assert focus_class(image) == expected


def test_without_a_point_the_middle_stays(db):
    assert focus_class(an_image()) == ""


def test_only_photographs_that_are_several_can_be_turned(visitor):
    product = LotFactory(variant__product__sale__slug="miel").variant.product
    for turning in (False, True):
        ProductPhoto.objects.create(product=product, image=an_image())
        page = visitor.get("/en/boutique/miel/").content.decode()
        for name in ("Previous picture", "Next picture"):
            assert (f'aria-label="{name}"' in page) is turning
