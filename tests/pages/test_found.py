"""What search engines and messengers find: addresses in every language, a picture, and data that they can read."""

import json
import re
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.core.cache import cache

from cms.models import ContactPage, CooperativePage, CooperativesPage, ImpactPage
from tests.factories.catalog import CooperativeFactory, LotFactory, VariantFactory

NS = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
HERE = settings.SITE_URL


def addresses_in(answer) -> list[str]:
    return [place.text for place in ElementTree.fromstring(answer.content).iterfind("s:url/s:loc", NS)]


def data_in(page: str) -> dict[str, dict]:
    """The page's data blocks by their type."""
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    return {block["@type"]: block for block in map(json.loads, blocks)}


@pytest.fixture
def honey(visitor):
    lot = LotFactory(variant__product__sale__slug="miel", variant__product__name_fr="Miel <b>& thym</b>")
    VariantFactory(product=lot.variant.product, size=1000)
    return lot.variant.product


def test_each_language_has_a_sitemap_with_what_is_on_sale(visitor, honey):
    hidden = LotFactory(variant__product__sale__slug="cache").variant.product.sale
    hidden.withdrawn_at = "2026-01-01T00:00Z"
    hidden.save()
    index = ElementTree.fromstring(visitor.get("/sitemap.xml").content)
    maps = [place.text for place in index.iterfind("s:sitemap/s:loc", NS)]
    assert maps == [f"{HERE}/sitemap-{code}.xml" for code in ("fr", "ar", "en")]
    answer = visitor.get("/sitemap-ar.xml")
    found = addresses_in(answer)
    assert f"{HERE}/ar/boutique/miel/" in found and f"{HERE}/ar/boutique/" in found
    assert all(address.startswith(f"{HERE}/ar/") for address in found) and "cache" not in str(found)
    others = ElementTree.fromstring(answer.content).findall("s:url", NS)[-1].findall("x:link", NS)
    assert {link.get("hreflang") for link in others} == {"fr", "ar", "en"}


def test_every_address_of_a_sitemap_is_a_page_that_may_be_found(visitor, honey):
    for address in addresses_in(visitor.get("/sitemap-fr.xml")):
        answer = visitor.get(address.removeprefix(HERE))
        assert answer.status_code == 200, address
        assert "noindex" not in answer.content.decode(), address
        assert f'<link rel="canonical" href="{address}">' in answer.content.decode()


def test_robots_are_kept_from_what_is_ones_own(visitor):
    lines = visitor.get("/robots.txt").content.decode().splitlines()
    assert {"Disallow: /admin/", "Disallow: /ar/panier/", f"Sitemap: {HERE}/sitemap.xml"} <= set(lines)


def test_a_product_says_what_search_engines_require_of_it(visitor, honey):
    page = visitor.get("/fr/boutique/miel/").content.decode()
    product = data_in(page)["Product"]
    assert product["name"] == "Miel <b>& thym</b>"  # read as data, never as HTML
    assert {"name", "image", "offers"} <= product.keys()
    assert len(product["offers"]) == 2
    for offer in product["offers"]:
        assert {"price", "priceCurrency", "availability", "url"} <= offer.keys()
        assert re.fullmatch(r"\d+\.\d\d", offer["price"]) and offer["priceCurrency"] == "MAD"
    stock = {offer["sku"]: offer["availability"].rpartition("/")[2] for offer in product["offers"]}
    assert sorted(stock.values()) == ["InStock", "OutOfStock"]


def test_the_way_to_a_product_is_told_in_order(visitor, honey):
    steps = data_in(visitor.get("/fr/boutique/miel/").content.decode())["BreadcrumbList"]["itemListElement"]
    assert [step["position"] for step in steps] == list(range(1, len(steps) + 1))
    assert steps[0]["item"] == f"{HERE}/fr/boutique/"
    assert steps[-1]["name"] == honey.name and "item" not in steps[-1]


@pytest.mark.parametrize("address", ["/fr/panier/", "/fr/boutique/?q=x", "/fr/rien/", "/fr/hors-ligne/"])
def test_what_is_ones_own_or_not_there_is_not_to_be_found(visitor, address):
    assert 'content="noindex' in visitor.get(address).content.decode()


def test_a_page_names_itself_in_every_language(visitor, honey):
    page = visitor.get("/ar/boutique/miel/?utm_source=x").content.decode()
    assert f'<link rel="canonical" href="{HERE}/ar/boutique/miel/">' in page
    named = dict(re.findall(r'rel="alternate" hreflang="([\w-]+)" href="([^"?]+)', page))
    assert named["en"] == f"{HERE}/en/boutique/miel/"
    assert named["x-default"] == named["fr"] and set(named) == {"fr", "ar", "en", "x-default"}


def test_a_telephone_can_keep_the_shop_among_its_applications(visitor):
    manifest = json.loads(visitor.get("/ar/manifest.webmanifest").content)
    assert (manifest["dir"], manifest["lang"], manifest["start_url"]) == ("rtl", "ar", "/ar/")
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in manifest["icons"]}


def test_the_page_for_no_connection_is_kept_in_every_language(visitor):
    worker = visitor.get("/sw.js")
    assert worker.headers["Content-Type"] == "text/javascript"
    for code in ("fr", "ar", "en"):
        assert f"/{code}/hors-ligne/".replace("-", "\\u002D") in worker.content.decode()


def test_the_footer_names_who_sells(visitor):
    CooperativeFactory(slug="ruche", name_fr="La ruche")
    CooperativeFactory(slug="partie", name_fr="Partie", suspended_at="2026-01-01T00:00Z")
    page = foot_of(visitor, "/fr/boutique/")
    assert "La ruche" in page and "Partie" not in page


def foot_of(visitor, address: str) -> str:
    cache.clear()  # it is remembered for a minute
    return visitor.get(address).content.decode().partition("<footer")[2]


def test_the_footer_links_only_to_pages_that_are_there_in_the_language(site, visitor):
    site.add_child(instance=ImpactPage(title="Impact", slug="impact"))
    draft = site.add_child(instance=ContactPage(title="Contact", slug="contact", live=False))
    links = re.findall(r'href="(/fr/[^"]*)"', foot_of(visitor, "/fr/boutique/"))
    assert links == ["/fr/cooperatives/", "/fr/recits/", "/fr/guides/", "/fr/impact/", "/fr/adherer/"]
    assert re.findall(r'href="(/ar/[^"]*)"', foot_of(visitor, "/ar/boutique/")) == ["/ar/adherer/"]
    draft.live = True
    draft.save()
    assert "/fr/contact/" in foot_of(visitor, "/fr/boutique/")


def test_a_cooperative_is_named_until_its_page_is_there_to_link_to(site, visitor, honey):
    cooperative = honey.sale.cooperative
    link = f'href="/fr/cooperatives/{cooperative.slug}/"'
    page = visitor.get("/fr/boutique/miel/").content.decode()
    assert link not in page and page.count(cooperative.name) >= 3
    told = CooperativePage(title="x", slug=cooperative.slug, cooperative=cooperative)
    CooperativesPage.objects.get().add_child(instance=told)
    cache.clear()
    assert visitor.get("/fr/boutique/miel/").content.decode().count(link) == 3
    assert link.replace("/fr/", "/ar/") not in visitor.get("/ar/boutique/miel/").content.decode()
