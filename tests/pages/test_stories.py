"""Stories: every kind of block, products that are bought in place, and a list of them."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.template import Context, Template
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import PageViewRestriction

from catalog.models import Product, ProductSale
from cms.models import CooperativePage, CooperativesPage, Figure, StandardPage, StoriesPage, StoryPage, Theme
from cms.pages.stories import PER_PAGE
from tests.factories.catalog import CooperativeFactory, LotFactory

from .admin_people import superuser
from .told import a_figure, a_picture, a_story

pytestmark = pytest.mark.django_db


#: Three of them find the page, its languages, and who may see it.
MOST_QUERIES = 12


def page_of(client, path="/fr/recits/cinq-femmes/") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def blocks_of_every_kind(site, tmp_path) -> dict[str, object]:
    """Name of a block → the value of one that is filled."""
    lot = LotFactory(variant__product__name_fr="Miel de thym", variant__product__sale__slug="miel")
    cooperative = CooperativeFactory(slug="ruche", name_fr="La ruche")
    coop_page = CooperativesPage.objects.get().add_child(
        instance=CooperativePage(title="La ruche", slug="ruche", cooperative=cooperative)
    )
    picture = {"image": a_picture(tmp_path), "alt": "Une ruche", "caption": "Au matin", "is_illustration": True}
    return {
        "heading": "Le premier rucher",
        "text": "<p>Au printemps</p>",
        "picture": picture,
        "gallery": {"pictures": [picture, picture]},
        "quote": {"words": "Qui goûte revient", "who": "Proverbe"},
        "portrait": {"picture": picture, "name": "Une apicultrice", "role": "Rucher", "text": "<p>Elle récolte</p>"},
        "timeline": {"moments": [{"when": "2019", "title": "L’idée", "text": "Ici"}]},
        "steps": {"steps": [{"title": "Goûter", "text": "Lentement"}]},
        "figures": {"title": "En chiffres", "figures": [a_figure()]},
        "product": {"product": lot.variant.product, "words": "Celui du récit"},
        "product_row": {"title": "À goûter", "products": [lot.variant.product]},
        "cooperative": {"cooperative": coop_page},
        "question": {"question": "Se garde-t-il ?", "answer": "<p>Des années</p>"},
        "action": {
            "title": "Rejoignez-nous",
            "text": "",
            "page": None,
            "link": "https://example.org/",
            "button": "Écrire",
        },
    }


SEEN = {
    "heading": "Le premier rucher", "text": "Au printemps", "picture": 'alt="Une ruche"', "gallery": "Au matin",
    "quote": "Qui goûte revient", "portrait": "Une apicultrice", "timeline": "2019", "steps": "Lentement",
    "figures": "85", "product": "Celui du récit", "product_row": "Miel de thym", "cooperative": "La ruche",
    "question": "Des années", "action": "https://example.org/",
}  # fmt: skip


def test_every_kind_of_block_is_shown(site, client, tmp_path):
    kinds = StoryPage._meta.get_field("body").stream_block.child_blocks
    assert set(SEEN) == set(kinds)
    a_story(blocks_of_every_kind(site, tmp_path).items())
    page = page_of(client)
    for kind, text in SEEN.items():
        part = page.partition(f"story__block--{kind}")[2].partition("story__block--")[0]
        assert text in part, kind


@pytest.mark.parametrize("language", ["fr", "ar"])
@pytest.mark.parametrize("kind", sorted(SEEN))
def test_a_block_can_be_rendered_empty_and_in_both_directions(language, kind):
    """An editor's preview of a block that holds nothing yet, or whose product, picture or page is gone."""
    block = StoryPage._meta.get_field("body").stream_block.child_blocks[kind]
    value = block.to_python("" if kind in ("heading", "text") else {})
    with translation.override(language):
        html = Template("{% load wagtailcore_tags %}{% include_block value %}").render(
            Context({"value": block.bind(value)})
        )
    assert "Traceback" not in html and "None" not in html


def test_each_block_says_what_it_is_for():
    for kind, block in StoryPage._meta.get_field("body").stream_block.child_blocks.items():
        assert block.meta.icon not in (None, "placeholder"), kind
        assert block.get_description() and block.label, kind
        assert block.meta.template == f"cms/blocks/{kind}.html"


def product_block(product: Product) -> list:
    return [("product", {"product": product, "words": ""})]


def test_a_product_in_a_story_has_its_price_of_this_moment_and_can_be_bought(site, visitor):
    variant = LotFactory(variant__price="140.00").variant
    a_story(product_block(variant.product))
    assert "140,00" in page_of(visitor) and "/fr/panier/ajouter/" in page_of(visitor)
    variant.price = Decimal("150.00")
    variant.save()
    assert "150,00" in page_of(visitor)


def test_a_withdrawn_product_is_its_name_and_an_unpublished_one_is_nothing(site, client):
    product = LotFactory(variant__product__name_fr="Miel de jujubier").variant.product
    a_story(product_block(product))
    ProductSale.objects.update(withdrawn_at=timezone.now())
    page = page_of(client)
    assert "Miel de jujubier" in page and "panier/ajouter" not in page
    Product.objects.update(live=False)
    assert "Miel de jujubier" not in page_of(client)


def test_a_story_whose_rows_are_gone_still_renders(site, client, tmp_path):
    blocks = blocks_of_every_kind(site, tmp_path)
    a_story(blocks.items())
    blocks["picture"]["image"].delete()
    Figure.objects.all().delete()
    CooperativePage.objects.get().delete()
    assert "Au printemps" in page_of(client)


def another_of(kind: str, value, number: int, site, tmp_path):
    """The same kind of block with rows of its own, where it names any."""
    if kind in ("picture", "gallery", "portrait"):
        picture = {"image": a_picture(tmp_path), "alt": "x", "caption": "", "is_illustration": False}
        return {
            "picture": picture,
            "gallery": {"pictures": [picture, picture]},
            "portrait": {"picture": picture, "name": "x", "role": "", "text": ""},
        }[kind]
    if kind in ("product", "product_row"):
        product = LotFactory().variant.product
        return {"product": {"product": product, "words": ""}, "product_row": {"title": "", "products": [product]}}[kind]
    if kind == "figures":
        return {"title": "", "figures": [a_figure(superseded_by=a_figure()), a_figure()]}
    if kind == "cooperative":
        page = CooperativePage(
            title="x",
            slug=f"c-{number}",
            cooperative=CooperativeFactory(slug=f"c-{number}"),
            cover=a_picture(tmp_path),
            cover_alt="x",
        )
        return {"cooperative": CooperativesPage.objects.get().add_child(instance=page)}
    return value


@pytest.mark.parametrize("kind", sorted(SEEN))
def test_a_story_asks_as_much_for_30_blocks_of_a_kind_as_for_1(site, client, tmp_path, kind):
    value = blocks_of_every_kind(site, tmp_path)[kind]
    story = a_story([(kind, another_of(kind, value, 0, site, tmp_path))])
    page_of(client)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            page_of(client)
        return len(queries)

    one = asked()
    story.body = [(kind, another_of(kind, value, number, site, tmp_path)) for number in range(1, 31)]
    story.save()
    assert asked() == one <= MOST_QUERIES


def test_pictures_and_products_in_blocks_of_several_kinds_are_asked_for_once(site, client, tmp_path):
    kinds = ("picture", "gallery", "portrait", "product", "product_row")
    values = blocks_of_every_kind(site, tmp_path)
    a_story([(kind, another_of(kind, values[kind], number, site, tmp_path)) for number, kind in enumerate(kinds)])
    page_of(client)
    with CaptureQueriesContext(connection) as queries:
        page_of(client)
    for table in ("catalog_shopimage", "catalog_product"):
        assert len([query for query in queries if f'FROM "{table}" ' in query["sql"]]) == 1


def test_stories_are_listed_newest_first_and_by_cooperative_theme_and_year(site, client):
    ruche = CooperativeFactory(slug="ruche", name_fr="La ruche")
    harvest = Theme.objects.create(slug="recolte", name_fr="La récolte")
    Theme.objects.create(slug="rien", name_fr="Sans récit")
    a_story(title="Ancien", slug="ancien", told_on=date(2024, 5, 1), cooperative=ruche, theme=harvest)
    a_story(title="Nouveau", slug="nouveau")
    a_story(title="Brouillon", slug="brouillon", live=False)
    page = page_of(client, "/fr/recits/")
    assert page.index("Nouveau") < page.index("Ancien") and "Brouillon" not in page
    narrowed = page_of(client, "/fr/recits/?cooperative=ruche")
    assert "Ancien" in narrowed and "Nouveau" not in narrowed and 'content="noindex' in narrowed
    by_theme = page_of(client, "/fr/recits/?theme=recolte")
    assert "Ancien" in by_theme and "Nouveau" not in by_theme and "La récolte · La ruche" in by_theme
    assert '<a href="?theme=recolte" aria-current="page">La récolte</a>' in by_theme and "Sans récit" not in by_theme
    assert "Ancien" not in page_of(client, "/fr/recits/?annee=2026").partition("<main")[2].partition("story-cards")[2]
    assert page_of(client, "/fr/recits/?annee=99999999999&cooperative=%00&theme=%00&page=x")


def test_the_next_page_of_a_narrowed_list_is_as_narrow(site, client):
    ruche = CooperativeFactory(slug="ruche")
    for number in range(PER_PAGE + 1):
        a_story(slug=f"recit-{number}", cooperative=ruche)
    assert 'href="?cooperative=ruche&amp;page=2"' in page_of(client, "/fr/recits/?cooperative=ruche")
    second = page_of(client, "/fr/recits/?page=2")
    assert 'rel="canonical" href="' in second and '/fr/recits/?page=2">' in second


def test_a_call_to_action_never_leads_to_a_page_that_is_not_there(site, client):
    draft = site.add_child(instance=StandardPage(title="Rejoindre", slug="rejoindre", body="<p>Ici</p>", live=False))
    told = {"title": "Rejoignez-nous", "text": "", "page": draft, "link": "", "button": "Écrire"}
    a_story([("action", told)])
    assert "Rejoignez-nous" not in page_of(client)
    draft.live = True
    draft.save()
    assert 'href="/fr/rejoindre/"' in page_of(client)


def test_an_empty_list_says_so(site, client):
    assert "empty" in page_of(client, "/fr/recits/")


def test_a_list_asks_as_much_for_a_full_page_as_for_one_story(site, client):
    def asked() -> int:
        page_of(client, "/fr/recits/")
        with CaptureQueriesContext(connection) as queries:
            page_of(client, "/fr/recits/")
        return len(queries)

    a_story()
    one = asked()
    for number in range(PER_PAGE - 1):
        theme = Theme.objects.create(slug=f"theme-{number}")
        a_story(slug=f"recit-{number}", theme=theme, cooperative=CooperativeFactory())
    assert asked() == one <= MOST_QUERIES


def test_a_language_without_translation_is_not_offered(site, client):
    a_story()
    page = page_of(client)
    assert 'hreflang="fr"' in page and 'hreflang="ar"' not in page and 'hreflang="en"' not in page
    answer = client.get("/ar/recits/cinq-femmes/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/fr/recits/cinq-femmes/")


def a_page_of_a_cooperative() -> CooperativePage:
    page = CooperativePage(
        title="La ruche", slug="ruche", cooperative=CooperativeFactory(slug="ruche", name_fr="La ruche")
    )
    return CooperativesPage.objects.get().add_child(instance=page)


def test_a_story_keeps_its_cooperative_while_the_page_of_it_is_not_published(site, client):
    ruche = a_page_of_a_cooperative()
    a_story([("cooperative", {"cooperative": ruche})])
    assert "coop-card" in page_of(client)
    ruche.unpublish()
    assert "coop-card" not in page_of(client)
    address = reverse("wagtailadmin_pages:edit", args=[StoryPage.objects.get().pk])
    form = superuser().get(address).context["form"]
    [block] = form["body"].value()
    assert block.value["cooperative"] == ruche
    CooperativePage.objects.get().save_revision().publish()
    assert "coop-card" in page_of(client)


def test_the_card_of_a_page_for_some_is_not_shown(site, client):
    ruche = a_page_of_a_cooperative()
    a_story([("cooperative", {"cooperative": ruche})])
    assert "coop-card" in page_of(client)
    PageViewRestriction.objects.create(page=ruche, restriction_type=PageViewRestriction.LOGIN)
    assert "coop-card" not in page_of(client)


def test_the_tree_cannot_be_got_wrong():
    assert StoryPage.allowed_parent_page_models() == [StoriesPage]
    assert StoriesPage.allowed_subpage_models() == [StoryPage]
    assert StoryPage.allowed_subpage_models() == []


def test_a_story_tells_how_long_reading_takes(site):
    assert a_story([("text", f"<p>{'mot ' * 800}</p>")]).minutes == 4
