"""The Wagtail pages of the demonstration, one tree for each language."""

from django.utils.html import escape
from wagtail.models import Locale, Page, Site

from catalog.cooperatives.models import Cooperative
from catalog.media.models import ShopImage
from cms.models import (
    ABOUT_SLUG,
    CONTACT_SLUG,
    COOPERATIVES_SLUG,
    IMPACT_SLUG,
    ContactPage,
    CooperativePage,
    CooperativesPage,
    HomePage,
    ImpactPage,
    StandardPage,
)

from .blocks import Writer
from .content import LANGUAGES, as_paragraphs, read
from .stories import load_figures, load_guides, load_stories


def load_pages(images: dict[str, ShopImage], cooperatives: list[Cooperative]) -> None:
    content = read("pages")
    root = Page.get_first_root_node()
    for page in root.get_children():
        page.delete()  # Wagtail's own welcome page
    root = Page.get_first_root_node()
    figures = load_figures()
    keys: dict[str, object] = {}
    for language in LANGUAGES:
        home = _load_tree(root, language, content, images, cooperatives, figures, keys)
        if language == LANGUAGES[0]:
            Site.objects.all().delete()
            Site.objects.create(hostname="localhost", root_page=home, is_default_site=True)


def _load_tree(root, language: str, content: dict, images, cooperatives, figures, keys: dict) -> HomePage:
    locale, _ = Locale.objects.get_or_create(language_code=language)

    def say(row: dict, field: str) -> str:
        return row[f"{field}_{language}"].strip()

    def add(parent, page, key: str):
        """The page below its parent, under the same translation key in every language."""
        page.locale = locale
        if key in keys:
            page.translation_key = keys[key]
        parent.add_child(instance=page)
        keys[key] = page.translation_key
        page.save_revision().publish()
        return page

    home_text = content["home"]
    home = HomePage(
        title=say(home_text, "title"),
        slug=f"accueil-{language}",
        search_description=say(home_text, "seo_description"),
        hero_title=say(home_text, "hero_title"),
        hero_text=say(home_text, "hero_text"),
        hero_image=images["heroes/hero.webp"],
        hero_alt=say(home_text, "hero_alt"),
        hero_is_illustration=True,
        body=[],
    )
    add(root, home, "home")
    index = CooperativesPage(
        title=say(content["cooperatives"], "title"),
        slug=COOPERATIVES_SLUG,
        introduction=say(content["cooperatives"], "intro"),
    )
    add(home, index, "cooperatives")
    covers = {"qatr-nada": "stories/champ-de-lavande.webp", "tinas-cop": "stories/rucher-ouislane.webp"}
    for cooperative in cooperatives:
        told = read(cooperative.slug)["cooperative"]
        page = CooperativePage(
            title=told[f"name_{language}"],
            slug=cooperative.slug,
            search_description=say(told, "tagline"),
            cooperative=cooperative,
            introduction=say(told, "tagline"),
            cover=images[covers[cooperative.slug]],
            cover_alt=say(told, "cover_alt"),
            cover_is_illustration=True,
            body=[("text", as_paragraphs(say(told, "story")))],
        )
        add(index, page, cooperative.slug)
    told = content["contact"]
    contact = ContactPage(
        slug=CONTACT_SLUG,
        **{field: say(told, field) for field in ("title", "introduction", "address", "opening_hours", "thanks")},
    )
    add(home, contact, "contact")
    writer = Writer(language, images, figures)
    load_stories(writer, home, add)
    load_guides(writer, home, add)
    told = read("impact")
    impact = ImpactPage(
        title=say(told, "title"), slug=IMPACT_SLUG, introduction=say(told, "intro"), body=writer.blocks(told)
    )
    add(home, impact, "impact")
    about = content["about"]
    figures = f'<p><a linktype="page" id="{impact.pk}">{escape(say(about, "impact"))}</a></p>'  # they stand there alone
    body = as_paragraphs(say(about, "text")) + figures + as_paragraphs(say(about, "source"))
    page = StandardPage(
        title=say(about, "title"), slug=ABOUT_SLUG, search_description=say(about, "seo_description"), body=body
    )
    add(home, page, "about")
    home.body = writer.blocks(home_text)  # now that there is what they name
    home.save_revision().publish()
    return home
