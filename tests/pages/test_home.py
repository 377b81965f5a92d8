"""The home page and the cooperatives' pages, composed of blocks around what the catalog knows."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.blocks import StructBlockValidationError
from wagtail.models import Locale, Page, PageViewRestriction, Site

from catalog.models import Category
from cms.blocks.home import Shelf
from cms.models import ABOUT_SLUG, CooperativePage, CooperativesPage, HomePage, StandardPage, StoriesPage, StoryPage
from tests.factories.catalog import CooperativeFactory, LotFactory

from .admin_people import superuser
from .test_stories import MOST_QUERIES, a_figure, a_picture, page_of
from .translating import submit

pytestmark = pytest.mark.django_db


def told_about(cooperative, tmp_path, number: int = 0) -> StoryPage:
    story = StoryPage(
        title=f"Récit {number}", slug=f"recit-{number}", summary="x", cooperative=cooperative, cover=a_picture(tmp_path),
        cover_alt="Une ruche", told_on=date(2026, 11, 1),
    )  # fmt: skip
    return StoriesPage.objects.get().add_child(instance=story)


def a_page_of(cooperative, tmp_path, body=()) -> CooperativePage:
    page = CooperativePage(
        title=cooperative.name,
        slug=cooperative.slug,
        cooperative=cooperative,
        cover=a_picture(tmp_path),
        cover_alt="Une ruche",
        body=list(body),
    )
    return CooperativesPage.objects.get().add_child(instance=page)


def a_full_shop(tmp_path, many: int = 1):
    for number in range(many):
        lot = LotFactory(variant__product__name_fr=f"Miel {number}")
        cooperative = lot.variant.product.sale.cooperative
        a_page_of(cooperative, tmp_path)
        told_about(cooperative, tmp_path, number)


def test_a_new_home_page_shows_products_cooperatives_and_stories(site, client, tmp_path):
    a_full_shop(tmp_path)
    page = page_of(client, "/fr/")
    assert "Miel 0" in page and "Récit 0" in page and "coop-card" in page


def test_a_home_page_of_an_empty_shop_shows_no_empty_shelves(site, client):
    page = page_of(client, "/fr/")
    assert "Bonjour" in page and "<h2" not in page.partition("<main")[2].partition("</main>")[0]


def test_a_shelf_holds_what_its_rule_says(site, client):
    honey, oil = LotFactory(variant__product__name_fr="Miel"), LotFactory(variant__product__name_fr="Huile")
    seller = honey.variant.product.sale.cooperative
    site.body = [("shelf", {"title": "Son miel", "category": None, "cooperative": seller})]
    site.save()
    page = page_of(client, "/fr/").partition("<main")[2]
    assert "Miel" in page and "Huile" not in page and f"?cooperative={seller.slug}" in page
    shelf = Category.objects.create(slug="huiles", name_fr="Huiles")
    oil.variant.product.sale.category = shelf
    oil.variant.product.sale.save()
    site.body = [("shelf", {"title": "Les huiles", "category": shelf, "cooperative": None})]
    site.save()
    page = page_of(client, "/fr/").partition("<main")[2]
    assert "Huile" in page and "Miel" not in page and "/fr/boutique/rayon/huiles/" in page


def test_a_shelf_has_one_rule(site):
    block = HomePage._meta.get_field("body").stream_block.child_blocks["shelf"]
    value = {"title": "x", "category": Category.objects.create(slug="x"), "cooperative": CooperativeFactory()}
    with pytest.raises(StructBlockValidationError) as refused:
        block.clean(Shelf(block, value.items()))
    assert "cooperative" in refused.value.block_errors


def full_body(tmp_path) -> list:
    product = LotFactory().variant.product
    return [
        ("shelf", {"title": "x"}), ("cooperatives", {"title": "x"}), ("stories", {"title": "x"}),
        ("product_row", {"title": "x", "products": [product]}), ("figures", {"title": "x", "figures": [a_figure()]}),
        ("picture", {"image": a_picture(tmp_path), "alt": "x"}), ("steps", {"steps": [{"title": "x", "text": ""}]}),
    ]  # fmt: skip


def test_the_home_page_asks_as_much_for_12_of_everything_as_for_1(site, client, tmp_path):
    def asked() -> int:
        page_of(client, "/fr/")
        with CaptureQueriesContext(connection) as queries:
            page_of(client, "/fr/")
        return len(queries)

    a_full_shop(tmp_path)
    site.body = full_body(tmp_path)
    site.hero_image, site.hero_alt = a_picture(tmp_path), "x"
    site.save()
    one = asked()
    for number in range(1, 12):
        lot = LotFactory()
        a_page_of(lot.variant.product.sale.cooperative, tmp_path)
        told_about(lot.variant.product.sale.cooperative, tmp_path, number)
    assert asked() == one <= MOST_QUERIES + 1  # with every kind of block at once


def test_a_cooperative_has_its_words_its_products_and_what_was_told_about_it(site, client, tmp_path):
    cooperative = LotFactory(variant__product__name_fr="Miel de thym").variant.product.sale.cooperative
    a_page_of(cooperative, tmp_path, [("heading", "Cinq femmes"), ("text", "<p>Au printemps</p>")])
    told_about(cooperative, tmp_path)
    told_about(CooperativeFactory(), tmp_path, 7)
    page = page_of(client, f"/fr/cooperatives/{cooperative.slug}/").partition("<main")[2]
    for words in ("Cinq femmes", "Au printemps", "Miel de thym", "Récit 0", cooperative.legal_name):
        assert words in page
    assert "Récit 7" not in page


@pytest.mark.parametrize("place", ["recit-0", "recits"])
def test_a_story_for_some_is_named_nowhere(site, client, tmp_path, place):
    a_full_shop(tmp_path)
    other = told_about(CooperativeFactory(), tmp_path, 1)
    other.move(site, pos="last-child")  # away from the list that is closed
    addresses = ["/fr/", CooperativePage.objects.get().get_url(), StoryPage.objects.get(pk=other.pk).get_url()]
    assert all("Récit 0" in page_of(client, address) for address in addresses)
    closed = Page.objects.get(slug=place)
    PageViewRestriction.objects.create(page=closed, restriction_type=PageViewRestriction.LOGIN)
    assert not any("Récit 0" in page_of(client, address) for address in addresses)
    assert "Récit 1" in page_of(client, "/fr/")


def test_a_list_leaves_out_what_is_for_some(site, client, tmp_path):
    a_full_shop(tmp_path, 2)
    for slug in ("recit-0", CooperativePage.objects.first().slug):
        closed = Page.objects.get(slug=slug)
        PageViewRestriction.objects.create(page=closed, restriction_type=PageViewRestriction.LOGIN)
    stories, cooperatives = page_of(client, "/fr/recits/"), page_of(client, "/fr/cooperatives/")
    assert "Récit 1" in stories and "Récit 0" not in stories
    assert cooperatives.count("<article") == 1


def test_the_home_page_reads_from_right_to_left_in_arabic(site, client):
    arabic = Locale.objects.get(language_code="ar")
    site.get_parent().add_child(
        instance=HomePage(title="الرئيسية", slug="accueil-ar", hero_title="مرحبا", locale=arabic,
                          translation_key=site.translation_key)
    )  # fmt: skip
    Site.clear_site_root_paths_cache()
    page = page_of(client, "/ar/")
    assert 'dir="rtl"' in page and "مرحبا" in page


def test_what_is_not_to_be_seen_is_not_found_at_once_either(site, client):
    """Pages are found by a query of our own: it knows drafts and foreign trees as Wagtail does."""
    draft = StoriesPage.objects.get().add_child(
        instance=StoryPage(title="x", slug="brouillon", summary="x", live=False)
    )
    assert client.get("/fr/recits/brouillon/").status_code == 404
    assert client.get("/fr/recits/").status_code == 200
    draft.live = True
    draft.save()
    assert client.get("/fr/recits/brouillon/").status_code == 200
    elsewhere = Page.get_first_root_node().add_child(instance=StandardPage(title="x", slug="ailleurs", body="x"))
    assert elsewhere.live and client.get("/fr/ailleurs/").status_code == 404


def new_home(**fields) -> HomePage:
    return HomePage(**{"title": "x", "slug": "autre", "hero_title": "x", "locale": Locale.get_default(), **fields})


def test_a_new_home_page_begins_in_the_language_of_its_tree_whatever_the_editor_reads(db):
    browser = superuser()
    address = reverse("wagtailadmin_pages:add", args=["cms", "homepage", Page.get_first_root_node().pk])
    for language, title in (("ar", "في المتجر"), ("fr", "Dans la boutique")):
        form = browser.get(f"{address}?locale={language}").context["form"]
        assert form["body"].value().raw_data[0]["value"] == {"title": title}


def test_a_second_home_page_that_readers_would_never_find_is_refused(site):
    arabic = Locale.objects.get(language_code="ar")
    for other in (new_home(), new_home(locale=arabic)):
        with pytest.raises(ValidationError) as refused:
            site.get_parent().add_child(instance=other)
        assert "Traduire cette page" in str(refused.value)
    site.get_parent().add_child(instance=new_home(locale=arabic, translation_key=site.translation_key))
    site.save()


def test_until_a_site_has_its_first_page_there_is_one_home_page_too(db):
    root = Page.get_first_root_node()
    first = root.add_child(instance=new_home(slug="accueil"))
    with pytest.raises(ValidationError):
        root.add_child(instance=new_home())
    first.save()


def test_a_home_page_is_translated_and_neither_added_nor_copied_again(site):
    browser, root = superuser(), site.get_parent()
    assert submit(browser, site).specific.hero_title == "Bonjour"
    browser.post(reverse("wagtailadmin_pages:add", args=["cms", "homepage", root.pk]))
    browser.post(
        reverse("wagtailadmin_pages:copy", args=[site.pk]),
        {"new_title": "x", "new_slug": "autre", "new_parent_page": root.pk},
    )
    assert HomePage.objects.count() == 2


def test_who_we_are_keeps_the_address_that_the_shop_links_to(site):
    about = site.add_child(instance=StandardPage(title="Nous", slug=ABOUT_SLUG, body="<p>Deux.</p>"))
    other = site.add_child(instance=StandardPage(title="Presse", slug="presse", body="<p>Ici.</p>"))
    about.slug, other.slug = "nous", "journaux"
    with pytest.raises(ValidationError) as refused:
        about.save_revision()
    assert ABOUT_SLUG in str(refused.value)
    other.save_revision().publish()


def test_the_page_of_a_cooperative_lies_where_its_products_link_to(site, tmp_path):
    cooperative = CooperativeFactory(slug="ruche")
    page = CooperativePage(title="La ruche d’Ouislane", slug="la-ruche", cooperative=cooperative)
    with pytest.raises(ValidationError) as refused:
        CooperativesPage.objects.get().add_child(instance=page)
    assert "« ruche »" in str(refused.value.message_dict["slug"])
    a_page_of(cooperative, tmp_path)
