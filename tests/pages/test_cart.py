import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from catalog.models import Lot
from store.checkout import same_origin
from store.models import Cart, CartLine, Order
from tests.factories.catalog import LotFactory
from tests.factories.store import a_commune

ADD = "/fr/panier/ajouter/"


def in_cart() -> list[tuple[int, int]]:
    return list(CartLine.objects.values_list("variant", "quantity"))


def test_adding_to_the_cart_sets_a_secret_cookie_and_a_number_that_scripts_may_read(visitor, put_in_cart):
    answer = put_in_cart(LotFactory().variant, 2)
    cart, count = answer.cookies[settings.CART_COOKIE_NAME], answer.cookies["cart_count"]
    assert (cart["httponly"], cart["samesite"]) == (True, "Lax") and len(cart.value) >= 22
    assert (count.value, count["httponly"]) == ("2", "")


def test_a_cart_holds_nothing(visitor, put_in_cart):
    lot = LotFactory(quantity=3)
    put_in_cart(lot.variant, 3)
    assert Lot.objects.get().reserved == 0


@pytest.mark.parametrize("typed", ["2", " 2 ", "２", "٢"])
def test_a_quantity_is_read_however_its_digits_are_written(visitor, typed):
    variant = LotFactory().variant
    visitor.post(ADD, {"variant": variant.pk, "quantity": typed})
    assert in_cart() == [(variant.pk, 2)]


@pytest.mark.parametrize("typed", ["0", "-1", "1000000000", "two", "1.5", "\0", "9" * 500])
def test_a_silly_quantity_is_refused_in_words_and_nothing_is_added(visitor, typed):
    variant = LotFactory().variant
    answer = visitor.post(ADD, {"variant": variant.pk, "quantity": typed})
    assert answer.status_code == 422
    assert in_cart() == []


@pytest.mark.parametrize("variant", ["999999", "0", "-1", "x", "\0", "", "9" * 60])
def test_an_unknown_variant_is_refused_in_words(visitor, variant):
    assert visitor.post(ADD, {"variant": variant, "quantity": 1}).status_code == 422
    assert not Cart.objects.exists()


def test_a_retired_size_cannot_be_added(visitor):
    variant = LotFactory(variant__is_active=False).variant
    assert visitor.post(ADD, {"variant": variant.pk}).status_code == 422


def test_a_cart_never_takes_more_than_99_of_a_thing(visitor, put_in_cart):
    variant = LotFactory().variant
    put_in_cart(variant, 60)
    put_in_cart(variant, 60)
    assert in_cart() == [(variant.pk, 99)]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "same-origin"}, 303),
        ({"origin": "http://testserver"}, 303),
        ({"referer": "http://testserver/fr/boutique/miel/"}, 303),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"referer": "http://testserver.evil.example/"}, 403),
    ],
)
def test_only_our_own_pages_may_add_to_the_cart(db, headers, status):
    variant = LotFactory().variant
    answer = Client(headers=headers).post(ADD, {"variant": variant.pk, "quantity": 1})
    assert answer.status_code == status
    assert len(in_cart()) == (status == 303)


def test_a_browser_that_says_nothing_is_asked_to_confirm_with_a_token(db):
    variant = LotFactory().variant
    browser = Client(enforce_csrf_checks=True)
    page = browser.post(ADD, {"variant": variant.pk, "quantity": 1})
    assert page.status_code == 200 and in_cart() == []
    token = page.context["csrf_token"]
    confirmed = browser.post(ADD, {"variant": variant.pk, "quantity": 1, "csrfmiddlewaretoken": str(token)})
    assert confirmed.status_code == 303 and len(in_cart()) == 1


def test_a_forged_token_adds_nothing(db):
    variant = LotFactory().variant
    answer = Client(enforce_csrf_checks=True).post(ADD, {"variant": variant.pk, "csrfmiddlewaretoken": "forged"})
    assert answer.status_code == 403 and in_cart() == []


def test_only_add_to_cart_goes_without_djangos_token():
    assert sorted(same_origin.VIEWS) == ["add_to_cart"]


@pytest.mark.parametrize("address", ["panier/ligne/1/", "panier/commune/"])
def test_every_other_form_of_the_cart_needs_djangos_token(db, address):
    answer = Client(enforce_csrf_checks=True, headers={"sec-fetch-site": "same-origin"}).post(f"/fr/{address}")
    assert answer.status_code == 403


def test_a_line_is_changed_and_taken_out(visitor, put_in_cart):
    put_in_cart(LotFactory().variant)
    line = CartLine.objects.get()
    visitor.post(f"/fr/panier/ligne/{line.pk}/", {"quantity": "٣"})
    assert CartLine.objects.get().quantity == 3
    visitor.post(f"/fr/panier/ligne/{line.pk}/", {"quantity": "3", "remove": "1"})
    assert in_cart() == []


def test_what_was_taken_out_can_be_put_back(visitor, put_in_cart):
    variant = LotFactory().variant
    put_in_cart(variant, 3)
    gone = visitor.post(f"/fr/panier/ligne/{CartLine.objects.get().pk}/", {"remove": "1"})
    page = visitor.get(gone.headers["Location"]).content.decode()
    assert "a été retiré" in page
    for field in (f'name="variant" value="{variant.pk}"', 'name="quantity" value="3"'):
        assert field in page
    visitor.post(ADD, {"variant": variant.pk, "quantity": 3})
    assert in_cart() == [(variant.pk, 3)]


@pytest.mark.parametrize("query", ["removed=999&units=1", "removed=x", "removed=1&units=\0", "removed=&units="])
def test_a_silly_address_of_the_cart_offers_nothing_to_put_back(visitor, query):
    answer = visitor.get(f"/fr/panier/?{query}")
    assert answer.status_code == 200
    assert "a été retiré" not in answer.content.decode()


def test_a_script_hears_what_was_added_and_the_buyer_stays(visitor):
    variant = LotFactory().variant
    answer = visitor.post(ADD, {"variant": variant.pk, "quantity": 2}, headers={"hx-request": "true"})
    assert answer.status_code == 200
    assert in_cart() == [(variant.pk, 2)]
    assert answer.cookies["cart_count"].value == "2"
    said = answer.content.decode()
    assert variant.product.name in said and 'href="/fr/panier/"' in said and "<html" not in said


def test_a_script_hears_what_was_not_added(visitor):
    answer = visitor.post(ADD, {"variant": "999", "quantity": 1}, headers={"hx-request": "true"})
    assert answer.status_code == 422
    assert "toast--error" in answer.content.decode() and "<html" not in answer.content.decode()


def test_a_silly_change_keeps_what_was_typed_and_what_was_there(visitor, put_in_cart):
    put_in_cart(LotFactory().variant)
    line = CartLine.objects.get()
    answer = visitor.post(f"/fr/panier/ligne/{line.pk}/", {"quantity": "beaucoup"})
    assert answer.status_code == 422
    assert 'value="beaucoup"' in answer.content.decode()
    assert CartLine.objects.get().quantity == 1


def test_nobody_changes_the_line_of_another_cart(visitor, put_in_cart):
    put_in_cart(LotFactory().variant)
    stranger = Client(headers={"sec-fetch-site": "same-origin"})
    put_in_cart(LotFactory().variant, client=stranger)
    mine = CartLine.objects.order_by("pk").first()
    stranger.post(f"/fr/panier/ligne/{mine.pk}/", {"quantity": "9"})
    stranger.post(f"/fr/panier/ligne/{mine.pk}/", {"remove": "1"})
    mine.refresh_from_db()
    assert mine.quantity == 1


@pytest.mark.parametrize("cookie", ["", "x", "a" * 22, "a" * 5000, "é" * 22, "../../../etc/passwd-and-more"])
def test_a_foreign_or_broken_cookie_is_an_empty_cart(visitor, cookie):
    visitor.cookies[settings.CART_COOKIE_NAME] = cookie
    answer = visitor.get("/fr/panier/")
    assert answer.status_code == 200 and answer.context["summary"].contents.is_empty


def test_a_withdrawn_product_is_named_in_the_cart_and_can_be_taken_out(visitor, put_in_cart):
    lot = LotFactory()
    put_in_cart(lot.variant)
    sale = lot.variant.product.sale
    sale.withdrawn_at = timezone.now()
    sale.save()
    answer = visitor.get("/fr/panier/")
    assert [line.variant for line in answer.context["summary"].contents.gone] == [lot.variant]
    assert lot.variant.product.name in answer.content.decode()


def test_the_price_of_delivery_follows_the_commune(visitor, put_in_cart):
    put_in_cart(LotFactory().variant)
    commune = a_commune()
    visitor.post("/fr/panier/commune/", {"commune": commune.code, "commune_text": ""})
    summary = visitor.get("/fr/panier/").context["summary"]
    assert (summary.is_complete, summary.delivery) == (True, summary.parts[0].courier.price)


def test_an_ambiguous_commune_is_offered_as_a_choice(visitor, put_in_cart):
    put_in_cart(LotFactory().variant)
    answer = visitor.post("/fr/panier/commune/", {"commune_text": "Oulad Aissa"})
    assert answer.status_code == 422
    assert answer.content.decode().count('name="commune" value=') == 3
    assert Order.objects.count() == 0
