"""Everybody can use every page: what axe-core finds, by keyboard alone, with letters twice as large, on the smallest screen."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from .places import LANGUAGES, WIDTHS, places, share
from .test_guest_buys_from_two_cooperatives import fits

OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # of all others only one element each is told
    "preload": False,  # no rule of these reads stylesheets, and axe would copy imported ones into the page
}


def faults(page) -> list[str]:
    """What axe finds on a page that has come."""
    page.wait_for_load_state("load")  # without its styles, links lie closer together than fingers can tell apart
    found = Axe().run(page, options=OPTIONS).response["violations"]
    return [f"{fault['id']}: {node['html'][:200]}" for fault in found for node in fault["nodes"]]


@pytest.mark.journey
@pytest.mark.parametrize("size", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_has_an_obstacle_that_a_machine_can_find(
    open_browser, buyer, language, size, record_testsuite_property
):
    page = open_browser(size, cookies=buyer.cookies, device_scale_factor=1)  # the machine looks at no pixels
    found = {}
    for place in places(language, size):
        page.goto(buyer.address(place, language))
        found[place] = faults(page) + ([] if fits(page) else ["wider than its screen"])
    record_testsuite_property(f"axe {language} {size}", f"axe, {language}, {size}: {len(found)} kinds of pages")
    assert {place: of_it for place, of_it in found.items() if of_it} == {}


@pytest.mark.journey
def test_the_machine_finds_obstacles_where_there_are_some(open_browser):
    page = open_browser("phone")
    page.goto("/fr/boutique/")
    page.evaluate(
        "document.querySelector('#q').previousElementSibling.remove(); document.querySelector('#q').placeholder = ''"
    )
    page.evaluate("document.documentElement.removeAttribute('lang')")
    assert {fault.partition(":")[0] for fault in faults(page)} >= {"html-has-lang", "label"}


@pytest.mark.journey
@pytest.mark.parametrize("language", LANGUAGES)
def test_at_320_pixels_and_with_letters_twice_as_large_nothing_is_lost(open_browser, buyer, language):
    page = open_browser("smallest", cookies=buyer.cookies)
    for place in share(language):
        page.goto(buyer.address(place, language))
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, place
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, f"{place}, letters twice as large"
        assert cut_texts(page) == [], f"{place}, letters twice as large"


@pytest.mark.journey
def test_the_header_takes_two_rows_at_most_and_each_of_its_links_has_room_for_a_thumb(open_browser):
    page = open_browser("smallest")
    for language in LANGUAGES:
        page.goto(f"/{language}/boutique/")
        for width in (320, 360, 600, 768, 820):
            page.set_viewport_size({"width": width, "height": 640})
            boxes = page.evaluate("""() => [...document.querySelectorAll(".site-header :is(a, form)")]
                .map(element => element.getBoundingClientRect()).filter(box => box.height)
                .map(box => [Math.round((box.top + box.bottom) / 20), box.width, box.height])""")
            assert len({middle for middle, _, _ in boxes}) <= 2, (language, width, boxes)
            assert min(min(size) for _, *size in boxes) >= 44, (language, width, boxes)
            assert fits(page), (language, width)


def cut_texts(page) -> list[str]:
    """Texts that are wider than the box that hides what does not fit."""
    return page.evaluate("""() => [...document.querySelectorAll("main *, header *")].filter(element => {
        const style = getComputedStyle(element);
        return element.textContent.trim() && !element.closest(".visually-hidden, .search, dialog, .cart-link__word")
            && style.overflowX === "hidden" && element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 1;
    }).map(element => element.outerHTML.slice(0, 120))""")


@pytest.mark.journey
@pytest.mark.parametrize("language", ["fr", "ar"])
def test_somebody_buys_by_keyboard_alone(open_browser, language):
    page = open_browser("desk")
    page.goto(f"/{language}/")
    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("class") == "skip-link"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    walk_to(page, "main a.card__link").press("Enter")
    page.wait_for_url("**/boutique/*/")
    walk_to(page, ".buy .button").press("Enter")
    walk_to(page, ".toast .button").press("Enter")
    page.wait_for_url("**/panier/**")
    walk_to(page, "a.button--wide").press("Enter")
    page.wait_for_url("**/commande/")
    for name, text in {
        "name": "Salma Berrada",
        "phone": "06 00 96 00 0" + str(len(language) + (language == "ar")),
    }.items():
        walk_to(page, f"[name={name}]").type(text)
    walk_to(page, "[name^=delivery_]")
    page.keyboard.press("ArrowDown")
    page.locator("#order-label", has_text=re.compile(r"\d")).wait_for()  # the total with this choice
    walk_to(page, "[name=terms]").press("Space")
    walk_to(page, "button.button--wide").press("Enter")
    page.wait_for_url("**/merci/")


def walk_to(page, selector: str):
    """Press Tab until the focus is there, and see that it is shown."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.locator(selector).first.evaluate("element => element.matches(':focus')"):
            focused = page.locator(":focus")
            assert focused.evaluate("element => element.matches(':focus-visible')")
            return focused
    raise AssertionError(f"no way to {selector} by keyboard")
