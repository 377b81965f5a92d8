"""Every page of members can be used by everybody, is light, and is written without an error."""

from urllib.request import Request, urlopen

import pytest

from .desks import DESKS, Desk, a_desk, desks
from .places import LANGUAGES, WHOLE, WIDTHS
from .test_accessibility import cut_texts, faults
from .test_guest_buys_from_two_cooperatives import fits
from .test_html import complaints
from .test_weight import KB, weigh

pytestmark = pytest.mark.journey


@pytest.fixture(scope="session")
def desk(browser, shop) -> Desk:
    return a_desk(browser, shop)


@pytest.mark.parametrize("size", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_of_members_has_an_obstacle_that_a_machine_can_find(
    open_browser, desk, language, size, record_testsuite_property
):
    page = open_browser(size, cookies=desk.cookies, device_scale_factor=1)
    found = {}
    for kind in desks(language, size):
        assert page.goto(desk.address(kind, language)).status == 200, kind
        found[kind] = faults(page) + ([] if fits(page) else ["wider than its screen"])
    record_testsuite_property(f"axe at work {language} {size}", f"axe, members, {language}, {size}: {len(found)} pages")
    assert {kind: of_it for kind, of_it in found.items() if of_it} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_the_smallest_screen_with_letters_twice_as_large_nothing_is_lost(open_browser, desk, language):
    page = open_browser("smallest", cookies=desk.cookies)
    for kind in desks(language, "phone"):
        page.goto(desk.address(kind, language))
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, kind
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, f"{kind}, letters twice as large"
        assert cut_texts(page) == [], f"{kind}, letters twice as large"


def test_pages_of_members_are_light(open_browser, desk):
    """60 kB in all, pictures of the products apart: those are as large as in the shop, and come once."""
    heavy = {}
    for kind in DESKS if WHOLE else desks("ar", "phone"):
        page = open_browser("phone", cookies=desk.cookies)
        weight = weigh(page, desk.address(kind, "ar"))
        if weight["all"] - weight.get("Image", 0) > 60 * KB:
            heavy[kind] = weight
        page.context.close()
    assert heavy == {}


def test_no_page_of_members_has_an_error_in_its_html(shop, desk, checker, tmp_path):
    cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in desk.cookies)
    files = []
    for language in LANGUAGES if WHOLE else ("ar",):
        for kind in DESKS:
            answer = urlopen(Request(shop.url + desk.address(kind, language), headers={"Cookie": cookies}))
            files.append(tmp_path / f"{kind} {language}.html".replace(" ", "-"))
            files[-1].write_bytes(answer.read())
    assert complaints(checker, files) == []
