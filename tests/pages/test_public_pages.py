"""Pages for everybody: no cookie, nothing written, no `Vary: Cookie`, and few queries however much there is."""

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Site

from catalog.models import ProductPhoto, ShopImage
from cms.models import CooperativePage, CooperativesPage, StandardPage
from tests.factories import a_home, a_legal_text
from tests.factories.catalog import CooperativeFactory, LotFactory, VariantFactory


@pytest.fixture
def site(db):
    """A home page with the cooperatives' pages and the terms, in French."""
    home = a_home()
    index = home.add_child(instance=CooperativesPage(title="Coopératives", slug="cooperatives"))
    cooperative = CooperativeFactory(slug="ruche")
    index.add_child(instance=CooperativePage(title="La ruche", slug="ruche", cooperative=cooperative))
    home.add_child(instance=StandardPage(title="Nous", slug="qui-sommes-nous", body="<p>Deux coopératives.</p>"))
    a_legal_text()
    LotFactory(code="MT-1", variant__product__sale__cooperative=cooperative, variant__product__sale__slug="miel")
    yield home
    Site.clear_site_root_paths_cache()


PUBLIC = [
    "/fr/",
    "/fr/cooperatives/",
    "/fr/cooperatives/ruche/",
    "/fr/qui-sommes-nous/",
    "/fr/conditions/",
    "/ar/conditions/",
    "/fr/retours/formulaire/",
    "/fr/boutique/",
    "/fr/boutique/?q=miel&stock=on&sort=price",
    "/fr/boutique/miel/",
    "/en/boutique/miel/",
    "/fr/lot/ruche/mt-1/",
    "/ar/boutique/",
    "/fr/panier/",
    "/fr/introuvable/",
    "/zgh/",
    "/fr/communes/?commune_text=mek",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_page_is_the_same_for_everybody(site, client, address):
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    assert answer.status_code == (404 if address in ("/fr/introuvable/", "/zgh/") else 200)
    assert not answer.cookies
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert [query["sql"] for query in queries if not query["sql"].startswith("SELECT")] == []
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy and "nonce" not in policy and "default-src 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_first_address_asks_the_browser_for_its_language(client):
    answer = client.get("/", headers={"accept-language": "ar-MA,ar;q=0.9,fr;q=0.5"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/ar/")
    assert answer.headers["Vary"] == "Accept-Language"
    assert not answer.cookies


def test_tamazight_is_not_a_language_of_the_site(client):
    assert client.get("/zgh/boutique/").status_code == 404


def queries_of(client, address: str) -> int:
    client.get(address)  # the foot of the pages is remembered for a minute
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def with_photo(variant):
    image = ShopImage.objects.create(title="pot", file="originals/pot.webp", width=960, height=960)
    ProductPhoto.objects.create(product=variant.product, image=image)


def test_the_listing_asks_as_little_for_a_full_page_as_for_one_product(visitor):
    with_photo(LotFactory().variant)
    few = queries_of(visitor, "/fr/boutique/")
    for _ in range(99):
        with_photo(LotFactory().variant)
    assert queries_of(visitor, "/fr/boutique/") == few <= 10
    assert "Page 1 " in visitor.get("/fr/boutique/").content.decode()


def test_a_product_page_asks_as_little_for_many_sizes_as_for_one(visitor):
    lot = LotFactory(variant__product__sale__slug="miel")
    with_photo(lot.variant)
    few = queries_of(visitor, "/fr/boutique/miel/")
    for size in range(20):
        LotFactory(variant=VariantFactory(product=lot.variant.product, size=100 + size))
        with_photo(lot.variant)
    assert queries_of(visitor, "/fr/boutique/miel/") == few <= 10


def test_the_cart_asks_as_little_for_a_hundred_lines_as_for_one(visitor, put_in_cart, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "add_to_cart": (200, 60)}
    put_in_cart(LotFactory().variant)
    few = queries_of(visitor, "/fr/panier/")
    for _ in range(99):
        variant = LotFactory().variant
        with_photo(variant)
        put_in_cart(variant)
    # With one line that has no photo, the queries for renditions are not asked at all.
    assert queries_of(visitor, "/fr/panier/") <= few + 1 <= 10


def test_a_withdrawn_product_has_no_page(visitor):
    lot = LotFactory(variant__product__sale__slug="miel")
    assert visitor.get("/fr/boutique/miel/").status_code == 200
    lot.variant.product.sale.withdrawn_at = "2026-01-01T00:00Z"
    lot.variant.product.sale.save()
    assert visitor.get("/fr/boutique/miel/").status_code == 404


@pytest.mark.parametrize(
    "query", ["page=0", "page=-1", "page=zwei", "page=9999999999", "page=%00", "q=%00%27%22", "q=" + "x" * 5000, "sort=%27--",
              "cooperative=%00", "stock=maybe", "q=a&q=b&page=1&page=2", "q=%F0%9F%8D%AF"],
)  # fmt: skip
def test_a_silly_address_still_gives_a_page(visitor, query):
    LotFactory()
    assert visitor.get(f"/fr/boutique/?{query}").status_code == 200


@pytest.mark.parametrize("name", [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME])
@pytest.mark.parametrize("value", ["", "short", f"{'a' * 32}\\000", f"{'a' * 31}é", "a" * 5000])
def test_a_broken_cookie_of_ours_counts_as_not_sent(site, client, name, value):
    cookies = {"cookie": f'{name}="{value}"'}
    answer = client.get("/fr/boutique/", headers=cookies)
    assert (answer.status_code, answer.headers.get("Set-Cookie"), answer.headers.get("Vary")) == (
        200,
        None,
        "Accept-Encoding",
    )
    assert client.get("/admin/login/", headers=cookies).status_code == 200


@pytest.mark.parametrize(
    ("method", "address"), [("GET", "/fr/panier/ajouter/"), ("GET", "/fr/panier/commune/"), ("DELETE", "/fr/boutique/")]
)
def test_an_address_asked_in_the_wrong_way_still_gives_a_page(client, db, method, address):
    answer = client.generic(method, address)
    assert (answer.status_code, bool(answer.headers["Allow"])) == (405, True)
    assert "Cette demande n’a pas pu être comprise." in answer.content.decode()
    assert client.head("/fr/panier/ajouter/").content == b""


@pytest.mark.parametrize("number", ["0", "9223372036854775808", "9" * 5000, "٧"])
def test_a_document_of_an_impossible_number_is_not_found(client, db, number):
    assert client.get(f"/documents/{number}/statuts.pdf").status_code == 404
