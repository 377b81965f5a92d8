"""An editor writes a story, the chief editor has it come out, a visitor buys from it; and what happens when a number or a
product of a story is no longer right."""

import re
import sqlite3
import time
from datetime import UTC, datetime, timedelta

from playwright.sync_api import TimeoutError, expect

from .test_guest_buys_from_two_cooperatives import put_in_cart
from .test_translation import enter, publish

TITLE = "صباح عند الإنبيق"


def test_a_story_is_written_reviewed_and_scheduled_and_a_visitor_buys_from_it(open_browser, shop):
    writer, chief, visitor = open_browser("desk"), open_browser("desk"), open_browser("phone")
    enter(writer, "Editors")
    write_in_arabic(writer, shop)
    see_what_is_missing(writer)
    submit(writer)

    enter(chief, "Chief editors")
    chief.goto("/admin/")
    chief.get_by_role("link", name=TITLE).first.click()
    compare_versions(chief, shop)
    approve_for_tomorrow(chief)
    address = f"/ar/recits/{slug_of(shop)}/"
    assert visitor.goto(address).status == 404

    let_tomorrow_come(shop)
    assert visitor.goto(address).status == 200
    assert visitor.locator("h1").inner_text() == TITLE and visitor.locator("html").get_attribute("dir") == "rtl"
    expect(visitor.locator(".figure").first).to_contain_text("المصدر")
    buy_the_oil(visitor)
    [[ordered]] = shop.ask(
        "SELECT COUNT(*) FROM store_orderline l JOIN store_cooperativeorder p ON p.id = l.part_id "
        "JOIN store_order o ON o.id = p.order_id WHERE o.name = 'سلمى القارئة' AND l.sku LIKE 'QN-%'"
    )
    assert ordered == 1


def write_in_arabic(page, shop) -> None:
    page.goto(place_of_a_new_story(shop, "ar"))
    page.fill("[name=title]", TITLE)
    page.fill("[name=summary]", "كيف يصير الإكليل زيتا في يوم واحد.")
    page.get_by_role("button", name="Choisir une image").first.click()
    page.locator(
        ".modal-body a.image-choice, .modal-body .chooser__title a, .modal-body a[data-chooser-modal-choice]"
    ).first.click()
    add_block(page, "Texte")
    page.locator(".Draftail-Editor [contenteditable=true]").last.click()
    page.keyboard.type("يُقطف الإكليل في الفجر، ثم يُقطر في الصباح. هذا الزيت يعالج السعال.")
    add_block(page, "Chiffres")
    choose(page, "Choisir Chiffre", "85")
    add_block(page, "Produit")
    choose(page, "Choisir Produit", "Huile essentielle de romarin")
    save(page)


def place_of_a_new_story(shop, language: str) -> str:
    [[stories]] = shop.ask(
        "SELECT p.id FROM wagtailcore_page p JOIN cms_storiespage s ON s.page_ptr_id = p.id "
        "JOIN wagtailcore_locale l ON l.id = p.locale_id WHERE l.language_code = ?",
        language,
    )
    return f"/admin/pages/add/cms/storypage/{stories}/"


def add_block(page, name: str) -> None:
    page.locator(".c-sf-add-button").last.click()
    page.get_by_role("option", name=name, exact=True).click()


def choose(page, button: str, words: str) -> None:
    choice = page.locator(".modal-body").get_by_role("link", name=re.compile(words)).first
    press_until(choice, page.get_by_role("button", name=re.compile(button, re.IGNORECASE)).last.click)
    choice.click()
    page.locator(".modal-body").wait_for(state="hidden")


def press_until(seen, press) -> None:
    """Pressed again where Wagtail redrew the form at that moment, because it had just saved the draft by itself."""
    press()
    try:
        seen.wait_for(timeout=12_000)
    except TimeoutError:
        press()
        seen.wait_for()


def save(page) -> None:
    page.get_by_role("button", name="Enregistrer le brouillon").click()
    page.locator(".messages .success").wait_for()


def see_what_is_missing(page) -> None:
    """The list beside the form names the cover without words and the claim to cure."""
    page.locator("[data-side-panel-toggle=checks]").click()
    todo = page.locator(".checklist__line:not(.checklist__line--done)")
    expect(todo.filter(has_text="Couverture : dites ce que l’on voit")).to_be_visible()
    expect(todo.filter(has_text="يعالج السعال")).to_be_visible()


def submit(page) -> None:
    """Refused until it is said what is seen on the cover."""

    def press():
        page.get_by_role("button", name="Plus d'actions").click()
        page.locator("[name=action-submit]").click()

    press_until(page.get_by_text("Dites ce que l’on voit sur la couverture").first, press)
    page.fill("[name=cover_alt]", "نحل فوق الزهر")
    press_until(page.locator(".messages .success"), press)


def compare_versions(page, shop) -> None:
    """What was saved first, by hand or by itself, and what was submitted, side by side."""
    [[first, last, story]] = shop.ask(
        "SELECT MIN(r.id), MAX(r.id), p.id FROM wagtailcore_revision r JOIN wagtailcore_page p ON r.object_id = p.id "
        "WHERE p.draft_title = ? AND r.base_content_type_id = "
        "(SELECT id FROM django_content_type WHERE app_label = 'wagtailcore' AND model = 'page')",
        TITLE,
    )
    edit = page.url
    page.goto(f"/admin/pages/{story}/revisions/compare/{first}...{last}/")
    expect(page.locator(".addition", has_text="نحل فوق الزهر")).to_be_visible()
    page.goto(edit)


def approve_for_tomorrow(page) -> None:
    page.locator("[data-side-panel-toggle=status]").click()
    page.locator("[data-side-panel=status]").get_by_role("button", name="Programmer").click()
    tomorrow = datetime.now() + timedelta(days=1)
    fill_date(page, "go_live_at", tomorrow.strftime("%Y-%m-%d %H:%M"))
    page.get_by_role("button", name="Enregistrer la programmation").click()
    page.locator(".messages .success").wait_for()
    page.get_by_role("button", name="Plus d'actions").click()
    page.get_by_role("button", name="Approuver et Publier").click()
    page.wait_for_url(re.compile(r"/admin/pages/\d+/$"))


def fill_date(page, name: str, day: str) -> None:
    """Without the calendar, which opens over the buttons."""
    written = "(input, day) => { input.value = day; input.dispatchEvent(new Event('change', {bubbles: true})) }"
    page.locator(f"[name={name}]").evaluate(written, day)


def slug_of(shop) -> str:
    return shop.ask("SELECT slug FROM wagtailcore_page WHERE draft_title = ?", TITLE)[0][0]


def let_tomorrow_come(shop) -> None:
    """The hour that the chief editor chose has come; the clock of the shop looks every 30 seconds."""
    just_now = datetime.now(UTC) - timedelta(minutes=1)
    with sqlite3.connect(shop.var / "twiza.sqlite3", timeout=30) as database:
        database.execute(
            "UPDATE wagtailcore_revision SET approved_go_live_at = ?, content = json_set(content, '$.go_live_at', ?) "
            "WHERE approved_go_live_at IS NOT NULL",
            (just_now.strftime("%Y-%m-%d %H:%M:%S"), just_now.isoformat()),
        )
    for _ in range(120):
        if shop.ask("SELECT live FROM wagtailcore_page WHERE draft_title = ?", TITLE) == [(1,)]:
            return
        time.sleep(0.5)
    raise AssertionError("the story did not come out")


def buy_the_oil(page) -> None:
    put_in_cart(page)
    page.locator("[name=commune_text]").fill("ويسلان")
    page.locator(".commune-choices [type=radio]").first.check()
    page.locator(".cart__commune button").click()
    page.locator("a.button--wide").click()
    told = {
        "name": "سلمى القارئة",
        "phone": "06 00 99 01 77",
        "email": "salma@example.com",
        "street": "زنقة الزيتون 12",
    }
    for name, words in told.items():
        page.locator(f"[name={name}]").fill(words)
    page.locator("[name=terms]").check()
    page.locator("button.button--wide").click()
    page.wait_for_url("**/merci/")


def test_a_figure_names_the_pages_that_show_it_and_they_tell_what_replaced_it(open_browser, shop):
    chief, visitor = open_browser("desk"), open_browser("phone")
    [[old]] = shop.ask("SELECT id FROM cms_figure WHERE value = 85")
    enter(chief, "Chief editors")
    chief.goto(f"/admin/snippets/cms/figure/usage/{old}/")
    shown_on = [link.inner_text() for link in chief.locator("main table .title a").all()]
    assert any("Tinas Cop" in title for title in shown_on) and any("Qatr Nada" in title for title in shown_on)

    write_figure(chief)
    chief.goto(f"/admin/snippets/cms/figure/edit/{old}/")
    choose(chief, "Choisir Chiffre", "97")
    publish(chief)
    visitor.goto("/fr/recits/qatr-nada-une-idee-locale-devenue-metier/")
    expect(visitor.locator(".figure__note").first).to_contain_text("97 coopératives")


def write_figure(page) -> None:
    """A new number with its source, published."""
    page.goto("/admin/snippets/cms/figure/add/")
    page.fill("[name=value]", "97")
    page.check("[name=is_undated]")
    fill_date(page, "read_on", "2026-11-25")
    page.get_by_role("tab", name="Français").click()
    page.fill("[name=counted_fr]", "coopératives accompagnées")
    page.fill("[name=source_fr]", "Rapport annuel")
    publish(page)


def test_a_product_that_is_withdrawn_is_only_named_in_its_story_and_the_editor_is_told(open_browser, shop):
    staff, writer, visitor = open_browser("desk"), open_browser("desk"), open_browser("phone")
    story = "/fr/recits/tinas-cop-toute-la-chaine-du-miel/"
    [[sale, name]] = shop.ask(
        "SELECT s.id, p.name_fr FROM catalog_productsale s JOIN catalog_product p ON p.id = s.product_id "
        "WHERE s.slug = 'rayon-de-miel'"
    )
    visitor.goto(story)
    assert visitor.locator(".story__block--product_row a", has_text=name).count()

    enter(staff, "Platform staff", to="/admin/")
    withdraw(staff, sale, "2026-11-25 08:00")
    visitor.reload()
    expect(visitor.locator(".story__block--product_row", has_text=name)).to_contain_text("n’est plus en vente")
    assert not visitor.locator(".story__block--product_row a", has_text=name).count()

    enter(writer, "Editors")
    [[page]] = shop.ask("SELECT id FROM wagtailcore_page WHERE slug = ? ORDER BY id LIMIT 1", story.split("/")[3])
    writer.goto(f"/admin/pages/{page}/edit/")
    writer.locator("[data-side-panel-toggle=checks]").click()
    expect(writer.locator(".checklist__line", has_text=f"« {name} » n’est plus en vente")).to_be_visible()
    withdraw(staff, sale, "")


def withdraw(page, sale: int, when: str) -> None:
    page.goto(f"/admin/product-sales/edit/{sale}/")
    fill_date(page, "withdrawn_at", when)
    page.locator("main form [type=submit]").first.click()
    page.locator(".messages .success").wait_for()
