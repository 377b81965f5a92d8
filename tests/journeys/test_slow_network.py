"""On a line where pictures and scripts are slow or never come, words can be read and things can be bought."""

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


@pytest.mark.journey
def test_nothing_moves_while_a_page_comes(open_browser):
    """The pictures come late, and nothing jumps: their places were kept."""
    page = open_browser("phone")
    page.add_init_script(
        """window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach(entry => {
        if (!entry.hadRecentInput) window.shift += entry.value; })).observe({ type: "layout-shift", buffered: true });"""
    )
    held = []
    page.route("**/*.{avif,webp,jpg}", lambda route: held.append(route))
    for path in ("", "boutique/", "boutique/miel-thym/", "cooperatives/qatr-nada/"):
        page.goto(f"/fr/{path}", wait_until="commit")
        page.locator("footer").wait_for()
        page.wait_for_timeout(300)
        while held:
            held.pop().continue_()
        page.wait_for_timeout(500)
        assert page.evaluate("window.shift") <= 0.01, path
