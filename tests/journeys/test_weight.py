"""What a first visit costs somebody with a weak network, in bytes over the wire."""

import pytest
from playwright.sync_api import Error

from .conftest import browsers_at
from .places import share

KB = 1000
FONTS = {"fr": ("alexandria-latin.", "el-messiri-latin."), "ar": ("alexandria-arabic.", "el-messiri-arabic.")}


def weigh(page, address: str, *, to_the_end: bool = False) -> dict[str, int]:
    """Bytes by type, and in all."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    types, weights, first_picture = {}, {}, []

    def answered(event):
        types[event["requestId"]] = event["type"]

    def came(event):
        kind = types.get(event["requestId"], "Other")
        weights[kind] = weights.get(kind, 0) + event["encodedDataLength"]
        if kind == "Image" and not first_picture:
            first_picture.append(event["encodedDataLength"])

    session.on("Network.responseReceived", answered)
    session.on("Network.loadingFinished", came)
    page.goto(address, wait_until="networkidle")
    if to_the_end:
        page.evaluate("""async () => { for (let y = 0; y < document.body.scrollHeight; y += 300) {
            scrollTo(0, y); await new Promise(done => setTimeout(done, 50)); } }""")
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(300)
    return {**weights, "first picture": first_picture[0] if first_picture else 0, "all": sum(weights.values())}


@pytest.mark.journey
@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_a_product_page_is_light(open_browser, language):
    weight = weigh(open_browser("phone", service_workers="allow"), f"/{language}/boutique/miel-thym/")
    assert weight["Document"] + weight["Stylesheet"] <= 22 * KB, weight
    assert weight["Script"] <= 20 * KB, weight
    assert 0 < weight["Font"] <= 50 * KB, weight
    assert 0 < weight["first picture"] <= 55 * KB, weight
    assert weight["all"] <= 150 * KB, weight


@pytest.mark.journey
@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_whole_listing_is_light(open_browser, language):
    page = open_browser("phone")
    weight = weigh(page, f"/{language}/boutique/", to_the_end=True)
    assert page.locator(".card").count() >= 20
    assert page.evaluate("[...document.querySelectorAll('.card img')].every(image => image.complete)")
    assert weight["all"] <= 260 * KB, weight


@pytest.mark.journey
@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_the_words_of_every_page_are_light(open_browser, buyer, language):
    """Every page (in CI each in one language) within 14 kB of HTML; nothing from elsewhere and nothing that the policy
    stops, open_browser looks."""
    for place in share(language):
        page = open_browser("phone", cookies=buyer.cookies)
        weight = weigh(page, buyer.address(place, language))
        assert 0 < weight["Document"] <= 14 * KB, (place, weight)
        assert weight.get("Font", 0) <= 50 * KB, (place, weight)
        page.context.close()


def troubles_of(browser, shop, visit) -> str:
    """What `open_browser` would say at the end of this visit."""
    with pytest.raises(AssertionError) as told, browsers_at(browser, shop.url) as open_:
        visit(open_("phone"))
    return str(told.value)


@pytest.mark.journey
def test_another_site_is_told_of_and_cannot_be_asked(browser, shop):
    elsewhere = "http://elsewhere.example/"

    def visit(page):
        with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
            page.goto(elsewhere)

    assert f"asked another site: {elsewhere}" in troubles_of(browser, shop, visit)


@pytest.mark.journey
def test_what_the_policy_stops_is_told_of(browser, shop):
    def visit(page):
        page.goto("/fr/")
        page.evaluate("fetch('http://elsewhere.example/').catch(() => {})")

    assert "Content Security Policy" in troubles_of(browser, shop, visit)
