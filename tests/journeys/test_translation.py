"""A chief editor tells a story in French, has it in Arabic, and keeps the two together."""

import re

from playwright.sync_api import expect

from store.demo.load import ACCOUNTS

TITLE = "Une journée au rucher"
ARABIC = {
    TITLE: "يوم في المنحل",
    "De l’aube au soir, avec les ruches.": "من الفجر إلى المساء مع خلايا النحل.",
    "Avant le soleil": "قبل شروق الشمس",
    "Quand le soleil tombe": "عند الغروب",
}
ADDRESS = "/ar/recits/une-journee-au-rucher/"


def test_a_story_is_told_in_arabic_and_follows_its_source(open_browser, shop):
    page = open_browser("desk")
    enter(page, "Chief editors")
    stories = list_of_stories(page)
    tell_in_french(page)

    in_language(page, stories, "ar", "manquante").click()
    page.get_by_role("button", name="Soumettre").click()
    page.locator("li.incomplete").first.wait_for()
    assert open_browser("phone").goto(ADDRESS).status == 404
    page.get_by_role("button", name="Publier dans").click()
    page.get_by_text("3 textes ne sont pas encore traduits").wait_for()
    translate(page)
    publish_translation(page)
    in_language(page, stories, "ar", "publiée").wait_for()
    visitor = open_browser("phone")
    visitor.goto(ADDRESS)
    assert visitor.get_by_role("heading", level=1).inner_text() == "يوم في المنحل"
    assert visitor.locator("html").get_attribute("dir") == "rtl"
    visitor.get_by_role("heading", name="قبل شروق الشمس").wait_for()

    in_language(page, stories, "fr", "publiée").click()
    add_heading(page, "Quand le soleil tombe", at=1)
    publish(page)
    in_language(page, stories, "ar", "pas à jour").click()
    page.get_by_role("button", name="Soumettre").click()
    in_language(page, stories, "ar", "pas à jour").click()
    translate(page)
    publish_translation(page)
    in_language(page, stories, "ar", "publiée").wait_for()
    visitor.reload()
    visitor.get_by_role("heading", name="عند الغروب").wait_for()


def test_the_stories_of_the_demonstration_are_translated_string_by_string_too(open_browser, shop):
    page = open_browser("desk")
    enter(page, "Chief editors")
    stories = list_of_stories(page)
    in_language(page, stories, "ar", "publiée", title="Tinas Cop").click()
    page.get_by_role("button", name="Modifier").first.wait_for()
    assert page.locator("li.incomplete").count() == 0 < page.get_by_role("button", name="Modifier").count()


def enter(page, role: str, to: str = "/admin/pages/") -> None:
    user, password, _ = next(account for account in ACCOUNTS if account[2] == role)
    page.goto(f"/admin/login/?next={to}")
    page.fill("[name=username]", user)
    page.fill("[name=password]", password)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"^[^?]+{to}$"))


def list_of_stories(page) -> str:
    """Go there as an editor does; the address of the French one."""
    for title in ("Accueil", "Récits"):
        page.get_by_role("link", name=f"Explorer les sous-pages de « {title} »").click()
        expect(page).to_have_title(re.compile(title))
    return page.url


def in_language(page, stories: str, code: str, status: str, title: str = TITLE):
    """The link that says how far a story is in a language, on the list of stories."""
    page.goto(stories)
    row = page.get_by_role("row").filter(has_text=title)
    return row.locator(".page-language", has=page.locator(f"[lang={code}]")).get_by_role("link", name=status)


def tell_in_french(page) -> None:
    page.get_by_role("link", name="Ajouter une sous-page").first.click()
    page.fill("[name=title]", TITLE)
    page.fill("[name=summary]", "De l’aube au soir, avec les ruches.")
    add_heading(page, "Avant le soleil", at=0)
    publish(page)


def add_heading(page, words: str, *, at: int) -> None:
    page.locator(".c-sf-add-button").nth(at).click()
    page.get_by_role("option", name="Intertitre").click()
    page.locator(f"[name='body-{at}-value']").fill(words)


def publish(page) -> None:
    page.get_by_role("button", name="Plus d'actions").click()
    page.locator("[name=action-publish]").click()
    page.locator(".messages .success").wait_for()


def translate(page) -> None:
    """Write the Arabic of every text that has none yet."""
    left = page.locator("li.incomplete")
    left.first.wait_for()
    while count := left.count():
        text = left.first
        words = next(arabic for french, arabic in ARABIC.items() if french in text.inner_text())
        text.get_by_role("button", name="Traduire").click()
        text.get_by_role("textbox").fill(words)
        text.get_by_role("button", name="Enregistrer").click()
        expect(left).to_have_count(count - 1)


def publish_translation(page) -> None:
    page.get_by_role("button", name="Publier dans").click()
    page.locator(".messages .success").wait_for()
