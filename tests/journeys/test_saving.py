"""Wagtail saves a draft by itself; who presses a button at that moment is not told off, and loses nothing."""

from playwright.sync_api import expect

from .test_editors import place_of_a_new_story
from .test_translation import enter

SAVE = "Enregistrer le brouillon"


def test_who_saves_while_the_first_draft_is_being_saved_has_one_story_with_the_last_words(open_browser, shop):
    page = open_browser("desk")
    enter(page, "Editors")
    route, answer = a_story_that_is_being_saved(page, shop, "La première récolte")
    page.fill("[name=summary]", "Les derniers mots.")
    page.get_by_role("button", name=SAVE).click(no_wait_after=True)
    page.wait_for_timeout(500)  # what was pressed has its moment to do harm
    route.fulfill(response=answer)
    page.locator(".messages .success").wait_for()
    assert page.locator("[name=summary]").input_value() == "Les derniers mots."
    assert stories_called(shop, "La première récolte") == 1


def test_were_nobody_to_wait_the_second_save_would_be_refused(open_browser, shop):
    page = open_browser("desk")
    page.route("**/cms/saving*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    enter(page, "Editors")
    a_story_that_is_being_saved(page, shop, "La deuxième récolte")
    page.get_by_role("button", name=SAVE).click(no_wait_after=True)
    expect(page.locator(".messages .error, .messages .critical").first).to_be_visible()


def a_story_that_is_being_saved(page, shop, title: str) -> tuple:
    """A new story whose first automatic save the shop has done, while its answer is held on the way to the browser."""
    held = []
    page.route(
        "**/admin/pages/add/**",
        lambda route: held.append(route) if is_automatic(route.request) else route.continue_(),
    )
    page.goto(place_of_a_new_story(shop, "fr"))
    page.fill("[name=title]", title)
    # What stands in the form in its first seconds is no change to Wagtail: as people do, write on until it has seen one.
    for second in range(60):
        page.fill("[name=summary]", f"Les mots de la seconde {second}.")
        page.wait_for_timeout(1000)
        if held:
            return held[0], held[0].fetch()
    raise AssertionError("nothing was saved by itself")


def is_automatic(request) -> bool:
    return request.method == "POST" and request.headers.get("accept") == "application/json"


def stories_called(shop, title: str) -> int:
    return shop.ask("SELECT COUNT(*) FROM wagtailcore_page WHERE draft_title = ?", title)[0][0]
