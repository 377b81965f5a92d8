"""Somebody changes their mind, and prints the form from the page of their order."""

import re

import pytest

PAGES = re.compile(rb"/Type /Pages\s.*?/Count (\d+)", re.DOTALL)


@pytest.mark.journey
@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_the_form_is_one_sheet_of_paper_without_what_is_for_the_screen(open_browser, buyer, language):
    page = open_browser("desk")
    page.goto(buyer.address("order", language))
    page.locator("main a[href$='/retours/formulaire/']").click()
    page.wait_for_url("**/retours/formulaire/")
    page.emulate_media(media="print")
    assert page.locator(".sheet").is_visible()
    for on_screen in ("h1", ".search", "footer", ".breadcrumbs"):
        assert not page.locator(on_screen).is_visible(), on_screen
    assert PAGES.findall(page.pdf(format="A4", prefer_css_page_size=True)) == [b"1"]
