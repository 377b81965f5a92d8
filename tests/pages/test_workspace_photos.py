"""Photos, sizes and prices of a product: taken, put in order, changed at once."""

import io
from decimal import Decimal

import pytest
from wagtail.models import ModelLogEntry

from catalog.models import Product, ShopImage, Variant
from catalog.products import drafts
from tests.factories import CooperativeFactory

from .members import at_work
from .product_pages import a_photo, add_photo, deed, on_sale, page_of, shop_page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


# -- Photos ------------------------------------------------------------------------------------------------------------------


def shown_photos(product: Product) -> list[int]:
    return [photo.image_id for photo in drafts.photos_of(drafts.draft_of(Product.objects.get(pk=product.pk)))]


def test_photos_are_added_put_in_order_and_removed_by_buttons():
    cooperative = CooperativeFactory()
    product, browser = on_sale(cooperative), at_work(cooperative)
    for _photo in range(3):
        add_photo(browser, product)
    first, second, third = shown_photos(product)
    address = page_of(product, "photos/")
    browser.post(address, {"deed": "earlier", "photo": third})
    browser.post(address, {"deed": "later", "photo": first})
    assert shown_photos(product) == [third, first, second]
    browser.post(address, {"deed": "remove", "photo": first})
    assert shown_photos(product) == [third, second]
    browser.post(address, {"deed": "words", f"photo-{third}-alt_ar": "جرة عسل"})
    [photo, _other] = drafts.photos_of(drafts.draft_of(Product.objects.get()))
    assert photo.alt_ar == "جرة عسل"
    assert {image.cooperative_id for image in ShopImage.objects.all()} == {cooperative.pk}


def test_a_photo_that_is_sent_again_after_a_lost_answer_is_one_photo():
    cooperative = CooperativeFactory()
    product, browser = on_sale(cooperative), at_work(cooperative)
    key = "0b5e3a52-7a58-4f4e-9d0c-2f6f3b7d9e11"
    answers = [
        browser.post(
            page_of(product, "photos/"), {"file": a_photo(), "key": key}, headers={"accept": "application/json"}
        )
        for _time in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert len(shown_photos(product)) == 1 and ShopImage.objects.count() == 1


def test_a_file_that_is_no_picture_is_refused_in_words():
    cooperative = CooperativeFactory()
    product, browser = on_sale(cooperative), at_work(cooperative)
    file = io.BytesIO(b"%PDF-1.4 nothing")
    file.name = "pot.jpg"
    answer = browser.post(page_of(product, "photos/"), {"deed": "add", "file": file})
    assert answer.status_code == 422 and "errorlist" in answer.content.decode() and shown_photos(product) == []


def test_there_is_an_end_to_photos():
    cooperative = CooperativeFactory()
    product, browser = on_sale(cooperative), at_work(cooperative)
    for _photo in range(drafts.MOST_PHOTOS):
        add_photo(browser, product)
    assert add_photo(browser, product).status_code == 422
    assert len(shown_photos(product)) == drafts.MOST_PHOTOS


# -- Sizes, prices, the shelf ------------------------------------------------------------------------------------------------


def test_a_price_counts_at_once_and_says_who_changed_it():
    cooperative = CooperativeFactory()
    product, browser = on_sale(cooperative), at_work(cooperative)
    variant = product.variants.get()
    browser.post(
        page_of(product, "tailles/"), {"deed": "price", "variant": variant.pk, "seen": variant.price, "price": "91.5"}
    )
    assert Variant.objects.get().price == Decimal("91.50")
    assert ModelLogEntry.objects.latest("pk").data["price"] == [str(variant.price), "91.50"]


def test_two_who_change_a_price_at_once_are_told():
    cooperative = CooperativeFactory()
    product, browser = on_sale(cooperative), at_work(cooperative)
    variant = product.variants.get()
    Variant.objects.update(price=Decimal("70"))
    change = {"deed": "price", "variant": variant.pk, "seen": variant.price, "price": "91"}
    assert browser.post(page_of(product, "tailles/"), change).status_code == 422
    assert Variant.objects.get().price == Decimal("70.00")


def test_a_size_that_was_sold_is_retired_and_offered_again():
    cooperative = CooperativeFactory()
    product, browser = on_sale(cooperative), at_work(cooperative)
    variant = product.variants.get()
    for name, is_active in [("retire", False), ("offer", True)]:
        browser.post(page_of(product, "tailles/"), {"deed": name, "variant": variant.pk})
        assert Variant.objects.get().is_active is is_active
    twice = {"deed": "add", "size": variant.size, "unit": variant.unit, "price": "10"}
    assert browser.post(page_of(product, "tailles/"), twice).status_code == 422


def test_a_product_leaves_the_shelf_and_comes_back():
    cooperative = CooperativeFactory()
    product, browser = on_sale(cooperative), at_work(cooperative)
    deed(browser, product, "withdraw")
    assert browser.get(shop_page(product)).status_code == 404
    deed(browser, product, "put_back")
    assert browser.get(shop_page(product)).status_code == 200


def test_another_one_like_it_begins_with_the_same_words_and_photos():
    cooperative = CooperativeFactory()
    product, browser = on_sale(cooperative, description_fr="Des ruches de montagne."), at_work(cooperative)
    add_photo(browser, product)
    deed(browser, product, "duplicate")
    copy = Product.objects.latest("pk")
    draft = drafts.draft_of(copy)
    assert (copy.live, draft.name_fr, draft.description_fr) == (
        False,
        "Miel de thym (copie)",
        "Des ruches de montagne.",
    )
    assert shown_photos(copy) == shown_photos(product) and not copy.variants.exists()
