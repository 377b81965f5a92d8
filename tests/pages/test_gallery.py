"""The gallery of components forgets none, and is not for everybody."""

import re
from pathlib import Path

from django.conf import settings

from store.shopfront import gallery

TEMPLATES = settings.BASE_DIR / "templates"
CSS = settings.BASE_DIR / "store/static/css/components"
#: Shown from what the shop has (the test has nothing), or without words of ours.
SAME = {"cooperative_card", "gallery", "grid", "picture"}


def test_every_component_with_rules_shows_its_states():
    assert {file.stem for file in CSS.glob("*.css")} == set(gallery.names())


def test_every_template_of_a_component_is_shown_or_part_of_one_that_is():
    shown = {name for name in gallery.names() if (TEMPLATES / f"components/{name}.html").exists()}
    included = set()
    for file in TEMPLATES.rglob("*.html"):
        included |= set(re.findall(r'"components/(\w+)\.html"', file.read_text()))
    tags = {"picture", "commune_input", "commune_choices"}  # drawn by a tag, a widget and a view
    assert {file.stem for file in (TEMPLATES / "components").glob("*.html")} - included - tags == set()
    assert shown - included - tags == set()


def test_every_state_is_shown_in_french_and_in_arabic(db):
    for component in gallery.components():
        (_, french), (_, arabic) = component.shown
        assert "{%" not in french + arabic
        assert bool(french.strip()) == bool(arabic.strip()), component.name
        assert not french.strip() or french != arabic or component.name in SAME, component.name


def test_examples_in_arabic_hold_no_french_and_no_unit_in_latin_letters(db):
    arabic = {component.name: component.shown[1][1] for component in gallery.components()}
    assert "/ar/boutique/" in arabic["breadcrumbs"] and "Miel" not in arabic["breadcrumbs"]
    assert "غ" in arabic["line"] and not re.search(r"\d\sg\b", arabic["line"])


def test_the_words_of_a_wide_button_stay_one_sentence(db):
    for _, html in next(component for component in gallery.components() if component.name == "button").shown:
        assert re.search(r'button--wide"><span>[^<]+<bdi class="money">[^<]+</bdi>[^<]*</span></button>', html)


def test_buyers_of_a_real_shop_have_no_gallery(visitor, settings):
    assert visitor.get("/fr/composants/").status_code == 200
    settings.SHOW_GALLERY = False
    assert visitor.get("/fr/composants/").status_code == 404


def test_a_component_says_what_it_is_given():
    for file in Path(TEMPLATES / "components").glob("*.html"):
        text = file.read_text()
        assert text.startswith("{#") or not re.search(r"{{ |{% for", text), file.name
