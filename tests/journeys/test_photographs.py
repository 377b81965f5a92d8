"""Photographs of a product open larger, come closer where they are pressed, and can be turned by mouse and by keyboard."""

import pytest

#: Of each photograph: whether it is close, whether it is in view, and how far it is scrolled.
PHOTOS = """() => [...document.querySelectorAll(".zoom li")].map(photo => [photo.classList.contains("is-close"),
    Math.abs(photo.getBoundingClientRect().left) < 2, Math.abs(photo.scrollLeft), photo.scrollTop])"""
FAR, AWAY = [False, True, 0, 0], [False, False, 0, 0]


@pytest.mark.journey
@pytest.mark.parametrize(("language", "size"), [("fr", "phone"), ("ar", "desk")])
def test_what_is_pressed_stays_in_view_and_nothing_is_close_when_photographs_open_again(open_browser, language, size):
    page = open_browser(size)
    page.goto(f"/{language}/boutique/miel-thym/")
    page.locator("[data-zoom]").first.click()
    page.locator(".zoom img").first.evaluate("image => image.decode()")
    assert page.evaluate(PHOTOS) == [FAR, AWAY]
    screen = page.viewport_size
    middle = screen["width"] / 2, screen["height"] / 2
    page.mouse.click(*middle)
    is_close, is_shown, across, down = page.evaluate(PHOTOS)[0]
    width, height = page.locator(".zoom img").first.evaluate("image => [image.width, image.height]")
    assert is_close and is_shown
    assert across == pytest.approx(max(0, width - screen["width"]) / 2, abs=2)
    assert down == pytest.approx(max(0, height - screen["height"]) / 2, abs=2)
    page.keyboard.press("Escape")
    page.locator("[data-zoom]").first.click()
    assert page.evaluate(PHOTOS) == [FAR, AWAY]


@pytest.mark.journey
@pytest.mark.parametrize(("language", "onward"), [("fr", "ArrowRight"), ("ar", "ArrowLeft")])
def test_photographs_are_turned_and_brought_close_by_keyboard_and_by_buttons(open_browser, language, onward):
    page = open_browser("desk")
    page.goto(f"/{language}/boutique/miel-thym/")
    page.locator("[data-zoom]").first.press("Enter")
    page.keyboard.press(onward)
    assert page.evaluate(PHOTOS) == [AWAY, FAR]
    page.keyboard.press("Enter")
    assert page.locator("[aria-pressed=true]").count() == 1 == page.locator(".is-close :focus").count()
    page.keyboard.press("Space")
    assert page.evaluate(PHOTOS) == [AWAY, FAR]
    page.locator(".zoom__step--back").click()
    assert page.evaluate(PHOTOS) == [FAR, AWAY]
    page.locator(".zoom__step--on").click()
    assert page.evaluate(PHOTOS) == [AWAY, FAR]
