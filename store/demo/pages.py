"""The Wagtail pages of the demonstration, one tree for each language."""

from django.utils.html import escape
from wagtail.models import Locale, Page, Site

from catalog.cooperatives.models import Cooperative
from catalog.media.models import ShopImage
from cms.models import (
    ABOUT_SLUG,
    COOPERATIVES_SLUG,
    TERMS_SLUG,
    CooperativePage,
    CooperativesPage,
    HomePage,
    StandardPage,
)

from .content import LANGUAGES, read


def load_pages(images: dict[str, ShopImage], cooperatives: list[Cooperative]) -> None:
    content = read("pages")
    root = Page.get_first_root_node()
    for page in root.get_children():
        page.delete()  # Wagtail's own welcome page
    root = Page.get_first_root_node()
    keys: dict[str, object] = {}
    for language in LANGUAGES:
        home = _load_tree(root, language, content, images, cooperatives, keys)
        if language == LANGUAGES[0]:
            Site.objects.all().delete()
            Site.objects.create(hostname="localhost", root_page=home, is_default_site=True)


def _load_tree(root, language: str, content: dict, images, cooperatives, keys: dict) -> HomePage:
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
    steps = [("step", {"title": say(step, "title"), "text": say(step, "text")}) for step in home_text["step"]]
    home = HomePage(
        title=say(home_text, "title"),
        slug=f"accueil-{language}",
        search_description=say(home_text, "seo_description"),
        hero_title=say(home_text, "hero_title"),
        hero_text=say(home_text, "hero_text"),
        hero_image=images["heroes/hero.webp"],
        introduction=say(home_text, "intro"),
        steps=steps,
    )
    add(root, home, "home")
    index = CooperativesPage(
        title=say(content["cooperatives"], "title"),
        slug=COOPERATIVES_SLUG,
        introduction=say(content["cooperatives"], "intro"),
        show_in_menus=True,
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
            story=_paragraphs(say(told, "story")),
        )
        add(index, page, cooperative.slug)
    terms = content["terms"]
    sections = "".join(
        f"<h2>{escape(say(section, 'heading'))}</h2>{_paragraphs(say(section, 'text'))}" for section in terms["section"]
    )
    add(home, _standard(terms, TERMS_SLUG, say, say(terms, "intro"), sections), "terms")
    about = content["about"]
    body = _paragraphs(say(about, "text")) + _paragraphs(say(about, "source"))
    add(home, _standard(about, ABOUT_SLUG, say, "", body), "about")
    return home


def _standard(row: dict, slug: str, say, introduction: str, body: str) -> StandardPage:
    description = say(row, "seo_description")
    return StandardPage(
        title=say(row, "title"), slug=slug, search_description=description, introduction=introduction, body=body
    )


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(paragraph.strip())}</p>" for paragraph in text.split("\n\n") if paragraph.strip())
