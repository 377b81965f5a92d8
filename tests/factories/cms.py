from wagtail.models import Locale, Page, Site

from cms.models import HomePage, LegalKind, LegalText
from cms.pages.home import usual_body


def a_home() -> HomePage:
    """The home page of the site, in the active language."""
    home = HomePage(
        title="Accueil", slug="accueil-fr", hero_title="Bonjour", body=usual_body(), locale=Locale.get_active()
    )
    Page.get_first_root_node().add_child(instance=home)
    Site.objects.update(root_page=home)
    Site.clear_site_root_paths_cache()
    return home


def a_legal_text(kind: str = LegalKind.TERMS, **words) -> LegalText:
    """Published in French and Arabic; `words` such as `body_en` change or add some."""
    texts = {
        "title_fr": "Conditions", "body_fr": "<p>Vendu par la coopérative.</p>",
        "title_ar": "الشروط", "body_ar": "<p>تبيعه التعاونية.</p>", **words,
    }  # fmt: skip
    text = LegalText.objects.create(kind=kind, live=False, **texts)
    a_newer_version(text)
    return text


def a_newer_version(text: LegalText, **words) -> None:
    """Published without the form, which would refuse one that lacks a language."""
    for field, value in words.items():
        setattr(text, field, value)
    text.save_revision(clean=False).publish()
    text.refresh_from_db()
