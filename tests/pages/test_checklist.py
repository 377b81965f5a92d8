"""What remains to be done before a page or a product is published, said beside its form."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from wagtail.models import Locale, Page

from catalog.models import Product, ProductPhoto, ProductSale
from catalog.products.checklist import checklist as product_checklist
from cms.editing.checklist import checklist
from cms.models import CooperativePage, CooperativesPage, HomePage, StandardPage, StoryPage, Theme
from tests.factories import CooperativeFactory, LotFactory, ProductFactory

from .admin_people import chief_editor, editor, moderator
from .admin_stories import decide, rewrite, story_form, the_story, write
from .test_admin_products import at
from .told import a_figure, a_picture, a_story

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]

PUBLISH, SUBMIT = {"action-publish": "1"}, {"action-submit": "1"}


def todo(page) -> dict[str, list[str]]:
    """Line → what is to do, of the lines that are not done; in English."""
    with translation.override("en"):
        page = type(page).objects.get(pk=page.pk)
        return {line.what: list(line.todo) for line in checklist(page) if not line.is_done}


def lines(page) -> list[str]:
    with translation.override("en"):
        return [line.what for line in checklist(type(page).objects.get(pk=page.pk))]


def a_lot_on_sale(**fields):
    return LotFactory(**fields).variant.product


def test_a_cooperative_whose_page_is_not_published_is_named_by_its_place():
    page = CooperativePage(title="La ruche", slug="ruche", cooperative=CooperativeFactory(), live=False)
    ruche = CooperativesPage.objects.get().add_child(instance=page)
    story = a_story([("cooperative", {"cooperative": ruche})])
    assert todo(story)["Links that lead to published pages"] == [
        "1. Cooperative · cooperative: leads to a page that is gone or not published"
    ]


def test_an_empty_story_is_told_what_it_lacks():
    story = a_story()
    StoryPage.objects.update(summary="")
    assert todo(story) == {
        "A summary": ["Summary: say in two lines what it tells"],
        "A cover, and what is seen on it": ["Cover: choose a picture"],
        "Published in each language": ["العربية: not yet translated", "English: not yet translated"],
    }
    assert "1 minute to read" in lines(story)


def test_a_finished_story_has_nothing_left_but_its_translations(tmp_path):
    picture = {"image": a_picture(tmp_path), "alt": "Une ruche", "caption": "", "is_illustration": False}
    product = a_lot_on_sale()
    figure = a_figure(review_by=timezone.localdate(), counted_en="x", source_ar="x", source_en="x")
    story = a_story(
        [
            ("text", "<p>Au printemps</p>"),
            ("gallery", {"pictures": [picture, picture]}),
            ("figures", {"title": "", "figures": [figure]}),
            ("product", {"product": product, "words": ""}),
        ],
        cover=a_picture(tmp_path),
        cover_alt="Le rucher",
    )
    assert list(todo(story)) == ["Published in each language"]


def test_pictures_without_words_are_named_by_their_place(tmp_path):
    image = a_picture(tmp_path)
    told = {"image": image, "alt": "Une ruche", "caption": "", "is_illustration": False}
    story = a_story([("text", "<p>Ici</p>"), ("gallery", {"pictures": [told, {**told, "alt": ""}]})])
    assert todo(story)["What is seen on each picture"] == ["2. Gallery · pictures · 2: say what is seen"]


def test_figures_that_are_drafts_replaced_or_past_their_date_are_named():
    newer = a_figure(counted_fr="coopératives en 2027")
    past = date(2020, 1, 1)
    figures = [
        a_figure(),
        a_figure(live=False, counted_fr="a"),
        a_figure(superseded_by=newer, counted_fr="b"),
        a_figure(review_by=past, counted_fr="c"),
    ]
    story = a_story([("figures", {"title": "", "figures": figures})])
    found = todo(story)["Figures that are published, up to date, each with its source"]
    ends = ["is a draft, have it published", "is replaced by “85 · coopératives en 2027”", "check it again"]
    assert [line.endswith(end) for line, end in zip(found, ends, strict=True)] == [True] * 3


def test_the_editor_is_told_which_words_of_a_figure_are_written_in_which_languages_only():
    half = a_figure(place_fr="Meknès", unit_fr="%")
    whole = a_figure(counted_en="x", source_ar="x", source_en="x")
    story = a_story(
        [("figures", {"title": "", "figures": [whole, half]}), ("figures", {"title": "", "figures": [half]})]
    )
    assert todo(story)["The words of figures in each language"] == [
        "1. Figures · figures · 2 · “85 · coopératives” · العربية: write where · source",
        "1. Figures · figures · 2 · “85 · coopératives” · English: write what is counted · where · source",
    ]


def test_the_editor_is_told_in_which_languages_the_theme_has_no_name():
    story = a_story(theme=Theme.objects.create(slug="metier", name_fr="Métier", name_ar="حرفة"))
    assert todo(story)["The name of its theme in each language"] == ["“Métier” · English: write name"]


def test_products_that_are_withdrawn_or_gone_are_named():
    kept, withdrawn = a_lot_on_sale(), a_lot_on_sale(variant__product__name_fr="Miel de jujubier")
    ProductSale.objects.filter(product=withdrawn).update(withdrawn_at=timezone.now())
    told = [("product", {"product": product, "words": ""}) for product in (kept, withdrawn, None)]
    found = todo(a_story(told))["Products that are on sale"]
    assert found == [
        "2. Product · product: “Miel de jujubier” is no longer on sale",
        "3. Product · product: choose a product",
    ]


def test_links_to_pages_that_are_gone_or_drafts_are_named_without_going_to_the_network(site):
    live = site.add_child(instance=StandardPage(title="Ici", slug="ici", body="<p>x</p>"))
    draft = site.add_child(instance=StandardPage(title="Non", slug="non", body="<p>x</p>", live=False))
    action = {"title": "Lire", "text": "", "page": draft, "link": "", "button": "Lire"}
    story = a_story([
        ("text", f'<p><a linktype="page" id="{live.pk}">ici</a> <a linktype="page" id="99999">là</a></p>'),
        ("action", action),
        ("text", '<p><a href="https://nobody.invalid/">ailleurs</a></p>'),
    ])  # fmt: skip
    assert todo(story)["Links that lead to published pages"] == [
        "1. Text: leads to a page that is gone or not published",
        "2. Call to action · page: leads to a page that is gone or not published",
    ]


def test_words_that_claim_to_cure_are_marked_in_every_text_and_forbid_nothing():
    told = [("text", "<p>Un miel</p><p>qui guérit</p>"), ("quote", {"words": "Il soulage tout", "who": "X"})]
    story = a_story(told, summary="Un remède.")
    assert todo(story)["No words that claim to cure"] == [
        "summary: “…Un remède.…”",
        "1. Text: “…Un miel qui guérit…”",
        "2. Quotation · words: “…Il soulage tout…”",
    ]
    rewrite(chief_editor(), story, story_form([("heading", "Guérit")]) | PUBLISH)
    assert the_story().live


def test_claims_are_looked_for_in_the_language_of_the_page(site):
    story = a_story([("text", "<p>عسل يعالج السعال</p>")])
    assert "No words that claim to cure" not in todo(story)
    Page.objects.filter(pk=story.pk).update(locale=Locale.objects.get(language_code="ar"))
    assert len(todo(story)["No words that claim to cure"]) == 2


def test_each_language_is_told_how_far_it_is(site):
    arabic = Locale.objects.get(language_code="ar")
    story = a_story()
    home = Page.get_first_root_node().add_child(
        instance=HomePage(title="ا", slug="ar", hero_title="ا", locale=arabic, translation_key=site.translation_key)
    )
    other = home.add_child(
        instance=StoryPage(
            title="قصة", slug="q", summary="ا", locale=arabic, translation_key=story.translation_key, live=False
        )
    )
    expected = ["العربية: translated, not yet published", "English: not yet translated"]
    assert todo(story)["Published in each language"] == expected
    Page.objects.filter(pk=other.pk).update(live=True)
    assert todo(story)["Published in each language"] == ["English: not yet translated"]


def test_the_list_stands_beside_the_form_of_every_page(site):
    story, browser = a_story(), editor()
    StoryPage.objects.update(summary="")
    page = browser.get(f"/admin/pages/{story.pk}/edit/").content.decode()
    assert "Summary: say in two lines what it tells" in page and "Before publishing" in page
    for other in (site, *site.get_children()):
        assert "Published in each language" in browser.get(f"/admin/pages/{other.pk}/edit/").content.decode()


def test_the_list_asks_as_much_for_thirty_blocks_as_for_one(tmp_path):
    def asked(count: int) -> int:
        picture = {"image": a_picture(tmp_path), "alt": "", "caption": "", "is_illustration": False}
        blocks = [
            ("text", '<p><a linktype="page" id="1">x</a></p>'),
            ("picture", picture),
            ("figures", {"title": "", "figures": [a_figure()]}),
            ("product", {"product": a_lot_on_sale(), "words": ""}),
        ]
        story = a_story(blocks * count, slug=f"recit-{count}")
        story = StoryPage.objects.select_related("locale").get(pk=story.pk)
        with CaptureQueriesContext(connection) as queries:
            checklist(story)
        return len(queries)

    asked(1)
    assert asked(2) == asked(30) <= 15


def test_a_cover_without_words_is_kept_as_a_draft_and_not_published(tmp_path):
    chief, writer = chief_editor(), editor()
    form = story_form(cover=a_picture(tmp_path).pk)
    assert write(writer, form).status_code == 302
    assert the_story().cover_id and not the_story().live
    for browser, deed in ((chief, PUBLISH), (writer, SUBMIT)):
        answer = rewrite(browser, the_story(), form | deed)
        assert answer.status_code == 200 and answer.context["form"].errors.keys() == {"cover_alt"}
    assert not the_story().live and the_story().current_workflow_state is None
    rewrite(chief, the_story(), form | {"cover_alt": "Le rucher"} | PUBLISH)
    assert the_story().live


def test_neither_approving_nor_publishing_from_the_list_lets_such_a_cover_out(tmp_path):
    chief = chief_editor()
    form = story_form(cover=a_picture(tmp_path).pk)
    write(editor(), form | {"cover_alt": "Le rucher"} | SUBMIT)
    rewrite(chief, the_story(), form)
    decide(chief, the_story(), "approve")
    assert not the_story().live
    assert the_story().current_workflow_state.status == "in_progress"
    chief.post(f"/admin/bulk/wagtailcore/page/publish/?id={the_story().pk}")
    assert not the_story().live
    rewrite(chief, the_story(), form | {"cover_alt": "Le rucher"})
    decide(chief, the_story(), "approve")
    assert the_story().live


@pytest.mark.parametrize("is_published", [False, True])
def test_no_hour_is_approved_for_such_a_cover(tmp_path, is_published):
    chief = chief_editor()
    later = (timezone.localtime() + timedelta(days=2)).strftime("%Y-%m-%d %H:%M")
    form = story_form(cover=a_picture(tmp_path).pk, cover_alt="Le rucher")
    write(chief, form | (PUBLISH if is_published else {}))
    rewrite(editor(), the_story(), form | {"go_live_at": later} | SUBMIT)
    rewrite(chief, the_story(), form | {"cover_alt": "", "go_live_at": later})
    decide(chief, the_story(), "approve")
    assert not the_story().approved_schedule
    rewrite(chief, the_story(), form | {"go_live_at": later})
    decide(chief, the_story(), "approve")
    assert the_story().approved_schedule and the_story().live == is_published


def test_a_picture_in_the_text_needs_its_words_to_be_published_too(tmp_path):
    picture = {"image": a_picture(tmp_path).pk, "alt": "", "caption": ""}
    form, chief = story_form([("picture", picture)]), chief_editor()
    assert write(editor(), form).status_code == 302
    assert rewrite(chief, the_story(), form | PUBLISH).status_code == 200
    assert not the_story().live
    rewrite(chief, the_story(), story_form([("picture", {**picture, "alt": "Une ruche"})]) | PUBLISH)
    assert the_story().live


def product_todo(product: Product) -> dict[str, list[str]]:
    with translation.override("en"):
        return {line.what: list(line.todo) for line in product_checklist(product) if not line.is_done}


def test_a_product_is_told_what_it_lacks_and_where_it_claims_to_cure(tmp_path):
    product = ProductFactory(
        name_fr="Miel", name_ar="عسل", name_en="Honey", summary_fr="Doux", summary_ar="حلو", summary_en="Sweet",
        description_fr="Il guérit la toux.", description_ar="فيه شفاءٌ للناس", description_en="From the hills.",
        sale__use="gift",
    )  # fmt: skip
    assert product_todo(product) == {
        "What its use asks for": ["Ingredients and allergens: write them in Français · العربية"],
        "A photo, and what is seen on each": ["Photos: add one"],
        "No words that claim to cure": [
            "Français, description: “…Il guérit la toux.…”",
            "العربية, description: “…فيه شفاءٌ للناس…”",
        ],
    }
    ProductPhoto.objects.create(product=product, image=a_picture(tmp_path), alt_fr="Un pot", alt_en="A jar")
    assert product_todo(product)["A photo, and what is seen on each"] == ["Photo 1, العربية: say what is seen"]


def test_the_reviewer_of_a_product_sees_what_its_draft_claims():
    product = ProductFactory(description_fr="Du miel")
    product.description_fr = "Ce miel guérit"
    product.save_revision()
    page = moderator().get(at("edit", product)).content.decode()
    assert "Ce miel guérit…" in page and 'data-side-panel="checklist"' in page
    assert Product.objects.get().description_fr == "Du miel"


def test_who_keeps_the_list_of_claims():
    form = {"language": "fr", "words": "élixir*"}
    assert editor().post("/admin/claim-words/new/", form).status_code == 302
    assert "élixir*" in moderator().get("/admin/claim-words/?q=lixir").content.decode()
