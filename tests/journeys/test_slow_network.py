"""On a line where pictures and scripts are slow or never come, words can be read and things can be bought."""

import re

import pytest


@pytest.mark.journey
def test_a_product_is_put_in_the_cart_before_any_picture_has_come(open_browser):
    page = open_browser("phone")
    held = []
    page.route("**/*.{avif,webp,jpg}", lambda route: held.append(route))
    page.goto("/fr/boutique/miel-thym/", wait_until="commit")
    page.locator("h1", has_text="Miel de thym").wait_for()
    page.wait_for_function("window.htmx !== undefined")
    page.locator(".buy .button").click()
    page.locator(".toast", has_text="Miel de thym").wait_for()
    assert held  # and none of them has been answered
    assert page.evaluate("[...document.images].every(image => image.naturalWidth === 0)")
    for route in held:
        route.abort()


@pytest.mark.journey
def test_a_product_is_put_in_the_cart_though_no_script_ever_comes(open_browser):
    page = open_browser("phone")
    page.route("**/*.js", lambda route: route.abort())
    page.goto("/fr/boutique/miel-thym/")
    page.locator(".buy .button").click()
    page.wait_for_url("**/panier/**")
    assert page.locator(".line").count() == 1


#: Each jump: how far, and what moved from where to where.
MEASURE = """window.jumps = []; new PerformanceObserver(list => list.getEntries().forEach(entry => {
    if (!entry.hadRecentInput) window.jumps.push([entry.value, entry.sources.map(source =>
        `${source.node?.className || source.node?.nodeName}: ${source.previousRect.y} to ${source.currentRect.y}`)]);
})).observe({ type: "layout-shift", buffered: true });"""

#: A slow machine takes its own fonts late, too; on a telephone the first font of the system is what stands in.
STAND_INS = "[...document.fonts].every(face => !/Alike|Like Linux/.test(face.family) || face.status !== 'loading')"

PAINTED = "performance.getEntriesByName('first-contentful-paint').length"


def jumps(page, address: str) -> list[tuple[float, list[str]]]:
    """What jumps, and how far, when pictures and letters come after everything else."""
    held = []
    page.add_init_script(MEASURE)
    page.route("**/*.{avif,webp,jpg,woff2}", lambda route: held.append(route))
    page.goto(address, wait_until="commit")
    while not page.evaluate(PAINTED):
        page.wait_for_timeout(50)
    page.wait_for_function(STAND_INS)
    page.wait_for_timeout(300)
    page.evaluate("window.jumps = []")
    assert any(".woff2" in route.request.url for route in held)
    while held:
        held.pop().continue_()
    page.wait_for_timeout(500)
    return page.evaluate("window.jumps")


def shift(jumped) -> float:
    return sum(distance for distance, _ in jumped)


@pytest.mark.journey
@pytest.mark.parametrize("language", ["fr", "ar"])
@pytest.mark.parametrize("path", ["", "boutique/", "boutique/miel-thym/", "cooperatives/qatr-nada/"])
def test_nothing_jumps_while_a_page_comes(open_browser, language, path):
    """Places were kept for the pictures, and what stands in for the letters is as wide as they are."""
    jumped = jumps(open_browser("phone"), f"/{language}/{path}")
    assert shift(jumped) <= 0.01, jumped


@pytest.mark.journey
def test_a_page_jumps_where_what_stands_in_is_too_wide(open_browser):
    page = open_browser("desk")  # a telephone would zoom out instead

    def widened(route):
        rules = re.sub(r"size-adjust: ?[\d.]+%", "size-adjust: 125%", route.fetch().text())
        route.fulfill(content_type="text/css", body=rules)

    page.route("**/site.*.css", widened)
    assert shift(jumps(page, "/fr/boutique/miel-thym/")) > 0.01
